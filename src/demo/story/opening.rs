//! The opening at its time, and the second opening of the price envelopes.

use anyhow::{Context, Result};

use super::Story;
use crate::base::{BidId, Digest};
use crate::tender::{
    ConfirmReading, FieldValue, LotCommand, OpeningStep, SignRecord, Stage, StartReading, StartSecondOpening,
};

/// Every so many bidders stay silent, which is recorded as the fact that it is.
const SILENT_EVERY: usize = 5;

impl Story {
    pub(super) async fn open(&mut self) -> Result<()> {
        self.narrator.chapter("开标", "the opening, at the announced moment");
        self.wait_for_deadline().await?;
        let state = self.wait_for("the unsealing", |lot| {
            lot.opening().is_some_and(|opening| opening.step == OpeningStep::Unsealed)
        });
        let state = state.await?;
        let lot = state.lots.get(&self.lot).context("the lot")?;
        let released = lot.opening().and_then(|opening| opening.released.values().next());
        self.narrator.step(format!(
            "截止封箱，{} 份投标；托管人 {:?} 释放密钥，全部开标一览表解封，投标人不必在线",
            lot.standing().count(),
            released.map(Vec::as_slice).unwrap_or_default()
        ));
        if let Some(coefficient) = lot.coefficient {
            self.narrator.step(format!("公开抽取系数 C = {coefficient}，唱标顺序同一随机值导出"));
        }
        self.read_out(1).await?;
        self.wait_for("the technical documents", |lot| {
            lot.standing().all(|bid| bid.contents(crate::base::Envelope::Documents).is_some())
        })
        .await?;
        self.narrator.step("技术文件全部解封，摘要入日志：解封的文件就是评审的文件");
        Ok(())
    }

    pub(super) async fn open_prices(&mut self) -> Result<()> {
        self.narrator
            .chapter("第二次开标：报价", "the price envelopes of those who passed; the others never");
        let host = self.enter("host").await?;
        host.lot(self.tender, &self.lot, LotCommand::StartSecondOpening(StartSecondOpening {})).await?;
        self.wait_for("the prices", |lot| {
            lot.openings.len() == 2
                && lot.opening().is_some_and(|opening| opening.step == OpeningStep::Unsealed)
        })
        .await?;
        self.read_out(2).await?;
        let state = self.wait_for("the ranking", |lot| lot.stage == Stage::Reporting).await?;
        let lot = state.lots.get(&self.lot).context("the lot")?;
        let sealed =
            lot.standing().filter(|bid| !bid.is_opened(crate::base::Envelope::PriceStatement)).count();
        self.narrator.step(format!("未通过评审的 {sealed} 份报价永不解封"));
        Ok(())
    }

    /// The host begins, the platform reads on, bidders confirm, host and recorder sign.
    async fn read_out(&self, number: usize) -> Result<()> {
        let host = self.enter("host").await?;
        host.lot(self.tender, &self.lot, LotCommand::StartReading(StartReading {})).await?;
        let state = self.wait_for("the reading out", |lot| {
            lot.opening().is_some_and(|opening| opening.step == OpeningStep::Confirming)
        });
        let state = state.await?;
        let lot = state.lots.get(&self.lot).context("the lot")?;
        let opening = lot.opening().context("the opening")?;
        for bid in &opening.read {
            let name = self.bidder_of(*bid).map(|bidder| bidder.name.zh.clone()).unwrap_or_default();
            let values =
                lot.bids.get(bid).and_then(|bid| bid.statement(opening.statement)).unwrap_or_default();
            let text = |value: &FieldValue| match value {
                FieldValue::Integer(number) => number.to_string(),
                FieldValue::Text(text) => text.as_str().to_owned(),
            };
            let line: Vec<String> = values.iter().map(|value| text(&value.value)).collect();
            self.narrator.step(format!("唱标 {name}：{}", line.join(" · ")));
        }
        let read = opening.read.clone();
        self.confirm(&read).await?;
        self.sign_record(number).await
    }

    async fn confirm(&self, read: &[BidId]) -> Result<()> {
        let mut confirmed = 0;
        for (place, bid) in read.iter().enumerate() {
            if place % SILENT_EVERY == SILENT_EVERY - 1 {
                continue;
            }
            let bidder = self.bidder_of(*bid).context("a bid without a bidder")?;
            let id = bidder.id.clone();
            // Who submitted by the browser's code has the key there, and stays silent here.
            if self.stage.folder.join("bids").join(&id).join("key.json").exists() {
                continue;
            }
            let player = self.enter(&id).await?;
            player
                .lot(self.tender, &self.lot, LotCommand::ConfirmReading(ConfirmReading { bid: *bid }))
                .await?;
            confirmed += 1;
        }
        self.narrator.step(format!("{confirmed} 家确认，{} 家未表示，如实记录", read.len() - confirmed));
        Ok(())
    }

    async fn sign_record(&self, number: usize) -> Result<()> {
        #[derive(serde::Deserialize)]
        struct Record {
            sha256: Digest,
        }
        for id in ["host", "recorder"] {
            let player = self.enter(id).await?;
            let path = format!("/api/tenders/{}/lots/{}/record?opening={number}", self.tender, self.lot);
            let record: Record = player.signatory.client().get(&path).await?;
            let sign = LotCommand::SignRecord(SignRecord { record_sha256: record.sha256 });
            player.lot(self.tender, &self.lot, sign).await?;
        }
        self.narrator.checked("开标记录由主持人、记录人签名并公布");
        Ok(())
    }

    async fn wait_for_deadline(&self) -> Result<()> {
        let opening_at = self.state()?.notice.opening_at.context("no deadline")?;
        let left = opening_at.since(self.stage.clock.now());
        // Also in a hurry: the custodians have clocks of their own.
        self.narrator.step(format!("距开标还有 {} 秒", left.0 / 1000));
        tokio::time::sleep(std::time::Duration::from_millis(u64::try_from(left.0).unwrap_or(0))).await;
        Ok(())
    }

    pub(super) fn bidder_of(&self, bid: BidId) -> Option<&crate::demo::content::BidderContent> {
        let (id, _) = self.bids.iter().find(|(_, known)| **known == bid)?;
        self.stage.content.people.bidders.iter().find(|bidder| bidder.id == *id)
    }
}
