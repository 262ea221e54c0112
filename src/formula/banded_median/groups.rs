//! Step 5 of `banded_median`: the prices around the mean, the far ones gathered so that each side counts once.
//! Invariant: every price is in one group, every group has a price, values come in ascending order.

use super::Band;
use crate::formula::bid::{Entrant, ids, prices};
use crate::formula::exact::{Exact, mean};
use crate::formula::trace::{Step, StepCode, TermName, Trace};

/// The value of each group: all prices below the band together, each within it, all above it together.
pub(super) fn values<I: Clone>(
    by_price: &[Entrant<I>],
    average: &Exact,
    band: &Band,
    trace: &mut Trace<I>,
) -> Vec<Exact> {
    let (low, high) = (average * band.low.exact(), average * band.high.exact());
    let (below, rest) = by_price.split_at(by_price.partition_point(|entrant| entrant.price < low));
    let (within, above) = rest.split_at(rest.partition_point(|entrant| entrant.price <= high));
    let groups = std::iter::once(below).chain(within.chunks(1)).chain(std::iter::once(above));
    let mut values = Vec::with_capacity(within.len() + 2);
    for group in groups {
        // An empty side is no group: its mean is not defined.
        if let Some(value) = mean(&prices(group)) {
            trace.push(
                Step::new(StepCode::Group).ids(TermName::Of, ids(group)).amount(TermName::Result, &value),
            );
            values.push(value);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::exact::whole;

    #[test]
    fn the_ends_of_the_band_belong_to_it() {
        let by_price: Vec<Entrant<u32>> = [800, 880, 900, 1_000, 1_100, 1_200, 1_400]
            .into_iter()
            .zip(1_u32..)
            .map(|(price, lottery)| Entrant { id: lottery, lottery, price: whole(price) })
            .collect();
        let mut trace = Trace::new();
        let values = values(&by_price, &whole(1_000), &Band::MUNICIPAL, &mut trace);
        assert_eq!(values, [840, 900, 1_000, 1_100, 1_300].map(whole).to_vec());
        assert_eq!(trace.steps.len(), 5);
    }
}
