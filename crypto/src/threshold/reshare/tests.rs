//! Resharing with honest and dishonest dealers: old locks open with the new committee, and mixed epochs do not.

use proptest::prelude::*;
use ring::rand::SystemRandom;

use super::*;
use crate::digest::Digest;
use crate::envelope::{Core, Locks, OpeningKeys, SealSeed};
use crate::label::{Context, EnvelopeKind, SubmissionId};
use crate::threshold::tests::{changed, finished, label};
use crate::threshold::{Committee, Epoch, Partial, Quorum, Share, ThresholdError};

fn quorum(threshold: u8, custodians: u8) -> Quorum {
    Quorum::new(threshold, custodians).expect("a majority")
}

fn generated(quorum: Quorum) -> (Committee, Vec<Share>) {
    let all = finished(quorum);
    (all[0].committee.clone(), all.into_iter().map(|one| one.share).collect())
}

fn plan(committee: &Committee, dealers: &[u8], to: Quorum) -> Plan {
    Plan::new(Digest::of(b"a resharing"), committee.clone(), dealers, to).expect("a plan")
}

/// The first round of a resharing.
struct Round {
    dealers: Vec<Dealer>,
    recipients: Vec<Recipient>,
    dealings: Vec<Dealing>,
    enrolments: Vec<Enrolment>,
}

fn begun(plan: &Plan, shares: &[Share]) -> Round {
    let random = SystemRandom::new();
    let deal = |index: &u8| {
        let share = shares.iter().find(|share| share.index() == *index).expect("a dealer's share");
        Dealer::begin(plan.clone(), share, &random).expect("it begins")
    };
    let dealers: Vec<Dealer> = plan.dealers().iter().map(deal).collect();
    let enrol = |index| Recipient::begin(plan.clone(), index, &random).expect("it begins");
    let recipients: Vec<Recipient> = plan.quorum().indices().map(enrol).collect();
    let dealings = dealers.iter().map(|dealer| dealer.dealing().clone()).collect();
    let enrolments = recipients.iter().map(|recipient| recipient.enrolment().clone()).collect();
    Round { dealers, recipients, dealings, enrolments }
}

impl Round {
    fn sealed(&mut self) -> Vec<SealedShare> {
        let deal = |dealer: Dealer| dealer.deal(&self.dealings, &self.enrolments).expect("all are honest");
        self.dealers.drain(..).flat_map(|dealer| deal(dealer).sealed_shares().to_vec()).collect()
    }
}

/// A whole resharing among honest parties.
fn reshared(plan: &Plan, shares: &[Share]) -> Vec<Reshared> {
    let mut round = begun(plan, shares);
    let sealed = round.sealed();
    let Round { recipients, dealings, enrolments, .. } = round;
    let receive = |one: Recipient| one.receive(&dealings, &enrolments, &sealed).expect("all are honest");
    recipients.into_iter().map(receive).collect()
}

fn partials(all: &[Reshared], day: &str) -> Vec<Partial> {
    all.iter().map(|one| one.share.partial(&label(day))).collect()
}

const DAY: &str = "2026-03-02";

