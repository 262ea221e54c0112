//! What is wrong is found, by the check whose business it is, at the entry where it is.
//!
//! `stranger`: a file changed by somebody without the log's key. `platform`: a platform that signs a false history.
//! `procedure`: a platform that breaks the procedure while every act is in order. `clocks`: times that others' clocks
//! contradict. `public`: files that show a part. `trust`: what is believed from elsewhere. `each`: every check has a case.
//! `omitted`: an act left out, each in turn. `forks`: another history under the log's own key. `respelled`: payloads in
//! another spelling. `agreement`: with the second verifier, also on what is `spoiled` by chance.

mod agreement;
mod clocks;
mod each;
mod forks;
mod omitted;
mod platform;
mod procedure;
mod public;
mod respelled;
mod spoiled;
mod stranger;
mod trust;

use super::fixture::{End, Fixture, Plan};
use super::*;
use crate::replay::bundle::{BundleWriter, Content};

/// The checks that fail, each with the index of its first failure.
fn failures(report: &Report) -> Vec<(CheckId, Option<u64>)> {
    let failed =
        report.checks.iter().filter_map(|check| Some((check.id, check.first_failure.as_ref()?.index)));
    failed.collect()
}

fn result(report: &Report, id: CheckId) -> &CheckResult {
    report.checks.iter().find(|check| check.id == id).expect("every check is in the report")
}

fn at(index: usize) -> Option<u64> {
    Some(index as u64)
}

#[test]
fn an_honest_file_is_verified_and_every_check_has_something_to_look_at() {
    let report = Fixture::honest().parts().verify();
    assert_eq!(failures(&report), [], "{}", report.to_text());
    assert_eq!(report.verdict, Verdict::Verified);
    for check in &report.checks {
        assert_eq!(check.outcome, Outcome::Pass, "{:?}", check.id);
    }
    assert_eq!(report.not_carried, []);
    let lot = &report.lots[0];
    assert_eq!((lot.bids, lot.ranking.len()), (3, 3));
    assert!(lot.winner.is_some(), "the award is in the report");
}

#[test]
fn a_report_is_text_in_both_languages_and_json() {
    let report = Fixture::honest().parts().verify();
    let text = report.to_text();
    assert!(text.contains("✓ C1") && text.contains("✓ 验证通过 / verified"), "{text}");
    let json = serde_json::to_value(&report).expect("a report is JSON");
    assert_eq!(json["verdict"], "verified");
    assert_eq!(json["checks"][0]["id"], "C1");
    assert_eq!(json["lots"][0]["stage"], "contracted");
}

#[test]
fn a_file_made_after_the_close_is_verified_and_says_that_its_end_is_open() {
    let report = Fixture::of(Plan { ends: End::Closed, ..Plan::default() }).parts().verify();
    assert_eq!(failures(&report), []);
    let end = result(&report, CheckId::K5);
    assert_eq!(end.outcome, Outcome::NotApplicable);
    assert!(end.note.is_some(), "what cannot be proven is said");
}

#[test]
fn a_late_close_is_lawful_and_reported() {
    let report = Fixture::of(Plan { close_delay_s: 5, ..Plan::default() }).parts().verify();
    assert_eq!(failures(&report), []);
    let note = result(&report, CheckId::E3).note.as_ref().expect("the delay is reported");
    assert!(note.en.contains("5 s after"), "{}", note.en);
}

#[test]
fn the_same_contents_give_the_same_bytes() {
    let parts = Fixture::honest().parts();
    assert_eq!(parts.to_bytes(), parts.to_bytes());
}

#[test]
fn a_bundle_is_written_in_its_order_only() {
    let parts = Fixture::honest().parts();
    let sink = std::io::Cursor::new(Vec::new());
    let mut writer = BundleWriter::new(sink, &parts.about).expect("begun");
    assert_eq!(writer.record(&parts.centre[0]).expect_err("no stream").code(), "bundle_misplaced");
    writer.start_tender().expect("in order");
    assert_eq!(writer.start_centre().expect_err("too late").code(), "bundle_misplaced");
    assert_eq!(writer.growth(&parts.heads[0]).expect_err("too late").code(), "bundle_misplaced");
}
