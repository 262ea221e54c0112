//! Numbers of JSON as exact decimal text.
//!
//! The core has no floats, and `serde_json` reads a number with a fraction as one. So a number is never parsed by it: its
//! text is taken raw from the file and only its notation is changed here.

/// Digits before or behind the point; far beyond any amount that is in range.
const DIGITS_MAX: i32 = 40;

/// The number `text` (RFC 8259, 6) without exponent and needless zeros: `1.50e3` → `1500`, `0.10` → `0.1`.
/// None if it is no number or has more than [`DIGITS_MAX`] digits.
pub(super) fn plain(text: &str) -> Option<String> {
    let (sign, magnitude) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || mantissa.ends_with('.') {
        return None;
    }
    let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let count = i32::try_from(digits.len()).ok()?;
    if count > DIGITS_MAX || !(-DIGITS_MAX..=DIGITS_MAX).contains(&point) {
        return None;
    }
    let padded = format!("{}{digits}{}", zeros(-point), zeros(point - count));
    let place = usize::try_from(point.max(0)).ok()?;
    let (whole, fraction) = padded.split_at(place);
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

fn zeros(count: i32) -> String {
    "0".repeat(usize::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn notation_changes_and_the_value_does_not() {
        for (text, wanted) in [
            ("1311264.0", "1311264"),
            ("37930.71", "37930.71"),
            ("1.50e3", "1500"),
            ("1.2345E+2", "123.45"),
            ("12e-3", "0.012"),
            ("0", "0"),
            ("-0.0", "0"),
            ("-0.50", "-0.5"),
            ("9007199254740993.01", "9007199254740993.01"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ] {
            assert_eq!(plain(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_endless_is_none() {
        for text in
            ["", "-", ".5", "5.", "1e", "1e999999999", "1e-42", "1_000", "NaN", "0x10", "1e2147483648"]
        {
            assert_eq!(plain(text), None, "{text}");
        }
        assert_eq!(plain(&"9".repeat(41)), None);
    }
}
