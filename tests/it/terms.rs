//! The tender of the tests: one lot, two envelopes, one criterion of each kind, the banded median.

use kaibiao::base::{Currency, Instant, LongText, Money, OrgId, Points, ShortText, Text2};
use kaibiao::formula::panel::{Aggregation, PanelRule, ReasonRule};
use kaibiao::formula::{BandedMedian, Decimal, Formula, PriceRule, Regime};
use kaibiao::tender::{
    Category, Criterion, Field, FieldKind, Judging, LotTerms, PanelTerms, Part, Procedure, Terms,
};

use crate::harness::lot;

fn both(text: &str) -> Text2 {
    Text2 { en: long(text), zh: long(text) }
}

/// A paragraph.
pub fn long(text: &str) -> LongText {
    LongText::new(text).expect("a text")
}

fn points(text: &str) -> Points {
    text.parse().expect("points")
}

fn field(id: &str, kind: FieldKind) -> Field {
    Field { id: id.to_owned(), kind, label: both(id) }
}

fn criterion(code: &str, part: Part, judging: Judging) -> Criterion {
    Criterion { code: code.to_owned(), guidance: both("看证明材料"), judging, part, title: both(code) }
}

/// Terms of a tender of `buyer` and `agency` that opens at `opening_at`.
pub fn terms(buyer: OrgId, agency: OrgId, opening_at: Instant, procedure: Procedure) -> Terms {
    let price = field("price_minor", FieldKind::Price);
    let mut statement_fields = vec![field("name", FieldKind::Text), field("days", FieldKind::Days)];
    let mut price_fields = Vec::new();
    match procedure {
        Procedure::OneStage => statement_fields.push(price),
        Procedure::TwoStage => price_fields.push(price),
    }
    let lot_terms = LotTerms {
        candidates_max: 3,
        ceiling: Money::new(100_000_000, Currency::CNY).expect("money"),
        criteria: vec![
            criterion("P1", Part::Preliminary, Judging::PassFail),
            criterion("T1", Part::Technical, Judging::Scored { max: points("10") }),
            criterion("B1", Part::Business, Judging::Objective { max: points("10") }),
        ],
        duration_days_max: 200,
        id: lot(),
        min_bids: 3,
        panel: PanelTerms {
            size: 5,
            technical: PanelRule {
                points_max: points("10"),
                aggregation: Aggregation::TrimmedMean { trim_from: 5 },
                reasons: Some(ReasonRule::USUAL),
            },
        },
        price_rule: PriceRule {
            formula: Formula::BandedMedian(BandedMedian::municipal(Decimal::hundredths(13))),
            abnormally_low: None,
        },
        statement_fields,
        price_fields,
        title: both("一标段"),
    };
    Terms {
        agency,
        buyer,
        category: Category::Works,
        contact: ShortText::new("0000-0000").expect("a text"),
        lots: vec![lot_terms],
        opening_at,
        procedure,
        project_code: ShortText::new("2026-000001").expect("a text"),
        plan_approval: ShortText::new("核准1号").expect("a text"),
        qualification: both("市政公用工程施工总承包"),
        regime: Regime::Bidding,
        region: ShortText::new("测试市").expect("a text"),
        summary: both("道路改造"),
        title: both("道路改造工程"),
    }
}
