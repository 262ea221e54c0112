//! After the award: the report, a winner that falls, the contract and what comes of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{BidId, Digest, LongText, ObjectionId};

bodies! {
    /// See [`super::LotCommand::ReturnToPanel`].
    ReturnToPanel {
        /** The upheld objection. */ objection: ObjectionId,
        /** What the panel has to look at again. */ reason: LongText,
    }
    /// See [`super::LotCommand::ReportAward`].
    ReportAward { /** How the tender went. */ text: LongText, }
    /// See [`super::LotCommand::ReportWinnerFallen`].
    ReportWinnerFallen {
        /** The winning bid, or that of the first candidate. */ bid: BidId,
        /** Why. */ reason: FallReason,
        /** What happened. */ text: LongText,
    }
    /// See [`super::LotCommand::DeclareRetender`].
    DeclareRetender { /** Why. */ reason: LongText, }
    /// See [`super::LotCommand::SignContract`].
    SignContract {
        /** SHA-256 of the contract. */ #[ts(type = "string")] contract_sha256: Digest,
        /** Its price in minor units: that of the bid. */ #[ts(type = "number")] price_minor: i64,
    }
    /// See [`super::LotCommand::AmendContract`].
    AmendContract {
        /** SHA-256 of the amendment. */ #[ts(type = "string")] amendment_sha256: Digest,
        /** Its number, from 1. */ number: u32,
        /** What it changes. */ text: LongText,
    }
    /// See [`super::LotCommand::RecordPerformance`].
    RecordPerformance {
        /** Whether what was due was done in time. */ is_on_time: bool,
        /** What was done. */ text: LongText,
    }
}

/// Why a winner, or a first candidate, does not get the contract (实施条例 55).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FallReason {
    /// 放弃中标.
    Withdrew,
    /// 因不可抗力不能履行合同.
    ForceMajeure,
    /// 不按招标文件提交履约保证金.
    NoPerformanceSecurity,
    /// 被查实存在影响中标结果的违法行为.
    UnlawfulConduct,
}
