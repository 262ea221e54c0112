//! `kaibiao witness`: what the people of a witness do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::succession::Succession;
use serde::{Deserialize, Serialize};

use super::memory::{Folder, LogFile};
use super::{Witness, WitnessError, server};
use crate::clock::Clock;
use crate::daemon::{self, LockError};
use crate::held;
use crate::telemetry::{self, Style};

/// 见证人（C2SP tlog-witness）· A witness of logs
#[derive(Debug, Subcommand)]
pub enum WitnessCommand {
    /// 建立见证人，打印公钥 · Makes a witness and prints its key
    New(NewArguments),
    /// 见证一个日志 · Adds a log that is to be witnessed
    AddLog(AddLogArguments),
    /// 与运营方核实之后接受日志的下一把公钥 · Accepts the next key of a log, once its operator has confirmed it
    AcceptKey(AcceptKeyArguments),
    /// 运行 · Answers logs
    Serve(HomeArguments),
    /// 各日志最后见证的日志头 · The heads cosigned last
    Status(HomeArguments),
}

/// Where the witness lives.
#[derive(Debug, Args)]
pub struct HomeArguments {
    /// 见证人目录 · Folder of the witness
    #[arg(long, value_name = "FOLDER")]
    home: PathBuf,
}

/// Arguments of `witness new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 名称，如 witness.example.cn/w1 · Name
    #[arg(long)]
    name: String,
    /// 监听的地址与端口 · Address and port to listen at
    #[arg(long)]
    listen: SocketAddr,
    /// 证书链（PEM）；不写则为明文 HTTP · Certificate chain, PEM; plain HTTP without
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    certificate: Option<PathBuf>,
    /// 证书的私钥（PEM）· Its key, PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    tls_key: Option<PathBuf>,
}

/// Arguments of `witness add-log`.
#[derive(Debug, Args)]
pub struct AddLogArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 日志公钥（vkey），须从平台之外得到 · Key of the log, got from elsewhere than the platform
    vkey: String,
}

/// Arguments of `witness accept-key`.
#[derive(Debug, Args)]
pub struct AcceptKeyArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 接任书，或其 JSON · The succession that both keys have signed, or the JSON with it
    #[arg(long, value_name = "FILE")]
    succession: PathBuf,
    /// 新公钥（vkey），须从平台之外得到 · The new key, got from elsewhere than the platform
    vkey: String,
}

/// The body of the act that brings a succession into the log.
#[derive(Deserialize)]
struct Body {
    succession: String,
}

/// What its people decide.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    listen: SocketAddr,
    name: String,
}

impl WitnessCommand {
    /// Runs the subcommand.
    pub fn run(self) -> ExitCode {
        let is_daemon = matches!(self, Self::Serve(_));
        telemetry::start(if is_daemon { Style::Machine } else { Style::Person });
        match self.done() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        }
    }

    fn done(self) -> Result<(), WitnessError> {
        match self {
            Self::New(arguments) => arguments.run(),
            Self::AddLog(AddLogArguments { home, vkey }) => add_log(&home.home, &vkey),
            Self::AcceptKey(AcceptKeyArguments { home, succession, vkey }) => {
                accept_key(&home.home, &succession, vkey)
            }
            Self::Serve(HomeArguments { home }) => {
                let failed = |error| WitnessError::File("the runtime".into(), error);
                tokio::runtime::Runtime::new().map_err(failed)?.block_on(serve(&home))
            }
            Self::Status(HomeArguments { home }) => status(&home),
        }
    }
}

impl NewArguments {
    fn run(self) -> Result<(), WitnessError> {
        let home = self.home.home;
        let path = settings_path(&home);
        // A second key under the same name would be a second witness; a lost memory under the old one a false one.
        if path.exists() || home.join("witness.key").exists() {
            return Err(WitnessError::Exists(home));
        }
        let witness = Witness::open(&home, &self.name, Clock::System)?;
        let settings = Settings {
            certificate: self.certificate,
            key: self.tls_key,
            listen: self.listen,
            name: self.name,
        };
        let text = toml::to_string(&settings).map_err(|_| WitnessError::Malformed(path.clone()))?;
        held::write(&path, text.as_bytes()).map_err(|error| WitnessError::File(path, error))?;
        println!("{}", witness.vkey());
        Ok(())
    }
}

fn add_log(home: &Path, vkey: &str) -> Result<(), WitnessError> {
    read_settings(home)?;
    let folder = Folder::at(home);
    let _alone = folder.lock()?;
    let origin = NoteVerifier::parse(vkey)?.name().to_owned();
    if let Some(known) = folder.log(&origin)? {
        // Another key of the same log is a matter of `accept-key`: what was cosigned is bound to the first.
        return if known.log == vkey { Ok(()) } else { Err(WitnessError::OtherOrigin(origin)) };
    }
    folder.keep(&LogFile { last: None, log: vkey.to_owned(), next: None, origin })
}

/// Both the succession and the key are needed. Whoever stole the old key can sign a succession; a key that was only told
/// continues nothing.
pub(super) fn accept_key(home: &Path, succession: &Path, vkey: String) -> Result<(), WitnessError> {
    let failed = |error| WitnessError::File(succession.to_owned(), error);
    let text = std::fs::read_to_string(succession).map_err(failed)?;
    let body = serde_json::from_str::<Body>(&text).map(|body| body.succession);
    let Succession { from, to } = Succession::open(&body.unwrap_or(text))?;
    let folder = Folder::at(home);
    let _alone = folder.lock()?;
    let other = || WitnessError::OtherOrigin(to.name().to_owned());
    let known = folder.log(to.name())?.ok_or_else(other)?;
    match &known.log {
        _ if to.vkey() != vkey => Err(WitnessError::OtherSuccession(to.vkey())),
        log if *log == vkey => Ok(()),
        log if *log == from.vkey() => folder.keep(&LogFile { next: Some(vkey), ..known }),
        _ => Err(WitnessError::OtherSuccession(to.vkey())),
    }
}

fn status(home: &Path) -> Result<(), WitnessError> {
    for log in Folder::at(home).logs()? {
        match log.last {
            Some(last) => println!("{} {} {}", log.origin, last.size, last.root),
            None => println!("{} 0", log.origin),
        }
    }
    Ok(())
}

async fn serve(home: &Path) -> Result<(), WitnessError> {
    let settings = read_settings(home)?;
    let _lock = daemon::lock(home, "lock").map_err(|error| match error {
        LockError::Held => WitnessError::Busy(home.to_owned()),
        LockError::File(error) => WitnessError::File(home.join("lock"), error),
    })?;
    let witness = Arc::new(Witness::open(home, &settings.name, Clock::System)?);
    tracing::info!(address = %settings.listen, key = witness.vkey(), "the witness answers");
    server::serve(witness, settings.listen, settings.certificate.zip(settings.key)).await
}

fn read_settings(home: &Path) -> Result<Settings, WitnessError> {
    let path = settings_path(home);
    let text = std::fs::read_to_string(&path).map_err(|error| WitnessError::File(path.clone(), error))?;
    toml::from_str(&text).map_err(|_| WitnessError::Malformed(path))
}

fn settings_path(home: &Path) -> PathBuf {
    home.join("witness.toml")
}
