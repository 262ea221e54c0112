//! Every file of `tests/data/ocds`, with the defects that real data has, and files that nobody should send.

use std::collections::BTreeMap;

use super::*;
use crate::base::{Currency, Money};
use crate::tender::Category;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/data/ocds/", $name, ".json")).as_slice()
    };
}

fn draft(bytes: &[u8]) -> ImportedDraft {
    import(bytes).expect("a draft")
}

/// Paths by code of the notes.
fn noted(draft: &ImportedDraft) -> BTreeMap<NoteCode, Vec<&str>> {
    let mut noted: BTreeMap<NoteCode, Vec<&str>> = BTreeMap::new();
    for note in &draft.notes {
        noted.entry(note.code).or_default().push(note.path.as_str());
    }
    noted
}

fn minor(draft: &ImportedDraft) -> Vec<Option<(i64, String)>> {
    let ceiling =
        |lot: &PartialLot| lot.ceiling.map(|money| (money.minor(), money.currency().code().to_owned()));
    draft.terms.lots.iter().map(ceiling).collect()
}

#[test]
fn a_clean_release_maps_whole() {
    let draft = draft(fixture!("sample-fictional-02-tender"));
    let terms = &draft.terms;
    assert_eq!(terms.title.as_ref().map(|title| title.en.as_str()), Some("Planned cycle lane improvements"));
    assert_eq!(terms.category, Some(Category::Works));
    assert_eq!(terms.buyer_name.as_ref().map(|name| name.as_str()), Some("London Borough of Barnet"));
    assert_eq!(terms.contact.as_ref().map(|text| text.as_str()), Some("Procurement Team 01234 345 346"));
    assert_eq!(terms.region.as_ref().map(|text| text.as_str()), Some("London"));
    assert_eq!(terms.opening_at.map(|moment| moment.to_string()).as_deref(), Some("2010-04-01T18:00:00Z"));
    assert_eq!(terms.award, Some(AwardBasis::RatedCriteria));
    assert_eq!(minor(&draft), [Some((110_000_000, "GBP".to_owned()))]);
    assert_eq!(draft.documents.len(), 1);
    let url = "http://example.com/tender-notices/ocds-213czf-000-00001-01.html";
    assert_eq!(draft.documents[0].url.as_deref(), Some(url));
    assert_eq!(draft.source.ocid.as_ref().map(|ocid| ocid.as_str()), Some("ocds-213czf-000-00001"));
    let noted = noted(&draft);
    assert_eq!(noted[&NoteCode::Missing], ["releases/0/tender/eligibilityCriteria"]);
    let unmapped = &noted[&NoteCode::NotMapped];
    for name in ["minValue", "items", "enquiryPeriod", "tenderPeriod/durationInDays"] {
        let path = format!("releases/0/tender/{name}");
        assert!(unmapped.contains(&path.as_str()), "{path}: {unmapped:?}");
    }
}

#[test]
fn real_mexican_releases_of_ocds_1_0_map_with_their_defects() {
    let draft = draft(fixture!("real-release-package-1"));
    let noted = noted(&draft);
    assert_eq!(noted[&NoteCode::Version], ["version"], "the package does not name its version");
    assert_eq!(noted[&NoteCode::OthersLeftOut], ["releases/0"], "an older release of the process");
    let wrongly_written =
        noted[&NoteCode::NotMapped].iter().any(|path| path.ends_with("tender/submissionmethoddetails"));
    assert!(wrongly_written, "OCDS writes submissionMethodDetails");
    assert_eq!(minor(&draft), [Some((131_126_400, "MXN".to_owned()))], "1311264.0 is exact");
    assert_eq!(draft.terms.buyer_name.as_ref().map(|name| name.as_str()), Some("SECRETARÍA DE FINANZAS"));
    assert_eq!(draft.terms.award, Some(AwardBasis::RatedCriteria));
    let opening = draft.terms.opening_at.map(|moment| moment.to_string());
    assert_eq!(opening.as_deref(), Some("2015-12-22T06:00:00Z"), "an offset is reckoned");
    assert!(draft.terms.qualification.is_some());
}

