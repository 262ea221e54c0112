//! A file that was changed on its way.

use kaibiao_crypto::checkpoint::{NoteVerifier, SignatureType};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;

use super::*;
use crate::base::Digest;

/// Places of a tender's records.
const ANY: usize = 20;

#[test]
fn a_flipped_byte_of_an_entry_is_found_where_it_is() {
    let honest = Fixture::honest().parts();
    let index = honest.tender[ANY].index;
    let length = match &honest.tender[ANY].content {
        Content::Whole { entry, .. } => entry.len(),
        Content::Withheld { .. } => panic!("all are shown"),
    };
    for place in (0..length).step_by(37) {
        let mut parts = honest.clone();
        if let Content::Whole { entry, .. } = &mut parts.tender[ANY].content {
            entry[place] ^= 1;
        }
        let report = parts.verify();
        assert_eq!(
            result(&report, CheckId::I4).first_failure.as_ref().map(|f| f.index),
            Some(Some(index)),
            "{place}"
        );
        assert_eq!(report.verdict, Verdict::Failed);
    }
}

#[test]
fn a_forged_signature_is_named_as_one() {
    let fixture = Fixture::honest();
    let mut parts = fixture.parts();
    let index = fixture.index_of("ConfirmReading", 0);
    let place = parts.tender.iter().position(|record| record.index == index as u64).expect("it is there");
    let next = Some(parts.tender[place + 1].index);
    if let Content::Whole { entry, .. } = &mut parts.tender[place].content {
        // Behind magic, algorithm, flags, key and the length of the signature.
        entry[4 + 2 + 32 + 2] ^= 1;
    }
    let wanted = [(CheckId::C3, next), (CheckId::A4, at(index)), (CheckId::I4, at(index))];
    assert_eq!(failures(&parts.verify()), wanted);
}

#[test]
fn a_dropped_entry_is_missed_at_the_next_one() {
    let fixture = Fixture::honest();
    let mut parts = fixture.parts();
    let dropped = fixture.index_of("ConfirmReading", 0);
    let place = parts.tender.iter().position(|record| record.index == dropped as u64).expect("it is there");
    parts.tender.remove(place);
    parts.about.tender_entries -= 1;
    let next = Some(parts.tender[place].index);
    let recorded = at(fixture.index_of("SignRecord", 1));
    // What the dropped act had changed is missed too: who confirmed stands in the record.
    let wanted = [(CheckId::C2, next), (CheckId::C3, next), (CheckId::K4, recorded)];
    assert_eq!(failures(&parts.verify()), wanted);
}

#[test]
fn a_dropped_entry_of_the_centre_is_missed() {
    let mut parts = Fixture::honest().parts();
    parts.centre.remove(10);
    let next = Some(parts.centre[10].index);
    let report = parts.verify();
    assert!(
        failures(&report).contains(&(CheckId::C2, next)) && failures(&report).contains(&(CheckId::C3, next))
    );
}

#[test]
fn a_missing_beginning_is_missed() {
    let mut parts = Fixture::honest().parts();
    parts.tender.remove(0);
    let first = Some(parts.tender[0].index);
    assert_eq!(failures(&parts.verify())[0], (CheckId::C1, first));
}

#[test]
fn reordered_entries_are_found_out_of_order() {
    let mut parts = Fixture::honest().parts();
    parts.tender.swap(ANY, ANY + 1);
    let (first, second) = (parts.tender[ANY].index, parts.tender[ANY + 1].index);
    let wanted = [(CheckId::C2, Some(second)), (CheckId::C3, Some(second))];
    assert_eq!(failures(&parts.verify()), wanted, "{first} stands before {second}");
    // With their places in the log exchanged as well, neither proof leads to the head any more.
    parts.tender[ANY].index = second;
    parts.tender[ANY + 1].index = first;
    assert!(failures(&parts.verify()).contains(&(CheckId::I4, Some(second))));
}

#[test]
fn an_inserted_entry_has_no_place() {
    let mut parts = Fixture::honest().parts();
    let mut copy = parts.tender[ANY].clone();
    copy.index += 1;
    let index = Some(copy.index);
    parts.tender.insert(ANY + 1, copy);
    parts.about.tender_entries += 1;
    let report = parts.verify();
    for id in [CheckId::C2, CheckId::C3, CheckId::I4, CheckId::K3] {
        assert!(failures(&report).contains(&(id, index)), "{id:?}: {:?}", failures(&report));
    }
}

#[test]
fn a_missing_tail_is_found_by_the_count_and_an_unarchived_end_is_said_to_be_open() {
    let mut parts = Fixture::honest().parts();
    let archive = parts.tender.pop().expect("the archive");
    let last = parts.tender.last().expect("the letters").index;
    assert_eq!(failures(&parts.verify()), [(CheckId::C2, Some(last + 1))]);
    parts.about.tender_entries -= 1;
    let report = parts.verify();
    assert_eq!(failures(&report), []);
    assert_eq!(result(&report, CheckId::K5).outcome, Outcome::NotApplicable, "before {}", archive.index);
}

