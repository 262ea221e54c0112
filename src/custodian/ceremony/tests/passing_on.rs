//! Honest ceremonies: a key is made, its shares pass on, old and new shares stand beside each other until one is destroyed.

use kaibiao_crypto::threshold::Epoch;

use super::*;
use crate::custodian::ReleaseRefused;
use crate::custodian::house::machine_clock;

#[tokio::test]
async fn shares_pass_to_new_members_and_the_key_stays() {
    let homes = Home::many(8);
    let [one, two, three, four, five, six, seven, eight] = &homes[..] else { panic!("eight") };
    let old = committee(&[one, two, three, four, five], 3).await;
    assert_eq!((old.epoch, five.shares()), (0, vec![(0, 5)]));
    let key = label_key(&old, &[one, three, five]);

    // The third stays without dealing, the fifth leaves without dealing, the second deals and leaves.
    let ceremony = resharing(&old, &[1, 2, 4], &[one, three, four, six, seven, eight], 4);
    let parties = [one, two, three, four, six, seven, eight];
    let said = run(&parties, &ceremony).await;
    assert_eq!(said.len(), 3 * 2 + 6 * 2, "each says each of its steps once");
    let new = ceremony.outcome(&said).expect("an outcome");
    assert_eq!((new.epoch, &new.group_key, new.custodians.len()), (1, &old.group_key, 6));
    assert_eq!(new.transcript, ceremony.made(&said).expect("made").1);

    assert_eq!(
        (one.shares(), two.shares(), three.shares()),
        (vec![(0, 1), (1, 1)], vec![(0, 2)], vec![(0, 3), (1, 2)])
    );
    assert_eq!((five.shares(), eight.shares()), (vec![(0, 5)], vec![(1, 6)]));
    assert_eq!(
        label_key(&new, &[eight, seven, three, one]),
        key,
        "what was sealed to the key stays openable"
    );
    assert_eq!(label_key(&old, &[one, two, five]), key, "and by the old shares until they are destroyed");
    assert_eq!(one.deeds().await, ["share_taken", "share_dealt", "share_taken"]);
    assert_eq!(two.deeds().await, ["share_taken", "share_dealt"]);
    assert_eq!((three.deeds().await.len(), eight.deeds().await.len()), (2, 1));

    // It all can be said again, by each that was done.
    for home in parties {
        let again = home.step(&ceremony, &said).await.expect("it says it again");
        assert!(again.is_done && again.say.iter().all(|message| said.contains(message)));
    }
    assert_eq!(
        code(five.step(&ceremony, &said).await),
        "ceremony_stranger",
        "who neither deals nor stays has no part"
    );
}

#[tokio::test]
async fn a_share_counts_once_all_have_confirmed() {
    let homes = Home::many(4);
    let [one, two, three, four] = &homes[..] else { panic!("four") };
    let old = committee(&[one, two, three], 2).await;
    let ceremony = resharing(&old, &[1, 3], &[one, two, four], 2);
    let id = ShareId {
        committee: ceremony.plan(ceremony.from.as_ref().expect("one")).expect("a plan").committee().id(),
        epoch: Epoch(1),
    };
    let mut said = Vec::new();
    let confirmations = |said: &[Message]| said.iter().filter(|one| one.step == Step::Confirm).count();
    // The last to confirm is the last in a round.
    let all = [four, three, two, one];
    run_until(&all, &ceremony, &mut said, |said| confirmations(said) == 3).await.expect("honest");

    let last = said.iter().rposition(|one| one.step == Step::Confirm).expect("a confirmation");
    let withheld = said.remove(last);
    for home in all {
        let progress = home.step(&ceremony, &said).await.expect("it waits");
        assert_eq!((progress.is_done, progress.waits_for), (false, vec![(Step::Confirm, withheld.sender)]));
    }
    for home in [one, two, four] {
        assert!(home.shares().iter().all(|(epoch, _)| *epoch == 0), "it does not count yet");
        assert_eq!(home.house().unconfirmed_shares().expect("kept"), [id].into());
    }
    // A run that came to nothing leaves nothing behind once it is destroyed.
    assert!(four.house().destroy_share(id, &machine_clock()).await.expect("destroyed"));
    assert!(four.house().unconfirmed_shares().expect("kept").is_empty());
    assert_eq!(four.deeds().await, ["share_destroyed"]);

    said.push(withheld);
    for home in [one, two, three] {
        assert!(home.step(&ceremony, &said).await.expect("all have confirmed").is_done);
    }
    assert_eq!(
        (one.shares(), two.shares(), three.shares()),
        (vec![(0, 1), (1, 1)], vec![(0, 2), (1, 2)], vec![(0, 3)])
    );
}

#[tokio::test]
async fn a_refresh_is_a_resharing_to_the_same_and_the_old_share_is_destroyed_by_hand() {
    let homes = Home::many(3);
    let all: Vec<&Home> = homes.iter().collect();
    let first = committee(&all, 2).await;
    let key = label_key(&first, &all[..2]);
    let ceremony = resharing(&first, &[1, 2, 3], &all, 2);
    let second = ceremony.outcome(&run(&all, &ceremony).await).expect("an outcome");
    assert_ne!(first.custodians[0].public_share, second.custodians[0].public_share);

    let again = resharing(&first, &[1, 2], &all, 2);
    assert_eq!(code(all[0].step(&again, &[]).await), "ceremony_share_held", "one dealing gives one share");

    for home in &all {
        let old = *home.house().shares().expect("shares").indices().keys().next().expect("a share");
        let mut house = home.house();
        assert!(house.destroy_share(old, &machine_clock()).await.expect("destroyed"));
        assert!(!house.destroy_share(old, &machine_clock()).await.expect("once"), "there is nothing left");
        let refused = home.house().shares().expect("shares").find(&old).map(drop);
        assert!(matches!(refused, Err(ReleaseRefused::OtherEpoch)));
    }
    assert_eq!(label_key(&second, &all[1..]), key);
    let ceremony = resharing(&second, &[2, 3], &all, 2);
    let third = ceremony.outcome(&run(&all, &ceremony).await).expect("an outcome");
    assert_eq!((third.epoch, label_key(&third, &all[..2])), (2, key));
}

#[tokio::test]
async fn what_a_ceremony_kept_of_a_destroyed_share_is_forgotten() {
    let homes = Home::many(3);
    let all: Vec<&Home> = homes.iter().collect();
    let old = committee(&all, 2).await;
    let ceremony = resharing(&old, &[1, 2], &all, 2);
    let mut said = all[0].says(&ceremony, &[]).await;
    assert_eq!(
        said.iter().map(|one| one.step).collect::<Vec<_>>(),
        [Step::Announce, Step::Enrol],
        "both its parts"
    );
    let id = *all[0].house().shares().expect("shares").indices().keys().next().expect("a share");
    all[0].house().destroy_share(id, &machine_clock()).await.expect("destroyed");
    said.extend(all[1].says(&ceremony, &said).await);
    assert_eq!(code(all[0].step(&ceremony, &said).await), "ceremony_no_share");
}

#[test]
fn a_ceremony_for_a_new_key_is_written_without_an_origin() {
    let homes = Home::many(2);
    let ceremony = Ceremony::new(cards(&[&homes[0], &homes[1]]), 2, None).expect("a ceremony");
    let text = serde_json::to_value(&ceremony).expect("JSON");
    let fields: Vec<&String> = text.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["cards", "nonce", "threshold", "v"]);
}
