//! Parameters of rules: exact decimals that are written as text.
//! Not for calculating: `exact()` gives the rational. Invariant: one value has one text, without trailing zeros.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::RuleFault;
use super::exact::Exact;
use crate::base::fixed::{self, Fixed};

/// Digits after the point that a parameter may have.
const SCALE_MAX: usize = 12;

/// An exact decimal such as "0.985"; on the wire that text. At most 2^53 − 1 as an integer of its last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Decimal {
    count: i64,
    scale: u32,
}

impl Decimal {
    /// A whole number.
    pub const fn whole(value: i32) -> Self {
        Self { count: value as i64, scale: 0 }.normal()
    }

    /// `count` hundredths: 85 is 0.85.
    pub const fn hundredths(count: i32) -> Self {
        Self { count: count as i64, scale: 2 }.normal()
    }

    /// `count` thousandths: 985 is 0.985.
    pub const fn thousandths(count: i32) -> Self {
        Self { count: count as i64, scale: 3 }.normal()
    }

    /// The value as an exact number.
    pub(super) fn exact(&self) -> Exact {
        Exact::new(BigInt::from(self.count), BigInt::from(10).pow(self.scale))
    }

    const fn normal(mut self) -> Self {
        while self.scale > 0 && self.count % 10 == 0 {
            self.count /= 10;
            self.scale -= 1;
        }
        self
    }
}

impl FromStr for Decimal {
    type Err = RuleFault;

    fn from_str(text: &str) -> Result<Self, RuleFault> {
        let fault = RuleFault::ParameterOutOfRange { parameter: "decimal" };
        let digits = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        if digits > SCALE_MAX || text.contains(',') {
            return Err(fault);
        }
        let scale = u32::try_from(digits).map_err(|_| fault)?;
        let count = fixed::parse(text, scale).map_err(|_| fault)?;
        Ok(Self { count, scale }.normal())
    }
}

impl TryFrom<String> for Decimal {
    type Error = RuleFault;

    fn try_from(text: String) -> Result<Self, RuleFault> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.to_string()
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.exact().cmp(&other.exact())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fixed { count: self.count, digits: self.scale, is_grouped: false }.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_text() {
        for (text, normal) in
            [("0.990", "0.99"), ("1.0", "1"), ("-0.50", "-0.5"), ("100", "100"), ("0.000", "0")]
        {
            assert_eq!(text.parse::<Decimal>().expect("a decimal").to_string(), normal);
        }
        assert_eq!("0.985".parse(), Ok(Decimal::thousandths(985)));
        assert_eq!("0.85".parse(), Ok(Decimal::hundredths(85)));
        assert!(Decimal::hundredths(85) < Decimal::whole(1));
    }

    #[test]
    fn refuses_what_is_not_a_bounded_decimal() {
        for text in ["", "1e-3", "1,000", "0.1234567890123", "9007199254740992", "NaN", "1/3"] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
        assert!(serde_json::from_str::<Decimal>("0.5").is_err(), "a JSON number is not a parameter");
    }
}
