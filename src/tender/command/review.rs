//! What the panel asks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{BidId, Digest, LongText, Points};

bodies! {
    /// See [`super::LotCommand::StartReview`].
    StartReview {}
    /// See [`super::LotCommand::JudgePreliminary`].
    JudgePreliminary { /** Every bid with every preliminary criterion. */ verdicts: Vec<Verdict>, }
    /// One expert's verdict on one criterion of one bid.
    Verdict {
        /** Bid. */ bid: BidId,
        /** Criterion. */ criterion: String,
        /** Met. */ is_met: bool,
        /** Why not; asked for when not met. */ reason: Option<Rejection>,
    }
    /// Why a bid is rejected (domain.md, 3).
    Rejection { /** Reason code. */ code: RejectionCode, /** Evidence: page and finding. */ evidence: LongText, }
    /// See [`super::LotCommand::CommitScores`].
    CommitScores {
        /** SHA-256(0x02 ‖ salt ‖ canonical scores). */ #[ts(type = "string")] commitment: Digest,
    }
    /// See [`super::LotCommand::RevealScores`].
    RevealScores {
        /** The salt, 64 hexadecimal digits. */ salt: String,
        /** Every standing bid with every scored criterion. */ scores: Vec<CriterionScore>,
    }
    /// One expert's score of one criterion of one bid.
    CriterionScore {
        /** Bid. */ bid: BidId,
        /** Criterion. */ criterion: String,
        /** Points in hundredths. */ points: Points,
        /** Why; asked for at 90 % or more and 60 % or less of a scored criterion's part. */ reason: Option<LongText>,
    }
    /// See [`super::LotCommand::SignStage`].
    SignStage {
        /** Bids that passed, ascending. */ passed: Vec<BidId>,
    }
    /// See [`super::LotCommand::SignReport`].
    SignReport {
        /** A written dissent. */ dissent: Option<LongText>,
        /** SHA-256 of the canonical report. */ #[ts(type = "string")] report_sha256: Digest,
    }
}

/// Compulsory reasons of rejection (招标投标法实施条例 51), and the tender document's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// Not stamped and signed.
    NotStampedAndSigned,
    /// Consortium without agreement.
    ConsortiumWithoutAgreement,
    /// Not qualified.
    NotQualified,
    /// Several bids or prices.
    MultipleBidsOrPrices,
    /// Below cost, or above the ceiling.
    BelowCostOrAboveCeiling,
    /// Does not respond to the document's essential requirements.
    NotResponsive,
    /// Collusion, fraud or bribery.
    CollusionFraudBribery,
    /// Another reason that the tender document names.
    TenderDocument,
}