#[test]
fn old_locks_open_with_the_new_committee() {
    for (from, to, dealers) in [
        (quorum(3, 5), quorum(4, 7), vec![5, 2, 3]),
        (quorum(4, 7), quorum(3, 5), vec![1, 3, 4, 6, 7]),
        (quorum(3, 5), quorum(3, 5), vec![1, 2, 3, 4, 5]),
        (quorum(2, 3), quorum(3, 3), vec![1, 3]),
        (quorum(1, 1), quorum(2, 3), vec![1]),
        (quorum(2, 3), quorum(1, 1), vec![2, 3]),
    ] {
        let (old, shares) = generated(from);
        let locks = Locks::of(*old.group_key());
        let context = Context {
            tender: Digest::of(b"notice"),
            lot: "1".parse().expect("a lot"),
            envelope: EnvelopeKind::Documents,
            submission: SubmissionId([7; 16]),
            bidder: Digest::of(b"bidder"),
            committee: old.id(),
            opening: 1_900_000_000,
        };
        let seed = SealSeed::from_bytes(&[9; 32]);
        let core = Core::seal(&seed, &context, &locks).expect("it seals");

        let all = reshared(&plan(&old, &dealers, to), &shares);
        let new = &all[0].committee;
        assert_eq!((new.group_key(), new.id(), new.quorum()), (old.group_key(), old.id(), to));
        assert_eq!(new.epoch(), Epoch(1));
        for one in &all {
            assert_eq!((&one.committee, one.transcript.digest()), (new, all[0].transcript.digest()));
            assert_eq!(one.share.check(new), Ok(()));
        }
        let partials: Vec<Partial> = all.iter().map(|one| one.share.partial(&context.label())).collect();
        let enough = &partials[partials.len() - usize::from(to.threshold())..];
        let label_key = new.combine(&context.label(), enough).expect("t are enough").label_key;
        let opened = core.open(&locks, &OpeningKeys::Committee { label_key: &label_key }).expect("it opens");
        assert_eq!(opened.seed.expose(), seed.expose());
        assert_eq!(
            new.combine(&context.label(), &enough[1..]),
            Err(ThresholdError::TooFew { good: enough.len() - 1, bad: vec![], other_epoch: vec![] }),
            "one fewer is too few"
        );
    }
}

#[test]
fn shares_of_two_epochs_never_combine_and_the_stragglers_are_named() {
    let (old, shares) = generated(quorum(3, 5));
    let all = reshared(&plan(&old, &[1, 2, 3, 4, 5], quorum(3, 5)), &shares);
    let (new, label) = (&all[0].committee, label(DAY));
    let fresh = partials(&all, DAY);
    let stale: Vec<Partial> = shares.iter().map(|share| share.partial(&label)).collect();

    let mixed = [stale[0], stale[4], fresh[1], fresh[2]];
    assert_eq!(
        new.combine(&label, &mixed),
        Err(ThresholdError::TooFew { good: 2, bad: vec![], other_epoch: vec![1, 5] })
    );
    assert_eq!(
        old.combine(&label, &mixed),
        Err(ThresholdError::TooFew { good: 2, bad: vec![], other_epoch: vec![2, 3] })
    );
    let with_one = [stale[0], fresh[0], fresh[1], fresh[2]];
    let combined = new.combine(&label, &with_one).expect("three of one epoch are enough");
    assert_eq!((combined.bad, combined.other_epoch), (vec![], vec![1]));
    let error = ThresholdError::OtherEpoch { index: 1, epoch: Epoch::FIRST };
    assert_eq!(new.verify_partial(&label, &stale[0]), Err(error));

    // A partial that lies about its epoch is an ordinary wrong one.
    let relabelled = Partial { epoch: Epoch(1), ..stale[0] };
    let found = new.combine(&label, &[relabelled, fresh[1], fresh[2], fresh[3]]).expect("three are good");
    assert_eq!((found.bad, found.other_epoch), (vec![1], vec![]));
    let two_new_one_old = [relabelled, fresh[1], fresh[2]];
    assert_eq!(new.combine(&label, &two_new_one_old).map_err(|e| e.code()), Err("too_few_partials"));
    assert_eq!(shares[0].check(new), Err(ThresholdError::Share));
    assert!(shares[0].export(new).is_err(), "an old share is not kept as a new one");
}

