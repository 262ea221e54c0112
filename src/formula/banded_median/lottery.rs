//! Step 2 of `banded_median`: how many bids enter the calculation. Which ones is the lottery order's business.
//! Invariant: more bids never admit fewer, and never more than there are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Up to `whole_max` bids all are taken; beyond, two fewer than there are, but at least `whole_max` and at most
/// `cut_max`. Bids are taken in lottery order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LotteryLimit {
    /// The greatest number of bids of which all are taken; at least 1.
    pub whole_max: u32,
    /// The greatest number of bids that are taken; at least `whole_max`.
    pub cut_max: u32,
}

impl LotteryLimit {
    /// Municipal and landscape works: up to 15 all, 16 → 15, 17–20 → two fewer, then 20.
    pub const MUNICIPAL: Self = Self { whole_max: 15, cut_max: 20 };
    /// Building and installation works: up to 9 all, 10 → 9, 11–15 → two fewer, then 15.
    pub const BUILDING: Self = Self { whole_max: 9, cut_max: 15 };

    /// How many of `bids` are taken.
    pub fn admitted(&self, bids: u32) -> u32 {
        if bids <= self.whole_max {
            bids
        } else if bids <= self.cut_max {
            self.whole_max.max(bids.saturating_sub(2))
        } else {
            self.cut_max
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lottery_admits_as_the_source_tables_say() {
        let municipal =
            [(1, 1), (15, 15), (16, 15), (17, 15), (18, 16), (20, 18), (21, 20), (22, 20), (400, 20)];
        for (bids, admitted) in municipal {
            assert_eq!(LotteryLimit::MUNICIPAL.admitted(bids), admitted, "municipal, {bids} bids");
        }
        for (bids, admitted) in [(9, 9), (10, 9), (11, 9), (12, 10), (15, 13), (16, 15), (400, 15)] {
            assert_eq!(LotteryLimit::BUILDING.admitted(bids), admitted, "building, {bids} bids");
        }
    }
}
