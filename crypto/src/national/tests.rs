//! What the prototype promises: any t custodians open, nobody else does, and no partial serves another label.

use proptest::prelude::*;
use ring::rand::SystemRandom;
use sm2::SecretKey;

use super::committee::{Combined, LockCommittee, LockPartial, LockShare};
use super::*;
use crate::digest::Digest;
use crate::label::{EnvelopeKind, Label, SubmissionId};
use crate::threshold::Quorum;

const MESSAGE: [u8; MESSAGE_BYTES] = *b"sixteen bytes...";

fn label(submission: u8) -> Label {
    Label::Submission {
        tender: Digest::of(b"a notice"),
        lot: "L1".parse().expect("a lot id"),
        envelope: EnvelopeKind::Statement,
        submission: SubmissionId([submission; 16]),
    }
}

fn committee() -> (LockCommittee, Vec<LockShare>) {
    LockCommittee::deal(Quorum::new(3, 5).expect("a majority"), &SystemRandom::new()).expect("it deals")
}

fn seal(committee: &LockCommittee, label: &Label) -> Ciphertext {
    Ciphertext::seal(committee.group_key(), label, &MESSAGE, &SystemRandom::new()).expect("it seals")
}

fn partials(shares: &[LockShare], ciphertext: &Ciphertext, label: &Label) -> Vec<LockPartial> {
    let partial = |share: &LockShare| share.partial(ciphertext, label, &SystemRandom::new());
    shares.iter().map(|share| partial(share).expect("a good ciphertext")).collect()
}

fn code(result: Result<Combined, NationalLockError>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}

#[test]
fn any_three_of_five_open_and_no_two_do() {
    let (committee, shares) = committee();
    let ciphertext = seal(&committee, &label(1));
    let all = partials(&shares, &ciphertext, &label(1));
    for mask in 0_u8..32 {
        let chosen: Vec<LockPartial> =
            all.iter().filter(|partial| mask >> (partial.index() - 1) & 1 == 1).copied().collect();
        let opened = committee.combine(&ciphertext, &label(1), &chosen);
        if chosen.len() < 3 {
            assert_eq!(code(opened), Some("too_few_partials"));
        } else {
            let opened = opened.expect("three are enough");
            assert_eq!((*opened.message, opened.bad), (MESSAGE, vec![]));
        }
    }
}

#[test]
fn wrong_partials_are_named_and_do_not_stop_the_opening() {
    let (committee, shares) = committee();
    let (ciphertext, other) = (seal(&committee, &label(1)), seal(&committee, &label(1)));
    let mut given = partials(&shares, &ciphertext, &label(1));
    // One made of another ciphertext, one whose maker claims to be somebody else.
    given[1] = partials(&shares[1..2], &other, &label(1))[0];
    let mut posing = given[4].to_bytes();
    posing[0] = 4;
    given[3] = LockPartial::from_bytes(&posing).expect("a good form");
    let opened = committee.combine(&ciphertext, &label(1), &given).expect("three are left");
    assert_eq!((*opened.message, opened.bad), (MESSAGE, vec![2, 4]));
    assert_eq!(code(committee.combine(&ciphertext, &label(1), &given[..4])), Some("too_few_partials"));
    assert_eq!(
        code(committee.combine(&ciphertext, &label(1), &[given[0], given[0]])),
        Some("duplicate_custodian")
    );
    for index in [0, 6] {
        let mut stranger = given[0].to_bytes();
        stranger[0] = index;
        let stranger = LockPartial::from_bytes(&stranger).expect("a good form");
        assert_eq!(code(committee.combine(&ciphertext, &label(1), &[stranger])), Some("unknown_custodian"));
    }
}