#[test]
fn a_real_record_maps_with_its_defects() {
    let draft = draft(fixture!("real-record-package-1"));
    let noted = noted(&draft);
    assert_eq!(minor(&draft), [None], "an amount of 0 without a currency is no ceiling");
    assert_eq!(
        noted[&NoteCode::CurrencyMissing],
        ["tender/value/currency"].map(|path| prefixed(&noted, path))
    );
    assert!(noted[&NoteCode::Missing].iter().any(|path| path.ends_with("tenderPeriod/endDate")));
    let name = draft.terms.buyer_name.as_ref().map(|name| name.as_str());
    assert_eq!(name, Some("INAH-Dirección de Recursos Materiales y Servicios #048D00001"));
    assert_eq!(draft.terms.region.as_ref().map(|text| text.as_str()), Some("Ciudad de México"));
}

/// The noted path that ends with `end`: a record's paths begin with the record.
fn prefixed<'a>(noted: &BTreeMap<NoteCode, Vec<&'a str>>, end: &str) -> &'a str {
    noted.values().flatten().find(|path| path.ends_with(end)).expect("it is noted")
}

#[test]
fn a_contract_release_without_a_title_maps_what_it_has() {
    let draft = draft(fixture!("portugal-impic-6-contracts"));
    assert_eq!(minor(&draft), [Some((77_576, "EUR".to_owned()))]);
    let noted = noted(&draft);
    assert!(noted[&NoteCode::Missing].contains(&"releases/0/tender/title"));
    assert_eq!(noted[&NoteCode::OthersLeftOut], ["releases"], "five other processes");
    assert!(noted[&NoteCode::NotMapped].contains(&"releases/0/awards"));
}

#[test]
fn every_file_is_read_or_refused_for_what_it_is() {
    for (bytes, title) in [
        (fixture!("sample-fictional-01-planning"), true),
        (fixture!("sample-fictional-03-tenderAmendment"), true),
        (fixture!("sample-fictional-04-award"), true),
        (fixture!("sample-fictional-record"), true),
        (fixture!("portugal-impic-6-contracts"), false),
    ] {
        assert_eq!(draft(bytes).terms.title.is_some(), title);
    }
    for bytes in [fixture!("sample-fictional-05-contract"), fixture!("sample-fictional-06-implementation")] {
        assert_eq!(import(bytes), Err(ImportError::NoTender), "these tell of the contract only");
    }
}

fn package(tender: &str) -> Vec<u8> {
    format!(
        r#"{{"version":"1.1","releases":[{{"ocid":"o-1","date":"2026-01-01T00:00:00Z","tender":{tender}}}]}}"#
    )
    .into_bytes()
}

