//! Why an upload cannot go on by itself.

use crate::client::Blame;

/// A fault of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadFault {
    /// The server forgot it, again and again.
    #[error("the server does not keep it")]
    Gone,
    /// At its address stands an upload of another length.
    #[error("another upload stands at its address")]
    OtherUpload,
    /// An answer that no server of this protocol gives.
    #[error("the server's answer has not its form")]
    UnexpectedAnswer,
}

impl UploadFault {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gone => "upload_gone",
            Self::OtherUpload => "upload_other",
            Self::UnexpectedAnswer => "upload_unexpected_answer",
        }
    }

    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Gone => "服务器没有保留它",
            Self::OtherUpload => "其地址上是另一个上传",
            Self::UnexpectedAnswer => "服务器的答复格式不符",
        }
    }

    /// Who can mend it.
    pub fn blame(self) -> Blame {
        match self {
            Self::Gone | Self::UnexpectedAnswer | Self::OtherUpload => Blame::Line,
        }
    }
}
