//! Key generation with honest and dishonest custodians, and label keys from partials.

use ring::rand::SystemRandom;

use super::keygen::{Announced, Announcement, Dealt, Finished, KeygenError, SealedShare, announce};
use super::*;
use crate::label::RehearsalDate;

fn session() -> Digest {
    Digest::of(b"a run")
}

fn quorum() -> Quorum {
    Quorum::new(3, 5).expect("a majority")
}

pub(super) fn label(day: &str) -> Label {
    Label::Rehearsal { date: day.parse::<RehearsalDate>().expect("a day") }
}

fn announced(quorum: Quorum) -> (Vec<Announced>, Vec<Announcement>) {
    let begin = |index| announce(session(), quorum, index, &SystemRandom::new()).expect("it begins");
    quorum.indices().map(begin).unzip()
}

fn dealt(quorum: Quorum) -> (Vec<Dealt>, Vec<SealedShare>) {
    let (states, announcements) = announced(quorum);
    let deal = |state: Announced| state.receive(&announcements).expect("all are honest");
    let (states, shares): (Vec<Dealt>, Vec<Vec<SealedShare>>) = states.into_iter().map(deal).unzip();
    (states, shares.concat())
}

pub(super) fn finished(quorum: Quorum) -> Vec<Finished> {
    let (states, shares) = dealt(quorum);
    states.into_iter().map(|state| state.receive(&shares).expect("all are honest")).collect()
}

pub(super) fn changed<T: Serialize + serde::de::DeserializeOwned>(
    value: &T,
    field: &str,
    to: serde_json::Value,
) -> T {
    let mut json = serde_json::to_value(value).expect("messages are JSON");
    json[field] = to;
    serde_json::from_value(json).expect("still the same type")
}

