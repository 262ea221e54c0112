//! The lock against the published values of drand and against changed bytes.

use serde_json::Value;

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/drand.json")).expect("the file is JSON")
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a string")).expect("hexadecimal digits")
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().expect("the published length")
}

fn list(value: &Value) -> &[Value] {
    let items = value.as_array().expect("an array");
    assert!(!items.is_empty(), "a list of vectors that checks nothing");
    items
}

fn signature(vector: &Value) -> (Identity, LabelKey) {
    let round = vector["round"].as_u64().expect("a round");
    (
        Identity::of_round(round),
        LabelKey::from_bytes(&bytes(&vector["signature"])).expect("a published point"),
    )
}

#[test]
fn the_target_group_is_written_as_drand_writes_it() {
    let gt = &vectors()["gt"];
    let one = G1::from_compressed(
        &hex::decode(concat!(
            "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905",
            "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        ))
        .expect("hexadecimal digits"),
    );
    let one = one.expect("the generator of G1 as the curve's specification gives it");
    let written = curve::pairing(&one, &G2::generator());
    assert_eq!(hex::encode(written), gt["pairing_of_generators"].as_str().expect("a string"));
    assert_eq!(*h2(&one, &G2::generator()), array::<16>(&gt["H2_16"]));
}

#[test]
fn published_beacons_verify_and_those_of_another_domain_do_not() {
    let vectors = vectors();
    for (network, list_name, expected) in
        [("quicknet", "beacons", true), ("fastnet", "must_fail_signatures", false)]
    {
        let network = &vectors[network];
        let key = GroupKey::from_bytes(&bytes(&network["public_key"])).expect("a published key");
        for beacon in list(&network[list_name]) {
            let (identity, signature) = signature(beacon);
            assert_eq!(key.verify(&identity, &signature), expected, "round {}", beacon["round"]);
            assert!(!key.verify(&Identity::of_round(7), &signature), "a signature opens one round only");
        }
    }
}

#[test]
fn published_capsules_open_with_their_signature_alone() {
    for vector in list(&vectors()["fastnet"]["capsules"]) {
        let capsule = Capsule::from_bytes(&array(&vector["capsule"])).expect("a published capsule");
        let (_, key) = signature(vector);
        assert_eq!(*capsule.open(&key).expect("it opens"), array::<16>(&vector["message_hex"]));
    }
}

#[test]
fn capsules_with_fixed_randomness_are_reproduced_through_the_rejection_branch() {
    let vectors = vectors();
    let key = GroupKey::from_bytes(&bytes(&vectors["quicknet"]["public_key"])).expect("a published key");
    let beacons = list(&vectors["quicknet"]["beacons"]);
    let beacon = beacons.iter().find(|beacon| beacon["round"] == 1000).expect("round 1000 was published");
    let (identity, opening) = signature(beacon);
    let mut rejections = 0;
    for vector in list(&vectors["h3"]["capsules"]) {
        let (message, sigma) = (array(&vector["message"]), array(&vector["sigma"]));
        let capsule = Capsule::seal(&key, &identity, &message, &sigma);
        assert_eq!(capsule.to_bytes(), array(&vector["capsule"]));
        assert_eq!(*capsule.open(&opening).expect("it opens"), message);
        if vector["h3_first_hash_in_range"] == false {
            rejections += 1;
            let wrong = Capsule::with_exponent(&key, &identity, &message, &sigma, &reduced(&sigma, &message));
            assert_ne!(wrong.to_bytes(), capsule.to_bytes());
            assert_eq!(wrong.open(&opening).err(), Some(LockError::Check), "an exponent that was reduced");
        }
    }
    assert_eq!(rejections, 2);
}

/// The exponent of libraries that reduce the first hash instead of rejecting it.
fn reduced(sigma: &[u8; 16], message: &[u8; 16]) -> Scalar {
    let base = Digest::of_parts(&[b"IBE-H3", sigma, message]);
    let mut hash = Digest::of_parts(&[&1_u16.to_le_bytes(), base.as_bytes()]).0;
    hash[0] >>= 1;
    let base = Scalar::from_u64(256);
    hash.iter()
        .fold(Scalar::from_u64(0), |sum, byte| sum.times(&base).plus(&Scalar::from_u64(u64::from(*byte))))
}

#[test]
fn points_that_are_not_accepted_say_why() {
    let mut infinity = [0; G2_BYTES];
    infinity[0] = 0xc0;
    assert_eq!(GroupKey::from_bytes(&infinity).err(), Some(PointError::Infinity));
    assert_eq!(LabelKey::from_bytes(&infinity[..G1_BYTES]).err(), Some(PointError::Infinity));
    assert_eq!(GroupKey::from_bytes(&infinity[1..]).err(), Some(PointError::Length));
    let above_modulus = [0xff; G2_BYTES];
    assert_eq!(GroupKey::from_bytes(&above_modulus).err(), Some(PointError::Encoding));
    let outside = (1..=u8::MAX).find(|x| {
        let mut bytes = [0; G1_BYTES];
        (bytes[0], bytes[G1_BYTES - 1]) = (0x80, *x);
        LabelKey::from_bytes(&bytes).err() == Some(PointError::Subgroup)
    });
    assert!(outside.is_some(), "half of all small x are on the curve, nearly none in the subgroup");
}

#[test]
fn a_changed_capsule_does_not_open() {
    let vectors = vectors();
    let vector = &list(&vectors["fastnet"]["capsules"])[0];
    let (_, key) = signature(vector);
    let honest: [u8; CAPSULE_BYTES] = array(&vector["capsule"]);
    for place in 0..CAPSULE_BYTES {
        let mut changed = honest;
        changed[place] ^= 0x20;
        let opened = Capsule::from_bytes(&changed).and_then(|capsule| capsule.open(&key));
        assert!(opened.is_err(), "byte {place}");
    }
}

#[test]
fn a_batch_holds_only_when_each_of_its_keys_does() {
    let vectors = vectors();
    let quicknet = &vectors["quicknet"];
    let key = GroupKey::from_bytes(&bytes(&quicknet["public_key"])).expect("a published point");
    let published: Vec<(Identity, LabelKey)> = list(&quicknet["beacons"]).iter().map(signature).collect();
    let random = ring::rand::SystemRandom::new();
    let is_good = |pairs: &[(Identity, LabelKey)]| {
        let proven = key.prove_batch(pairs, &random).expect("randomness");
        let is_named = |(proven, (identity, given)): (&ProvenKey, &(Identity, LabelKey))| {
            proven.is_of(&key, identity) && **proven == *given
        };
        proven.is_some_and(|proven| proven.len() == pairs.len() && proven.iter().zip(pairs).all(is_named))
    };
    for count in 0..=published.len() {
        assert!(is_good(&published[..count]), "{count} right ones");
    }
    let many: Vec<(Identity, LabelKey)> = published.iter().cycle().take(70).copied().collect();
    assert!(is_good(&many));
    for place in [0, 35, 69] {
        let mut wrong = many.clone();
        wrong[place].1 = wrong[(place + 1) % 70].1;
        assert!(!is_good(&wrong), "the key of another round at {place}");
    }
    // Exchanged keys keep the plain sum: only the weights tell.
    let mut exchanged = published.clone();
    (exchanged[0].1, exchanged[1].1) = (published[1].1, published[0].1);
    assert!(!is_good(&exchanged));
}