#[test]
fn lots_have_their_own_values_and_numbers() {
    let value = |amount: &str| format!(r#"{{"amount":{amount},"currency":"CNY"}}"#);
    let lot = |id: &str, amount: &str| format!(r#"{{"id":{id},"title":"标段","value":{}}}"#, value(amount));
    let tender = format!(
        r#"{{"title":"道路","value":{},"lots":[{},{},{},{},{{"id":"9","status":"cancelled"}},null,7]}}"#,
        value("10"),
        lot(r#""A-1""#, "12345678901.23"),
        lot(r#""LOT/0002 long name""#, "1.5e3"),
        lot(r#""A-1""#, "0.001"),
        lot("4", "\"1,000.50\""),
    );
    let draft = draft(&package(&tender));
    let ids: Vec<&str> = draft.terms.lots.iter().map(|lot| lot.id.as_str()).collect();
    assert_eq!(ids, ["A-1", "1", "2", "4"]);
    let cny = |minor| Money::new(minor, Currency::CNY).ok();
    let ceilings: Vec<Option<Money>> = draft.terms.lots.iter().map(|lot| lot.ceiling).collect();
    assert_eq!(ceilings, [cny(1_234_567_890_123), cny(150_000), None, None], "nothing is rounded or guessed");
    let noted = noted(&draft);
    assert_eq!(noted[&NoteCode::Renumbered].len(), 2);
    assert_eq!(noted[&NoteCode::AmountUnreadable].len(), 2, "finer than a fen; a text with commas");
    assert_eq!(noted[&NoteCode::LotLeftOut].len(), 1);
    assert_eq!(
        noted[&NoteCode::WrongType].len(),
        4,
        "a number as an id, a text as an amount, two that are no lots"
    );
}

#[test]
fn defects_are_noted_and_limits_hold() {
    let long = "长".repeat(5000);
    let tender = format!(
        r#"{{"title":17,"description":"{long}","mainProcurementCategory":"consulting","awardCriteria":{{"a":1}},
            "tenderPeriod":{{"endDate":"2026-05-01"}},"procuringEntity":"某局","documents":[{{"url":"javascript:alert(1)"}},3],
            "value":{{"amount":90071992547409.93,"currency":"元"}},"eligibilityCriteria":" \r\n "}}"#
    );
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(package(&tender));
    let draft = draft(&bytes);
    let noted = noted(&draft);
    assert_eq!(draft.terms.title.as_ref().map(|title| title.zh.as_str()), Some("17"));
    assert_eq!(draft.terms.summary.as_ref().map(|text| text.zh.as_str().chars().count()), Some(4000));
    assert_eq!(draft.documents, [ListedDocument { kind: None, media_type: None, title: None, url: None }]);
    for code in [
        NoteCode::ByteOrderMark,
        NoteCode::Shortened,
        NoteCode::UnknownCode,
        NoteCode::NotAMoment,
        NoteCode::DocumentAddress,
        NoteCode::CurrencyMissing,
        NoteCode::Empty,
        NoteCode::WrongType,
    ] {
        assert!(noted.contains_key(&code), "{code:?}: {noted:?}");
    }
    let many = r#"{"a":1},"#.repeat(1000);
    let many = format!(
        r#"{{"title":"t","documents":[{}],"lots":[{}]}}"#,
        many.trim_end_matches(','),
        many.trim_end_matches(',')
    );
    let draft = self::draft(&package(&many));
    assert_eq!(
        (draft.documents.len(), draft.terms.lots.len()),
        (DOCUMENTS_LISTED_MAX, crate::tender::LOTS_MAX)
    );
    assert_eq!(draft.notes.len(), NOTES_MAX);
    assert!(draft.more_notes > 1000);
}

#[test]
fn what_is_no_ocds_is_refused_and_nothing_panics() {
    for (bytes, error) in [
        (&b""[..], ImportError::NotJson),
        (b"\xff\xfe{}", ImportError::NotJson),
        (b"{\"releases\":[", ImportError::NotJson),
        (b"[]", ImportError::NotOcds),
        (b"{}", ImportError::NotOcds),
        (b"{\"releases\":null}", ImportError::NotOcds),
        (b"{\"releases\":{}}", ImportError::NoTender),
        (b"{\"releases\":[null,1,{\"tender\":7}]}", ImportError::NoTender),
        (b"{\"records\":[{\"compiledRelease\":[]},{\"releases\":[{\"url\":\"x\"}]}]}", ImportError::NoTender),
    ] {
        assert_eq!(import(bytes), Err(error), "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(import(&vec![b' '; BYTES_MAX + 1]), Err(ImportError::TooLarge));
    let deep = format!("{{\"releases\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(import(deep.as_bytes()), Err(ImportError::NoTender | ImportError::NotJson)));
    let whole = fixture!("sample-fictional-02-tender");
    for end in (0..whole.len() - 1).step_by(7) {
        assert_eq!(import(&whole[..end]), Err(ImportError::NotJson), "cut at {end}");
    }
    for at in (0..whole.len()).step_by(3) {
        let mut changed = whole.to_vec();
        changed[at] ^= 0x15;
        // Anything but a panic: a changed letter is a changed title, a changed brace no JSON.
        if let Ok(draft) = import(&changed) {
            assert!(draft.notes.len() <= NOTES_MAX);
        }
    }
}
