//! The worked cases in `testdata`: every stated value of the real price rule, and the bytes of one whole trace.
//! Sources and licences: `testdata/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use ts_rs::TS;

use super::abnormal::AbnormalRule;
use super::exact::{Exact, rounded};
use super::panel::PanelScore;
use super::ranking::Standing;
use super::trace::{Number, Step, StepCode, TermName, TermValue};
use super::{
    Band, BandedMedian, Circumstances, Coefficient, Decimal, Formula, PriceOutcome, PriceRule, PricedBid,
    Regime,
};
use crate::base::{Currency, Money, Points};

#[derive(Deserialize)]
struct Case {
    name: String,
    kind: String,
    max_price: String,
    drop_threshold: Decimal,
    band: [Decimal; 2],
    c_value: Decimal,
    full_score: String,
    abnormal_low_ratio: Decimal,
    bids: Vec<CaseBid>,
    expected: Expected,
}

#[derive(Deserialize)]
struct CaseBid {
    id: String,
    lot_no: u32,
    price: String,
    rejected: bool,
}

#[derive(Deserialize)]
struct Expected {
    passed: Vec<String>,
    in_calculation: Vec<String>,
    series_b: Vec<String>,
    mean: Option<String>,
    groups: usize,
    median: Option<String>,
    reference_price: String,
    base_price_d: String,
    benchmark: String,
    price_scores: BTreeMap<String, String>,
    abnormally_low: Vec<String>,
}

impl Case {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("testdata/comprehensive_price_cases.json"))
            .expect("the cases as published")
    }

    fn rule(&self) -> PriceRule {
        assert_eq!(self.kind, "municipal", "{}: the preset below is for municipal works", self.name);
        let formula = BandedMedian {
            points_max: self.full_score.parse().expect("points"),
            band: Band { high: self.band[0], low: self.band[1] },
            ..BandedMedian::municipal(self.drop_threshold)
        };
        let abnormally_low =
            AbnormalRule { of_ceiling: Some(self.abnormal_low_ratio), ..AbnormalRule::MUNICIPAL };
        PriceRule { formula: Formula::BandedMedian(formula), abnormally_low: Some(abnormally_low) }
    }

    fn outcome(&self) -> PriceOutcome<String> {
        let rule = self.rule();
        assert_eq!(rule.check(Regime::Bidding), Ok(()), "{}", self.name);
        let bids: Vec<PricedBid<String>> = self.bids.iter().map(CaseBid::priced).collect();
        let circumstances = Circumstances {
            ceiling_minor: Some(minor(&self.max_price)),
            drawn: Some(self.c_value),
            quality: BTreeMap::new(),
        };
        rule.apply(&bids, &circumstances).expect("a case that can be calculated")
    }
}

impl CaseBid {
    fn priced(&self) -> PricedBid<String> {
        let (id, price_minor) = (self.id.clone(), minor(&self.price));
        PricedBid { id, lottery: self.lot_no, price_minor, rejected: self.rejected }
    }
}

fn minor(yuan: &str) -> i64 {
    Money::parse(yuan, Currency::CNY).expect("an amount").minor()
}

fn steps(outcome: &PriceOutcome<String>, code: StepCode) -> Vec<&Step<String>> {
    outcome.trace.steps.iter().filter(|step| step.code == code).collect()
}

fn ids_of(outcome: &PriceOutcome<String>, code: StepCode) -> Vec<String> {
    let terms = steps(outcome, code)[0].terms.iter();
    let ids = terms.filter(|term| term.name == TermName::Of).find_map(|term| match &term.value {
        TermValue::Ids(ids) => Some(ids.clone()),
        _ => None,
    });
    ids.expect("a step that names its bids")
}

/// The result of the only step of this kind, in yuan rounded to fen as the cases state it.
fn result(outcome: &PriceOutcome<String>, code: StepCode) -> Option<String> {
    let step = *steps(outcome, code).first()?;
    match &step.terms.last().expect("a step has a result").value {
        TermValue::Amount(number) => Some(fen_text(number)),
        other => panic!("{code:?} does not end in an amount but in {other:?}"),
    }
}

/// Reads the exact value back from the trace, so that the trace itself is what is proven right.
fn fen_text(number: &Number) -> String {
    let exact = match &number.fraction {
        Some(fraction) => fraction.parse().expect("a fraction"),
        None => {
            let digits = number.decimal.split_once('.').map_or(0, |(_, digits)| digits.len());
            let count = number.decimal.replace('.', "").parse().expect("digits");
            Exact::new(count, num_bigint::BigInt::from(10).pow(u32::try_from(digits).expect("few digits")))
        }
    };
    let fen = rounded(&exact, 0).to_integer();
    let money = Money::new(i64::try_from(fen).expect("an amount"), Currency::CNY).expect("an amount");
    money.to_string().replace(',', "")
}

