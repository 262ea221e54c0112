//! Terms that no lawful tender can have, each refused by its code.

use serde_json::{Value, json};

use super::Terms;

const ORG: &str = "00000000-0000-4000-8000-000000000001";

fn lawful() -> Value {
    let text = |zh: &str| json!({ "en": zh, "zh": zh });
    let field = |id: &str, kind: &str| json!({ "id": id, "kind": kind, "label": text(id) });
    let lot = json!({
        "candidates_max": 3, "ceiling": { "currency": "CNY", "minor": 100 }, "criteria": [], "duration_days_max": 600,
        "id": "1", "min_bids": 3, "title": text("道路"),
        "panel": { "size": 5, "technical": { "points_max": 1000, "aggregation": { "kind": "mean" }, "reasons": null } },
        "price_rule": { "formula": { "formula": "lowest", "points_max": 8000 }, "abnormally_low": null },
        "statement_fields": [field("bid_price", "price"), field("manager", "text")], "price_fields": [],
    });
    json!({
        "agency": ORG, "buyer": ORG, "category": "works", "contact": "0571-88000000", "lots": [lot], "opening_at": 0,
        "procedure": "one_stage", "project_code": "2611-01", "plan_approval": "147", "qualification": text("市政三级"),
        "regime": "bidding", "region": "330147", "summary": text("一条路"), "title": text("汀兰路"),
    })
}

/// The refusal of the lawful terms with one place changed.
fn refused(place: &str, value: Value) -> Option<&'static str> {
    let mut terms = lawful();
    *terms.pointer_mut(place).expect("a place of the terms") = value;
    let terms: Terms = serde_json::from_value(terms).expect("terms");
    terms.check().err().map(|refusal| refusal.code())
}

#[test]
fn unlawful_terms_are_refused_by_name() {
    assert_eq!(refused("/contact", json!("0571-1")), None, "the lawful ones pass");
    let criterion = |part: &str, judging: Value| {
        json!([{ "code": "1", "guidance": { "en": "one", "zh": "一" }, "judging": judging, "part": part,
                 "title": { "en": "一", "zh": "一" } }])
    };
    for (place, value, code) in [
        ("/lots", json!([]), "lots_count"),
        ("/lots/0/ceiling/minor", json!(0), "ceiling_not_positive"),
        ("/lots/0/panel/size", json!(3), "panel_size"),
        ("/lots/0/panel/size", json!(6), "panel_size"),
        ("/lots/0/candidates_max", json!(4), "candidates_count"),
        ("/lots/0/candidates_max", json!(0), "candidates_count"),
        ("/lots/0/min_bids", json!(2), "min_bids_below_law"),
        (
            "/lots/0/criteria",
            criterion("preliminary", json!({ "kind": "scored", "max": 100 })),
            "criterion_part",
        ),
        ("/lots/0/criteria", criterion("technical", json!({ "kind": "pass_fail" })), "criterion_part"),
        ("/lots/0/statement_fields/0/kind", json!("days"), "price_field_in_wrong_statement"),
        ("/lots/0/statement_fields/1/id", json!("bid_price"), "field_twice"),
        ("/procedure", json!("two_stage"), "price_field_in_wrong_statement"),
    ] {
        assert_eq!(refused(place, value.clone()), Some(code), "{place} = {value}");
    }
}