#[test]
fn a_partial_of_one_label_is_useless_for_another() {
    let (committee, shares) = committee();
    let victim = seal(&committee, &label(1));
    // The same ciphertext under a label that is released earlier: no custodian touches it, nobody combines it.
    let refused = shares[0].partial(&victim, &label(2), &SystemRandom::new());
    assert_eq!(refused, Err(NationalLockError::Ciphertext));
    let of_victim = partials(&shares, &victim, &label(1));
    assert_eq!(code(committee.combine(&victim, &label(2), &of_victim)), Some("national_ciphertext"));
    // The victim's C1 and twin inside a ciphertext of one's own: its exponent is not known to the thief.
    let own = seal(&committee, &label(2));
    let mut spliced = own.to_bytes();
    spliced[..65].copy_from_slice(&victim.to_bytes()[..65]);
    spliced[145..178].copy_from_slice(&victim.to_bytes()[145..178]);
    let spliced = Ciphertext::from_bytes(&spliced).expect("a good form");
    assert_eq!(
        shares[0].partial(&spliced, &label(2), &SystemRandom::new()),
        Err(NationalLockError::Ciphertext)
    );
    // Partials of the thief's own label do not count for the victim's.
    let of_own = partials(&shares, &own, &label(2));
    assert_eq!(code(committee.combine(&victim, &label(1), &of_own)), Some("too_few_partials"));
}

#[test]
fn another_committee_refuses() {
    let (committee, _) = committee();
    let (_, strangers) = self::committee();
    let ciphertext = seal(&committee, &label(1));
    let refused = strangers[0].partial(&ciphertext, &label(1), &SystemRandom::new());
    assert_eq!(refused, Err(NationalLockError::Ciphertext));
}

#[test]
fn every_changed_byte_of_a_ciphertext_is_refused_before_anything_is_released() {
    let (committee, _) = committee();
    let honest = seal(&committee, &label(1)).to_bytes();
    for place in 0..honest.len() {
        let mut changed = honest;
        changed[place] ^= 1;
        let accepted = Ciphertext::from_bytes(&changed)
            .is_ok_and(|ciphertext| ciphertext.is_for(committee.group_key(), &label(1)));
        assert!(!accepted, "byte {place}");
    }
}

#[test]
fn a_sealer_who_breaks_his_own_ciphertext_is_found_out_after_the_release() {
    let (committee, shares) = committee();
    // What is encrypted names label 2, the proof label 1: only the sealer can do that.
    let hidden = ciphertext::plaintext(&label(2), &MESSAGE);
    let broken = Ciphertext::encrypt(committee.group_key(), &label(1), &hidden, &SystemRandom::new());
    let broken = broken.expect("it seals");
    let given = partials(&shares, &broken, &label(1));
    assert_eq!(code(committee.combine(&broken, &label(1), &given)), Some("national_check"));
}

#[test]
fn a_committee_whose_shares_lie_on_no_polynomial_is_refused() {
    let (committee, _) = committee();
    let (quorum, shares) = (Quorum::new(3, 5).expect("a majority"), committee.public_shares());
    assert_eq!(LockCommittee::new(quorum, *committee.group_key(), &shares), Ok(committee.clone()));
    let mut swapped = shares.clone();
    swapped.swap(0, 4);
    for shares in [swapped.as_slice(), &shares[..4]] {
        let refused = LockCommittee::new(quorum, *committee.group_key(), shares);
        assert_eq!(refused.map_err(|error| error.code()).err(), Some("committee_inconsistent"));
    }
}

/// With the whole key, which in use nobody has, any SM2 decrypts the first part: here the crate's.
#[test]
fn the_first_part_is_an_ordinary_sm2_ciphertext() {
    let whole = SecretKey::from_slice(&[0x5a; 32]).expect("below the order");
    let key = GroupKey(element::Element::of_secret(&whole));
    let ciphertext = Ciphertext::seal(&key, &label(1), &MESSAGE, &SystemRandom::new()).expect("it seals");
    let decrypting = sm2::pke::DecryptingKey::new(whole);
    let plaintext = decrypting.decrypt(&ciphertext.sm2_bytes()).expect("it decrypts");
    assert_eq!(plaintext[..32], crate::suite::sm3(&[&label(1).to_bytes()]));
    assert_eq!(plaintext[32..], MESSAGE);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), Ciphertext::BYTES)) {
        let mut bytes: [u8; Ciphertext::BYTES] = bytes.try_into().expect("as many as asked for");
        prop_assert!(Ciphertext::from_bytes(&bytes).is_err());
        bytes[0] = 4;
        prop_assert!(Ciphertext::from_bytes(&bytes).is_err());
        let partial: [u8; LockPartial::BYTES] = std::array::from_fn(|i| bytes[i]);
        if let Ok(partial) = LockPartial::from_bytes(&partial) {
            prop_assert_eq!(partial.to_bytes().len(), LockPartial::BYTES);
        }
    }
}