#[test]
fn epochs_follow_each_other_while_members_come_and_go() {
    let (first, shares) = generated(quorum(3, 5));
    let seven = reshared(&plan(&first, &[1, 3, 5], quorum(4, 7)), &shares);
    let second = seven[0].committee.clone();
    let shares: Vec<Share> = seven.into_iter().map(|one| one.share).collect();
    let three = reshared(&plan(&second, &[2, 4, 6, 7], quorum(2, 3)), &shares);
    let third = &three[0].committee;
    assert_eq!((third.epoch(), third.group_key()), (Epoch(2), first.group_key()));
    assert!(third.combine(&label(DAY), &partials(&three, DAY)[1..]).is_ok());
    let old = Dealer::begin(plan(third, &[1, 2], quorum(3, 5)), &shares[0], &SystemRandom::new());
    assert!(matches!(old, Err(ReshareError::OtherShare)), "a share of the epoch before deals nothing");
}

#[test]
fn a_plan_names_enough_dealers_once() {
    let (old, shares) = generated(quorum(3, 5));
    let refuse = |dealers: &[u8]| {
        let made = Plan::new(Digest::of(b"run"), old.clone(), dealers, quorum(3, 5));
        made.map_err(|error| (error.code(), error.to_string())).map(|plan| plan.dealers().to_vec())
    };
    let plan_error = |why: &str| Err(("reshare_plan", format!("the plan of the resharing: {why}")));
    assert_eq!(refuse(&[1, 2]), plan_error("fewer dealers than the old threshold"));
    assert_eq!(refuse(&[1, 2, 2, 3]), plan_error("a dealer is named twice"));
    assert_eq!(refuse(&[0, 1, 2]), plan_error("a dealer is no custodian of the old committee"));
    assert_eq!(refuse(&[1, 2, 6]), plan_error("a dealer is no custodian of the old committee"));
    assert_eq!(refuse(&[4, 1, 2]), Ok(vec![1, 2, 4]));
    let good = plan(&old, &[1, 2, 4], quorum(3, 5));
    let text = serde_json::to_string(&good).expect("it is JSON");
    assert_eq!(serde_json::from_str::<Plan>(&text).expect("its own text"), good);
    assert!(
        serde_json::from_str::<Plan>(&text.replace("[1,2,4]", "[4,1,2]")).is_err(),
        "one text for a plan"
    );

    let random = SystemRandom::new();
    let stranger = Dealer::begin(good.clone(), &shares[2], &random).err().expect("3 is not named");
    assert!(matches!(stranger, ReshareError::Stranger(Party::Dealer(3))));
    let stranger = Recipient::begin(good, 6, &random).err().expect("there are five");
    assert!(matches!(stranger, ReshareError::Stranger(Party::Recipient(6))));
    let last = Committee::new(
        Epoch(u32::MAX),
        old.quorum(),
        *old.group_key(),
        old.quorum().indices().map(|i| *old.public_share(i).expect("it is one")).collect(),
    );
    let none = Plan::new(Digest::of(b"run"), last.expect("any epoch"), &[1, 2, 3], quorum(3, 5));
    assert_eq!(none.map_err(|error| error.code()), Err("reshare_plan"));
}

fn refused(round: Round, edit: impl FnOnce(&mut Vec<Dealing>, &mut Vec<Enrolment>)) -> ReshareError {
    let Round { mut dealers, recipients, mut dealings, mut enrolments } = round;
    edit(&mut dealings, &mut enrolments);
    let by_dealer = dealers.remove(0).deal(&dealings, &enrolments).map(drop).expect_err("it is refused");
    let one = recipients.into_iter().next().expect("custodian 1");
    let by_recipient = one.receive(&dealings, &enrolments, &[]).map(drop).expect_err("it is refused");
    if !by_dealer.to_string().contains("replaced on the way") {
        assert_eq!(by_dealer.to_string(), by_recipient.to_string(), "all see the same fault");
    }
    by_dealer
}

