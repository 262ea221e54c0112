//! Amounts of money: an integer of minor units (分) with its currency.
//! Not here: conversion between currencies, rates, taxes. Invariant: an amount fits ± (2^53 − 1) minor units, so that
//! canonical JSON and a browser carry it exactly; arithmetic that would leave the range, or mix currencies, is an error.

mod capital;
mod currency;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use super::fixed::{self, EXACT_MAX, Fixed, FixedError};

pub use currency::Currency;

/// Why an amount cannot be made, read or added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// A currency is three capital letters.
    #[error("a currency is three capital letters")]
    CurrencyMalformed,
    /// The text is not `-?digits[.digits]`, thousands separated by commas or not at all.
    #[error("not a decimal amount")]
    AmountMalformed,
    /// The text has more digits after the point than the currency's minor unit.
    #[error("finer than the minor unit of the currency")]
    AmountTooFine,
    /// Beyond ± (2^53 − 1) minor units.
    #[error("the amount is out of range")]
    AmountOutOfRange,
    /// Two amounts of different currencies.
    #[error("amounts of different currencies")]
    CurrencyMismatch,
    /// Capital numerals are defined for renminbi only.
    #[error("only renminbi is written in capital numerals")]
    NotRenminbi,
}

impl MoneyError {
    /// Stable name: problem type, translation key and metric label.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CurrencyMalformed => "currency_malformed",
            Self::AmountMalformed => "amount_malformed",
            Self::AmountTooFine => "amount_too_fine",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::NotRenminbi => "not_renminbi",
        }
    }
}

impl From<FixedError> for MoneyError {
    fn from(error: FixedError) -> Self {
        match error {
            FixedError::Malformed => Self::AmountMalformed,
            FixedError::TooFine => Self::AmountTooFine,
            FixedError::OutOfRange => Self::AmountOutOfRange,
        }
    }
}

/// An amount: minor units and currency. On the wire `{"currency":"CNY","minor":1234567890}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "MoneyFields")]
pub struct Money {
    #[ts(type = "number")]
    minor: i64,
    currency: Currency,
}

/// The fields as they are read, before the range is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyFields {
    minor: i64,
    currency: Currency,
}

impl TryFrom<MoneyFields> for Money {
    type Error = MoneyError;

    fn try_from(fields: MoneyFields) -> Result<Self, MoneyError> {
        Self::new(fields.minor, fields.currency)
    }
}

impl Money {
    /// The largest amount in minor units, and the negative of the smallest: 2^53 − 1.
    pub const MINOR_MAX: i64 = EXACT_MAX;

    /// An amount of `minor` units. Errors: `amount_out_of_range`.
    pub fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor.unsigned_abs() > Self::MINOR_MAX.unsigned_abs() {
            return Err(MoneyError::AmountOutOfRange);
        }
        Ok(Self { minor, currency })
    }

    /// Reads major units as decimal text: "12345678.9", "12,345,678.90", "-0.05".
    /// Errors: `amount_malformed`, `amount_too_fine`, `amount_out_of_range`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Ok(Self { minor: fixed::parse(text, currency.minor_digits())?, currency })
    }

    /// The amount in minor units.
    pub fn minor(&self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum. Errors: `currency_mismatch`, `amount_out_of_range`.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        // Two amounts in range cannot overflow an i64; `new` checks the range of the sum.
        Self::new(self.minor + other.minor, self.currency)
    }

    /// The difference. Errors: `currency_mismatch`, `amount_out_of_range`.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.minor - other.minor, self.currency)
    }

    /// The amount `times` over. Errors: `amount_out_of_range`.
    pub fn checked_mul(self, times: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(times).ok_or(MoneyError::AmountOutOfRange)?;
        Self::new(minor, self.currency)
    }

    /// The amount in capital Chinese numerals (大写), "壹仟贰佰叁拾肆元伍角陆分". Errors: `not_renminbi`.
    pub fn capital(&self) -> Result<String, MoneyError> {
        if self.currency == Currency::CNY {
            Ok(capital::capital(self.minor))
        } else {
            Err(MoneyError::NotRenminbi)
        }
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch) }
    }
}

/// Major units with separators and without the currency: "12,345,678.90".
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fixed { count: self.minor, digits: self.currency.minor_digits(), is_grouped: true }.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(text: &str) -> Money {
        Money::parse(text, Currency::CNY).expect("a decimal amount")
    }

    #[test]
    fn text_and_integer_agree() {
        assert_eq!(yuan("12345678.9").minor(), 1_234_567_890);
        assert_eq!(yuan("12345678.9").to_string(), "12,345,678.90");
        assert_eq!(yuan("-0.05").to_string(), "-0.05");
        assert_eq!(Money::parse("1.234", Currency::CNY), Err(MoneyError::AmountTooFine));
        let yen = Money::parse("12,345", "JPY".parse().expect("three letters")).expect("whole yen");
        assert_eq!((yen.minor(), yen.to_string().as_str()), (12_345, "12,345"));
        assert_eq!(yen.capital(), Err(MoneyError::NotRenminbi));
        assert_eq!(yuan("1,000.00").capital().expect("renminbi"), "壹仟元整");
    }

    #[test]
    fn arithmetic_stays_in_range_and_currency() {
        let most = Money::new(Money::MINOR_MAX, Currency::CNY).expect("the largest amount");
        let dollar = Money::new(100, "USD".parse().expect("three letters")).expect("a dollar");
        assert_eq!(yuan("1.50").checked_add(yuan("0.55")), Ok(yuan("2.05")));
        assert_eq!(yuan("1.50").checked_sub(yuan("2")), Ok(yuan("-0.50")));
        assert_eq!(yuan("1.50").checked_mul(-3), Ok(yuan("-4.50")));
        assert_eq!(most.checked_add(yuan("0.01")), Err(MoneyError::AmountOutOfRange));
        assert_eq!(most.checked_mul(i64::MAX), Err(MoneyError::AmountOutOfRange));
        assert_eq!(most.checked_add(dollar), Err(MoneyError::CurrencyMismatch));
        assert_eq!(Money::new(i64::MIN, Currency::CNY), Err(MoneyError::AmountOutOfRange));
    }

    #[test]
    fn the_wire_has_an_integer_and_a_currency() {
        let json = serde_json::to_string(&yuan("12345678.90")).expect("plain data");
        assert_eq!(json, r#"{"minor":1234567890,"currency":"CNY"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).expect("what was written"), yuan("12345678.90"));
        for hostile in [
            r#"{"minor":9007199254740992,"currency":"CNY"}"#,
            r#"{"minor":1.5,"currency":"CNY"}"#,
            r#"{"minor":1,"currency":"CNY","rate":2}"#,
        ] {
            assert!(serde_json::from_str::<Money>(hostile).is_err(), "{hostile}");
        }
    }
}
