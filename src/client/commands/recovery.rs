//! `kaibiao recovery`: the offline key that stands in for a beacon, should drand fail. One file makes a key of its own
//! for each tender, so that publishing one says nothing of the others. Only `publish` needs a server.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use kaibiao_crypto::envelope::{RecoveryMaster, RecoverySecret};
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::account::Account;
use super::report::Report;
use crate::base::TenderId;
use crate::client::ClientError;
use crate::held;
use crate::tender::FloorKey;

/// The recovery keys of a centre's tenders.
#[derive(Debug, Subcommand)]
pub enum RecoveryCommand {
    /// 生成主密钥文件，离线保管 · Make the file of the master key, to be kept offline
    New(NewArguments),
    /// 某项目的公钥：写入公告 · The public key for a tender, to be named in its notice
    Key(KeyArguments),
    /// 信标失效时，公布某项目的恢复密钥 · The beacon has failed: publish the key of one tender
    Publish(PublishArguments),
}

/// Arguments of `recovery new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    /// 写入的文件 · Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 输出一行 JSON · Print one line of JSON
    #[arg(long = "json")]
    is_json: bool,
}

/// Arguments of `recovery key`.
#[derive(Debug, Args)]
pub struct KeyArguments {
    /// 主密钥文件 · The file of the master key
    #[arg(long = "master", value_name = "FILE")]
    master: PathBuf,
    /// 招标项目 · The tender
    #[arg(long)]
    tender: TenderId,
    /// 输出一行 JSON · Print one line of JSON
    #[arg(long = "json")]
    is_json: bool,
}

/// Arguments of `recovery publish`.
#[derive(Debug, Args)]
pub struct PublishArguments {
    #[command(flatten)]
    account: Account,
    /// 主密钥文件 · The file of the master key
    #[arg(long = "master", value_name = "FILE")]
    master: PathBuf,
    /// 招标项目 · The tender
    #[arg(long)]
    tender: TenderId,
}

impl RecoveryCommand {
    pub(super) fn is_json(&self) -> bool {
        match self {
            Self::New(arguments) => arguments.is_json,
            Self::Key(arguments) => arguments.is_json,
            Self::Publish(arguments) => arguments.account.is_json,
        }
    }

    pub(super) async fn run(self) -> Result<Report, ClientError> {
        match self {
            Self::New(arguments) => arguments.run(),
            Self::Key(arguments) => arguments.run(),
            Self::Publish(arguments) => arguments.run().await,
        }
    }
}

impl NewArguments {
    fn run(self) -> Result<Report, ClientError> {
        let failed = |error| ClientError::file(&self.out, error);
        // A master key that is overwritten takes the keys of all its tenders along.
        if held::read(&self.out).map_err(failed)?.is_some() {
            return Err(ClientError::KeyExists(self.out));
        }
        let master = RecoveryMaster::generate(&SystemRandom::new()).map_err(|_| ClientError::Generator)?;
        let text = Zeroizing::new(hex::encode(master.expose()));
        held::write(&self.out, text.as_bytes()).map_err(failed)?;
        let path = self.out.display();
        Ok(Report::new(
            format!("主密钥存于 {path}：请离线保管并另存一份"),
            format!("The master key is at {path}: keep it offline, and a copy elsewhere"),
            json!({"path": self.out}),
        ))
    }
}

impl KeyArguments {
    fn run(self) -> Result<Report, ClientError> {
        let key = hex::encode(secret(&self.master, self.tender)?.public().to_bytes());
        Ok(Report::new(
            format!("本项目的恢复公钥：{key}"),
            format!("The recovery key of this tender: {key}"),
            json!({"tender": self.tender, "recovery": key}),
        ))
    }
}

impl PublishArguments {
    async fn run(self) -> Result<Report, ClientError> {
        let secret = hex::encode(secret(&self.master, self.tender)?.expose());
        let client = self.account.reader().await?;
        let path = format!("/api/tenders/{}/floor-keys", self.tender);
        let _: Value = client.post(&path, &FloorKey::Recovery { secret }).await?;
        Ok(Report::new(
            "恢复密钥已公布并记入日志：开标不再等待信标，仍须托管人放出密钥",
            "The recovery key is published and in the log: the opening waits for no beacon, and for the custodians as before",
            json!({"tender": self.tender}),
        ))
    }
}

fn secret(master: &Path, tender: TenderId) -> Result<RecoverySecret, ClientError> {
    let text = std::fs::read_to_string(master).map(Zeroizing::new);
    let text = text.map_err(|error| ClientError::file(master, error))?;
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), bytes.as_mut())
        .map_err(|_| ClientError::form(master, "64 hexadecimal digits"))?;
    Ok(RecoveryMaster::from_bytes(&bytes).of_tender(tender.0.as_bytes()))
}
