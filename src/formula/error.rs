//! What can be wrong: with a rule as it is written (the editor's fault), or with what it is applied to (the caller's).
//! Invariant: every error has a stable `code()`; no formula panics instead.

use thiserror::Error;

use crate::base::PointsError;

/// A rule that may not be published as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RuleFault {
    /// A parameter lies outside the range that its documentation states.
    #[error("parameter {parameter} is out of range")]
    ParameterOutOfRange {
        /// Name of the field, as it is written in the rule.
        parameter: &'static str,
    },
    /// The formula is not allowed under this body of law.
    #[error("the formula is not lawful in this regime")]
    NotLawful,
    /// The check for abnormally low prices is weaker, or stronger, than the law lets a document make it.
    #[error("the thresholds for abnormally low prices are outside what the law allows")]
    AbnormalThresholds,
}

impl RuleFault {
    /// Stable name: problem type, translation key and metric label.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ParameterOutOfRange { .. } => "parameter_out_of_range",
            Self::NotLawful => "formula_not_lawful",
            Self::AbnormalThresholds => "abnormal_thresholds",
        }
    }
}

/// A calculation that cannot be made from these inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormulaError {
    /// The rule itself is at fault.
    #[error(transparent)]
    Rule(#[from] RuleFault),
    /// A score does not fit its integer.
    #[error(transparent)]
    Points(#[from] PointsError),
    /// Nothing is left to score: every bid is rejected or above the ceiling.
    #[error("no valid bid")]
    NoValidBid,
    /// More than [`super::BIDS_MAX`] bids.
    #[error("too many bids")]
    TooManyBids,
    /// Two bids, marks or standings have the same id.
    #[error("an id occurs twice")]
    DuplicateId,
    /// Two bids have the same lottery number, so their order is not defined.
    #[error("a lottery number occurs twice")]
    DuplicateLottery,
    /// A valid bid's price is zero or negative.
    #[error("a price is not positive")]
    PriceNotPositive,
    /// The formula needs the ceiling of the lot.
    #[error("the ceiling is missing")]
    CeilingMissing,
    /// The ceiling is zero or negative.
    #[error("the ceiling is not positive")]
    CeilingNotPositive,
    /// The coefficient is to be drawn and no drawn value was given.
    #[error("the coefficient has not been drawn")]
    CoefficientMissing,
    /// The drawn value is not one of those that the rule lists.
    #[error("the drawn coefficient is not one of the rule's")]
    CoefficientUnknown,
    /// The formula needs technical and business points of every valid bid.
    #[error("the quality points of a bid are missing")]
    QualityMissing,
    /// A mark lies outside 0 and the maximum of its item.
    #[error("a mark is outside its range")]
    MarkOutOfRange,
    /// No mark is left to take the mean of: none was given, or all are void.
    #[error("no valid mark")]
    NoValidMark,
}

impl FormulaError {
    /// Stable name: problem type, translation key and metric label.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(fault) => fault.code(),
            Self::Points(error) => error.code(),
            Self::NoValidBid => "no_valid_bid",
            Self::TooManyBids => "too_many_bids",
            Self::DuplicateId => "duplicate_id",
            Self::DuplicateLottery => "duplicate_lottery",
            Self::PriceNotPositive => "price_not_positive",
            Self::CeilingMissing => "ceiling_missing",
            Self::CeilingNotPositive => "ceiling_not_positive",
            Self::CoefficientMissing => "coefficient_missing",
            Self::CoefficientUnknown => "coefficient_unknown",
            Self::QualityMissing => "quality_missing",
            Self::MarkOutOfRange => "mark_out_of_range",
            Self::NoValidMark => "no_valid_mark",
        }
    }
}
