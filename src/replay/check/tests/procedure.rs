//! A platform whose own acts are accepted by the rules and are false all the same: chosen draws, wrong keys and roots,
//! altered prices. Everything after them follows correctly, so nothing else fails.

use super::*;
use crate::base::Digest;
use crate::tender::{Command, FieldValue, LotCommand, Unsealed};

fn forged(forge: fn(&mut Command)) -> (Fixture, Vec<(CheckId, Option<u64>)>) {
    forged_until(End::Archived, forge)
}

fn forged_until(ends: End, forge: fn(&mut Command)) -> (Fixture, Vec<(CheckId, Option<u64>)>) {
    let fixture = Fixture::of(Plan { forge: Some(forge), ends, ..Plan::default() });
    let failures = failures(&fixture.parts().verify());
    (fixture, failures)
}

#[test]
fn a_chosen_reading_order_is_found() {
    let (fixture, failures) = forged(|command| {
        if let Command::Lot(_, LotCommand::RecordDraw(body)) = command {
            body.order.reverse();
        }
    });
    assert_eq!(failures, [(CheckId::D1, at(fixture.index_of("RecordDraw", 0)))]);
}

#[test]
fn a_chosen_coefficient_is_found() {
    let (fixture, failures) = forged(|command| {
        if let Command::Lot(_, LotCommand::RecordDraw(body)) = command {
            let among = [975, 980].map(crate::formula::Decimal::thousandths);
            body.coefficient = among.into_iter().find(|other| Some(*other) != body.coefficient);
        }
    });
    assert_eq!(failures, [(CheckId::D2, at(fixture.index_of("RecordDraw", 0)))]);
}

#[test]
fn a_chosen_panel_is_found() {
    let (fixture, failures) = forged(|command| {
        if let Command::Lot(_, LotCommand::RecordPanelDraw(body)) = command {
            body.ranked.reverse();
        }
    });
    assert_eq!(failures, [(CheckId::D3, at(fixture.index_of("RecordPanelDraw", 0)))]);
}

#[test]
fn a_closed_root_over_other_bids_is_found() {
    let (fixture, failures) = forged(|command| {
        if let Command::Lot(_, LotCommand::CloseLot(body)) = command {
            body.root = Digest::of(b"other bids");
        }
    });
    assert_eq!(failures, [(CheckId::K7, at(fixture.index_of("CloseLot", 0)))]);
}

#[test]
fn a_key_of_another_label_is_found() {
    // The generator of G1: a good point, and the key of no label that anybody knows.
    const GENERATOR: &str =
        "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
    let (fixture, failures) = forged(|command| {
        if let Command::Lot(_, LotCommand::RecordUnsealed(body)) = command
            && let Unsealed::Opened { label_key, .. } = &mut body.result
        {
            GENERATOR.clone_into(label_key);
        }
    });
    assert_eq!(failures, [(CheckId::A11, at(fixture.index_of("RecordUnsealed", 0)))]);
}

#[test]
fn another_price_than_the_sealed_one_is_found() {
    let (fixture, failures) = forged(lower_a_price);
    assert_eq!(failures, [(CheckId::S2, at(fixture.index_of("RecordUnsealed", 0)))]);
}

pub(super) fn lower_a_price(command: &mut Command) {
    if let Command::Lot(_, LotCommand::RecordUnsealed(body)) = command
        && let Unsealed::Opened { statement: Some(values), .. } = &mut body.result
        && let Some(FieldValue::Integer(price)) = values.first_mut().map(|field| &mut field.value)
    {
        *price -= 1;
    }
}

#[test]
fn another_name_for_a_sealed_document_is_found() {
    let (fixture, failures) = forged(|command| {
        if let Command::Lot(_, LotCommand::RecordUnsealed(body)) = command
            && let Unsealed::Opened { files, .. } = &mut body.result
        {
            files.reverse();
        }
    });
    assert_eq!(failures, [(CheckId::S2, at(fixture.index_of("RecordUnsealed", 3)))]);
}

#[test]
fn an_envelope_that_opens_is_not_to_be_recorded_as_mislocked() {
    let (fixture, failures) = forged_until(End::Opened, mislock);
    assert_eq!(failures, [(CheckId::S1, at(fixture.index_of("RecordUnsealed", 6)))]);
}

pub(super) fn mislock(command: &mut Command) {
    if let Command::Lot(_, LotCommand::RecordUnsealed(body)) = command
        && body.envelope == crate::base::Envelope::PriceDocuments
        && let Unsealed::Opened { label_key, .. } = &body.result
    {
        let code = crate::tender::UnsealFailure::WrongLock;
        body.result = Unsealed::Failed { code, label_key: Some(label_key.clone()) };
    }
}

#[test]
fn an_opening_without_its_seal_check_or_release_is_found() {
    for kind in ["RecordSealCheck", "RecordRelease"] {
        let mut fixture = Fixture::honest();
        fixture.logged.remove(fixture.index_of(kind, 0));
        let failures = failures(&fixture.parts().verify());
        assert_eq!(failures[0], (CheckId::C6, at(fixture.index_of("SignRecord", 1))), "{kind}");
        assert!(failures.iter().all(|(id, _)| *id == CheckId::C6), "{kind}: {failures:?}");
    }
}

#[test]
fn an_award_before_all_contents_have_an_outcome_is_found() {
    let mut fixture = Fixture::honest();
    fixture.logged.remove(fixture.index_of("RecordUnsealed", 4));
    let failures = failures(&fixture.parts().verify());
    assert!(failures.contains(&(CheckId::C6, at(fixture.index_of("ConfirmAward", 0)))), "{failures:?}");
}

#[test]
fn opening_before_the_draw_is_found() {
    let fixture = Fixture::of(Plan { opens_before_draw: true, ..Plan::default() });
    let failures = failures(&fixture.parts().verify());
    assert_eq!(failures, [(CheckId::E5, at(fixture.index_of("RecordUnsealed", 0)))]);
}
