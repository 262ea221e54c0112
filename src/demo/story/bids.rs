//! Twelve bidders seal on their own device and submit; most by the command line's code, some by the browser's.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Story;
use crate::base::BidId;
use crate::client::{SealRequest, seal, submit};
use crate::demo::browser;
use crate::demo::content::{self, BidderContent};
use crate::tender::{CheckIn, LotCommand};

/// Every so many bidders use the browser's code path.
const BROWSER_EVERY: usize = 4;

impl Story {
    pub(super) async fn submit_bids(&mut self) -> Result<()> {
        self.narrator
            .chapter("投标：在自己的设备上密封", "twelve bidders seal on their own device and submit");
        let bidders = self.stage.content.people.bidders.clone();
        let has_browser_code = browser::is_built();
        for (place, bidder) in bidders.iter().enumerate() {
            let by_browser = has_browser_code && place % BROWSER_EVERY == BROWSER_EVERY - 1;
            let folder = self.bid_folder(bidder)?;
            let bid = if by_browser {
                browser::submit(&self.stage, self.tender, &self.lot, bidder, &folder).await
            } else {
                self.submit_by_command_line(bidder, &folder).await
            };
            let bid = bid.with_context(|| format!("{} submits", bidder.id))?;
            let way = if by_browser { "浏览器代码 browser" } else { "命令行 CLI" };
            self.narrator.step(format!("{:02} 封存并递交，回执已验证（{way}）", place + 1));
            self.bids.insert(bidder.id.clone(), bid);
        }
        self.narrator.step("截止前任何人（主持人、监督人员、运营方）都看不到有几份投标、谁投了标");
        Ok(())
    }

    async fn submit_by_command_line(&self, bidder: &BidderContent, folder: &Path) -> Result<BidId> {
        let player = self.enter(&bidder.id).await?;
        let (_, notice) = player.signatory.client().tender(self.tender).await?;
        let (bidder_key, place) = (player.signatory.key_id(), folder.to_owned());
        let sealing = move || {
            let request = SealRequest { folder: &place, notice: &notice, bidder: bidder_key, again: false };
            seal(&request, &mut |_| {}).map(drop)
        };
        tokio::task::spawn_blocking(sealing).await??;
        let submitted = submit(&player.signatory, folder, &mut |_| {}).await?;
        player.lot(self.tender, &self.lot, LotCommand::CheckIn(CheckIn {})).await?;
        Ok(submitted.bid)
    }

    /// A bid folder as a bidder would fill it: `bid.toml` beside the documents.
    fn bid_folder(&self, bidder: &BidderContent) -> Result<PathBuf> {
        let folder = self.stage.folder.join("bids").join(&bidder.id);
        std::fs::create_dir_all(&folder)?;
        let mut toml = format!("lot = \"{}\"\n\n[statement]\n", self.lot);
        for (id, value) in bidder.statement.iter().chain(&bidder.price_statement) {
            if id == "price_minor" {
                writeln!(toml, "{id} = {{ minor = {value} }}")?;
            } else {
                writeln!(toml, "{id} = {value}")?;
            }
        }
        toml.push_str("\n[documents]\ntechnical = [\"technical.pdf\"]\nprice = [\"price.pdf\"]\n");
        std::fs::write(folder.join("bid.toml"), toml)?;
        std::fs::write(folder.join("technical.pdf"), content::file(&bidder.documents.technical)?)?;
        std::fs::write(folder.join("price.pdf"), content::file(&bidder.documents.price)?)?;
        Ok(folder)
    }
}
