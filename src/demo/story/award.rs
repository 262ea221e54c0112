//! Report, candidates, award, letters, contract.

use anyhow::{Context, Result};

use super::Story;
use crate::base::{BidId, Digest, LongText};
use crate::tender::{
    ArchiveTender, ConfirmAward, IssueLetters, LotCommand, PublishCandidates, ReportAward, SignContract,
    SignReport, TenderCommand,
};

impl Story {
    pub(super) async fn award(&mut self) -> Result<()> {
        self.narrator.chapter("定标", "report, candidates, award, letters");
        self.sign_report().await?;
        let host = self.enter("host").await?;
        host.lot(self.tender, &self.lot, LotCommand::PublishCandidates(PublishCandidates {})).await?;
        let state = self.state()?;
        let lot = state.lots.get(&self.lot).context("the lot")?;
        let (candidates, until) = lot.candidates.clone().context("no candidates")?;
        for candidate in &candidates {
            let name =
                self.bidder_of(candidate.result.bid).map(|bidder| bidder.name.zh.clone()).unwrap_or_default();
            let result = &candidate.result;
            self.narrator.step(format!(
                "第 {} 名 {name}：技术 {} + 商务 {} + 报价 {} = {} 分",
                result.rank.unwrap_or_default(),
                result.technical,
                result.business,
                result.price_points,
                result.total
            ));
        }
        self.wait_until(until).await;
        let bid = candidates.first().context("no candidate")?.result.bid;
        let buyer = self.enter("buyer").await?;
        buyer.lot(self.tender, &self.lot, LotCommand::ConfirmAward(ConfirmAward { bid })).await?;
        host.lot(self.tender, &self.lot, LotCommand::IssueLetters(IssueLetters {})).await?;
        let winner = self.bidder_of(bid).map(|bidder| bidder.name.zh.clone()).unwrap_or_default();
        self.narrator.checked(format!("中标人 {winner}；每家收到通知书和自己的得分"));
        self.sign_contract(bid, candidates.first().context("no candidate")?.result.price_minor).await?;
        host.tender(self.tender, TenderCommand::ArchiveTender(ArchiveTender { note: None })).await?;
        Ok(())
    }

    /// The report to the supervisor, and the contract with both signatures.
    async fn sign_contract(&self, bid: BidId, price_minor: i64) -> Result<()> {
        let buyer = self.enter("buyer").await?;
        let text = LongText::new("招标投标情况书面报告（演示）")?;
        buyer.lot(self.tender, &self.lot, LotCommand::ReportAward(ReportAward { text })).await?;
        let contract_sha256 = Digest::of("合同（演示）".as_bytes());
        let sign = || LotCommand::SignContract(SignContract { contract_sha256, price_minor });
        buyer.lot(self.tender, &self.lot, sign()).await?;
        let winner = self.bidder_of(bid).context("the winner")?;
        let winner = self.enter(&winner.id).await?;
        winner.lot(self.tender, &self.lot, sign()).await?;
        self.narrator.checked("合同由招标人与中标人先后签署同一份文件，价格即中标价");
        Ok(())
    }

    async fn sign_report(&self) -> Result<()> {
        #[derive(serde::Deserialize)]
        struct Report {
            sha256: Digest,
        }
        let panel = self.panel().await?;
        for player in panel.values() {
            let path = format!("/api/tenders/{}/lots/{}/report", self.tender, self.lot);
            let report: Report = player.signatory.client().get(&path).await?;
            let sign = SignReport { dissent: None, report_sha256: report.sha256 };
            player.lot(self.tender, &self.lot, LotCommand::SignReport(sign)).await?;
        }
        self.narrator.step("评标报告由全体评委签名");
        Ok(())
    }

    async fn wait_until(&self, until: crate::base::Instant) {
        let left = until.since(self.stage.clock.now());
        if self.narrator.is_fast {
            self.stage.clock.advance(left);
            return;
        }
        self.narrator.step(format!("中标候选人公示 {} 秒", left.0 / 1000));
        tokio::time::sleep(std::time::Duration::from_millis(u64::try_from(left.0).unwrap_or(0))).await;
    }
}
