//! Runs `national.json` and the examples of the standards.

use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::envelope::{Core, Locks, OpeningKeys, RecoverySecret, SealSeed};
use kaibiao_crypto::key::{Algorithm, PublicKey, SM2_SIGNER_ID, SigningKey};
use kaibiao_crypto::label::{Context, Label};
use kaibiao_crypto::lock::LabelKey;
use kaibiao_crypto::national::{Ciphertext, GroupKey, LockCommittee, LockPartial};
use kaibiao_crypto::payload::{PayloadError, PayloadKey, open_statement, seal_statement};
use kaibiao_crypto::suite::{Suite, sm3};
use serde_json::Value;

use crate::{array, base64_bytes, file, hex_bytes, list, parsed, text};

/// PKCS #8 around the 32 bytes of an SM2 secret.
fn document(secret: &[u8]) -> Vec<u8> {
    let prefix = hex::decode("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420");
    [prefix.expect("hexadecimal digits"), secret.to_vec()].concat()
}

/// The key of an SM2 secret.
pub fn signing_key(secret: &[u8]) -> SigningKey {
    SigningKey::from_pkcs8(&document(secret)).expect("a secret")
}

#[test]
fn digests() {
    for vector in list(&file("national.json"), "sm3") {
        assert_eq!(hex::encode(sm3(&[text(vector, "text").as_bytes()])), text(vector, "digest"));
    }
}

#[test]
fn signatures() {
    let vectors = file("national.json");
    assert_eq!(text(&vectors, "signer_id"), SM2_SIGNER_ID);
    for vector in list(&vectors, "signatures") {
        let key: PublicKey = parsed(vector, "spki");
        assert_eq!(key.alg(), Algorithm::Sm2);
        assert_eq!(key.key_id(), parsed(vector, "key_id"));
        let message = hex_bytes(vector, "message");
        assert_eq!(key.verify(&message, &hex_bytes(vector, "signature")), Ok(()));
        let signer = signing_key(&hex_bytes(vector, "secret"));
        assert_eq!(signer.public(), &key);
        assert_eq!(hex::encode(signer.sign(&message)), text(vector, "signature"));
    }
    for vector in list(&vectors, "bad_signatures") {
        let key: PublicKey = parsed(vector, "spki");
        let found = key.verify(&hex_bytes(vector, "message"), &hex_bytes(vector, "signature"));
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
    for vector in list(&vectors, "bad_keys") {
        let found = PublicKey::from_spki(&base64_bytes(vector, "spki"));
        assert_eq!(found.err().map(|error| error.code()), Some(text(vector, "code")), "{}", vector["name"]);
    }
}

/// GM/T 0003.5-2012, annex A: the example of a signature on the recommended curve.
#[test]
fn the_signature_of_the_standard_verifies() {
    let secret = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
    let point = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                 ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    let signature = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                     b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
    let bytes = |digits: &str| hex::decode(digits).expect("hexadecimal digits");
    let key = PublicKey::from_sm2_point(&bytes(point)).expect("a good key");
    assert_eq!(signing_key(&bytes(secret)).public(), &key);
    assert_eq!(key.verify(b"message digest", &bytes(signature)), Ok(()));
    assert_eq!(key.raw(), bytes(point));
}

#[test]
fn secrets_that_the_standard_forbids_are_refused() {
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
    let before = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122";
    let zero = "00".repeat(32);
    for (secret, code) in
        [(order, "private_key_form"), (zero.as_str(), "private_key_form"), (before, "weak_key")]
    {
        let document = document(&hex::decode(secret).expect("hexadecimal digits"));
        assert_eq!(SigningKey::from_pkcs8(&document).err().map(|error| error.code()), Some(code), "{secret}");
    }
}

#[test]
fn an_act_signed_with_sm2() {
    let vector = &file("national.json")["act"];
    let (act, key): (SignedAct, PublicKey) = (parsed(vector, "act"), parsed(vector, "spki"));
    assert_eq!(act.alg, 3);
    assert_eq!(act.verify(&key), Ok(()));
    assert_eq!(act.read_payload().map(|payload| payload.kind), Ok("SubmitBid".to_owned()));
    for alg in [0, 1, 2, 4] {
        let refused = SignedAct { alg, ..act.clone() }.verify(&key);
        assert_eq!(refused.map_err(|error| error.code()), Err("other_key"));
    }
}

#[test]
fn envelopes_of_suite_2() {
    for vector in list(&file("national.json"), "envelopes") {
        assert_eq!(parsed::<Suite>(vector, "suite"), Suite::National);
        let (seed, locks) = (SealSeed::from_bytes(&array(vector, "seed")), parsed::<Locks>(vector, "locks"));
        let context: Context = parsed(vector, "context");
        let core = Core::seal(&seed, &context, &locks).expect("it seals");
        assert_eq!((core.suite(), core.bytes()), (Suite::National, hex_bytes(vector, "core").as_slice()));
        assert_eq!(core.digest(), parsed(vector, "core_sha256"));
        let key = PayloadKey::from_sm4(&array(vector, "payload_key"));
        let (sealed, ciphertext) =
            seal_statement(&core, &key, vector["statement"].clone()).expect("it seals");
        assert_eq!(sealed.root, parsed(vector, "root"));
        assert_eq!(sealed.total_len, vector["total_len"].as_u64().expect("a length"));
        assert_eq!(hex::encode(&ciphertext[..256]), text(vector, "ciphertext_head"));
        for keys in paths(vector).iter() {
            let opened = core.open(&locks, &keys.keys()).expect("it opens");
            assert_eq!(opened.payload_key.expose(), hex_bytes(vector, "payload_key"));
            let statement = open_statement(&core, &opened.payload_key, &ciphertext).expect("it opens");
            assert_eq!(statement, vector["statement"]);
        }
    }
}

#[test]
fn a_suite_that_the_tender_does_not_ask_for_is_refused() {
    for vector in list(&file("national.json"), "envelopes") {
        let (seed, locks) = (SealSeed::from_bytes(&array(vector, "seed")), parsed::<Locks>(vector, "locks"));
        let context: Context = parsed(vector, "context");
        let national = Core::parse(&hex_bytes(vector, "core")).expect("a good core");
        let in_standard = Locks { suite: Suite::Standard, ..locks };
        let standard = Core::seal(&seed, &context, &in_standard).expect("it seals");
        let code = |result: Result<(), kaibiao_crypto::envelope::EnvelopeError>| result.map_err(|e| e.code());
        assert_eq!(code(national.check(&context, &locks)), Ok(()));
        assert_eq!(code(national.check(&context, &in_standard)), Err("wrong_lock"));
        assert_eq!(code(national.check_locks(&in_standard)), Err("wrong_lock"));
        assert_eq!(code(national.check_locks(&locks)), Ok(()));
        assert_eq!(code(standard.check(&context, &locks)), Err("wrong_lock"));
        // The byte alone makes no core of the other suite.
        for (core, byte, locks) in [(&national, 1, &in_standard), (&standard, 2, &locks)] {
            let mut bytes = core.bytes().to_vec();
            bytes[4] = byte;
            let relabelled = Core::parse(&bytes).expect("the layout is the same");
            for keys in paths(vector).iter() {
                let opened = relabelled.open(locks, &keys.keys());
                assert_eq!(opened.map(|_| ()).map_err(|error| error.code()), Err("malformed"));
            }
        }
        // Nor does a key of one suite seal or open for the other.
        let key = seed.payload_key(Suite::Standard, &context);
        assert!(matches!(seal_statement(&national, &key, serde_json::json!({})), Err(PayloadError::Suite)));
        assert!(matches!(open_statement(&national, &key, &[0; 65_552]), Err(PayloadError::Suite)));
    }
}

/// The keys of one path of a vector.
struct Path {
    label_key: LabelKey,
    signature: Option<LabelKey>,
    secret: Option<RecoverySecret>,
}

impl Path {
    fn keys(&self) -> OpeningKeys<'_> {
        let label_key = &self.label_key;
        match (&self.signature, &self.secret) {
            (Some(signature), _) => OpeningKeys::Beacon { label_key, signature },
            (None, Some(secret)) => OpeningKeys::Recovery { label_key, secret },
            (None, None) => OpeningKeys::Committee { label_key },
        }
    }
}

