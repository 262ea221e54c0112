//! A bidder by the browser's code path: the same TypeScript that the page runs, in Node instead of a tab.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::content::BidderContent;
use super::stage::Stage;
use crate::base::{BidId, LotId, TenderId};

/// The bundle, built beside the web app.
const BUNDLE: &str = "web/dist-node/bidder.mjs";

#[derive(Deserialize)]
struct Done {
    bid: BidId,
}

/// Whether the bundle is there; it is not embedded, because only a demo in the source tree needs it.
pub fn is_built() -> bool {
    bundle().is_file()
}

fn bundle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(BUNDLE)
}

/// Signs in, makes a key, seals, uploads and submits.
pub async fn submit(
    stage: &Stage,
    tender: TenderId,
    lot: &LotId,
    bidder: &BidderContent,
    folder: &Path,
) -> Result<BidId> {
    let login = stage.cast.login(&bidder.id)?;
    let job = serde_json::json!({
        "base_url": stage.base_url,
        "login": login.login,
        "password": login.password,
        "tender": tender,
        "lot": lot,
        "statement": bidder.statement,
        "price_statement": bidder.price_statement,
        "technical": folder.join("technical.pdf"),
        "price": folder.join("price.pdf"),
        "receipt": folder.join("receipt.txt"),
        "key": folder.join("key.json"),
    });
    let mut node = Command::new("node")
        .arg(bundle())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("node does not start")?;
    let mut stdin = node.stdin.take().context("node has no input")?;
    stdin.write_all(job.to_string().as_bytes()).await?;
    drop(stdin);
    let output = node.wait_with_output().await?;
    if !output.status.success() {
        bail!("the browser's code failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let done: Done = serde_json::from_slice(&output.stdout).context("the browser's code said nothing")?;
    Ok(done.bid)
}
