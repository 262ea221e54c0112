//! Why something did not work, grouped by who can mend it, with a stable code and words in both languages.

use std::io;
use std::path::{Path, PathBuf};

use kaibiao_crypto::act::ActError;
use kaibiao_crypto::checkpoint::NoteError;
use kaibiao_crypto::envelope::EnvelopeError;
use kaibiao_crypto::key::KeyError;
use kaibiao_crypto::payload::PayloadError;
use kaibiao_crypto::receipt::ReceiptError;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{BidError, RoomFault, UploadFault};

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The platform refused it by a rule.
    Refused,
    /// The line or the server: worth trying again.
    Line,
    /// Something that was to be proved is not: do not go on.
    Proof,
    /// Files or arguments at this computer.
    Input,
}

/// A refusal of the platform (RFC 9457).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Problem {
    /// Stable code.
    #[serde(default)]
    pub code: String,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// In Chinese.
    #[serde(default)]
    pub title: String,
    /// In English.
    #[serde(default)]
    pub title_en: String,
    /// Facts that help: limits, moments, fields.
    #[serde(flatten)]
    pub detail: Map<String, Value>,
}

impl Problem {
    /// The problem in the body of an answer; by its status alone if the body is none.
    pub fn of_answer(status: u16, body: &[u8]) -> Self {
        let mut problem: Self = serde_json::from_slice(body).unwrap_or_default();
        problem.detail.remove("type");
        problem.status = status;
        if problem.code.is_empty() {
            problem.code = format!("http_{status}");
        }
        if problem.title.is_empty() {
            problem.title = format!("服务器以状态码 {status} 拒绝");
        }
        if problem.title_en.is_empty() {
            problem.title_en = format!("The server refused with status {status}");
        }
        problem
    }
}

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The platform refused.
    #[error("{}", .0.title_en)]
    Refused(Box<Problem>),
    /// The server was not reached, after all retries.
    #[error("the server was not reached: {0}")]
    Line(String),
    /// An answer that has not its form.
    #[error("the server's answer has not its form: {0}")]
    Answer(&'static str),
    /// An upload that cannot go on by itself.
    #[error("the upload: {0}")]
    Upload(#[from] UploadFault),
    /// A room that cannot be followed.
    #[error("the room: {0}")]
    Room(#[from] RoomFault),
    /// Not `https`, nor `http` to this very computer.
    #[error("the address must be https, or http on this very computer: {0}")]
    Address(String),
    /// No certificate authority to trust.
    #[error("no certificate to trust: {0}")]
    TlsTrust(String),
    /// A head of the log that is not signed as it must be.
    #[error("the head of the log is not good: {0}")]
    Head(#[from] NoteError),
    /// The log does not begin with what was seen before.
    #[error("the log does not begin with the head that was seen before")]
    LogForked,
    /// Log or witnesses have other keys than at first use.
    #[error("the log has other keys than at first use; if the centre has announced it, say --trust-new-keys")]
    LogKeyChanged,
    /// The custodians are not those of first use.
    #[error(
        "fewer custodians than are needed are those of first use; if the centre has announced it, say --trust-new-keys"
    )]
    CustodiansChanged,
    /// The server gives another page than the one in this executable.
    #[error(
        "the server gives another {0} than this executable holds: it runs another release, or its page is not to be trusted"
    )]
    PageDiffers(String),
    /// A receipt that proves nothing.
    #[error("the receipt is not good: {0}")]
    Receipt(#[from] ReceiptError),
    /// A receipt, but for another act.
    #[error("the receipt is for another act")]
    ReceiptOfAnother,
    /// There is no key yet.
    #[error("no key at {}: make one with `kaibiao key new`", .0.display())]
    KeyMissing(PathBuf),
    /// There is a key already.
    #[error("a key is at {} already", .0.display())]
    KeyExists(PathBuf),
    /// Others may read the key file.
    #[error("others may read the key file {}: chmod 600", .0.display())]
    KeyExposed(PathBuf),
    /// The centre has not certified the key, or not any more.
    #[error("the centre does not accept this key: {0}")]
    KeyNotActive(&'static str),
    /// A key that cannot be used.
    #[error("the key: {0}")]
    Key(#[from] KeyError),
    /// An act that cannot be built.
    #[error("the act: {0}")]
    Act(#[from] ActError),
    /// A bid folder that cannot be sealed or submitted.
    #[error("the bid: {0}")]
    Bid(#[from] BidError),
    /// Sealing failed.
    #[error("sealing: {0}")]
    Envelope(#[from] EnvelopeError),
    /// Sealing failed.
    #[error("sealing: {0}")]
    Payload(#[from] PayloadError),
    /// No random numbers.
    #[error("the generator of random bytes failed")]
    Generator,
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A file that has not its form.
    #[error("{}: not in its form: {reason}", path.display())]
    FileForm {
        /// Which.
        path: PathBuf,
        /// Where.
        reason: String,
    },
    /// An argument.
    #[error("{0}")]
    Usage(String),
}

impl ClientError {
    /// A failure at a file.
    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    /// A file that has not its form.
    pub(super) fn form(path: &Path, reason: impl ToString) -> Self {
        Self::FileForm { path: path.to_owned(), reason: reason.to_string() }
    }

    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(problem) => &problem.code,
            Self::Line(_) => "line_lost",
            Self::Answer(_) => "unexpected_answer",
            Self::Upload(fault) => fault.code(),
            Self::Room(fault) => fault.code(),
            Self::Address(_) => "address",
            Self::TlsTrust(_) => "tls_trust",
            Self::Head(error) => error.code(),
            Self::LogForked => "log_forked",
            Self::LogKeyChanged => "log_key_changed",
            Self::CustodiansChanged => "custodians_changed",
            Self::PageDiffers(_) => "page_differs",
            Self::Receipt(error) => error.code(),
            Self::ReceiptOfAnother => "receipt_of_another",
            Self::KeyMissing(_) => "key_missing",
            Self::KeyExists(_) => "key_exists",
            Self::KeyExposed(_) => "key_exposed",
            Self::KeyNotActive(_) => "key_not_active",
            Self::Key(error) => error.code(),
            Self::Act(error) => error.code(),
            Self::Bid(error) => error.code(),
            Self::Envelope(error) => error.code(),
            Self::Payload(error) => error.code(),
            Self::Generator => "generator",
            Self::File { .. } => "file",
            Self::FileForm { .. } => "file_form",
            Self::Usage(_) => "usage",
        }
    }

    /// HTTP status, if the server answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// The facts that the server gave.
    pub fn detail(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Refused(problem) => Some(&problem.detail),
            _ => None,
        }
    }

    /// In English.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Refused(problem) => problem.title.clone(),
            Self::Line(reason) => format!("未能连接服务器：{reason}"),
            Self::Answer(what) => format!("服务器的答复格式不符：{what}"),
            Self::Upload(fault) => format!("上传：{}", fault.zh()),
            Self::Room(fault) => format!("开标室：{}", fault.zh()),
            Self::Address(address) => format!("地址须为 https，或本机的 http：{address}"),
            Self::TlsTrust(reason) => format!("没有可信的证书：{reason}"),
            Self::Head(error) => format!("日志头校验不通过：{error}"),
            Self::LogForked => "日志与先前见过的日志头不一致".into(),
            Self::PageDiffers(path) => {
                format!("服务器给出的 {path} 与本程序内置的不同：它运行的是另一版本，或者它的网页不可信")
            }
            Self::CustodiansChanged => {
                "托管人与首次使用时不同，相同的已不足门限；如中心已公告更换，请加 --trust-new-keys".into()
            }
            Self::LogKeyChanged => {
                "日志的密钥与首次使用时不同；若中心已公告更换，请加 --trust-new-keys".into()
            }
            Self::Receipt(error) => format!("回执校验不通过：{error}"),
            Self::ReceiptOfAnother => "回执不是这一行为的回执".into(),
            Self::KeyMissing(path) => format!("{} 处没有密钥，请先执行 kaibiao key new", path.display()),
            Self::KeyExists(path) => format!("{} 处已有密钥", path.display()),
            Self::KeyExposed(path) => format!("密钥文件 {} 可被他人读取，请执行 chmod 600", path.display()),
            Self::KeyNotActive(status) => format!("中心不接受此密钥：{status}"),
            Self::Key(error) => format!("密钥：{error}"),
            Self::Act(error) => format!("行为：{error}"),
            Self::Bid(error) => format!("投标文件：{}", error.zh()),
            Self::Envelope(error) => format!("加密封装：{error}"),
            Self::Payload(error) => format!("加密封装：{error}"),
            Self::Generator => "随机数发生器失灵".into(),
            Self::File { path, source } => format!("文件 {}：{source}", path.display()),
            Self::FileForm { path, reason } => format!("文件 {} 格式不符：{reason}", path.display()),
            Self::Usage(reason) => format!("参数有误：{reason}"),
        }
    }

    /// Who can mend it.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Refused(problem) if problem.status >= 500 => Blame::Line,
            Self::Refused(_) => Blame::Refused,
            Self::Line(_) | Self::Answer(_) => Blame::Line,
            Self::Upload(fault) => fault.blame(),
            Self::Room(fault) => fault.blame(),
            Self::Head(_)
            | Self::LogForked
            | Self::LogKeyChanged
            | Self::CustodiansChanged
            | Self::PageDiffers(_)
            | Self::Bid(BidError::NoticeDiffers(_) | BidError::Custodians)
            | Self::Receipt(_)
            | Self::ReceiptOfAnother => Blame::Proof,
            Self::Address(_)
            | Self::TlsTrust(_)
            | Self::KeyMissing(_)
            | Self::KeyExists(_)
            | Self::KeyExposed(_)
            | Self::KeyNotActive(_)
            | Self::Key(_)
            | Self::Act(_)
            | Self::Bid(_)
            | Self::Envelope(_)
            | Self::Payload(_)
            | Self::Generator
            | Self::File { .. }
            | Self::FileForm { .. }
            | Self::Usage(_) => Blame::Input,
        }
    }
}