#[test]
fn a_cheating_dealer_is_named_by_everybody() {
    let (old, shares) = generated(quorum(3, 5));
    let (agreed, random) = (plan(&old, &[1, 2, 4], quorum(3, 5)), SystemRandom::new());
    let others =
        Plan::new(Digest::of(b"another run"), old.clone(), &[1, 2, 4], quorum(3, 5)).expect("a plan");
    let steeper = plan(&old, &[1, 2, 4], quorum(4, 7));
    let of = |plan: &Plan, index: usize| {
        Dealer::begin(plan.clone(), &shares[index], &random).expect("it begins").dealing().clone()
    };
    let honest = of(&agreed, 1);
    let with = |field: &str, to: serde_json::Value| changed(&honest, field, to);
    let text = |dealing: &Dealing| serde_json::to_value(dealing).expect("it is JSON");
    let mut bent = text(&honest)["coefficients"].clone();
    bent[0] = text(&of(&agreed, 0))["coefficients"][0].clone();
    let mut bent_later = text(&honest)["coefficients"].clone();
    bent_later[2] = text(&of(&agreed, 0))["coefficients"][2].clone();
    for (wrong, fault) in [
        (of(&others, 1), "another plan"),
        (with("plan", serde_json::to_value(others.digest()).expect("it is JSON")), "another plan"),
        (changed(&of(&steeper, 1), "plan", text(&honest)["plan"].clone()), "another degree"),
        (with("coefficients", serde_json::json!([])), "another degree"),
        (with("coefficients", bent), "does not deal its old share"),
        (changed(&of(&agreed, 3), "dealer", 2.into()), "does not deal its old share"),
        (with("coefficients", bent_later), "proof of possession"),
        (with("proof", text(&of(&agreed, 1))["proof"].clone()), "proof of possession"),
        (with("transport", "00".repeat(32).into()), "small order"),
        (with("transport", hex::encode([7; 32]).into()), "proof of possession"),
    ] {
        let error = refused(begun(&agreed, &shares), |dealings, _| dealings[1] = wrong);
        assert!(matches!(error, ReshareError::Culprit { party: Party::Dealer(2), .. }), "{error}");
        assert!(error.to_string().contains(fault), "{error}: {fault}");
    }
}

#[test]
fn missing_doubled_strange_and_replaced_messages_end_the_run() {
    let (old, shares) = generated(quorum(3, 5));
    let agreed = plan(&old, &[1, 2, 4], quorum(2, 3));
    let refuse = |edit: &dyn Fn(&mut Vec<Dealing>, &mut Vec<Enrolment>)| {
        refused(begun(&agreed, &shares), |dealings, enrolments| edit(dealings, enrolments)).to_string()
    };
    let other = begun(&agreed, &shares);
    assert_eq!(refuse(&|dealings, _| dealings.truncate(2)), "the message of old custodian 4 is missing");
    assert_eq!(refuse(&|_, enrolments| enrolments.truncate(2)), "the message of new custodian 3 is missing");
    assert!(
        refuse(&|dealings, _| dealings.push(other.dealings[2].clone()))
            .contains("old custodian 4 is at fault")
    );
    assert!(
        refuse(&|_, enrolments| enrolments.push(other.enrolments[1].clone()))
            .contains("new custodian 2 is at fault")
    );
    assert_eq!(refuse(&|dealings, _| dealings[1].dealer = 3), "old custodian 3 is not in the plan");
    assert_eq!(refuse(&|_, enrolments| enrolments[1].recipient = 4), "new custodian 4 is not in the plan");
    assert!(refuse(&|dealings, _| dealings[0] = other.dealings[0].clone()).contains("replaced on the way"));
    assert!(refuse(&|_, enrolments| enrolments[0].plan = Digest::of(b"other")).contains("another plan"));
    let taken = |dealings: &mut Vec<Dealing>, enrolments: &mut Vec<Enrolment>| {
        enrolments[2].transport = dealings[0].transport;
    };
    assert!(refuse(&taken).contains("new custodian 3 is at fault: its transport key is another party's"));
    let Round { recipients, dealings, mut enrolments, .. } = begun(&agreed, &shares);
    enrolments[0] = other.enrolments[0].clone();
    let one = recipients.into_iter().next().expect("custodian 1");
    let error = one.receive(&dealings, &enrolments, &[]).err().expect("its message was replaced");
    assert!(matches!(error, ReshareError::Culprit { party: Party::Recipient(1), .. }), "{error}");
}

