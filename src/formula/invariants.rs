//! What holds for every formula and any bids, tried on many made-up inputs.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::abnormal::AbnormalRule;
use super::fixtures::rule;
use super::panel::{Aggregation, Mark, PanelRule};
use super::{
    BIDS_MAX, BandedMedian, BaseBand, BaseDeviation, Benchmark, Circumstances, Coefficient, Decimal, Formula,
    FormulaError, Lowest, PriceRule, PricedBid, Regime, RuleFault, ValueForMoney,
};
use crate::base::Points;

fn max() -> Points {
    Points::from_hundredths(6_000).expect("60 points")
}

fn formulas() -> Vec<Formula> {
    let fixed = |value| Coefficient::Fixed { value };
    vec![
        Formula::Lowest(Lowest { points_max: max() }),
        Formula::BaseDeviation(BaseDeviation {
            points_max: max(),
            up_per_percent: Decimal::whole(1),
            down_per_percent: Decimal::hundredths(50),
            is_clamped: true,
        }),
        Formula::Benchmark(Benchmark {
            points_max: max(),
            coefficient: fixed(Decimal::hundredths(90)),
            free_percent: Decimal::whole(1),
            penalty_percent: Decimal::whole(2),
        }),
        Formula::BaseBand(BaseBand {
            valid_percent: Decimal::whole(15),
            float_percent: fixed(Decimal::whole(3)),
        }),
        Formula::ValueForMoney(ValueForMoney {}),
        Formula::BandedMedian(BandedMedian {
            points_max: max(),
            coefficient: fixed(Decimal::thousandths(985)),
            ..BandedMedian::municipal(Decimal::hundredths(9))
        }),
    ]
}

fn rules() -> impl Strategy<Value = PriceRule> {
    let checked = |formula| PriceRule { formula, abnormally_low: Some(AbnormalRule::PROCUREMENT) };
    prop::sample::select(formulas()).prop_map(checked)
}

/// Up to 30 bids in any order, a few of them rejected, lottery numbers independent of ids.
fn bids(prices: impl Strategy<Value = i64>) -> impl Strategy<Value = Vec<PricedBid<u32>>> {
    prop::collection::vec((prices, prop::bool::weighted(0.15)), 1..30).prop_flat_map(|drafts| {
        let lottery: Vec<u32> = (1..).take(drafts.len()).collect();
        Just(lottery).prop_shuffle().prop_map(move |lottery| {
            let numbered = (1..).zip(&drafts).zip(lottery);
            let bid = |((id, (price_minor, rejected)), lottery): ((u32, &(i64, bool)), u32)| PricedBid {
                id,
                lottery,
                price_minor: *price_minor,
                rejected: *rejected,
            };
            numbered.map(bid).collect()
        })
    })
}

