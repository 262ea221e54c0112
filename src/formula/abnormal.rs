//! Prices so low that the bidder has to explain them before an award.
//! Not a rejection: the panel decides on the explanation. Invariant: a rule flags a bid only by a limit that it states.
//!
//! Sources: bidding regime: 评标委员会和评标方法暂行规定, article 21 (a price clearly below the others or below the 标底 is
//! explained in writing), with the shares of the ceiling that provincial documents state. Procurement regime: 财政部令
//! 第 87 号, article 60, and the Ministry of Finance's notices on abnormally low prices (财办库〔2024〕265号 as pilot):
//! under 50 % of the mean of the bids that passed, under 50 % of the second lowest, under 45 % of the ceiling; a
//! document may raise them to 65 %; at least 30 minutes to explain. Ukraine: Law on Public Procurement, article 1
//! (abnormally low: at least 40 % below the mean of the others, or at least 30 % below the next).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::{Entrant, Field, ids, prices};
use super::coefficient::demand;
use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::{Exact, mean, whole};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Regime;

/// The shortest time to explain a price that procurement law allows, in minutes.
const PROCUREMENT_EXPLANATION_MINUTES_MIN: u32 = 30;
/// The highest threshold that a procurement document may set.
const PROCUREMENT_RATIO_MAX: Decimal = Decimal::hundredths(65);

/// When a price is abnormally low: below any of the ratios that are set. All ratios are more than 0, at most 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AbnormalRule {
    /// Share of the ceiling; in the procurement regime, of the budget where no ceiling is set (财政部令第 87 号, article 63).
    pub of_ceiling: Option<Decimal>,
    /// Share of the mean price.
    pub of_mean: Option<Decimal>,
    /// Which prices that mean is taken of.
    pub mean_of: MeanOf,
    /// Share of the second lowest price; tests the lowest bid only.
    pub of_next: Option<Decimal>,
    /// Whether a price exactly at a limit is abnormally low already.
    pub is_inclusive: bool,
    /// How long the bidder has at least to explain, in minutes; more than 0.
    pub explanation_minutes: u32,
}

/// Which prices the mean of the rule is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MeanOf {
    /// All bids that take part, the tested one too.
    All,
    /// All but the tested one; of a single bid there is none.
    Others,
}

impl AbnormalRule {
    /// Municipal works in the bidding regime: below 85 % of the ceiling.
    pub const MUNICIPAL: Self = Self::under_ceiling(Decimal::hundredths(85));
    /// Rail transit in the bidding regime: below 88 % of the ceiling.
    pub const RAIL_TRANSIT: Self = Self::under_ceiling(Decimal::hundredths(88));
    /// Building works in the bidding regime: below 90 % of the ceiling.
    pub const BUILDING: Self = Self::under_ceiling(Decimal::hundredths(90));
    /// The least that procurement law asks.
    pub const PROCUREMENT: Self = Self {
        of_ceiling: Some(Decimal::hundredths(45)),
        of_mean: Some(Decimal::hundredths(50)),
        mean_of: MeanOf::All,
        of_next: Some(Decimal::hundredths(50)),
        is_inclusive: false,
        explanation_minutes: PROCUREMENT_EXPLANATION_MINUTES_MIN,
    };
    /// The rule of the Ukrainian system: at least 40 % below the mean of the others, or 30 % below the next; a day.
    pub const PROZORRO: Self = Self {
        of_ceiling: None,
        of_mean: Some(Decimal::hundredths(60)),
        mean_of: MeanOf::Others,
        of_next: Some(Decimal::hundredths(70)),
        is_inclusive: true,
        explanation_minutes: 24 * 60,
    };

    const fn under_ceiling(ratio: Decimal) -> Self {
        Self {
            of_ceiling: Some(ratio),
            of_mean: None,
            mean_of: MeanOf::All,
            of_next: None,
            is_inclusive: false,
            explanation_minutes: PROCUREMENT_EXPLANATION_MINUTES_MIN,
        }
    }

    pub(super) fn check(&self) -> Result<(), RuleFault> {
        let is_ratio = |ratio: Option<Decimal>| {
            ratio.is_none_or(|value| value > Decimal::whole(0) && value <= Decimal::whole(1))
        };
        demand(is_ratio(self.of_ceiling), "of_ceiling")?;
        demand(is_ratio(self.of_mean), "of_mean")?;
        demand(is_ratio(self.of_next), "of_next")?;
        demand(self.explanation_minutes > 0, "explanation_minutes")
    }