#[test]
fn changed_events_do_not_follow_from_their_act() {
    let fixture = Fixture::honest();
    let mut parts = fixture.parts();
    let index = fixture.index_of("ReadBid", 1);
    let record = parts.tender.iter_mut().find(|record| record.index == index as u64).expect("it is there");
    if let Content::Whole { events, .. } = &mut record.content {
        let text =
            String::from_utf8(events.clone()).expect("text").replace("\"position\":2", "\"position\":1");
        *events = text.into_bytes();
    }
    assert_eq!(failures(&parts.verify()), [(CheckId::K4, at(index))]);
}

#[test]
fn a_changed_body_is_not_the_one_that_was_signed() {
    let fixture = Fixture::honest();
    let mut parts = fixture.parts();
    let index = fixture.index_of("DraftTender", 0);
    let Content::Whole { body, .. } = &mut parts.tender[0].content else { panic!("all are shown") };
    body.as_mut().expect("terms are long").push(b' ');
    assert_eq!(failures(&parts.verify()), [(CheckId::C5, at(index))]);
    let Content::Whole { body, .. } = &mut parts.tender[0].content else { panic!("all are shown") };
    *body = None;
    assert_eq!(failures(&parts.verify()), [(CheckId::C5, at(index))]);
}

#[test]
fn a_truncated_entry_is_no_entry() {
    let mut parts = Fixture::honest().parts();
    if let Content::Whole { entry, .. } = &mut parts.tender[ANY].content {
        entry.pop();
    }
    let index = Some(parts.tender[ANY].index);
    let report = parts.verify();
    assert!(
        failures(&report).contains(&(CheckId::I7, index))
            && failures(&report).contains(&(CheckId::I4, index))
    );
}

#[test]
fn the_wrong_log_key_is_refused() {
    let parts = Fixture::honest().parts();
    let own = NoteVerifier::parse(&parts.about.log_vkey).expect("a key");
    let trust = |log_key| Trust { log_key: Some(log_key), policy: None };
    assert_eq!(failures(&parts.verify_with(&trust(own))), []);
    let stranger = SigningKey::generate(&SystemRandom::new()).expect("randomness").public().clone();
    let same_name = NoteVerifier::new(&parts.about.origin, SignatureType::Ed25519, stranger).expect("a key");
    let failures = failures(&parts.verify_with(&trust(same_name)));
    assert_eq!(failures, [(CheckId::A1, None), (CheckId::A3, None)], "another log of the same name");
}

#[test]
fn without_witnesses_nothing_that_binds_is_witnessed() {
    let fixture = Fixture::honest();
    let mut parts = fixture.parts();
    let publication = at(fixture.index_of("PublishTender", 0));
    let whole = parts.about.head.clone();
    let cut = whole.rfind("— witness").expect("a cosignature");
    let line = whole[cut..].to_owned();
    parts.about.head.truncate(cut);
    assert_eq!(failures(&parts.verify()), [(CheckId::A2, None), (CheckId::E8, publication)]);
    parts.about.head = whole + &line;
    assert_eq!(failures(&parts.verify()), [(CheckId::A3, None)], "one witness twice");
}

#[test]
fn a_head_of_another_history_is_found() {
    let fixture = Fixture::honest();
    let mut parts = fixture.parts();
    parts.heads[0].subtrees[0] = Digest([9; 32]);
    let report = parts.verify();
    let approval = at(fixture.index_of("ApproveTender", 0));
    assert!(failures(&report).contains(&(CheckId::C7, approval)), "{}", report.to_text());
    assert_eq!(
        result(&report, CheckId::I5).first_failure.as_ref().map(|first| first.fault.as_str()),
        Some("root_mismatch")
    );
    let mut parts = fixture.parts();
    parts.heads.pop();
    assert_eq!(failures(&parts.verify()), [(CheckId::I5, None)], "they lead to no head of this log");
}

#[test]
fn a_changed_core_or_document_is_found_and_a_missing_one_is_listed() {
    let fixture = Fixture::honest();
    let honest = fixture.parts();
    let mut parts = honest.clone();
    let core = parts.cores.values_mut().next().expect("nine cores");
    core[100] ^= 1;
    let report = parts.verify();
    assert_eq!(failures(&report).iter().map(|(id, _)| *id).collect::<Vec<_>>(), [CheckId::I9]);
    parts.cores.clear();
    assert_eq!(failures(&parts.verify()), []);
    let mut parts = honest.clone();
    parts.files.values_mut().for_each(|bytes| bytes[0] ^= 1);
    let report = parts.verify();
    let ids: Vec<CheckId> = failures(&report).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [CheckId::I9, CheckId::S2], "{}", report.to_text());
    let gone = *parts.files.keys().next().expect("documents");
    let mut parts = honest.clone();
    parts.files.remove(&gone);
    let report = parts.verify();
    assert_eq!((failures(&report), report.not_carried), (vec![], vec![gone]));
    let mut parts = honest;
    parts.files.insert(Digest::of(b"stray"), b"stray".to_vec());
    assert_eq!(failures(&parts.verify()), [(CheckId::C5, None)]);
}