fn circumstances(ceiling_minor: i64, bids: &[PricedBid<u32>]) -> Circumstances<u32> {
    let points = |id: u32| Points::from_hundredths(i64::from(id) * 37 % 4_000).expect("points");
    let quality: BTreeMap<u32, Points> = bids.iter().map(|bid| (bid.id, points(bid.id))).collect();
    Circumstances { ceiling_minor: Some(ceiling_minor), drawn: None, quality }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_input_is_without_effect(
        rule in rules(),
        (bids, shuffled) in bids(1_000_i64..3_000).prop_flat_map(|bids| (Just(bids.clone()), Just(bids).prop_shuffle())),
        ceiling in 1_500_i64..3_500,
    ) {
        let circumstances = circumstances(ceiling, &bids);
        prop_assert_eq!(rule.apply(&bids, &circumstances), rule.apply(&shuffled, &circumstances));
    }

    #[test]
    fn points_lie_between_zero_and_the_maximum(
        rule in rules(),
        bids in bids(1_i64..=10_000_000_000),
        ceiling in 1_000_000_000_i64..=12_000_000_000,
    ) {
        let Ok(outcome) = rule.apply(&bids, &circumstances(ceiling, &bids)) else { return Ok(()) };
        for points in outcome.scores.values() {
            prop_assert!((Points::ZERO..=max()).contains(points), "{}", points);
        }
        let takes_part = |bid: &&PricedBid<u32>| !bid.rejected && bid.price_minor <= ceiling;
        let taking_part: BTreeSet<u32> = bids.iter().filter(takes_part).map(|bid| bid.id).collect();
        let ordered: BTreeSet<u32> = outcome.order.iter().copied().collect();
        prop_assert_eq!(ordered.len(), outcome.order.len());
        prop_assert!(ordered.is_subset(&taking_part));
        if rule.formula.points_max().is_some() {
            prop_assert_eq!(&ordered, &outcome.scores.keys().copied().collect::<BTreeSet<_>>());
            prop_assert_eq!(&ordered, &taking_part);
            prop_assert!(outcome.order.windows(2).all(|pair| outcome.scores[&pair[0]] >= outcome.scores[&pair[1]]));
        } else {
            prop_assert!(outcome.scores.is_empty() && !ordered.is_empty());
        }
    }

    #[test]
    fn a_lower_price_never_earns_less_by_lowest(bids in bids(1_i64..=10_000_000_000)) {
        let rule = rule(Formula::Lowest(Lowest { points_max: max() }));
        let Ok(outcome) = rule.apply(&bids, &Circumstances::default()) else { return Ok(()) };
        let price: BTreeMap<u32, i64> = bids.iter().map(|bid| (bid.id, bid.price_minor)).collect();
        prop_assert!(outcome.order.windows(2).all(|pair| price[&pair[0]] <= price[&pair[1]]));
        prop_assert_eq!(outcome.scores[&outcome.order[0]], max());
    }

    #[test]
    fn hostile_numbers_give_an_outcome_or_an_error(
        rule in rules(),
        bids in prop_oneof![bids(any::<i64>()), bids(1..=i64::MAX)],
        ceiling in prop_oneof![any::<i64>(), Just(i64::MAX)],
    ) {
        match rule.apply(&bids, &circumstances(ceiling, &bids)) {
            Ok(outcome) => prop_assert!(!outcome.order.is_empty()),
            Err(error) => prop_assert!(!error.code().is_empty()),
        }
    }

    #[test]
    fn a_panel_score_lies_between_its_valid_marks(marks in prop::collection::vec(0_i64..=1_000, 1..9)) {
        let rule = PanelRule {
            points_max: Points::from_hundredths(1_000).expect("ten points"),
            aggregation: Aggregation::TrimmedMean { trim_from: 5 },
            reasons: None,
        };
        let points = marks.iter().map(|count| Points::from_hundredths(*count).expect("points"));
        let given: Vec<Mark<u32>> =
            (1..).zip(points).map(|(expert, points)| Mark { expert, points, has_reason: false }).collect();
        let score = rule.aggregate(&given).expect("at least one mark").points.hundredths();
        prop_assert!(marks.iter().min() <= Some(&score) && Some(&score) <= marks.iter().max());
    }
}

#[test]
fn undefined_input_is_refused_by_name() {
    let rule = rule(Formula::Lowest(Lowest { points_max: max() }));
    let bid = PricedBid { id: 1_u32, lottery: 1, price_minor: 500, rejected: false };
    let error = |bids: &[PricedBid<u32>]| rule.apply(bids, &Circumstances::default()).expect_err("undefined");
    assert_eq!(error(&[]), FormulaError::NoValidBid);
    assert_eq!(error(&[PricedBid { rejected: true, ..bid.clone() }]), FormulaError::NoValidBid);
    assert_eq!(error(&[PricedBid { price_minor: 0, ..bid.clone() }]), FormulaError::PriceNotPositive);
    assert_eq!(error(&[bid.clone(), PricedBid { lottery: 2, ..bid.clone() }]), FormulaError::DuplicateId);
    assert_eq!(error(&[bid.clone(), PricedBid { id: 2, ..bid.clone() }]), FormulaError::DuplicateLottery);
    assert_eq!(error(&vec![bid; BIDS_MAX + 1]), FormulaError::TooManyBids);
}

#[test]
fn procurement_allows_only_the_lowest_price_formula() {
    for formula in formulas() {
        let is_lowest = matches!(formula, Formula::Lowest(_));
        let rule = PriceRule { formula, abnormally_low: Some(AbnormalRule::PROCUREMENT) };
        assert_eq!(rule.check(Regime::Bidding), Ok(()));
        let expected = if is_lowest { Ok(()) } else { Err(RuleFault::NotLawful) };
        assert_eq!(rule.check(Regime::Procurement), expected);
    }
}

#[test]
fn only_formulas_that_say_so_need_a_ceiling() {
    let bids = [PricedBid { id: 1_u32, lottery: 1, price_minor: 500, rejected: false }];
    for formula in formulas() {
        let needs_ceiling = formula.needs_ceiling();
        let without = Circumstances { ceiling_minor: None, ..circumstances(1, &bids) };
        let is_missing = rule(formula).apply(&bids, &without) == Err(FormulaError::CeilingMissing);
        assert_eq!(is_missing, needs_ceiling);
    }
}