    /// The bids below a limit, in lottery order. A limit by the ceiling without a ceiling is an error.
    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        trace: &mut Trace<I>,
    ) -> Result<Vec<I>, FormulaError> {
        let mut flagged = BTreeSet::new();
        if let Some(ratio) = self.of_ceiling {
            let limit = Limit::new(ratio, field.ceiling()?);
            self.test(&field.entrants, &limit, TermName::Ceiling, &mut flagged, trace);
        }
        if let Some(ratio) = self.of_mean {
            self.test_by_mean(&field.entrants, ratio, &mut flagged, trace);
        }
        if let (Some(ratio), [lowest, next, ..]) = (self.of_next, field.by_price().as_slice()) {
            let limit = Limit::new(ratio, &next.price);
            self.test(std::slice::from_ref(lowest), &limit, TermName::NextPrice, &mut flagged, trace);
        }
        Ok(ids(&field.entrants).into_iter().filter(|id| flagged.contains(id)).collect())
    }

    fn test_by_mean<I: Clone + Ord>(
        &self,
        entrants: &[Entrant<I>],
        ratio: Decimal,
        flagged: &mut BTreeSet<I>,
        trace: &mut Trace<I>,
    ) {
        let all = prices(entrants);
        match self.mean_of {
            MeanOf::All => {
                if let Some(average) = mean(&all) {
                    self.test(entrants, &Limit::new(ratio, &average), TermName::Mean, flagged, trace);
                }
            }
            MeanOf::Others => {
                let total: Exact = all.iter().sum();
                for entrant in entrants {
                    if let Some(average) = mean_of_others(&total, entrant, entrants.len()) {
                        let limit = Limit::new(ratio, &average);
                        self.test(std::slice::from_ref(entrant), &limit, TermName::Mean, flagged, trace);
                    }
                }
            }
        }
    }

    fn test<I: Clone + Ord>(
        &self,
        entrants: &[Entrant<I>],
        limit: &Limit,
        base: TermName,
        flagged: &mut BTreeSet<I>,
        trace: &mut Trace<I>,
    ) {
        trace.push(
            Step::new(StepCode::AbnormalLimit)
                .ids(TermName::Of, ids(entrants))
                .amount(base, &limit.base)
                .ratio(TermName::Threshold, &limit.ratio)
                .amount(TermName::Result, &limit.price),
        );
        let is_low = |price: &Exact| *price < limit.price || (self.is_inclusive && *price == limit.price);
        for entrant in entrants.iter().filter(|entrant| is_low(&entrant.price)) {
            trace.push(
                Step::about(StepCode::AbnormallyLow, entrant.id.clone())
                    .amount(TermName::Price, &entrant.price)
                    .amount(TermName::Limit, &limit.price),
            );
            flagged.insert(entrant.id.clone());
        }
    }
}

/// A limit: a share of some price.
struct Limit {
    ratio: Exact,
    base: Exact,
    price: Exact,
}

impl Limit {
    fn new(ratio: Decimal, base: &Exact) -> Self {
        let ratio = ratio.exact();
        Self { price: &ratio * base, base: base.clone(), ratio }
    }
}

fn mean_of_others<I>(total: &Exact, entrant: &Entrant<I>, count: usize) -> Option<Exact> {
    let others = i64::try_from(count).ok()?.checked_sub(1).filter(|others| *others > 0)?;
    Some((total - &entrant.price) / whole(others))
}

/// Procurement law sets a floor and a cap for the thresholds; bidding law leaves them to the document.
/// Errors: `abnormal_thresholds`.
pub(super) fn check_against_law(rule: Option<&AbnormalRule>, regime: Regime) -> Result<(), RuleFault> {
    match regime {
        Regime::Bidding => Ok(()),
        Regime::Procurement => {
            let law = AbnormalRule::PROCUREMENT;
            let keeps_the_law = rule.is_some_and(|rule| {
                is_between(rule.of_ceiling, law.of_ceiling)
                    && is_between(rule.of_mean, law.of_mean)
                    && is_between(rule.of_next, law.of_next)
                    && rule.mean_of == law.mean_of
                    && rule.explanation_minutes >= law.explanation_minutes
            });
            if keeps_the_law { Ok(()) } else { Err(RuleFault::AbnormalThresholds) }
        }
    }
}

