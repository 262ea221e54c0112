//! `kaibiao lock`: files that nobody can read before a moment, in the format of drand's own tools. Needs no server.
//!
//! It is not a bid: such a file has no committee (see `kaibiao seal`).

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use kaibiao_crypto::beacon::{Beacon, Network};
use kaibiao_crypto::tlock_file;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::report::Report;
use crate::base::Instant;
use crate::client::ClientError;

/// A file of age with a lock on a round of drand's quicknet.
#[derive(Debug, Subcommand)]
pub enum LockCommand {
    /// 将文件锁定到某一时刻（drand quicknet，age 格式）· Lock a file until a moment, as a file of age
    Export(ExportArguments),
    /// 以该轮的公共信标打开 · Open such a file with the beacon of its round
    Open(OpenArguments),
}

/// Arguments of `lock export`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("moment").required(true)))]
pub struct ExportArguments {
    /// 要锁定的文件 · What to lock
    file: PathBuf,
    /// 锁定后的文件 · The locked file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 何时可开（RFC 3339）· From when it can be opened
    #[arg(long, group = "moment", value_name = "TIME", value_parser = unix_seconds)]
    at: Option<u64>,
    /// 信标轮次 · The round
    #[arg(long, group = "moment", value_parser = clap::value_parser!(u64).range(1..))]
    round: Option<u64>,
    /// 存为文本，便于邮寄 · As text, to be sent by mail
    #[arg(long)]
    armor: bool,
    /// 输出一行 JSON · Print one line of JSON
    #[arg(long = "json")]
    is_json: bool,
}

/// Arguments of `lock open`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("opener").required(true)))]
pub struct OpenArguments {
    /// 锁定的文件 · The locked file
    file: PathBuf,
    /// 打开后的文件 · What was in it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 信标文件（drand 的 JSON）· The beacon as drand's relays give it
    #[arg(long, group = "opener", value_name = "FILE")]
    beacon: Option<PathBuf>,
    /// 或直接输入该轮的签名 · Or the signature of the file's round, typed in
    #[arg(long, group = "opener", value_name = "HEX")]
    signature: Option<String>,
    /// 输出一行 JSON · Print one line of JSON
    #[arg(long = "json")]
    is_json: bool,
}

impl LockCommand {
    pub(super) fn is_json(&self) -> bool {
        match self {
            Self::Export(arguments) => arguments.is_json,
            Self::Open(arguments) => arguments.is_json,
        }
    }

    pub(super) fn run(&self) -> Result<Report, ClientError> {
        match self {
            Self::Export(arguments) => arguments.run(),
            Self::Open(arguments) => arguments.run(),
        }
    }
}

impl ExportArguments {
    fn run(&self) -> Result<Report, ClientError> {
        let network = Network::quicknet();
        let too_early = || ClientError::Usage("--at: before the network began, or no moment at all".into());
        let round = match self.at {
            Some(at) => network.round_at(at),
            None => self.round,
        };
        let round = round.ok_or_else(too_early)?;
        let file = tlock_file::encrypt(network, round, &read(&self.file)?)
            .map_err(|error| ClientError::form(&self.file, error))?;
        let file = if self.armor { tlock_file::armored(&file).into_bytes() } else { file };
        write(&self.out, &file)?;
        let (path, opens) = (self.out.display(), opens_at(network, round));
        Ok(Report::new(
            format!("已锁定为 {path}：第 {round} 轮（{opens}）之前无人能打开"),
            format!("Locked as {path}: nobody opens it before round {round} ({opens})"),
            json!({"path": self.out, "round": round, "chain": network.chain(), "opens_at": opens}),
        ))
    }
}

impl OpenArguments {
    fn run(&self) -> Result<Report, ClientError> {
        let (network, file) = (Network::quicknet(), read(&self.file)?);
        let of_file = |error| ClientError::form(&self.file, error);
        let round = tlock_file::round_of(network, &file).map_err(of_file)?;
        let beacon = match (&self.beacon, &self.signature) {
            (Some(path), _) => {
                Beacon::from_json(network, &read(path)?).map_err(|error| ClientError::form(path, error))
            }
            (None, Some(signature)) => Beacon::typed(network, &round.to_string(), signature)
                .map_err(|error| ClientError::Usage(format!("--signature: {error}"))),
            (None, None) => Err(ClientError::Usage("--beacon or --signature".into())),
        }?;
        let content = tlock_file::decrypt(&beacon, &file).map_err(of_file)?;
        write(&self.out, &content)?;
        let path = self.out.display();
        Ok(Report::new(
            format!("第 {round} 轮信标已验证；内容存为 {path}"),
            format!("The beacon of round {round} is good; the content is saved as {path}"),
            json!({"path": self.out, "round": round, "bytes": content.len()}),
        ))
    }
}

fn opens_at(network: &Network, round: u64) -> String {
    let millis = network.time_of(round).and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1000));
    millis.map_or_else(|| "—".to_owned(), |millis| Instant(millis).to_string())
}

fn unix_seconds(text: &str) -> Result<u64, String> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|error| error.to_string())?;
    u64::try_from(moment.unix_timestamp()).map_err(|_| "before 1970".to_owned())
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|error| ClientError::file(path, error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ClientError> {
    std::fs::write(path, bytes).map_err(|error| ClientError::file(path, error))
}
