//! `kaibiao page`: compares the page that a server gives with the one in this executable.

use clap::Args;
use serde_json::json;

use super::account::Account;
use super::report::Report;
use crate::client::{ClientError, check_page};

/// Arguments of `page`.
#[derive(Debug, Args)]
pub struct PageArguments {
    /// Which server.
    #[command(flatten)]
    pub account: Account,
}

impl PageArguments {
    pub(super) async fn run(self) -> Result<Report, ClientError> {
        let sha256 = check_page(&self.account.connect()?).await?;
        Ok(Report::new(
            format!("服务器给出的网页与本程序内置的逐字节相同，摘要也是中心所说记入日志的那一个：{sha256}"),
            format!(
                "The server gives, byte for byte, the page in this executable; its digest is the one that the centre says is in the log: {sha256}"
            ),
            json!({"sha256": sha256}),
        ))
    }
}
