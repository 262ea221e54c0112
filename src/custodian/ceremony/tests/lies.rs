//! Dealers who lie, a relay that drops and changes, plans that cannot be carried out, strangers.

use kaibiao_crypto::digest::Digest;

use super::*;

/// The first message of `step` by `sender`.
fn of(said: &[Message], step: Step, sender: u8) -> Message {
    said.iter().find(|one| (one.step, one.sender) == (step, sender)).expect("it was said").clone()
}

fn without(said: &[Message], message: &Message) -> Vec<Message> {
    said.iter().filter(|one| *one != message).cloned().collect()
}

/// `message` with another body, signed by its sender.
fn said_otherwise(home: &Home, message: &Message, change: impl FnOnce(&mut serde_json::Value)) -> Message {
    let mut body = message.body.clone();
    change(&mut body);
    let identity = home.house().identity().expect("an identity");
    Message::sign(message.session, message.sender, message.step, &body, &identity).expect("signed")
}

/// As far as all have dealt and none of the members has looked at it. The dealers come last in `homes`.
async fn dealt(homes: &[&Home], ceremony: &Ceremony, dealers: usize) -> Vec<Message> {
    let mut said = Vec::new();
    let is_dealt = |said: &[Message]| said.iter().filter(|one| one.step == Step::Deal).count() == dealers;
    run_until(homes, ceremony, &mut said, is_dealt).await.expect("honest");
    assert!(said.iter().all(|one| one.step != Step::Confirm));
    said
}

fn swap_first_two(shares: &mut serde_json::Value) {
    let first = shares[0]["sealed"].take();
    shares[0]["sealed"] = shares[1]["sealed"].take();
    shares[1]["sealed"] = first;
}

#[tokio::test]
async fn a_dealer_who_seals_wrong_shares_is_named_and_nobody_takes_a_share() {
    let homes = Home::many(4);
    let [one, two, three, four] = &homes[..] else { panic!("four") };
    let old = committee(&[one, two, three], 2).await;
    let ceremony = resharing(&old, &[1, 2], &[two, three, four], 2);
    let mut said = dealt(&[three, four, two, one], &ceremony, 2).await;
    let honest = of(&said, Step::Deal, 1);
    said = without(&said, &honest);
    said.push(said_otherwise(one, &honest, swap_first_two));

    assert_eq!(four.says(&ceremony, &said).await[0].step, Step::Confirm, "its own share is right");
    let complaint = three.says(&ceremony, &said).await.remove(0);
    assert_eq!((complaint.step, complaint.sender), (Step::Complain, 2));
    said.push(complaint);
    for home in [one, two, three, four] {
        let over = home.step(&ceremony, &said).await.expect_err("the run is over");
        assert_eq!(over.code(), "ceremony_complained");
        let named = "member 2 complained of old custodian 1; at fault is old custodian 1";
        assert!(over.to_string().starts_with(named), "{over}");
        assert!(home.shares().iter().all(|(epoch, _)| *epoch == 0), "nobody takes a share");
    }
}

#[tokio::test]
async fn a_member_of_a_new_committee_who_seals_wrong_shares_is_named() {
    let homes = Home::many(3);
    let all: Vec<&Home> = homes.iter().collect();
    let ceremony = Ceremony::new(cards(&all), 2, None).expect("a ceremony");
    let mut said = Vec::new();
    let of_two = |said: &[Message]| said.iter().filter(|one| one.step == Step::Deal).count() == 3;
    run_until(&[all[1], all[2], all[0]], &ceremony, &mut said, of_two).await.expect("honest");
    let honest = of(&said, Step::Deal, 1);
    said = without(&said, &honest);
    said.push(said_otherwise(all[0], &honest, swap_first_two));
    let complaint = all[1].says(&ceremony, &said).await.remove(0);
    said.push(complaint);
    let over = all[2].step(&ceremony, &said).await.expect_err("the run is over");
    assert!(over.to_string().starts_with("member 2 complained of member 1; at fault is member 1"), "{over}");
}

#[tokio::test]
async fn what_the_relay_drops_is_waited_for_and_what_it_changes_is_refused() {
    let homes = Home::many(4);
    let [one, two, three, four] = &homes[..] else { panic!("four") };
    let old = committee(&[one, two, three], 2).await;
    let ceremony = resharing(&old, &[1, 2], &[two, three, four], 2);
    let before = backup(&one.vault());
    let said = dealt(&[three, four, two, one], &ceremony, 2).await;

    for (step, sender) in [(Step::Announce, 1), (Step::Enrol, 3), (Step::Deal, 2)] {
        let dropped = without(&said, &of(&said, step, sender));
        let progress = three.step(&ceremony, &dropped).await.expect("it waits");
        assert_eq!(progress.waits_for, [(step, sender)]);
        assert_eq!(progress.say, [of(&said, Step::Enrol, 2)], "and says what it has said");
    }

    let announced = of(&said, Step::Announce, 1);
    let other = of(&said, Step::Announce, 2);
    let rest = without(&said, &announced);
    let refused =
        async |message: Message| code(three.step(&ceremony, &[&rest[..], &[message]].concat()).await);
    let tampered = Message { body: other.body.clone(), ..announced.clone() };
    assert_eq!(refused(tampered).await, "ceremony_message");
    assert_eq!(
        refused(Message { sender: 3, ..announced.clone() }).await,
        "ceremony_message",
        "three does not deal"
    );
    assert_eq!(
        refused(Message { session: Digest::of(b"another"), ..announced.clone() }).await,
        "ceremony_message"
    );
    let in_anothers_name = said_otherwise(one, &announced, |body| body["dealer"] = 2.into());
    assert_eq!(refused(in_anothers_name).await, "ceremony_message");

    // A dealer whose people went back to an old copy of its vault says something else; both stand, signed by it.
    restore(one, &before);
    let otherwise = one.says(&ceremony, &[]).await.remove(0);
    assert_ne!(otherwise, announced);
    let both = [&said[..], &[otherwise]].concat();
    assert_eq!(code(three.step(&ceremony, &both).await), "reshare_culprit");
    // And where the relay shows it only one of them, it is the other's word that was replaced.
    assert_eq!(code(one.step(&ceremony, &said).await), "reshare_culprit");
}

