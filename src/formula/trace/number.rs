//! Exact numbers as text, for people and for recomputing.
//! Not a reader of such text. Invariant: the exact value is always there, as a decimal or as a fraction beside it.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::formula::exact::{Exact, rounded};

/// Digits after the point that an exact decimal may need before a fraction is written instead.
const EXACT_DIGITS_MAX: u32 = 24;
/// Digits after the point of the decimal beside a fraction.
const ROUNDED_DIGITS: u32 = 10;

/// An exact number as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Number {
    /// The value as a decimal: exact if there is no fraction beside it, else rounded half-up to ten digits.
    pub decimal: String,
    /// The exact value "numerator/denominator" in lowest terms, where no short decimal is exact.
    pub fraction: Option<String>,
}

impl Number {
    /// The text of an exact value.
    pub(in crate::formula) fn of(value: &Exact) -> Self {
        match decimal_digits(value.denom()) {
            Some(digits) => Self { decimal: decimal_text(value, digits), fraction: None },
            None => Self {
                decimal: decimal_text(value, ROUNDED_DIGITS),
                fraction: Some(format!("{}/{}", value.numer(), value.denom())),
            },
        }
    }
}

/// How many digits after the point the fractions of `denominator` need; none if no short decimal is exact.
fn decimal_digits(denominator: &BigInt) -> Option<u32> {
    let (twos, rest) = divided_out(denominator.clone(), 2);
    let (fives, rest) = divided_out(rest, 5);
    let digits = twos.max(fives);
    (rest.is_one() && digits <= EXACT_DIGITS_MAX).then_some(digits)
}

/// How often `factor` divides `number` (no further than matters), and what is left.
fn divided_out(mut number: BigInt, factor: u32) -> (u32, BigInt) {
    let mut times = 0;
    while times <= EXACT_DIGITS_MAX && (&number % factor).is_zero() {
        number /= factor;
        times += 1;
    }
    (times, number)
}

fn decimal_text(value: &Exact, digits: u32) -> String {
    let scaled = rounded(value, digits) * BigInt::from(10).pow(digits);
    let width = digits.to_usize().unwrap_or_default();
    let padded = format!("{:0>least$}", scaled.to_integer().abs().to_string(), least = width + 1);
    let (whole, fraction) = padded.split_at(padded.len() - width);
    let sign = if scaled.is_negative() { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(numerator: i64, denominator: i64) -> (String, Option<String>) {
        let number = Number::of(&Exact::new(numerator.into(), denominator.into()));
        (number.decimal, number.fraction)
    }

    #[test]
    fn a_number_is_exact_or_says_that_it_is_not() {
        assert_eq!(number(5, 4), ("1.25".to_owned(), None));
        assert_eq!(number(-1, 80), ("-0.0125".to_owned(), None));
        assert_eq!(number(300, 1), ("300".to_owned(), None));
        assert_eq!(number(0, 1), ("0".to_owned(), None));
        assert_eq!(number(2, 3), ("0.6666666667".to_owned(), Some("2/3".to_owned())));
        assert_eq!(number(-1, 6), ("-0.1666666667".to_owned(), Some("-1/6".to_owned())));
        assert_eq!(number(1, 1 << 30), ("0.0000000009".to_owned(), Some("1/1073741824".to_owned())));
    }
}
