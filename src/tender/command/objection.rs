//! What bidders object to before the buyer and complain of before the supervisor, and what they are answered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{ComplaintId, Digest, Instant, LongText, LotId, ObjectionId};

bodies! {
    /// See [`super::TenderCommand::RaiseObjection`].
    RaiseObjection {
        /** What it is about. */ about: ObjectionAbout,
        /** Why, in law and in fact. */ argument: LongText,
        /** What is claimed; everybody reads it. */ claim: LongText,
        /** Digests of uploaded files, ascending. */ #[ts(type = "string[]")] evidence: Vec<Digest>,
        /** Its id. */ objection: ObjectionId,
        /** What is asked for. */ remedy: LongText,
        /** The lot; none exactly where it is about the document. */ #[ts(type = "string | null")] scope: Option<LotId>,
    }
    /// See [`super::TenderCommand::WithdrawObjection`].
    WithdrawObjection { /** The own one. */ objection: ObjectionId, }
    /// See [`super::TenderCommand::DecideObjection`].
    DecideObjection {
        /** What is decided. */ decision: CaseDecision,
        /** Which. */ objection: ObjectionId,
        /** Why. */ text: LongText,
    }
    /// See [`super::TenderCommand::FileComplaint`].
    FileComplaint {
        /** Why, in law and in fact. */ argument: LongText,
        /** What is claimed; everybody reads it once it is accepted. */ claim: LongText,
        /** Its id. */ complaint: ComplaintId,
        /** Digests of uploaded files, ascending. */ #[ts(type = "string[]")] evidence: Vec<Digest>,
        /** What it comes from. */ ground: ComplaintGround,
        /** What is asked for. */ remedy: LongText,
    }
    /// See [`super::TenderCommand::AcceptComplaint`].
    AcceptComplaint { /** Which. */ complaint: ComplaintId, }
    /// See [`super::TenderCommand::RefuseComplaint`].
    RefuseComplaint { /** Which. */ complaint: ComplaintId, /** Why. */ reason: LongText, }
    /// See [`super::TenderCommand::DecideComplaint`].
    DecideComplaint {
        /** Which. */ complaint: ComplaintId,
        /** What is decided. */ decision: CaseDecision,
        /** Why. */ text: LongText,
    }
}

/// What an objection is about (实施条例 22, 44, 54).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionAbout {
    /// 招标文件.
    Document,
    /// 开标, as a whole; what concerns the own line is said in the room.
    Opening,
    /// 评标结果.
    Candidates,
}

/// What an objection or a complaint comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CaseDecision {
    /// 成立.
    Upheld,
    /// 部分成立.
    PartlyUpheld,
    /// 不成立.
    Rejected,
}

/// What a complaint comes from: it decides when it must be filed (实施条例 60).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum ComplaintGround {
    /// The answer to an own objection, or that none came in time.
    Objection {
        /// Which.
        objection: ObjectionId,
    },
    /// Something else, on which no objection is asked for.
    Knowledge {
        /// When the complainant came to know of it.
        known_at: Instant,
        /// The lot; none: the whole tender.
        #[ts(type = "string | null")]
        scope: Option<LotId>,
    },
}
