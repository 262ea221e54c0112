//! The few operations on exact rationals that several formulas share.
//! Not a number type of its own. Invariant: no operation here divides by anything but a count it has checked.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;

/// An exact number: amounts in minor units, ratios, percents and points while they are calculated.
pub(super) type Exact = BigRational;

/// A whole number.
pub(super) fn whole(value: i64) -> Exact {
    Exact::from_integer(BigInt::from(value))
}

/// The arithmetic mean; none of an empty list.
pub(super) fn mean(values: &[Exact]) -> Option<Exact> {
    let count = i64::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some(values.iter().sum::<Exact>() / whole(count))
}

/// The median, of an even number the mean of the middle two; none of an empty list.
pub(super) fn median(values: &[Exact]) -> Option<Exact> {
    let mut sorted = values.to_vec();
    sorted.sort();
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        mean(sorted.get(middle.checked_sub(1)?..=middle)?)
    } else {
        sorted.get(middle).cloned()
    }
}

/// `value` with `digits` digits after the point, a half rounded away from zero.
pub(super) fn rounded(value: &Exact, digits: u32) -> Exact {
    let scale = Exact::from_integer(BigInt::from(10).pow(digits));
    let half = Exact::new(BigInt::from(1), BigInt::from(2));
    let magnitude = (value.abs() * &scale + half).floor() / scale;
    if value.is_negative() { -magnitude } else { magnitude }
}

/// A sorted list without its first and last; a list of fewer than three is left with nothing.
pub(super) fn without_extremes<T>(sorted: &[T]) -> &[T] {
    sorted.get(1..sorted.len().saturating_sub(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: &[i64]) -> Vec<Exact> {
        values.iter().copied().map(whole).collect()
    }

    #[test]
    fn mean_and_median() {
        assert_eq!(mean(&[]), None);
        assert_eq!(median(&[]), None);
        assert_eq!(mean(&list(&[1, 2])), Some(Exact::new(3.into(), 2.into())));
        assert_eq!(median(&list(&[9, 1, 4])), Some(whole(4)));
        assert_eq!(median(&list(&[9, 1, 4, 6])), Some(whole(5)));
    }

    #[test]
    fn rounding_and_trimming() {
        assert_eq!(rounded(&Exact::new(1_235.into(), 1_000.into()), 2), Exact::new(124.into(), 100.into()));
        assert_eq!(
            rounded(&Exact::new((-1_235).into(), 1_000.into()), 2),
            Exact::new((-124).into(), 100.into())
        );
        assert_eq!(without_extremes(&[1, 2, 3, 4]), &[2, 3]);
        assert_eq!(without_extremes::<i32>(&[1]), &[] as &[i32]);
        assert_eq!(without_extremes::<i32>(&[]), &[] as &[i32]);
    }
}