#[test]
fn every_value_of_every_case() {
    let cases = Case::all();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let (outcome, expected) = (case.outcome(), &case.expected);
        let name = &case.name;
        assert_eq!(ids_of(&outcome, StepCode::Passing), expected.passed, "{name}");
        assert_eq!(ids_of(&outcome, StepCode::InCalculation), expected.in_calculation, "{name}");
        assert_eq!(ids_of(&outcome, StepCode::SeriesB), expected.series_b, "{name}");
        assert_eq!(result(&outcome, StepCode::Mean), expected.mean, "{name}");
        assert_eq!(steps(&outcome, StepCode::Group).len(), expected.groups, "{name}");
        assert_eq!(result(&outcome, StepCode::Median), expected.median, "{name}");
        assert_eq!(
            result(&outcome, StepCode::ReferencePrice).as_ref(),
            Some(&expected.reference_price),
            "{name}"
        );
        assert_eq!(result(&outcome, StepCode::BasePrice).as_ref(), Some(&expected.base_price_d), "{name}");
        assert_eq!(result(&outcome, StepCode::Benchmark).as_ref(), Some(&expected.benchmark), "{name}");
        let scores: BTreeMap<String, String> =
            outcome.scores.iter().map(|(id, points)| (id.clone(), points.to_string())).collect();
        assert_eq!(scores, expected.price_scores, "{name}");
        assert_eq!(outcome.abnormally_low, expected.abnormally_low, "{name}");
        assert_eq!(outcome.over_ceiling, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_best_price_merit_comes_first() {
    let case = &Case::all()[1];
    let outcome = case.outcome();
    assert_eq!(outcome.order, ["B02", "B03", "B01", "B06", "B04", "B07", "B08", "B05"]);
    assert!(
        outcome.scores.values().all(|points| *points <= Points::from_hundredths(8_000).expect("80 points"))
    );
}

/// Recorded once; a change of these bytes changes the explanation of awards that are already published.
#[test]
fn the_outcome_and_its_trace_are_stable_to_the_byte() {
    let text = serde_json::to_string_pretty(&Case::all()[1].outcome()).expect("plain data") + "\n";
    assert_eq!(text, include_str!("testdata/banded_median_outcome.json"));
    let back: PriceOutcome<String> = serde_json::from_str(&text).expect("what was written");
    assert_eq!(back, Case::all()[1].outcome());
}

/// The rule on the wire: what the editor writes and the log keeps.
#[test]
fn the_rule_is_data() {
    let rule = Case::all()[0].rule();
    let text = serde_json::to_string_pretty(&rule).expect("plain data") + "\n";
    assert_eq!(text, include_str!("testdata/municipal_rule.json"));
    assert_eq!(serde_json::from_str::<PriceRule>(&text).expect("what was written"), rule);
    let unknown = text.replacen("\"trim_from\"", "\"trim_form\"", 1);
    assert!(serde_json::from_str::<PriceRule>(&unknown).is_err(), "a misspelt parameter is not ignored");
    let Formula::BandedMedian(formula) = rule.formula else {
        panic!("the municipal rule is a banded median")
    };
    assert_eq!(formula.coefficient.draw_set().map(<[Decimal]>::len), Some(8));
    assert!(matches!(formula.coefficient, Coefficient::Drawn { .. }));
}

/// The browser reads integers as `number`; a `bigint` in a declaration would not survive JSON.
#[test]
fn the_browser_sees_numbers_and_text() {
    let config = ts_rs::Config::new();
    let declarations = [
        Money::decl(&config),
        PricedBid::<String>::decl(&config),
        Circumstances::<String>::decl(&config),
        PriceRule::decl(&config),
        Formula::decl(&config),
        PriceOutcome::<String>::decl(&config),
        TermValue::<String>::decl(&config),
        Standing::<String>::decl(&config),
        PanelScore::<String>::decl(&config),
    ];
    for declaration in &declarations {
        assert!(!declaration.contains("bigint"), "{declaration}");
    }
    assert_eq!(declarations[0], "type Money = { minor: number, currency: Currency, };");
    assert!(
        declarations[4].contains(r#"{ "formula": "banded_median" } & BandedMedian"#),
        "{}",
        declarations[4]
    );
}
