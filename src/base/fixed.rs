//! Text of integers that count a fixed decimal fraction of a unit ("12,345.60" ↔ 1234560 at two digits).
//! Not a number type: only the one scanner and the one printer that money and scores share.
//! Invariant: what `Fixed` prints, `parse` reads back to the same integer.

use std::fmt;

/// The largest magnitude that canonical JSON carries exactly: 2^53 − 1 (RFC 8785, section 3.2.2.3).
pub(crate) const EXACT_MAX: i64 = 9_007_199_254_740_991;

/// Why a decimal text is not a count of fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FixedError {
    /// Not `-?digits[.digits]`, or thousands separators in wrong places.
    Malformed,
    /// More digits after the point than the unit has.
    TooFine,
    /// Beyond ± (2^53 − 1) fractions.
    OutOfRange,
}

/// Reads `-?digits[.digits]`, with commas either nowhere or before every third digit, as a count of 10^-`digits`.
pub(crate) fn parse(text: &str, digits: u32) -> Result<i64, FixedError> {
    let (is_negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match magnitude.split_once('.') {
        Some((_, "")) => return Err(FixedError::Malformed),
        Some(parts) => parts,
        None => (magnitude, ""),
    };
    let whole = without_separators(whole)?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FixedError::Malformed);
    }
    let missing = (digits as usize).checked_sub(fraction.len()).ok_or(FixedError::TooFine)?;
    let padding = std::iter::repeat_n(b'0', missing);
    let mut count = 0_i64;
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        // The bound is checked at each digit, so a long text cannot overflow the product.
        count = count * 10 + i64::from(digit - b'0');
        if count > EXACT_MAX {
            return Err(FixedError::OutOfRange);
        }
    }
    Ok(if is_negative { -count } else { count })
}

fn without_separators(whole: &str) -> Result<String, FixedError> {
    let groups: Vec<&str> = whole.split(',').collect();
    let is_digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped =
        groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if is_grouped && groups.iter().all(is_digits) { Ok(groups.concat()) } else { Err(FixedError::Malformed) }
}

/// Prints a count of 10^-`digits`, all digits after the point, thousands separated by commas if `is_grouped`.
pub(crate) struct Fixed {
    /// How many fractions.
    pub(crate) count: i64,
    /// Digits after the point.
    pub(crate) digits: u32,
    /// "12,345.60" rather than "12345.60".
    pub(crate) is_grouped: bool,
}

impl fmt::Display for Fixed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let padded = format!("{:0>width$}", self.count.unsigned_abs(), width = self.digits as usize + 1);
        let (whole, fraction) = padded.split_at(padded.len() - self.digits as usize);
        if self.count < 0 {
            out.write_str("-")?;
        }
        for (at, digit) in whole.char_indices() {
            if self.is_grouped && at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.write_str(",")?;
            }
            write!(out, "{digit}")?;
        }
        if fraction.is_empty() { Ok(()) } else { write!(out, ".{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plain_and_grouped_text() {
        assert_eq!(parse("12345678.90", 2), Ok(1_234_567_890));
        assert_eq!(parse("12,345,678.9", 2), Ok(1_234_567_890));
        assert_eq!(parse("-0.05", 2), Ok(-5));
        assert_eq!(parse("007", 0), Ok(7));
    }

    #[test]
    fn refuses_what_is_not_a_decimal() {
        for text in [
            "", "-", ".5", "5.", "1,23", ",123", "1,2345", "1 000", "+1", "1e3", "1.2.3", "--1", "１", "1.-5",
        ] {
            assert_eq!(parse(text, 2), Err(FixedError::Malformed), "{text:?}");
        }
        assert_eq!(parse("1.234", 2), Err(FixedError::TooFine));
        assert_eq!(parse("90071992547409.92", 2), Err(FixedError::OutOfRange));
        assert_eq!(parse(&"9".repeat(400), 2), Err(FixedError::OutOfRange));
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for count in [0, 1, -1, 99, 100, -12_345, 1_234_567_890, EXACT_MAX, -EXACT_MAX] {
            for (digits, is_grouped) in [(0, true), (2, true), (2, false), (3, true)] {
                let text = Fixed { count, digits, is_grouped }.to_string();
                assert_eq!(parse(&text, digits), Ok(count), "{text}");
            }
        }
    }
}
