//! How a panel comes together.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{Digest, ShortText};

bodies! {
    /// See [`super::LotCommand::CallPanel`].
    CallPanel {
        /** Salted commitments to experts, ascending. */ #[ts(type = "string[]")] commitments: Vec<Digest>,
    }
    /// See [`super::LotCommand::RecordPanelDraw`].
    RecordPanelDraw {
        /** The custodians' key of the draw label. */ label_key: String,
        /** The whole pool in drawn order. */ #[ts(type = "string[]")] ranked: Vec<Digest>,
    }
    /// See [`super::LotCommand::TakeSeat`].
    TakeSeat {
        /** The drawn commitment. */ #[ts(type = "string")] commitment: Digest,
        /** The salt that opens it to this person, 64 hexadecimal digits. */ salt: String,
    }
    /// See [`super::LotCommand::RecuseSelf`].
    RecuseSelf {
        /** The drawn commitment. */ #[ts(type = "string")] commitment: Digest,
        /** Why. */ reason: ShortText,
        /** The salt. */ salt: String,
    }
}
