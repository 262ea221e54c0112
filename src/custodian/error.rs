//! What can go wrong at a custodian's own house: files, keys, arguments. Refusals of a release are `ReleaseRefused`.

use std::io;
use std::path::{Path, PathBuf};

use kaibiao_crypto::key::KeyError;
use kaibiao_crypto::threshold::ThresholdError;
use kaibiao_crypto::threshold::keygen::KeygenError;
use kaibiao_crypto::threshold::reshare::ReshareError;

use crate::client::ClientError;
use crate::pinned::PinnedError;

/// Why a command of a custodian ended.
#[derive(Debug, thiserror::Error)]
pub enum CustodianError {
    /// A file or folder.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The custodian's database.
    #[error("the custodian's state cannot be read or kept: {0}")]
    State(#[from] sqlx::Error),
    /// Its schema.
    #[error("the custodian's state cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The record's lines do not follow each other: somebody changed the state.
    #[error("the record is broken at line {0}")]
    RecordBroken(u64),
    /// A passphrase or a key file is needed, and not both.
    #[error("give a passphrase file with a first line, or a key file of at least 32 bytes")]
    Opener,
    /// The vault does not open with what was given.
    #[error("the vault does not open with this passphrase or key file")]
    WrongOpener,
    /// What is inside the vault is no vault's content.
    #[error("the vault is damaged; restore it from its backup")]
    VaultDamaged,
    /// There is no vault.
    #[error("no custodian lives in {0}; make one with `kaibiao custodian new`")]
    NoVault(PathBuf),
    /// Something stands there already and is not overwritten.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// Another command works in this house.
    #[error("another command is at work in {0}; wait until it has ended")]
    Busy(PathBuf),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A share.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// The key generation.
    #[error(transparent)]
    Keygen(#[from] KeygenError),
    /// The resharing.
    #[error(transparent)]
    Reshare(#[from] ReshareError),
    /// A certificate.
    #[error(transparent)]
    Certificate(PinnedError),
    /// A card that is not signed by the identity it names.
    #[error("the card of {0} is not signed by its own key")]
    Card(String),
    /// A file that is not what it should be.
    #[error("{0} is not {1}")]
    Malformed(PathBuf, &'static str),
    /// A ceremony.
    #[error(transparent)]
    Ceremony(#[from] super::ceremony::CeremonyError),
    /// The platform that relays.
    #[error("the platform is not reached or refuses: {}", .0.en())]
    Platform(#[from] ClientError),
}

impl From<PinnedError> for CustodianError {
    fn from(error: PinnedError) -> Self {
        match error {
            PinnedError::File(path, error) => Self::File(path, error),
            error @ PinnedError::Certificate(_) => Self::Certificate(error),
        }
    }
}

impl CustodianError {
    /// The file at `path` failed.
    pub(super) fn file(path: &Path, error: io::Error) -> Self {
        Self::File(path.to_owned(), error)
    }

    /// Stable code; of a refusal, the platform's.
    pub fn code(&self) -> &str {
        match self {
            Self::File(..) => "file",
            Self::State(_) | Self::Migration(_) => "custodian_state",
            Self::RecordBroken(_) => "record_broken",
            Self::Opener => "opener_missing",
            Self::WrongOpener => "wrong_opener",
            Self::VaultDamaged => "vault_damaged",
            Self::NoVault(_) => "no_vault",
            Self::Exists(_) => "exists",
            Self::Busy(_) => "house_busy",
            Self::NoRandomness => "generator",
            Self::Key(error) => error.code(),
            Self::Threshold(error) => error.code(),
            Self::Keygen(error) => error.code(),
            Self::Reshare(error) => error.code(),
            Self::Certificate(_) => "certificate",
            Self::Card(_) => "card_signature",
            Self::Malformed(..) => "malformed",
            Self::Ceremony(error) => error.code(),
            Self::Platform(error) => error.code(),
        }
    }

    /// What it is, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::File(path, _) => format!("文件读写失败：{}", path.display()),
            Self::State(_) | Self::Migration(_) => "托管人的状态库无法读写".to_owned(),
            Self::RecordBroken(line) => format!("行为记录在第 {line} 行断裂，可能被改动过"),
            Self::Opener => "请给出口令文件（首行非空），或至少 32 字节的密钥文件，二者择一".to_owned(),
            Self::WrongOpener => "口令或密钥文件不对，保险库打不开".to_owned(),
            Self::VaultDamaged => "保险库已损坏，请从备份恢复".to_owned(),
            Self::NoVault(path) => format!("{} 里没有托管人，请先运行 kaibiao custodian new", path.display()),
            Self::Exists(path) => format!("{} 已存在", path.display()),
            Self::Busy(path) => format!("{} 里另有命令正在运行，请等它结束", path.display()),
            Self::NoRandomness => "系统不能提供随机数".to_owned(),
            Self::Key(_) => "密钥无法使用".to_owned(),
            Self::Threshold(_) => "份额与委员会不符".to_owned(),
            Self::Keygen(_) => "密钥生成中断，原因见下".to_owned(),
            Self::Reshare(_) => "重分中断，原因见下".to_owned(),
            Self::Certificate(_) => "证书无法生成或读取".to_owned(),
            Self::Card(name) => format!("{name} 的名片不是由其身份密钥签署的"),
            Self::Malformed(path, _) => format!("{} 格式不符", path.display()),
            Self::Ceremony(_) => "仪式无法开始或继续，原因见下".to_owned(),
            Self::Platform(error) => error.zh(),
        }
    }
}
