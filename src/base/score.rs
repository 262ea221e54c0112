//! Points that people are given: an integer of hundredths, as every published score is.
//! Not for calculating: formulas work on exact rationals and round once, here, when a score is published.
//! Invariant: a score fits ± (2^53 − 1) hundredths, so that canonical JSON carries it exactly.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use super::fixed::{self, EXACT_MAX, Fixed, FixedError};

/// Why points cannot be made, read or added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PointsError {
    /// The text is not `-?digits[.digits]`.
    #[error("not a decimal number of points")]
    Malformed,
    /// More than two digits after the point.
    #[error("points have two digits after the point")]
    TooFine,
    /// Beyond ± (2^53 − 1) hundredths.
    #[error("the points are out of range")]
    OutOfRange,
}

impl PointsError {
    /// Stable name: problem type, translation key and metric label.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "points_malformed",
            Self::TooFine => "points_too_fine",
            Self::OutOfRange => "points_out_of_range",
        }
    }
}

impl From<FixedError> for PointsError {
    fn from(error: FixedError) -> Self {
        match error {
            FixedError::Malformed => Self::Malformed,
            FixedError::TooFine => Self::TooFine,
            FixedError::OutOfRange => Self::OutOfRange,
        }
    }
}

/// Points in hundredths; 69.43 points are `6943`, on the wire too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "i64", into = "i64")]
#[ts(type = "number")]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);

    /// From hundredths. Errors: `points_out_of_range`.
    pub fn from_hundredths(hundredths: i64) -> Result<Self, PointsError> {
        if hundredths.unsigned_abs() > EXACT_MAX.unsigned_abs() {
            return Err(PointsError::OutOfRange);
        }
        Ok(Self(hundredths))
    }

    /// The exact value rounded to hundredths, a half away from zero (四舍五入). Errors: `points_out_of_range`.
    pub fn rounded(exact: &BigRational) -> Result<Self, PointsError> {
        let doubled = exact.abs() * BigInt::from(200);
        // ⌊(2·|x|·100 + 1) / 2⌋ is |x| in hundredths with a half rounded up, without a fraction of its own.
        let magnitude = ((doubled + BigInt::from(1)) / BigInt::from(2)).to_integer();
        let hundredths = magnitude.to_i64().ok_or(PointsError::OutOfRange)?;
        Self::from_hundredths(if exact.is_negative() { -hundredths } else { hundredths })
    }

    /// The points in hundredths.
    pub fn hundredths(&self) -> i64 {
        self.0
    }

    /// The same value as an exact number, for calculating.
    pub fn exact(&self) -> BigRational {
        BigRational::new(BigInt::from(self.0), BigInt::from(100))
    }

    /// The sum. Errors: `points_out_of_range`.
    pub fn checked_add(self, other: Self) -> Result<Self, PointsError> {
        Self::from_hundredths(self.0 + other.0)
    }

    /// The difference. Errors: `points_out_of_range`.
    pub fn checked_sub(self, other: Self) -> Result<Self, PointsError> {
        Self::from_hundredths(self.0 - other.0)
    }
}

/// Reads "8", "8.5", "69.43".
impl FromStr for Points {
    type Err = PointsError;

    fn from_str(text: &str) -> Result<Self, PointsError> {
        Ok(Self(fixed::parse(text, 2)?))
    }
}

impl TryFrom<i64> for Points {
    type Error = PointsError;

    fn try_from(hundredths: i64) -> Result<Self, PointsError> {
        Self::from_hundredths(hundredths)
    }
}

impl From<Points> for i64 {
    fn from(points: Points) -> Self {
        points.0
    }
}

/// Two digits after the point: "69.40".
impl fmt::Display for Points {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fixed { count: self.0, digits: 2, is_grouped: false }.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(numerator: i64, denominator: i64) -> Result<i64, PointsError> {
        let exact = BigRational::new(BigInt::from(numerator), BigInt::from(denominator));
        Points::rounded(&exact).map(|points| points.hundredths())
    }

    #[test]
    fn rounds_a_half_away_from_zero() {
        assert_eq!(rounded(69_425, 1_000), Ok(6_943));
        assert_eq!(rounded(694_249_999, 10_000_000), Ok(6_942));
        assert_eq!(rounded(-5, 1_000), Ok(-1));
        assert_eq!(rounded(-4_999, 1_000_000), Ok(0));
        assert_eq!(rounded(80, 1), Ok(8_000));
        assert_eq!(rounded(i64::MAX, 1), Err(PointsError::OutOfRange));
    }

    #[test]
    fn text_wire_and_integer_agree() {
        let points: Points = "69.4".parse().expect("points");
        assert_eq!((points.hundredths(), points.to_string().as_str()), (6_940, "69.40"));
        assert_eq!(serde_json::to_string(&points).expect("an integer"), "6940");
        assert_eq!("1.234".parse::<Points>(), Err(PointsError::TooFine));
        assert_eq!("x".parse::<Points>(), Err(PointsError::Malformed));
        assert!(serde_json::from_str::<Points>("69.4").is_err());
        assert!(serde_json::from_str::<Points>("9007199254740992").is_err());
    }

    #[test]
    fn sums_stay_in_range() {
        let most = Points::from_hundredths(EXACT_MAX).expect("the largest");
        assert_eq!(most.checked_add(most), Err(PointsError::OutOfRange));
        assert_eq!(most.checked_sub(most), Ok(Points::ZERO));
    }
}