#[test]
fn a_bad_share_is_proven_against_its_dealer() {
    let (old, shares) = generated(quorum(2, 3));
    let mut round = begun(&plan(&old, &[1, 3], quorum(2, 3)), &shares);
    let sealed = round.sealed();
    let find = |dealer, recipient| {
        let found = sealed.iter().find(|share| (share.dealer, share.recipient) == (dealer, recipient));
        found.expect("it was dealt").clone()
    };
    // Old custodian 3 sends to 1 what it should have sent to 2.
    let wrong = changed(&find(3, 2), "recipient", 1.into());
    let swap = |share: &SealedShare| {
        if (share.dealer, share.recipient) == (3, 1) { wrong.clone() } else { share.clone() }
    };
    let sent: Vec<SealedShare> = sealed.iter().map(swap).collect();
    let Round { recipients, dealings, enrolments, .. } = round;
    let mut recipients = recipients.into_iter();
    let accuser = recipients.next().expect("custodian 1");
    let kept = accuser.save();
    let again = || Recipient::resume(&kept).expect("its own text");
    let error = accuser.receive(&dealings, &enrolments, &sent).err().expect("the share does not fit");
    let ReshareError::BadShare(complaint) = error else { panic!("{error}") };
    assert!(!format!("{complaint:?}").contains("secret"));
    let other = recipients.next().expect("custodian 2").receive(&dealings, &enrolments, &sealed);
    let transcript = other.expect("its shares are good").transcript;
    let judged = |complaint: &Complaint, share: &SealedShare| complaint.judge(&transcript, share).ok();
    assert_eq!(judged(&complaint, &wrong), Some(Party::Dealer(3)));
    assert_eq!(judged(&complaint, &find(3, 1)), Some(Party::Recipient(1)), "a share that it is not about");
    let against_1 = changed(&*complaint, "dealer", 1.into());
    assert_eq!(judged(&against_1, &find(1, 1)), Some(Party::Recipient(1)), "a false accusation falls back");
    let without_key = changed(&*complaint, "transport_secret", "11".repeat(32).into());
    assert_eq!(judged(&without_key, &wrong), Some(Party::Recipient(1)));
    for (field, stranger) in [("dealer", Party::Dealer(2)), ("accuser", Party::Recipient(9))] {
        let index = if field == "dealer" { 2 } else { 9 };
        let strange = changed(&*complaint, field, index.into()).judge(&transcript, &wrong);
        assert!(matches!(strange, Err(ReshareError::Stranger(party)) if party == stranger));
    }

    let receive = |shares: &[SealedShare]| again().receive(&dealings, &enrolments, shares);
    let missing = receive(&sealed[..sealed.len() - 3]).err().expect("3 sent nothing");
    assert!(matches!(missing, ReshareError::Missing(Party::Dealer(3))), "{missing}");
    let doubled = receive(&[sealed.as_slice(), &[wrong]].concat()).err().expect("3 sent two");
    assert!(matches!(doubled, ReshareError::Culprit { party: Party::Dealer(3), .. }), "{doubled}");
    assert!(receive(&sealed).is_ok(), "after all that, the right shares still do");
}

#[test]
fn whoever_was_killed_goes_on_with_the_same_messages() {
    let (old, shares) = generated(quorum(3, 5));
    let Round { dealers, recipients, dealings, enrolments } =
        begun(&plan(&old, &[1, 2, 5], quorum(2, 3)), &shares);
    let mut sealed = Vec::new();
    for dealer in dealers {
        let again = Dealer::resume(&dealer.save()).expect("its own text");
        assert_eq!((again.dealing(), again.save()), (dealer.dealing(), dealer.save()));
        let first = dealer.deal(&dealings, &enrolments).expect("all are honest");
        let second = again.deal(&dealings, &enrolments).expect("all are honest");
        let third = Dealt::resume(&first.save()).expect("its own text");
        for other in [&second, &third] {
            assert_eq!((other.sealed_shares(), other.save()), (first.sealed_shares(), first.save()));
            assert_eq!(other.transcript().digest(), first.transcript().digest());
        }
        sealed.extend(third.sealed_shares().to_vec());
    }
    for recipient in recipients {
        let again = Recipient::resume(&recipient.save()).expect("its own text");
        assert_eq!((again.enrolment(), again.save()), (recipient.enrolment(), recipient.save()));
        let reshared = again.receive(&dealings, &enrolments, &sealed).expect("all are honest");
        assert_eq!(reshared.share.check(&reshared.committee), Ok(()));
    }
}