fn paths(vector: &Value) -> Vec<Path> {
    let label_key: LabelKey = parsed(vector, "label_key");
    let signature: Option<LabelKey> = parsed(vector, "beacon_signature");
    if signature.is_none() {
        return vec![Path { label_key, signature, secret: None }];
    }
    let secret = Some(RecoverySecret::from_bytes(&array(vector, "recovery_secret")));
    vec![Path { label_key, signature, secret: None }, Path { label_key, signature: None, secret }]
}

#[test]
fn the_lock_of_the_prototype() {
    let vector = &file("national.json")["threshold"];
    let key = GroupKey::from_bytes(&array(vector, "group_key")).expect("a good key");
    let shares: Vec<[u8; 33]> = parsed::<Vec<String>>(vector, "public_shares")
        .iter()
        .map(|digits| hex::decode(digits).expect("hexadecimal digits").try_into().expect("33 bytes"))
        .collect();
    let committee = LockCommittee::new(parsed(vector, "quorum"), key, &shares).expect("one polynomial");
    let ciphertext = Ciphertext::from_bytes(&array(vector, "ciphertext")).expect("a good form");
    assert_eq!(hex::encode(ciphertext.sm2_bytes()), text(vector, "sm2_ciphertext"));
    let (label, other): (Label, Label) = (parsed(vector, "label"), parsed(vector, "other_label"));
    assert!(ciphertext.is_for(&key, &label) && !ciphertext.is_for(&key, &other));
    let partials: Vec<LockPartial> = parsed::<Vec<String>>(vector, "partials")
        .iter()
        .map(|digits| hex::decode(digits).expect("hexadecimal digits").try_into().expect("98 bytes"))
        .map(|bytes| LockPartial::from_bytes(&bytes).expect("a good form"))
        .collect();
    for three in partials.windows(3) {
        let opened = committee.combine(&ciphertext, &label, three).expect("three are enough");
        assert_eq!(
            (hex::encode(opened.message.as_ref()).as_str(), opened.bad),
            (text(vector, "message"), vec![])
        );
    }
}
