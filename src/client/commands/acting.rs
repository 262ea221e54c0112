//! `kaibiao key` and `kaibiao act`.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use kaibiao_crypto::key::Algorithm;
use serde_json::{Value, json};

use super::account::Account;
use super::report::{Report, verified};
use crate::base::{LotId, Role, TenderId};
use crate::client::submit::save_receipt;
use crate::client::{ActRequest, ClientError, KeyStanding};

/// The signing key of this computer.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// 生成密钥；给出登录名时一并请中心签发证书 · Make a key; with a login, have it certified too
    New {
        /// Where, and for whom.
        #[command(flatten)]
        arguments: KeyArguments,
        /// 算法；国密为 sm2 · The algorithm; the national one is sm2
        #[arg(long, value_enum, default_value_t)]
        alg: KeyAlgorithm,
    },
    /// 显示密钥标识；给出登录名时一并显示其状态 · Show the key's id; with a login, what it is good for
    Show(KeyArguments),
}

/// What a key signs with.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum KeyAlgorithm {
    /// Ed25519 (RFC 8032)
    #[default]
    Ed25519,
    /// ECDSA P-256 · SHA-256
    P256,
    /// SM2 · SM3（GB/T 32918）
    Sm2,
}

impl From<KeyAlgorithm> for Algorithm {
    fn from(named: KeyAlgorithm) -> Self {
        match named {
            KeyAlgorithm::Ed25519 => Self::Ed25519,
            KeyAlgorithm::P256 => Self::P256,
            KeyAlgorithm::Sm2 => Self::Sm2,
        }
    }
}

/// Arguments of `key`.
#[derive(Debug, Args)]
pub struct KeyArguments {
    #[command(flatten)]
    account: Account,
    /// 设备名 · Name of this computer
    #[arg(long, default_value = "kaibiao")]
    name: String,
}

/// Arguments of `act`.
#[derive(Debug, Args)]
pub struct ActArguments {
    /// Who and where.
    #[command(flatten)]
    pub account: Account,
    /// 行为名称 · The act's type, such as PublishTender
    kind: String,
    /// 内容：JSON、@文件，或 - 表示标准输入 · Its fields: JSON, @file, or - for standard input
    #[arg(default_value = "{}")]
    body: String,
    /// 招标项目 · The tender
    #[arg(long)]
    tender: Option<TenderId>,
    /// 标段 · The lot
    #[arg(long)]
    lot: Option<LotId>,
    /// 角色 · The role: registrar, buyer, host, recorder, bidder, expert, supervisor
    #[arg(long, value_parser = role)]
    role: Role,
    /// 回执存放处 · Where to save the receipt
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

impl KeyCommand {
    pub(super) fn account(&self) -> &Account {
        match self {
            Self::New { arguments, .. } | Self::Show(arguments) => &arguments.account,
        }
    }

    pub(super) async fn run(self) -> Result<Report, ClientError> {
        match self {
            Self::New { arguments, alg } => {
                let home = arguments.account.home();
                let key = home.make_key(alg.into())?;
                let standing = match arguments.account.login {
                    None => KeyStanding::Unknown,
                    Some(_) => {
                        let client = arguments.account.reader().await?;
                        let me = client.certify_key(&key, &arguments.name).await?;
                        me.standing(key.public().key_id())
                    }
                };
                Ok(describe(&key, standing))
            }
            Self::Show(arguments) => {
                let key = arguments.account.home().key()?;
                let standing = match arguments.account.login {
                    None => KeyStanding::Unknown,
                    Some(_) => arguments.account.reader().await?.me().await?.standing(key.public().key_id()),
                };
                Ok(describe(&key, standing))
            }
        }
    }
}

fn describe(key: &kaibiao_crypto::key::SigningKey, standing: KeyStanding) -> Report {
    let key_id = key.public().key_id();
    Report::new(
        format!("签名密钥 {key_id}（{}）", standing.zh()),
        format!("Signing key {key_id} ({})", standing.name()),
        json!({"key_id": key_id, "alg": key.public().alg().byte(), "status": standing.name(), "spki": key.public()}),
    )
}

impl ActArguments {
    pub(super) async fn run(self) -> Result<Report, ClientError> {
        let request = ActRequest {
            kind: self.kind,
            tender: self.tender,
            lot: self.lot,
            role: self.role,
            body: body(&self.body)?,
        };
        let accepted = self.account.signatory().await?.act(&request).await?;
        if let Some(path) = &self.receipt {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            save_receipt(
                path.parent().unwrap_or(Path::new(".")),
                name.as_deref().unwrap_or("receipt.txt"),
                &accepted,
            )?;
        }
        let (index, at, (zh, en)) = (accepted.index, accepted.ts, verified(&accepted));
        let is_witnessed = accepted.is_witnessed;
        Ok(Report::new(
            format!("已记入日志第 {index} 号，时间 {at}；{zh}"),
            format!("Logged as entry {index} at {at}; {en}"),
            json!({
                "index": index, "ts": at, "is_witnessed": is_witnessed, "events": accepted.events,
                "receipt": accepted.receipt,
            }),
        ))
    }
}

/// The fields of an act. Error: `usage`, `file`.
pub(super) fn body(argument: &str) -> Result<Value, ClientError> {
    let text = if argument == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| ClientError::file(Path::new("standard input"), error))?;
        text
    } else if let Some(path) = argument.strip_prefix('@') {
        std::fs::read_to_string(path).map_err(|error| ClientError::file(Path::new(path), error))?
    } else {
        argument.to_owned()
    };
    match serde_json::from_str(&text) {
        Ok(body @ Value::Object(_)) => Ok(body),
        Ok(_) => Err(ClientError::Usage("the body is a JSON object".into())),
        Err(error) => Err(ClientError::Usage(format!("the body is not JSON: {error}"))),
    }
}

fn role(text: &str) -> Result<Role, String> {
    serde_json::from_value(Value::from(text)).map_err(|_| "no such role".to_owned())
}
