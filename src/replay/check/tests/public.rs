//! Files that show a part: what they show is checked, what they cannot show is said, and nothing is in them that the public
//! may not know.

use super::*;
use crate::replay::check::fixture::{Parts, withhold};

fn public() -> Parts {
    Fixture::honest().parts().for_public()
}

fn fault(report: &Report, id: CheckId) -> Option<&str> {
    result(report, id).first_failure.as_ref().map(|failure| failure.fault.as_str())
}

#[test]
fn a_file_for_the_public_shows_what_everybody_heard_and_proves_the_rest_by_digest() {
    let report = public().verify();
    assert_eq!(failures(&report), [], "{}", report.to_text());
    for id in [CheckId::C2, CheckId::C3, CheckId::I4, CheckId::A1, CheckId::K5] {
        assert_eq!(result(&report, id).outcome, Outcome::Pass, "{id:?}");
    }
    for id in [CheckId::C1, CheckId::A4, CheckId::A7, CheckId::K4, CheckId::K9, CheckId::E8, CheckId::C6] {
        let result = result(&report, id);
        assert_eq!(result.outcome, Outcome::NotApplicable, "{id:?} was not looked at");
        assert!(result.note.is_some(), "{id:?}: and that is said");
    }
}

#[test]
fn the_place_of_a_withheld_record_does_not_count_as_held() {
    let parts = public();
    let shown = parts.tender.iter().filter(|record| matches!(record.content, Content::Whole { .. })).count();
    // Each that is shown, and the two numbers of records.
    assert_eq!(result(&parts.verify(), CheckId::C2).checked, shown as u64 + 2);
}

#[test]
fn a_supervisors_file_withholds_nothing() {
    let mut parts = Fixture::honest().parts();
    let first = parts.centre[0].index;
    withhold(&mut parts.centre[0]);
    let report = parts.verify();
    assert_eq!(failures(&report), [(CheckId::C5, Some(first))]);
    assert_eq!(fault(&report, CheckId::C5), Some("withheld"));
}

#[test]
fn a_file_for_the_public_shows_nothing_that_not_everybody_may_hear() {
    let fixture = Fixture::honest();
    let whole = fixture.parts();
    let mut parts = public();
    parts.centre[0] = whole.centre[0].clone();
    let report = parts.verify();
    assert_eq!(failures(&report), [(CheckId::C5, Some(parts.centre[0].index))], "an act of the register");
    assert_eq!(fault(&report, CheckId::C5), Some("not_for_the_public"));

    let bid = fixture.index_of("SubmitBid", 0);
    let mut parts = public();
    *parts.record(bid) = whole.clone().record(bid).clone();
    assert_eq!(failures(&parts.verify()), [(CheckId::C5, at(bid))], "a bid");

    let mut parts = whole;
    parts.about.scope = Scope::Public;
    let report = parts.verify();
    assert_eq!(fault(&report, CheckId::C5), Some("not_for_the_public"), "everything");
    assert_eq!(
        result(&report, CheckId::K4).outcome,
        Outcome::NotApplicable,
        "and it counts as a file for the public"
    );
}

#[test]
fn bodies_beside_shown_acts_are_those_that_were_signed() {
    let fixture = Fixture::honest();
    let inline = fixture.index_of("CloseLot", 0);
    let mut parts = public();
    let Content::Whole { body, .. } = &mut parts.record(inline).content else { panic!("everybody heard it") };
    *body = Some(vec![b' '; 3000]);
    let report = parts.verify();
    assert_eq!(failures(&report), [(CheckId::C5, at(inline))]);
    assert_eq!(fault(&report, CheckId::C5), Some("body_unnamed"));
}

#[test]
fn events_beside_shown_acts_are_those_of_the_outcome() {
    let close = Fixture::honest().index_of("CloseLot", 0);
    let mut parts = public();
    let Content::Whole { events, .. } = &mut parts.record(close).content else {
        panic!("everybody heard it")
    };
    *events =
        String::from_utf8(events.clone()).expect("text").replace("lot_closed", "lot_Closed").into_bytes();
    let report = parts.verify();
    assert_eq!(fault(&report, CheckId::K4), Some("outcome_differs"));
}

#[test]
fn cores_and_documents_that_nothing_shown_names_are_flagged() {
    let whole = Fixture::honest().parts();
    let mut parts = public();
    parts.cores = whole.cores.clone();
    assert_eq!(fault(&parts.verify(), CheckId::C5), Some("core_not_referred_to"));
    let mut parts = public();
    parts.files = whole.files;
    assert_eq!(fault(&parts.verify(), CheckId::C5), Some("file_not_referred_to"));
}
