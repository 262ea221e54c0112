//! `kaibiao custodian`: the daemon and its house. `kaibiao committee`: the ceremony.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::ShareId;
use super::ceremony::commands::CommitteeCommand;
use super::error::CustodianError;
use super::house::{House, machine_clock};
use super::record;
use super::server;
use super::vault::Opener;
use crate::base::ShortText;
use crate::daemon::{self, LockError};
use crate::pinned;
use crate::telemetry::{self, Style};

/// Lines of the record that are read at once.
const PAGE: u32 = 1000;

/// What the people of a custodian do.
#[derive(Debug, Subcommand)]
pub enum CustodyCommand {
    /// 托管人：独立持有一份密钥份额 · A custodian: holds one share of the committee's key
    #[command(subcommand)]
    Custodian(CustodianCommand),
    /// 托管人共同生成密钥的仪式 · The ceremony in which custodians make their joint key
    #[command(subcommand)]
    Committee(CommitteeCommand),
}

/// One custodian's house.
#[derive(Debug, Subcommand)]
pub enum CustodianCommand {
    /// 新建托管人，写出名片 card.json · Make a custodian and its card
    New(NewArguments),
    /// 运行托管人服务 · Answer the platform
    Serve(HouseArguments),
    /// 持有的份额与名片 · What it holds
    Status(HouseArguments),
    /// 核对并打印行为记录 · Check and print its record
    Record(HouseArguments),
    /// 销毁一份份额（记入行为记录）· Destroy a share
    Destroy(DestroyArguments),
}

/// Where the custodian lives and what opens its vault.
#[derive(Debug, Clone, Args)]
pub struct HouseArguments {
    /// 托管人目录 · Folder of the custodian
    #[arg(long, value_name = "FOLDER")]
    home: PathBuf,
    /// 口令所在文件（首行）· File with the passphrase in its first line
    #[arg(long, value_name = "FILE", conflicts_with = "key_file")]
    passphrase_file: Option<PathBuf>,
    /// 另一设备上的密钥文件 · Key file on another device
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Arguments of `custodian new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    #[command(flatten)]
    house: HouseArguments,
    /// 机构名称 · Name of the institution
    #[arg(long)]
    name: String,
    /// 平台访问的地址 · Where the platform reaches it, https://host:port
    #[arg(long)]
    address: String,
}

/// Arguments of `custodian destroy`.
#[derive(Debug, Args)]
pub struct DestroyArguments {
    #[command(flatten)]
    house: HouseArguments,
    /// 哪一份：<委员会>/<第几次分发>，如 status 所示 · Which: <committee>/<epoch>, as `status` shows it
    share: ShareId,
}

impl HouseArguments {
    fn opener(&self) -> Result<Opener, CustodianError> {
        Opener::read(self.passphrase_file.as_deref(), self.key_file.as_deref())
    }

    /// Opens the house.
    pub(super) fn open(&self) -> Result<House, CustodianError> {
        House::open(&self.home, &self.opener()?)
    }

    /// Keeps other commands from changing the vault while this one does.
    pub(super) fn lock_vault(&self) -> Result<File, CustodianError> {
        lock(&self.home, "vault.lock")
    }
}

impl CustodyCommand {
    /// Runs the subcommand.
    pub fn run(self) -> ExitCode {
        let is_daemon = matches!(self, Self::Custodian(CustodianCommand::Serve(_)));
        telemetry::start(if is_daemon { Style::Machine } else { Style::Person });
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&CustodianError::File("the runtime".into(), error)),
        };
        let mut out = std::io::stdout();
        let done = runtime.block_on(async {
            match self {
                Self::Custodian(command) => command.run(&mut out).await,
                Self::Committee(command) => command.run(&mut out).await,
            }
        });
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        }
    }
}

fn failed(error: &CustodianError) -> ExitCode {
    eprintln!("{}\n{error}\n[{}]", error.zh(), error.code());
    ExitCode::FAILURE
}

impl CustodianCommand {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        match self {
            Self::New(arguments) => arguments.run(out),
            Self::Serve(house) => serve(&house).await,
            Self::Status(arguments) => status(&arguments, out),
            Self::Record(house) => print_record(&house.open()?, out).await,
            Self::Destroy(arguments) => arguments.run(out).await,
        }
    }
}

impl NewArguments {
    fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let name = ShortText::new(self.name.clone());
        let name = name.map_err(|_| CustodianError::Malformed(self.name.into(), "a name"))?;
        House::create(&self.house.home, &self.house.opener()?, &name, &self.address)?;
        let card = self.house.home.join("card.json");
        say(
            out,
            &format!(
                "名片已写入 {0}，请交给中心 · The card is in {0}: take it to the centre",
                card.display()
            ),
        )
    }
}

impl DestroyArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let _lock = self.house.lock_vault()?;
        let is_destroyed = self.house.open()?.destroy_share(self.share, &machine_clock()).await?;
        let text = if is_destroyed {
            "份额已销毁并记入记录；备份须另行销毁，运行中的服务须重启 · The share is destroyed, and that is on record; destroy its backups too, and restart `serve`"
        } else {
            "没有这份份额 · No such share is held here"
        };
        say(out, text)
    }
}

async fn serve(arguments: &HouseArguments) -> Result<(), CustodianError> {
    let house = arguments.open()?;
    let _lock = lock(&arguments.home, "lock")?;
    let trust = house.trust()?;
    let custodian = Arc::new(house.custodian(machine_clock()).await?);
    let peer = pinned::certificate_from_base64(&trust.platform)?;
    let config = pinned::server_config(&house.certificate()?, peer)?;
    drop(house);
    let handle = daemon::handle();
    let shares: Vec<String> = custodian.status().shares.keys().map(ShareId::to_string).collect();
    tracing::info!(address = trust.listen, shares = shares.join(" "), "the custodian answers");
    server::serve(custodian, config, &trust.listen, handle).await
}

/// One process at a time answers for a custodian (`lock`), and one changes its vault (`vault.lock`). The lock goes with
/// the process, however that ends.
fn lock(home: &Path, name: &str) -> Result<File, CustodianError> {
    daemon::lock(home, name).map_err(|error| match error {
        LockError::Held => CustodianError::Busy(home.to_owned()),
        LockError::File(error) => CustodianError::file(&home.join(name), error),
    })
}

fn status(arguments: &HouseArguments, out: &mut impl Write) -> Result<(), CustodianError> {
    let house = arguments.open()?;
    let card = house.card()?.card;
    say(out, &format!("{} · {}", card.name.as_str(), card.address))?;
    for (id, index) in house.shares()?.indices() {
        say(out, &format!("份额 share {index}: {id}"))?;
    }
    for id in house.unconfirmed_shares()? {
        say(out, &format!("仪式未完成 unconfirmed: {id}"))?;
    }
    Ok(())
}

async fn print_record(house: &House, out: &mut impl Write) -> Result<(), CustodianError> {
    let state = house.state().await?;
    let mut lines = Vec::new();
    loop {
        let page = state.lines(lines.len() as u64, PAGE).await?;
        if page.is_empty() {
            break;
        }
        lines.extend(page);
    }
    record::check(&lines, house.identity()?.public()).map_err(CustodianError::RecordBroken)?;
    for line in &lines {
        let text =
            serde_json::to_string(&line.line).map_err(|_| CustodianError::RecordBroken(line.line.seq))?;
        say(out, &text)?;
    }
    Ok(())
}

/// A line for the person.
pub(super) fn say(out: &mut impl Write, line: &str) -> Result<(), CustodianError> {
    writeln!(out, "{line}").map_err(|error| CustodianError::File("standard output".into(), error))
}
