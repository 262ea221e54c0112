//! Report, candidates, award, letters.

use anyhow::{Context, Result};

use super::Story;
use crate::base::Digest;
use crate::tender::{
    ArchiveTender, ConfirmAward, IssueLetters, LotCommand, PublishCandidates, SignReport, TenderCommand,
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
        host.tender(self.tender, TenderCommand::ArchiveTender(ArchiveTender { note: None })).await?;
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
