//! The client's subcommands of `kaibiao`: `key`, `fetch`, `seal`, `submit`, `withdraw`, `act`, `watch`, `page`, `lock`,
//! `recovery`.
//!
//! Every result is said in Chinese, then in English; with `--json` as one line of JSON on standard output and nothing
//! else. Progress goes to standard error. Exit codes: 0 done; 1 refused by the platform; 2 wrong arguments (from the
//! argument parser); 3 server or line, try again; 4 something that had to be proved is not, stop; 5 files or arguments at
//! this computer.

mod account;
mod acting;
mod bidding;
mod locking;
mod page;
mod recovery;
mod report;
mod watching;

use std::process::ExitCode;

use clap::Subcommand;

pub use account::Account;
pub use acting::{ActArguments, KeyCommand};
pub use bidding::{FetchArguments, SealArguments, SubmitArguments, WithdrawArguments};
pub use locking::LockCommand;
pub use page::PageArguments;
pub use recovery::RecoveryCommand;
use report::Report;
pub use watching::WatchArguments;

/// What a person can do without a browser.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// 签名密钥 · The signing key of this computer
    #[command(subcommand)]
    Key(KeyCommand),
    /// 下载招标公告，供离线加密 · Fetch a tender, to seal offline
    Fetch(FetchArguments),
    /// 加密投标文件（可离线）· Seal a bid folder (works offline)
    #[command(after_help = EXIT_CODES)]
    Seal(SealArguments),
    /// 上传并递交已加密的投标文件 · Upload and submit a sealed bid
    #[command(after_help = EXIT_CODES)]
    Submit(SubmitArguments),
    /// 撤回投标 · Withdraw a bid before the deadline
    #[command(after_help = EXIT_CODES)]
    Withdraw(WithdrawArguments),
    /// 以 JSON 内容作出任一签名行为 · Do any act, with its fields as JSON
    #[command(after_help = EXIT_CODES)]
    Act(ActArguments),
    /// 旁听开标室 · Follow a room and print its facts
    #[command(after_help = EXIT_CODES)]
    Watch(WatchArguments),
    /// 核对服务器的密封网页 · Compare the page that a server gives with the one in this executable
    #[command(after_help = EXIT_CODES)]
    Page(PageArguments),
    /// 时间锁文件（可离线）· Files that open at a moment and not before (works offline)
    #[command(subcommand)]
    Lock(LockCommand),
    /// 信标失效时的恢复密钥 · Recovery keys, should a beacon fail
    #[command(subcommand, after_help = EXIT_CODES)]
    Recovery(RecoveryCommand),
}

const EXIT_CODES: &str = "Exit codes 退出码: 0 done 完成; 1 refused 被平台拒绝; 2 arguments 参数; \
3 server or line, try again 网络或服务器，请重试; 4 not proved, stop 校验不通过，请停止; 5 files at this computer 本机文件";

impl ClientCommand {
    /// Runs the subcommand in a runtime of its own.
    pub fn run(self) -> ExitCode {
        let is_json = match &self {
            Self::Key(command) => command.account().is_json,
            Self::Fetch(arguments) => arguments.account.is_json,
            Self::Seal(arguments) => arguments.is_json,
            Self::Submit(arguments) => arguments.account.is_json,
            Self::Withdraw(arguments) => arguments.account.is_json,
            Self::Act(arguments) => arguments.account.is_json,
            Self::Watch(arguments) => arguments.account.is_json,
            Self::Page(arguments) => arguments.account.is_json,
            Self::Lock(command) => command.is_json(),
            Self::Recovery(command) => command.is_json(),
        };
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(5);
            }
        };
        let result: Result<Report, super::ClientError> = runtime.block_on(async {
            match self {
                Self::Key(command) => command.run().await,
                Self::Fetch(arguments) => arguments.run().await,
                Self::Seal(arguments) => arguments.run(),
                Self::Submit(arguments) => arguments.run().await,
                Self::Withdraw(arguments) => arguments.run().await,
                Self::Act(arguments) => arguments.run().await,
                Self::Watch(arguments) => arguments.run().await,
                Self::Page(arguments) => arguments.run().await,
                Self::Lock(command) => command.run(),
                Self::Recovery(command) => command.run().await,
            }
        });
        report::end(result, is_json)
    }
}

#[cfg(test)]
mod tests;
