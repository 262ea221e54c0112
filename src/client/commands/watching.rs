//! `kaibiao watch`: the facts of a room as they are heard, one a line.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::account::Account;
use super::report::Report;
use crate::base::{LotId, TenderId};
use crate::client::{ClientError, Fact, RoomClient, RoomEvent};

/// Arguments of `watch`. Without a login: as the public.
#[derive(Debug, Args)]
pub struct WatchArguments {
    /// Who and where.
    #[command(flatten)]
    pub account: Account,
    /// 招标项目 · The tender
    tender: TenderId,
    /// 标段 · The lot
    lot: LotId,
    /// 只听这些 · Only these: public, own, host, panel, supervisor
    #[arg(long, value_name = "AUDIENCE", value_delimiter = ',')]
    audience: Vec<String>,
    /// 听到这种事实后结束 · End after a fact of this kind
    #[arg(long, value_name = "KIND")]
    until: Option<String>,
}

impl WatchArguments {
    pub(super) async fn run(self) -> Result<Report, ClientError> {
        let client = self.account.reader().await?;
        let mut room = RoomClient::new(client, self.tender, self.lot, self.audience);
        let mut heard = 0_u64;
        loop {
            let fact = match room.next().await? {
                RoomEvent::Fact(fact) => fact,
                RoomEvent::Restarted => {
                    heard = 0;
                    eprintln!(
                        "服务器已恢复到较早的状态，从头收听 · The server was restored: facts come anew from the first"
                    );
                    continue;
                }
                RoomEvent::Joined { .. } | RoomEvent::Now { .. } | RoomEvent::Answered { .. } => continue,
            };
            heard += 1;
            print(&fact, self.account.is_json);
            if self.until.is_some() && self.until.as_deref() == kind(&fact) {
                let n = fact.n;
                return Ok(Report::new(
                    format!("共听到 {heard} 条事实，序号与摘要链无误"),
                    format!("Heard {heard} facts; numbers and chain are right"),
                    json!({"heard": heard, "n": n, "stream": fact.stream}),
                ));
            }
        }
    }
}

fn kind(fact: &Fact) -> Option<&str> {
    fact.event.get("kind").and_then(Value::as_str)
}

fn print(fact: &Fact, is_json: bool) {
    let line = if is_json {
        json!({"s": fact.stream, "n": fact.n, "t": fact.at, "b": fact.event}).to_string()
    } else {
        let audience = fact.stream.rsplit('/').next().unwrap_or_default();
        format!("{} {audience} #{} {} {}", fact.at, fact.n, kind(fact).unwrap_or("?"), fact.event)
    };
    // A reader that has gone, such as `head`, ends the next write; this line is lost to nobody.
    let _ = writeln!(std::io::stdout(), "{line}");
}
