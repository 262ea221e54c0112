//! The end: evidence is exported and checked without the server's database; then it is changed, and the check fails.

use std::fs::{self, File};
use std::io::{Cursor, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::Story;
use crate::base::TenderId;
use crate::platform::Platform;
use crate::replay::bundle::Scope;
use crate::verify::{self, ReceiptArgs, ReceiptCommand, VerifyArgs};

impl Story {
    pub(super) async fn verify(&mut self) -> Result<()> {
        self.narrator
            .chapter("导出与验证", "the evidence is exported and verified offline, without the server");
        let path = self.stage.folder.join("evidence.tdr");
        export(&self.stage.platform, self.tender, &path, true).await?;
        let log_key = self.stage.platform.ledger.log_vkey();
        self.narrator.step(format!("kaibiao verify {} --log-key '{log_key}'", path.display()));
        let check = |file: &Path| VerifyArgs {
            file: file.to_owned(),
            log_key: Some(log_key.clone()),
            policy: None,
            json: false,
        };
        if verify::verify(&check(&path), &mut stdout()) != ExitCode::SUCCESS {
            bail!("the verifier does not accept the export");
        }
        self.check_receipts(&log_key)?;
        let forged = self.stage.folder.join("forged.tdr");
        forge(&path, &forged)?;
        let mut said = Cursor::new(Vec::new());
        if verify::verify(&check(&forged), &mut said) == ExitCode::SUCCESS {
            bail!("the verifier accepts a forged export");
        }
        self.narrator.checked("改动一个字节的证据包被拒绝 · one flipped byte is found");
        Ok(())
    }

    fn check_receipts(&self, log_key: &str) -> Result<()> {
        let witness = self.stage.platform.ledger.witness_vkeys();
        for id in self.bids.keys() {
            let file = self.stage.folder.join("bids").join(id).join("receipt.txt");
            let args = ReceiptArgs {
                file,
                log_key: log_key.to_owned(),
                witness: witness.clone(),
                policy: None,
                rotation: Vec::new(),
            };
            let mut said = Cursor::new(Vec::new());
            if verify::receipt(&ReceiptCommand::Verify(args), &mut said) != ExitCode::SUCCESS {
                bail!("the receipt of {id} does not hold: {}", String::from_utf8_lossy(said.get_ref()));
            }
        }
        self.narrator.checked(format!("{} 份投标回执独立验证通过", self.bids.len()));
        Ok(())
    }

    /// Stops the platform and the custodians.
    pub async fn stop(&mut self) {
        self.stage.platform.stop().await;
        self.stage.custodians.stop().await;
    }
}

/// Writes the supervisor's bundle of `tender` to `path`.
pub async fn export(platform: &Platform, tender: TenderId, path: &Path, with_files: bool) -> Result<()> {
    let sink = File::create(path)?;
    let sink = platform.ledger.export(tender, Scope::Supervisor, &platform.files, with_files, sink).await?;
    Ok(sink.sync_all()?)
}

/// A copy with one bit changed, a third of the way in.
fn forge(original: &Path, copy: &Path) -> Result<()> {
    let mut bytes = fs::read(original)?;
    let place = bytes.len() / 3;
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1;
    }
    Ok(fs::write(copy, bytes)?)
}
