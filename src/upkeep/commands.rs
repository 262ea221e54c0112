//! `kaibiao backup`, `restore`, `recover`, `rebuild`: what operators do.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use crate::clock::Clock;
use crate::config::{Config, ConfigArgument};
use crate::ledger::{self, Keeping, Mirror};
use crate::platform;
use crate::signer::commands::Rotation;
use crate::store::Database;
use crate::telemetry::{self, Style};

/// Keeping the platform's data.
#[derive(Debug, Subcommand)]
pub enum UpkeepCommand {
    /// 在线备份：数据库与文件（平台可照常运行）· Back up database and files, while the platform runs
    Backup(BackupArguments),
    /// 把备份恢复到空处 · Restore a backup where nothing is yet
    Restore(RestoreArguments),
    /// 从日志副本补齐数据库缺少的条目（须先停止平台）· Recover from the mirror what a restored database lacks
    Recover(RecoverArguments),
    /// 轮换日志密钥（平台可照常运行）· Rotates the log's key, while the platform runs
    RotateLogKey(RotateArguments),
    /// 由日志重建派生表，逐字节比较（须先停止平台）· Rebuild what the log implies, and compare byte for byte
    Rebuild(RebuildArguments),
}

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub struct BackupArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// 备份目录，每次在其中新建一份 · Backup folder: each run makes a snapshot there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// 其中一份 · The snapshot
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
}

/// Arguments of `recover`.
#[derive(Debug, Args)]
pub struct RecoverArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// 日志副本的目录，默认取配置里的 mirror · Folder of the mirror; that of the configuration by default
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
}

/// Arguments of `rotate-log-key`.
#[derive(Debug, Args)]
pub struct RotateArguments {
    #[command(flatten)]
    config: ConfigArgument,
    #[command(flatten)]
    rotation: Rotation,
}

/// Arguments of `rebuild`.
#[derive(Debug, Args)]
pub struct RebuildArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// 只比较，不改动 · Only compare
    #[arg(long)]
    check: bool,
}

impl UpkeepCommand {
    /// Runs the subcommand.
    pub fn run(self) -> ExitCode {
        telemetry::start(Style::Person);
        let done = tokio::runtime::Runtime::new()
            .context("the runtime cannot be started")
            .and_then(|runtime| runtime.block_on(self.run_async()));
        done.unwrap_or_else(|error| {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        })
    }

    async fn run_async(self) -> Result<ExitCode> {
        match self {
            Self::Backup(arguments) => arguments.run().await,
            Self::Restore(arguments) => arguments.run().await,
            Self::Recover(arguments) => arguments.run().await,
            Self::RotateLogKey(arguments) => arguments.run(),
            Self::Rebuild(arguments) => arguments.run().await,
        }
    }
}

impl BackupArguments {
    async fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config.path)?;
        let (snapshot, manifest) = super::backup(&config, &self.out, Clock::System.now()).await?;
        println!("{}", snapshot.display());
        println!("日志 {} 条 · log entries: {}", manifest.log_size, manifest.log_size);
        println!("文件 {} 个 · files: {}", manifest.files.len(), manifest.files.len());
        println!(
            "密钥与第二处日志头不在其中（docs/operate.md）· neither keys nor the second store are in it"
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl RestoreArguments {
    async fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config.path)?;
        let _lock = platform::lock(&config)?;
        let manifest = super::restore(&config, &self.from).await?;
        println!("已恢复到第 {} 条 · restored to entry {}", manifest.log_size, manifest.log_size);
        println!("之后的条目：kaibiao recover · what came later: kaibiao recover");
        Ok(ExitCode::SUCCESS)
    }
}

impl RecoverArguments {
    async fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config.path)?;
        let folder = self.from.or_else(|| config.mirror.clone());
        let folder =
            folder.context("没有配置 mirror，请用 --from · no mirror is configured: name it by --from")?;
        let _lock = platform::lock(&config)?;
        let database = Database::open(&config.database_url()).await?;
        database.migrate().await?;
        let signer = platform::signer(&config, &database).await?;
        let done = ledger::recover(&database, signer.verifier(), &Mirror::at(&folder)).await?;
        println!(
            "原有 {} 条，现有 {} 条 · entries before: {}, now: {}",
            done.from, done.to, done.from, done.to
        );
        match signer.kept().await? {
            Some(kept) if kept.size > done.to => {
                println!(
                    "仍缺 {} 至 {} 条 · still missing: {} to {}",
                    done.to,
                    kept.size - 1,
                    done.to,
                    kept.size - 1
                );
                Ok(ExitCode::FAILURE)
            }
            Some(_) | None => Ok(ExitCode::SUCCESS),
        }
    }
}

impl RotateArguments {
    fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config.path)?;
        self.rotation.run(&platform::log_key_files(&config)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl RebuildArguments {
    async fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config.path)?;
        let _lock = platform::lock(&config)?;
        let database = Database::open(&config.database_url()).await?;
        let keeping = if self.check { Keeping::OnlyCompare } else { Keeping::Keep };
        let made = ledger::rebuild(&database, &config.origin, keeping).await?;
        println!("条目 {} · entries: {}", made.entries, made.entries);
        println!("派生记录 {} · records made: {}", made.facts, made.facts);
        if made.is_equal() {
            println!("逐字节相同 · equal byte for byte: {}", made.after);
            return Ok(ExitCode::SUCCESS);
        }
        println!("与原有的不同 · what stood there differed: {} → {}", made.before, made.after);
        // A check that finds a difference fails; a rebuild that mends it has done what it is for.
        Ok(if self.check { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