fn is_between(ratio: Option<Decimal>, least: Option<Decimal>) -> bool {
    ratio.is_some_and(|ratio| Some(ratio) >= least && ratio <= PROCUREMENT_RATIO_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::fixtures::{bids, rule};
    use crate::formula::{Circumstances, Formula, Lowest, PriceRule};

    fn flagged(abnormally_low: AbnormalRule, ceiling_minor: Option<i64>, prices: &[i64]) -> Vec<u32> {
        let formula = Formula::Lowest(Lowest { points_max: "30".parse().expect("points") });
        let rule = PriceRule { abnormally_low: Some(abnormally_low), ..rule(formula) };
        let circumstances = Circumstances { ceiling_minor, ..Circumstances::default() };
        rule.apply(&bids(prices), &circumstances).expect("valid bids").abnormally_low
    }

    fn only(change: fn(&mut AbnormalRule)) -> AbnormalRule {
        let mut rule =
            AbnormalRule { of_ceiling: None, of_mean: None, of_next: None, ..AbnormalRule::PROCUREMENT };
        change(&mut rule);
        rule
    }

    #[test]
    fn below_a_share_of_the_ceiling_and_not_at_it() {
        assert_eq!(flagged(AbnormalRule::MUNICIPAL, Some(10_000), &[8_500, 8_499, 9_000]), [2]);
        assert_eq!(flagged(AbnormalRule::RAIL_TRANSIT, Some(10_000), &[8_799, 8_800]), [1]);
        assert_eq!(flagged(AbnormalRule::BUILDING, Some(10_000), &[8_999, 9_000]), [1]);
    }

    #[test]
    fn each_limit_of_procurement_law_flags_alone() {
        let of_ceiling = only(|rule| rule.of_ceiling = AbnormalRule::PROCUREMENT.of_ceiling);
        assert_eq!(flagged(of_ceiling, Some(10_000), &[4_500, 4_499, 9_000]), [2]);
        let of_mean = only(|rule| rule.of_mean = AbnormalRule::PROCUREMENT.of_mean);
        // Half of the mean of 100 is 50, which is not below itself; half of 99.67 is 49.83, and 49 is.
        assert_eq!(flagged(of_mean, None, &[5_000, 10_000, 15_000]), Vec::<u32>::new());
        assert_eq!(flagged(of_mean, None, &[4_900, 10_000, 15_000]), [1]);
        let of_next = only(|rule| rule.of_next = AbnormalRule::PROCUREMENT.of_next);
        assert_eq!(flagged(of_next, None, &[10_000, 4_999, 30_000]), [2]);
        assert_eq!(flagged(of_next, None, &[10_000, 5_000]), Vec::<u32>::new());
        assert_eq!(flagged(of_next, None, &[1]), Vec::<u32>::new());
    }

    #[test]
    fn the_ukrainian_rule_leaves_the_tested_bid_out_of_the_mean() {
        assert_eq!(flagged(AbnormalRule::PROZORRO, None, &[6_000, 10_000, 10_000]), [1]);
        let of_mean = AbnormalRule { of_next: None, ..AbnormalRule::PROZORRO };
        assert_eq!(flagged(of_mean, None, &[6_001, 10_000, 10_000]), Vec::<u32>::new());
        assert_eq!(flagged(AbnormalRule::PROZORRO, None, &[7_000, 10_000]), [1]);
        assert_eq!(flagged(AbnormalRule::PROZORRO, None, &[7_000]), Vec::<u32>::new());
    }

    #[test]
    fn procurement_law_sets_a_floor_and_a_cap() {
        let with = |change: fn(&mut AbnormalRule)| {
            let mut rule = AbnormalRule::PROCUREMENT;
            change(&mut rule);
            check_against_law(Some(&rule), Regime::Procurement)
        };
        let fault = Err(RuleFault::AbnormalThresholds);
        assert_eq!(with(|_| ()), Ok(()));
        assert_eq!(with(|rule| rule.of_mean = Some(Decimal::hundredths(65))), Ok(()));
        assert_eq!(with(|rule| rule.of_mean = Some(Decimal::hundredths(66))), fault);
        assert_eq!(with(|rule| rule.of_ceiling = Some(Decimal::hundredths(44))), fault);
        assert_eq!(with(|rule| rule.of_next = None), fault);
        assert_eq!(with(|rule| rule.explanation_minutes = 29), fault);
        assert_eq!(check_against_law(None, Regime::Procurement), fault);
        assert_eq!(check_against_law(None, Regime::Bidding), Ok(()));
    }
}