#[test]
fn only_majorities_are_quorums() {
    for (threshold, custodians) in [(0, 0), (0, 1), (1, 2), (2, 4), (3, 6), (4, 3), (17, 33)] {
        assert_eq!(
            Quorum::new(threshold, custodians),
            Err(ThresholdError::Quorum),
            "{threshold} of {custodians}"
        );
    }
    let quorum = Quorum::new(4, 7).expect("a majority");
    assert_eq!((quorum.blocking(), quorum.indices().count()), (4, 7));
    assert!(serde_json::from_str::<Quorum>(r#"{"custodians":4,"threshold":2}"#).is_err());
}

#[test]
fn every_majority_of_custodians_makes_the_same_label_key() {
    let finished = finished(quorum());
    let committee = &finished[0].committee;
    for other in &finished {
        assert_eq!(&other.committee, committee);
        assert_eq!(other.transcript.digest(), finished[0].transcript.digest());
    }
    let label = label("2026-03-02");
    let partials: Vec<Partial> = finished.iter().map(|one| one.share.partial(&label)).collect();
    for partial in &partials {
        assert_eq!(committee.verify_partial(&label, partial), Ok(true));
    }
    let key = committee.combine(&label, &partials).expect("all are good").label_key;
    assert!(committee.verify(&label, &key));
    for left_out in 0..5_usize {
        let some: Vec<Partial> = (0..3).map(|i| partials[(left_out + 2 * i) % 5]).collect();
        assert_eq!(
            committee.combine(&label, &some),
            Ok(Combined { label_key: key, bad: Vec::new(), other_epoch: Vec::new() })
        );
    }
    assert_eq!(
        committee.combine(&label, &partials[..2]),
        Err(ThresholdError::TooFew { good: 2, bad: Vec::new(), other_epoch: Vec::new() })
    );
}

#[test]
fn wrong_partials_are_named_and_the_others_suffice() {
    let finished = finished(quorum());
    let committee = &finished[0].committee;
    let (label, other) = (label("2026-03-02"), label("2026-03-09"));
    let mut partials: Vec<Partial> = finished.iter().map(|one| one.share.partial(&label)).collect();
    partials[0] = finished[0].share.partial(&other);
    partials[2].key = partials[3].key;
    let combined = committee.combine(&label, &partials).expect("three are good");
    assert_eq!(combined.bad, [1, 3]);
    assert!(committee.verify(&label, &combined.label_key));
    assert!(!committee.verify(&other, &combined.label_key));
    assert_eq!(
        committee.combine(&label, &partials[..3]),
        Err(ThresholdError::TooFew { good: 1, bad: vec![1, 3], other_epoch: Vec::new() })
    );
    partials[4].index = 2;
    assert_eq!(committee.combine(&label, &partials), Err(ThresholdError::DuplicateCustodian(2)));
    partials[4].index = 6;
    assert_eq!(committee.combine(&label, &partials), Err(ThresholdError::UnknownCustodian(6)));
    partials[4].index = 0;
    assert_eq!(committee.combine(&label, &partials), Err(ThresholdError::UnknownCustodian(0)));
}

#[test]
fn a_committee_off_its_polynomial_cannot_be_built() {
    let one = finished(quorum()).swap_remove(0).committee;
    let other = finished(quorum()).swap_remove(0).committee;
    let build = |key, shares| Committee::new(Epoch::FIRST, quorum(), key, shares);
    assert_eq!(build(one.group_key, one.public_shares.clone()), Ok(one.clone()));
    assert_eq!(build(other.group_key, one.public_shares.clone()), Err(ThresholdError::Committee));
    assert_eq!(build(one.group_key, one.public_shares[1..].to_vec()), Err(ThresholdError::Committee));
    for place in 0..5 {
        let mut shares = one.public_shares.clone();
        shares[place] = other.public_shares[place];
        assert_eq!(build(one.group_key, shares), Err(ThresholdError::Committee), "share {place}");
    }
    let text = serde_json::to_string(&one).expect("it is JSON");
    assert_eq!(serde_json::from_str::<Committee>(&text).expect("its own text"), one);
}

#[test]
fn a_share_file_holds_only_a_share_of_its_committee() {
    let finished = finished(Quorum::new(2, 3).expect("a majority"));
    let file = finished[1].share.export(&finished[1].committee).expect("it belongs");
    assert!(!format!("{file:?}").contains("secret"));
    let text = serde_json::to_string(&file).expect("it is JSON");
    let (share, committee) = file.import().expect("it belongs");
    assert_eq!((share.index(), &committee), (2, &finished[0].committee));
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    for (field, wrong) in
        [("index", 3.into()), ("index", 9.into()), ("v", 2.into()), ("secret", "00".repeat(32).into())]
    {
        let mut json = json.clone();
        json[field] = wrong;
        let file: ShareFile = serde_json::from_value(json).expect("still a share file");
        assert!(file.import().is_err(), "{field}");
    }
}

#[test]
fn one_custodian_alone_is_a_committee() {
    let finished = finished(Quorum::new(1, 1).expect("a majority")).swap_remove(0);
    let label = label("2026-03-02");
    let combined = finished.committee.combine(&label, &[finished.share.partial(&label)]);
    assert!(combined.is_ok());
}

#[test]
fn dishonest_announcements_name_their_sender() {
    let other_run = |index| {
        announce(Digest::of(b"another run"), quorum(), index, &SystemRandom::new()).expect("it begins").1
    };
    let lower = Quorum::new(2, 3).expect("a majority");
    let short = announce(session(), lower, 2, &SystemRandom::new()).expect("it begins").1;
    let (_, honest) = announced(quorum());
    let as_dealer_2 = |from: &Announcement| changed(from, "dealer", 2.into());
    let with = |field, to: String| changed(&honest[1], field, to.into());
    let proof_of_3 = serde_json::to_value(honest[2].proof).expect("it is JSON");
    for (what, wrong) in [
        ("another run", other_run(2)),
        ("another degree", short),
        ("another custodian's announcement", as_dealer_2(&honest[2])),
        ("another proof", changed(&honest[1], "proof", proof_of_3)),
        ("another transport key", with("transport", hex::encode([7; 32]))),
        ("a transport key of small order", with("transport", "00".repeat(32))),
        ("no commitments", changed(&honest[1], "coefficients", serde_json::json!([]))),
    ] {
        let (states, mut announcements) = announced(quorum());
        announcements[1] = wrong;
        let state = states.into_iter().next().expect("custodian 1");
        let error = state.receive(&announcements).err().expect(what);
        assert!(matches!(error, KeygenError::Culprit { custodian: 2, .. }), "{what}: {error}");
    }
}

#[test]
fn missing_doubled_and_replaced_announcements_end_the_run() {
    let refuse = |edit: &dyn Fn(&mut Vec<Announcement>)| {
        let (states, mut announcements) = announced(quorum());
        edit(&mut announcements);
        let state = states.into_iter().next().expect("custodian 1");
        state.receive(&announcements).err().expect("it is refused").to_string()
    };
    let fresh = |index| announce(session(), quorum(), index, &SystemRandom::new()).expect("it begins").1;
    assert_eq!(refuse(&|all| all.truncate(4)), "the message of custodian 5 is missing");
    assert!(refuse(&|all| all.push(fresh(4))).starts_with("custodian 4 is at fault"));
    assert!(refuse(&|all| all[0] = fresh(1)).contains("replaced on the way"));
    assert_eq!(refuse(&|all| all[3].dealer = 9), "there is no custodian 9");
    assert!(matches!(
        announce(session(), quorum(), 6, &SystemRandom::new()),
        Err(KeygenError::UnknownCustodian(6))
    ));
}

#[test]
fn a_bad_share_is_proven_against_its_dealer() {
    let (states, shares) = dealt(quorum());
    // Custodian 2 sends to 1 what it should have sent to 3.
    let misdirected =
        shares.iter().find(|share| (share.dealer, share.recipient) == (2, 3)).expect("it was dealt");
    let wrong = changed(misdirected, "recipient", 1.into());
    let honest =
        shares.iter().find(|share| (share.dealer, share.recipient) == (4, 1)).expect("it was dealt").clone();
    let sent: Vec<SealedShare> = shares
        .iter()
        .map(|share| if (share.dealer, share.recipient) == (2, 1) { wrong.clone() } else { share.clone() })
        .collect();
    let mut states = states.into_iter();
    let accuser = states.next().expect("custodian 1");
    let error = accuser.receive(&sent).err().expect("the share does not fit");
    let KeygenError::BadShare(complaint) = error else { panic!("{error}") };
    assert_eq!((complaint.accuser, complaint.dealer), (1, 2));

    let others: Vec<Finished> =
        states.map(|state| state.receive(&shares).expect("theirs are good")).collect();
    let transcript = &others[0].transcript;
    assert_eq!(complaint.judge(transcript, &wrong).ok(), Some(2), "the dealer is at fault");
    let against_4 = changed(&*complaint, "dealer", 4.into());
    assert_eq!(against_4.judge(transcript, &honest).ok(), Some(1), "a false accusation falls back");
    let without_key = changed(&*complaint, "transport_secret", "11".repeat(32).into());
    assert_eq!(
        without_key.judge(transcript, &wrong).ok(),
        Some(1),
        "a key that was not announced proves nothing"
    );
    assert_eq!(complaint.judge(transcript, &honest).ok(), Some(1), "a share that it is not about");
}

#[test]
fn a_share_that_is_missing_or_sent_twice_names_its_dealer() {
    let (states, shares) = dealt(quorum());
    let mut states = states.into_iter();
    let without: Vec<SealedShare> = shares.iter().filter(|share| share.dealer != 5).cloned().collect();
    let error = states.next().expect("custodian 1").receive(&without).err().expect("one is missing");
    assert!(matches!(error, KeygenError::Missing(5)), "{error}");
    let (_, other) = dealt(quorum());
    let doubled = [shares, other].concat();
    let error = states.next().expect("custodian 2").receive(&doubled).err().expect("two came");
    assert!(matches!(error, KeygenError::Culprit { custodian: 1, .. }), "{error}");
}

#[test]
fn four_of_seven_make_a_label_key_and_three_do_not() {
    let finished = finished(Quorum::new(4, 7).expect("a majority"));
    let committee = &finished[0].committee;
    let label = label("2026-03-02");
    let partials: Vec<Partial> = finished.iter().map(|one| one.share.partial(&label)).collect();
    let key = committee.combine(&label, &partials[3..]).expect("four are enough").label_key;
    assert_eq!(committee.combine(&label, &partials[..4]).expect("four are enough").label_key, key);
    assert_eq!(
        committee.combine(&label, &partials[2..5]).map_err(|error| error.code()),
        Err("too_few_partials")
    );
}

#[test]
fn a_custodian_that_was_killed_goes_on_with_the_same_messages() {
    let (states, announcements) = announced(quorum());
    let resume = |state: Announced| {
        let again = Announced::resume(&state.save()).expect("its own text");
        assert_eq!(again.announcement(), state.announcement());
        assert_eq!(*again.save(), *state.save());
        (state, again)
    };
    let deal = |(state, again): (Announced, Announced)| {
        let (dealt, sent) = state.receive(&announcements).expect("all are honest");
        let (dealt_again, sent_again) = again.receive(&announcements).expect("all are honest");
        assert_eq!(sent, sent_again);
        let resumed = Dealt::resume(&dealt_again.save()).expect("its own text");
        assert_eq!((resumed.sealed_shares(), resumed.save()), (sent.as_slice(), dealt.save()));
        (resumed, sent)
    };
    let (states, shares): (Vec<Dealt>, Vec<Vec<SealedShare>>) =
        states.into_iter().map(resume).map(deal).unzip();
    let shares = shares.concat();
    let finish = |state: Dealt| {
        let again = Dealt::resume(&state.save()).expect("its own text");
        let without: Vec<SealedShare> = shares.iter().skip(4).cloned().collect();
        let (first, second) = (state.receive(&without), again.receive(&shares));
        let finished = second.expect("all are honest");
        assert!(finished.share.index() == 1 || matches!(first, Err(KeygenError::Missing(1))));
        finished
    };
    let finished: Vec<Finished> = states.into_iter().map(finish).collect();
    for one in &finished {
        assert_eq!(one.share.check(&finished[0].committee), Ok(()));
    }
}

#[test]
fn a_saved_state_whose_parts_do_not_belong_together_is_refused() {
    let (states, announcements) = announced(quorum());
    let text = states[1].save();
    let edits = [
        ("dealer", serde_json::json!(6)),
        ("polynomial", serde_json::json!(["11".repeat(32)])),
        ("polynomial", serde_json::json!(["00".repeat(32), "11".repeat(32), "11".repeat(32)])),
        ("v", serde_json::json!(2)),
        ("more", serde_json::json!(1)),
    ];
    let edited = |text: &str, field: &str, to: &serde_json::Value| {
        let mut json: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
        json[field] = to.clone();
        json.to_string()
    };
    for (field, to) in &edits {
        let refused = Announced::resume(&edited(&text, field, to)).map(|_| ());
        assert!(matches!(refused, Err(KeygenError::Saved)), "{field}");
    }
    let (dealt, _) = states.into_iter().nth(1).expect("custodian 2").receive(&announcements).expect("honest");
    let text = dealt.save();
    let edits = [
        ("index", serde_json::json!(3)),
        ("index", serde_json::json!(0)),
        ("kept", serde_json::json!("11".repeat(32))),
        ("transport", serde_json::json!("11".repeat(32))),
        ("announcements", serde_json::json!([])),
        ("sent", serde_json::json!([])),
        ("v", serde_json::json!(0)),
    ];
    for (field, to) in &edits {
        let refused = Dealt::resume(&edited(&text, field, to)).map(|_| ());
        assert!(matches!(refused, Err(KeygenError::Saved)), "{field}");
    }
}

#[test]
fn many_labels_are_combined_and_verified_together() {
    let finished = finished(quorum());
    let committee = &finished[0].committee;
    let labels: Vec<Label> = (1..=9).map(|day| label(&format!("2026-03-0{day}"))).collect();
    let of = |one: &Finished| labels.iter().map(|label| one.share.partial(label)).collect::<Vec<Partial>>();
    let given: Vec<Vec<Partial>> = finished.iter().map(of).collect();
    let some = |indices: [usize; 3]| indices.map(|i| given[i].as_slice());
    let all = |given: &[&[Partial]]| {
        committee.combine_all(&labels, given, &SystemRandom::new()).expect("randomness")
    };
    let keys = all(&some([4, 0, 2])).expect("all are good");
    for (label, key) in labels.iter().zip(&keys) {
        assert!(committee.verify(label, key));
    }
    let mut wrong = given[1].clone();
    wrong.swap(3, 4);
    assert_eq!(all(&[&given[0], &wrong, &given[2]]), None, "one wrong partial among 27");
    assert_eq!(all(&[&given[0], &given[0], &given[2]]), None, "a custodian counts once");
    assert_eq!(all(&[&given[0], &given[2]]), None, "two of three");
    assert_eq!(all(&[&given[0], &given[1], &given[2][1..]]), None, "a label without a partial");
    let stale: Vec<Partial> =
        given[1].iter().map(|partial| Partial { epoch: Epoch(7), ..*partial }).collect();
    assert_eq!(all(&[&given[0], &stale, &given[2]]), None, "of another epoch");
}