#[test]
fn a_saved_state_whose_parts_do_not_belong_together_is_refused() {
    let (old, shares) = generated(quorum(2, 3));
    let mut round = begun(&plan(&old, &[1, 3], quorum(2, 3)), &shares);
    let dealer = round.dealers.remove(0);
    let (dealer_text, recipient_text) = (dealer.save(), round.recipients[0].save());
    let dealt_text = dealer.deal(&round.dealings, &round.enrolments).expect("all are honest").save();
    let edited = |text: &str, field: &str, to: serde_json::Value| {
        let mut json: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
        json[field] = to;
        json.to_string()
    };
    let ones = "11".repeat(32);
    for (field, to) in [
        ("dealer", 3.into()),
        ("dealer", 2.into()),
        ("polynomial", serde_json::json!([ones, ones])),
        ("polynomial", serde_json::json!([])),
        ("v", 2.into()),
    ] {
        let refused = Dealer::resume(&edited(&dealer_text, field, to));
        assert!(matches!(refused.map(|_| ()), Err(ReshareError::Saved)), "{field}");
    }
    for (field, to) in [("recipient", 4.into()), ("recipient", 0.into()), ("v", 0.into())] {
        let refused = Recipient::resume(&edited(&recipient_text, field, to));
        assert!(matches!(refused.map(|_| ()), Err(ReshareError::Saved)), "{field}");
    }
    for (field, to) in [("sent", serde_json::json!([])), ("dealings", serde_json::json!([])), ("v", 0.into())]
    {
        let refused = Dealt::resume(&edited(&dealt_text, field, to));
        assert!(matches!(refused.map(|_| ()), Err(ReshareError::Saved)), "{field}");
    }
}

/// Any quorum of up to seven.
fn any_quorum() -> impl Strategy<Value = Quorum> {
    (1..=7_u8).prop_flat_map(|n| (n / 2 + 1..=n).prop_map(move |t| quorum(t, n)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_t_of_any_new_committee_make_the_same_label_key(
        from in any_quorum(),
        to in any_quorum(),
        order in Just((1..=7_u8).collect::<Vec<u8>>()).prop_shuffle(),
        more in 0..3_usize,
    ) {
        let (old, shares) = generated(from);
        let count = (usize::from(from.threshold()) + more).min(usize::from(from.custodians()));
        let of_old = order.iter().copied().filter(|index| from.has(*index));
        let dealers: Vec<u8> = of_old.take(count).collect();
        let label = label(DAY);
        let stale: Vec<Partial> = shares.iter().map(|share| share.partial(&label)).collect();
        let key = old.combine(&label, &stale).expect("all are good").label_key;

        let all = reshared(&plan(&old, &dealers, to), &shares);
        let fresh: Vec<Partial> = order
            .iter()
            .filter_map(|index| all.iter().find(|one| one.share.index() == *index))
            .map(|one| one.share.partial(&label))
            .collect();
        let enough = usize::from(to.threshold());
        let found = all[0].committee.combine(&label, &fresh[..enough]);
        prop_assert_eq!(found.expect("t are enough").label_key, key);
        let one_old = [&fresh[..enough - 1], &stale[..1]].concat();
        prop_assert!(all[0].committee.combine(&label, &one_old).is_err());
    }
}
