//! Why a room cannot be followed.

use crate::client::Blame;

/// A fault of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomFault {
    /// A message that has not its form.
    #[error("a message has not its form")]
    Form,
    /// A number was left out.
    #[error("a fact was left out: after {last} came {n}")]
    Gap {
        /// The last that was heard.
        last: u64,
        /// What came.
        n: u64,
    },
    /// A fact that names another one before it than was heard.
    #[error("fact {n} does not follow from the one before it")]
    Chain {
        /// Which.
        n: u64,
    },
    /// This person may follow none of the wanted streams.
    #[error("this person may follow none of the streams asked for")]
    NoStream,
    /// The server closed the room to this follower.
    #[error("the server closed it with code {0}")]
    Closed(u16),
    /// Too many acts are under way.
    #[error("too many acts have no answer yet")]
    Busy,
}

impl RoomFault {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "room_form",
            Self::Gap { .. } => "room_gap",
            Self::Chain { .. } => "room_chain",
            Self::NoStream => "room_streams",
            Self::Closed(_) => "room_closed",
            Self::Busy => "room_busy",
        }
    }

    /// In Chinese.
    pub fn zh(self) -> String {
        match self {
            Self::Form => "消息格式不符".into(),
            Self::Gap { last, n } => format!("事实缺号：{last} 之后收到 {n}"),
            Self::Chain { n } => format!("第 {n} 条事实与前一条不衔接"),
            Self::NoStream => "您无权收听所选的内容".into(),
            Self::Closed(code) => format!("服务器以代码 {code} 关闭"),
            Self::Busy => "尚未答复的行为过多".into(),
        }
    }

    /// Who can mend it.
    pub fn blame(self) -> Blame {
        match self {
            Self::Form | Self::Gap { .. } | Self::Chain { .. } => Blame::Proof,
            Self::NoStream | Self::Closed(_) => Blame::Refused,
            Self::Busy => Blame::Line,
        }
    }
}
