//! Everything on one machine with a real tender, at a speed that a person can watch.

mod browser;
mod cast;
pub mod content;
mod custodians;
mod narrator;
mod stage;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

pub use story::export;

use crate::base::{Role, Span};
use crate::config::BeaconConfig;
use narrator::Narrator;
use stage::{Stage, StageOptions};
use story::{Chapter, Story};

/// Arguments of `demo`.
#[derive(Args)]
pub struct DemoArguments {
    /// 不等待，直到结束 · Run to the end without waiting; a failure is the exit code
    #[arg(long)]
    fast: bool,
    /// Port on localhost
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of this run; it is emptied first
    #[arg(long, default_value = ".demo")]
    folder: PathBuf,
    /// Tell the story only so far, and stay up
    #[arg(long, value_enum)]
    until: Option<Chapter>,
    /// Seconds from publication to the opening; by default 75, or 40 with --fast. The custodians' clocks cannot be hurried
    #[arg(long)]
    opening_in: Option<i64>,
    /// Ask no relay for beacons: to see an opening wait for one
    #[arg(long)]
    no_relays: bool,
    /// Write all accounts as JSON to this file
    #[arg(long)]
    logins: Option<PathBuf>,
}

/// Runs the demo. With `--fast` it ends with the story; otherwise it stays up until Ctrl-C.
pub async fn run(arguments: DemoArguments) -> Result<ExitCode> {
    let narrator = Narrator { is_fast: arguments.fast };
    let period = Span::seconds(arguments.opening_in.unwrap_or(if arguments.fast { 40 } else { 75 }));
    narrator.chapter("搭建平台：中心、五家密钥托管机构、人员", "the platform, five custodians, the people");
    let options = StageOptions {
        folder: arguments.folder.clone(),
        port: arguments.port,
        period,
        reading_pace_ms: if arguments.fast { 0 } else { 1500 },
        publicity: Span::seconds(20),
        relays: if arguments.no_relays { Vec::new() } else { BeaconConfig::default().relays },
    };
    let stage = Stage::set(&options).await?;
    narrator.step(format!("{}  （{} 个账户）", stage.base_url, stage.cast.logins().count()));
    tell_logins(&stage);
    if let Some(path) = &arguments.logins {
        let logins: Vec<_> = stage.cast.logins().collect();
        std::fs::write(path, serde_json::to_vec(&logins)?).with_context(|| format!("{}", path.display()))?;
    }
    let mut story = Story::new(stage, narrator, period)?;
    // Asked to stop in the middle, the custodians' processes are not left behind.
    let told = tokio::select! {
        told = story.tell(arguments.until.unwrap_or(Chapter::Verified)) => Some(told),
        asked = until_asked_to_stop() => { asked?; None }
    };
    let Some(told) = told else {
        story.stop().await;
        return Ok(ExitCode::SUCCESS);
    };
    told?;
    println!("\nready {} {}", story.stage().base_url, story.tender_id());
    if !arguments.fast || arguments.until.is_some() {
        narrator.step("平台继续运行，按 Ctrl-C 结束 · it stays up until Ctrl-C");
        until_asked_to_stop().await?;
    }
    story.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C or the wish of the operating system.
pub async fn until_asked_to_stop() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Accounts for people at a browser, one a role.
fn tell_logins(stage: &Stage) {
    println!("\n  以下账户供您在浏览器中观看和参与 · sign in and join:");
    for login in stage.cast.logins().filter(|login| login.id.starts_with("visitor_")) {
        println!("    {:<11} {:<11} {}   {}", role_zh(login.role), login.login, login.password, login.name);
    }
}

fn role_zh(role: Role) -> &'static str {
    match role {
        Role::Registrar => "登记员",
        Role::Buyer => "招标人",
        Role::Host => "主持人",
        Role::Recorder => "记录人",
        Role::Bidder => "投标人",
        Role::Expert => "评标专家",
        Role::Supervisor => "监督人员",
    }
}
