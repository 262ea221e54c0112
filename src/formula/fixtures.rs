//! Made-up bids and readable results for the tests of the formulas.

use super::{Formula, PriceOutcome, PriceRule, PricedBid};

/// Bids 1, 2, 3 … with these prices, their lottery numbers the same as their ids.
pub(super) fn bids(prices_minor: &[i64]) -> Vec<PricedBid<u32>> {
    let bid = |(id, price_minor): (u32, &i64)| PricedBid {
        id,
        lottery: id,
        price_minor: *price_minor,
        rejected: false,
    };
    (1..).zip(prices_minor).map(bid).collect()
}

/// A rule without a check for abnormally low prices.
pub(super) fn rule(formula: Formula) -> PriceRule {
    PriceRule { formula, abnormally_low: None }
}

/// "id points" of each scored bid.
pub(super) fn scores(outcome: &PriceOutcome<u32>) -> Vec<String> {
    outcome.scores.iter().map(|(id, points)| format!("{id} {points}")).collect()
}
