//! Bid folders that are right, and each way in which one is not.

use super::*;
use crate::client::setting::{BID_TOML, Custody, Scratch};
use crate::tender::Procedure;

fn read(toml: &str, procedure: Procedure) -> Result<BidFolder, BidError> {
    let scratch = Scratch::new();
    let folder = scratch.bid_folder(10);
    BidFolder::parse(toml, &folder, &Custody::new().notice(procedure))
}

fn with(from: &str, to: &str) -> Result<BidFolder, BidError> {
    assert!(BID_TOML.contains(from), "{from}");
    read(&BID_TOML.replace(from, to), Procedure::TwoStage)
}

fn code(result: Result<BidFolder, BidError>) -> &'static str {
    result.err().map(|error| error.code()).unwrap_or("accepted")
}

#[test]
fn each_value_goes_into_its_statement() {
    let bid = read(BID_TOML, Procedure::TwoStage).expect("a good folder");
    let statement = |envelope| serde_json::to_value(&bid.statements[&envelope]).expect("JSON");
    let first = serde_json::json!({"duration_days": 540, "project_manager": "李建国"});
    assert_eq!(statement(Envelope::Statement), first);
    assert_eq!(statement(Envelope::PriceStatement), serde_json::json!({"bid_price": 39_876_543_210_i64}));
    let names: Vec<_> =
        bid.documents[&Envelope::Documents].iter().map(|document| document.name.as_str()).collect();
    assert_eq!(names, ["letter.pdf", "施工组织设计.pdf"]);
    assert_eq!(bid.documents[&Envelope::PriceDocuments][0].media_type, "application/pdf");

    let bid = read(BID_TOML, Procedure::OneStage).expect("a good folder");
    assert_eq!(bid.statements.keys().copied().collect::<Vec<_>>(), [Envelope::Statement]);
    assert_eq!(bid.statements[&Envelope::Statement].len(), 3);
}

#[test]
fn money_is_exact_from_its_text_on() {
    let price = |text: &str| with("\"398,765,432.10\"", text).map(|bid| bid.price.minor());
    assert_eq!(price("\"0.01\""), Ok(1));
    assert_eq!(price("\"398765432.1\""), Ok(39_876_543_210));
    // No binary fraction has this value; a float in between would show.
    assert_eq!(price("\"90,071,992,547,409.91\""), Ok(9_007_199_254_740_991));
    assert_eq!(price("{ minor = 39876543211 }"), Ok(39_876_543_211));
    for (text, code) in [
        ("398765432.10", "bid_money_as_number"),
        ("398765432", "bid_money_as_number"),
        ("\"398765432.105\"", "amount_too_fine"),
        ("\"398 765 432\"", "amount_malformed"),
        ("\"三亿\"", "amount_malformed"),
        ("\"90071992547409.92\"", "amount_out_of_range"),
        ("\"0.00\"", "bid_price_not_positive"),
        ("\"-1\"", "bid_price_not_positive"),
        ("{ minor = 1, major = 2 }", "bid_field_kind"),
        ("{ minor = 1.5 }", "bid_field_kind"),
        ("true", "bid_field_kind"),
    ] {
        assert_eq!(price(text).err().map(|error| error.code()), Some(code), "{text}");
    }
}

#[test]
fn each_mistake_has_its_own_name() {
    let cases = [
        ("lot = \"1\"", "lot = \"2\"", "bid_unknown_lot"),
        ("lot = \"1\"", "lot = \"没有\"", "bid_toml"),
        ("lot = \"1\"", "lot = \"1\"\nprice = 3", "bid_toml"),
        ("duration_days = 540", "", "bid_missing_field"),
        ("duration_days = 540", "duration_days = 540\ndiscount = \"3%\"", "bid_unknown_field"),
        ("540", "\"540\"", "bid_field_kind"),
        ("540", "540.0", "bid_field_kind"),
        ("540", "0", "bid_field_kind"),
        ("\"李建国\"", "7", "bid_field_kind"),
        ("\"李建国\"", "\"\"", "bid_text"),
        ("\"李建国\"", "\"a\\u0000\"", "bid_text"),
        ("\"李建国\"", "\"e\\u0301\"", "bid_not_nfc"),
        ("\"letter.pdf\"", "\"absent.pdf\"", "bid_document_missing"),
        ("\"letter.pdf\"", "\"price\"", "bid_document_missing"),
        ("\"letter.pdf\"", "\"plan.pdf\", \"plan.pdf\"", "bid_document_twice"),
        ("\"letter.pdf\"", "{ path = \"letter.pdf\", name = \"../x\" }", "bid_document_name"),
        ("\"letter.pdf\"", "{ path = \"letter.pdf\", name = \"e\\u0301.pdf\" }", "bid_not_nfc"),
        ("\"letter.pdf\"", "{ path = \"letter.pdf\", media_type = \"a b\" }", "bid_document_name"),
        ("\"letter.pdf\"", "{ path = \"letter.pdf\", title = \"x\" }", "bid_toml"),
        ("[\"price/boq.pdf\"]", "[]", "bid_no_documents"),
        ("price = [\"price/boq.pdf\"]", "", "bid_toml"),
    ];
    for (from, to, wanted) in cases {
        assert_eq!(code(with(from, to)), wanted, "{to}");
    }
}

#[test]
fn an_empty_document_is_refused() {
    let scratch = Scratch::new();
    let folder = scratch.bid_folder(0);
    let result = BidFolder::parse(BID_TOML, &folder, &Custody::new().notice(Procedure::TwoStage));
    assert_eq!(code(result), "bid_document_empty");
}