#[tokio::test]
async fn members_who_were_told_different_things_find_out() {
    let homes = Home::many(3);
    let [one, two, three] = &homes[..] else { panic!("three") };
    let old = committee(&[one, two, three], 2).await;
    let ceremony = resharing(&old, &[1, 2], &[one, two, three], 2);
    let mut said = dealt(&[three, two, one], &ceremony, 2).await;
    for home in [one, two, three] {
        let confirmed = home.says(&ceremony, &said).await;
        said.extend(confirmed.into_iter().filter(|one| one.step == Step::Confirm));
    }
    let honest = of(&said, Step::Confirm, 3);
    said = without(&said, &honest);
    let other = Digest::of(b"another transcript").to_string();
    said.push(said_otherwise(three, &honest, |body| body["transcript"] = other.into()));
    for home in [one, two] {
        let over = home.step(&ceremony, &said).await.expect_err("they differ");
        assert_eq!((over.code(), over.to_string().contains("member 3")), ("ceremony_differs", true));
        assert_eq!(home.shares().len(), 1, "no new share counts");
    }
}

#[tokio::test]
async fn a_complaint_of_one_who_has_confirmed_splits_nobody() {
    let homes = Home::many(3);
    let all: Vec<&Home> = homes.iter().collect();
    let ceremony = Ceremony::new(cards(&all), 2, None).expect("a ceremony");
    let mut said = run(&all, &ceremony).await;
    let confirmed = of(&said, Step::Confirm, 2);
    let identity = homes[1].house().identity().expect("an identity");
    let body = serde_json::json!({"accuser": 2, "dealer": 1});
    said.push(Message::sign(confirmed.session, 2, Step::Complain, &body, &identity).expect("signed"));
    assert!(homes[0].step(&ceremony, &said).await.expect("it stands").is_done);
    assert_eq!(
        code(homes[0].step(&ceremony, &without(&said, &confirmed)).await),
        "ceremony_message",
        "unreadable alone"
    );
}

#[tokio::test]
async fn plans_that_cannot_be_carried_out_and_strangers_are_refused() {
    let homes = Home::many(6);
    let [one, two, three, four, five, six] = &homes[..] else { panic!("six") };
    let old = committee(&[one, two, three], 2).await;
    let begun = |committee: centre::Committee, dealers: &[u8], threshold: u8| {
        let origin = Origin { committee, dealers: dealers.to_vec() };
        let made = Ceremony::new(cards(&[two, four, five]), threshold, Some(origin));
        made.err().map(|error| error.code()).unwrap_or_default()
    };
    assert_eq!(begun(old.clone(), &[1, 2], 2), "");
    for dealers in [&[1][..], &[2, 1], &[1, 1, 2], &[1, 4], &[0, 1]] {
        assert_eq!(begun(old.clone(), dealers, 2), "ceremony_form", "{dealers:?}");
    }
    assert_eq!(begun(old.clone(), &[1, 2], 1), "ceremony_form", "not a majority");
    let mut mixed = old.clone();
    mixed.custodians[0].public_share = mixed.custodians[1].public_share.clone();
    assert_eq!(begun(mixed, &[1, 2], 2), "ceremony_form", "shares that are not of the key");

    let ceremony = resharing(&old, &[1, 2], &[two, four, five], 2);
    assert_eq!(code(six.step(&ceremony, &[]).await), "ceremony_stranger");
    assert_eq!(code(three.step(&ceremony, &[]).await), "ceremony_stranger");
    // A committee that its custodians never were: another key under their names.
    let made_up = committee(&[four, five, six], 2).await;
    let mut forged = made_up.clone();
    for (custodian, real) in forged.custodians.iter_mut().zip(&old.custodians) {
        custodian.identity = real.identity.clone();
    }
    let ceremony = resharing(&forged, &[1, 2], &[four, five, six], 2);
    assert_eq!(code(one.step(&ceremony, &[]).await), "ceremony_no_share");
    let ahead = centre::Committee { epoch: 5, ..old.clone() };
    let ceremony = resharing(&ahead, &[1, 2], &[four, five, six], 2);
    assert_eq!(
        code(one.step(&ceremony, &[]).await),
        "ceremony_no_share",
        "it holds the share of another dealing"
    );
}
