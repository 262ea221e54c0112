//! Runs the vectors of format TL1 in `crypto/vectors`, as any other client should.

use kaibiao_crypto::beacon::{Beacon, ChainParameters, Network};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, EnvelopeError, Locks, OpeningKeys, RecoverySecret, SealSeed};
use kaibiao_crypto::label::{Context, EnvelopeKind, Label};
use kaibiao_crypto::lock::{Capsule, GroupKey, Identity, LabelKey};
use kaibiao_crypto::manifest::{ClosedProof, Manifest, closed_root};
use kaibiao_crypto::payload::{Head, PayloadError, PayloadKey, PayloadWriter, SEGMENT_BYTES, padme, unseal};
use kaibiao_crypto::threshold::keygen::{Announcement, Transcript};
use kaibiao_crypto::threshold::reshare;
use kaibiao_crypto::threshold::{Committee, Partial, ShareFile};
use serde_json::{Value, json};

fn vectors(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    let text = std::fs::read_to_string(path).expect("the vectors are committed");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value[name].as_array().expect("a list");
    assert!(!items.is_empty(), "{name}: a list of vectors that checks nothing");
    items
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is not text in {value}"))
}

fn bytes(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(text(value, name)).expect("hexadecimal digits")
}

fn array<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    bytes(value, name).try_into().expect("the length of the format")
}

fn parsed<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> T {
    serde_json::from_value(value[name].clone()).unwrap_or_else(|error| panic!("{name}: {error} in {value}"))
}

#[test]
fn capsules() {
    let vectors = vectors("tl1_lock.json");
    for vector in list(&vectors, "capsules") {
        let (key, identity) = (parsed::<GroupKey>(vector, "group_key"), Identity(parsed(vector, "identity")));
        let message = array(vector, "message");
        let capsule = Capsule::seal(&key, &identity, &message, &array(vector, "sigma"));
        assert_eq!(hex::encode(capsule.to_bytes()), text(vector, "capsule"));
        let label_key = parsed(vector, "label_key");
        assert!(key.verify(&identity, &label_key));
        assert_eq!(capsule.open(&label_key).as_deref(), Ok(&message));
    }
    for vector in list(&vectors, "failures") {
        let opened = Capsule::from_bytes(&array(vector, "capsule"))
            .and_then(|capsule| capsule.open(&parsed::<LabelKey>(vector, "label_key")));
        assert_eq!(opened.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
    for vector in list(&vectors, "points_refused") {
        let bytes = bytes(vector, "bytes");
        let found = match text(vector, "group") {
            "g1" => LabelKey::from_bytes(&bytes).map(|_| ()),
            _ => GroupKey::from_bytes(&bytes).map(|_| ()),
        };
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}

#[test]
fn committee() {
    let vectors = vectors("tl1_committee.json");
    let committee: Committee = parsed(&vectors, "committee");
    let announcements: Vec<Announcement> = parsed(&vectors, "announcements");
    let transcript = Transcript::verify(parsed(&vectors, "session"), committee.quorum(), &announcements);
    let transcript = transcript.expect("an honest run");
    assert_eq!(transcript.digest(), parsed(&vectors, "transcript_sha256"));
    assert_eq!(transcript.committee().expect("an honest run"), committee);
    assert_eq!(committee.id(), parsed(&vectors, "committee_id"));
    let share = |vector: &Value| {
        let file =
            json!({"committee": committee, "index": vector["index"], "secret": vector["secret"], "v": 1});
        serde_json::from_value::<ShareFile>(file).expect("a share file").import().expect("its share").0
    };
    let shares: Vec<_> = list(&vectors, "shares").iter().map(share).collect();
    for vector in list(&vectors, "labels") {
        let label: Label = parsed(vector, "label");
        assert_eq!(hex::encode(label.to_bytes()), text(vector, "bytes"));
        assert_eq!(Label::parse(&bytes(vector, "bytes")), Ok(label.clone()));
        assert_eq!(label.identity().0, parsed::<Digest>(vector, "identity"));
        let partials: Vec<Partial> = shares.iter().map(|share| share.partial(&label)).collect();
        assert_eq!(partials, parsed::<Vec<Partial>>(vector, "partials"));
        let key = committee.combine(&label, &partials).expect("all are good").label_key;
        assert_eq!(*key, parsed(vector, "label_key"));
        assert_eq!(key.digest(), parsed(vector, "label_key_sha256"));
    }
    for vector in list(&vectors, "failures") {
        let combined =
            committee.combine(&parsed(vector, "label"), &parsed::<Vec<Partial>>(vector, "partials"));
        assert_eq!(combined.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}

#[test]
fn resharing() {
    let vectors = vectors("tl1_reshare.json");
    let plan: reshare::Plan = parsed(&vectors, "plan");
    assert_eq!(plan.digest(), parsed(&vectors, "plan_sha256"));
    let dealings: Vec<reshare::Dealing> = parsed(&vectors, "dealings");
    let enrolments: Vec<reshare::Enrolment> = parsed(&vectors, "enrolments");
    let transcript =
        reshare::Transcript::verify(plan.clone(), &dealings, &enrolments).expect("an honest run");
    assert_eq!(transcript.digest(), parsed(&vectors, "transcript_sha256"));
    let committee: Committee = parsed(&vectors, "committee");
    assert_eq!(transcript.committee().expect("an honest run"), committee);
    assert_eq!(committee.id(), plan.committee().id());

    let sealed: Vec<reshare::SealedShare> = parsed(&vectors, "sealed_shares");
    let label: Label = parsed(&vectors, "label");
    let mut partials = Vec::new();
    for vector in list(&vectors, "recipients") {
        let (index, transport) = (&vector["index"], &vector["transport_secret"]);
        let saved = json!({"plan": plan, "recipient": index, "transport": transport, "v": 1}).to_string();
        let recipient = reshare::Recipient::resume(&saved).expect("a state");
        let made = recipient.receive(&dealings, &enrolments, &sealed).expect("an honest run");
        let file = serde_json::to_value(made.share.export(&committee).expect("it belongs")).expect("JSON");
        assert_eq!((&file["index"], &file["secret"]), (index, &vector["secret"]));
        partials.push(made.share.partial(&label));
    }
    assert_eq!(partials, parsed::<Vec<Partial>>(&vectors, "partials"));
    let key = committee.combine(&label, &partials).expect("all are good").label_key;
    assert_eq!(*key, parsed(&vectors, "label_key"));
    assert!(plan.committee().verify(&label, &key), "the group key is the old one");
    let mixed = committee.combine(&label, &parsed::<Vec<Partial>>(&vectors, "mixed_partials"));
    assert_eq!(mixed.map_err(|error| error.code()), Err(text(&vectors, "mixed_code")));
}

#[test]
fn resharings_that_must_fail() {
    let vectors = vectors("tl1_reshare.json");
    for vector in list(&vectors, "plans_refused") {
        let read = serde_json::from_value::<reshare::Plan>(vector["plan"].clone());
        assert!(read.is_err(), "{}", vector["name"]);
    }
    for vector in list(&vectors, "failures") {
        let (dealings, enrolments): (Vec<_>, Vec<_>) =
            (parsed(vector, "dealings"), parsed(vector, "enrolments"));
        let made = reshare::Transcript::verify(parsed(&vectors, "plan"), &dealings, &enrolments)
            .and_then(|transcript| transcript.committee());
        assert_eq!(made.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}

/// Opens by each path whose keys the vector gives; the seed, the same by every path.
fn open(vector: &Value) -> Result<Vec<SealSeed>, EnvelopeError> {
    let core = Core::parse(&bytes(vector, "core"))?;
    let (locks, label_key) = (parsed::<Locks>(vector, "locks"), parsed::<LabelKey>(vector, "label_key"));
    let signature: Option<LabelKey> = parsed(vector, "beacon_signature");
    let secret: Option<String> = parsed(vector, "recovery_secret");
    let secret = secret.map(|_| RecoverySecret::from_bytes(&array(vector, "recovery_secret")));
    let mut paths = Vec::new();
    if let Some(signature) = &signature {
        paths.push(OpeningKeys::Beacon { label_key: &label_key, signature });
    }
    if let Some(secret) = &secret {
        paths.push(OpeningKeys::Recovery { label_key: &label_key, secret });
    }
    if paths.is_empty() {
        paths.push(OpeningKeys::Committee { label_key: &label_key });
    }
    paths.iter().map(|keys| core.open(&locks, keys).map(|opened| opened.seed)).collect()
}

fn envelopes_of(file: &str) {
    for vector in list(&vectors(file), "cases") {
        let context: Context = parsed(vector, "context");
        assert_eq!(hex::encode(context.to_bytes()), text(vector, "context_bytes"));
        assert_eq!(Context::parse(&bytes(vector, "context_bytes")), Ok(context.clone()));
        assert_eq!(hex::encode(context.label().to_bytes()), text(vector, "label_bytes"));
        assert_eq!(context.label().identity().0, parsed::<Digest>(vector, "identity"));
        let (seed, locks) = (SealSeed::from_bytes(&array(vector, "seed")), parsed(vector, "locks"));
        let core = Core::seal(&seed, &context, &locks).expect("it seals");
        assert_eq!(hex::encode(core.bytes()), text(vector, "core"));
        assert_eq!(core.digest(), parsed(vector, "core_sha256"));
        assert_eq!(core.check(&context, &locks), Ok(()));
        assert_eq!(
            hex::encode(seed.payload_key(locks.suite, &context).expose()),
            text(vector, "payload_key")
        );
        for found in open(vector).expect("it opens") {
            assert_eq!(found.expose(), seed.expose(), "{}", vector["name"]);
        }
    }
}

fn envelopes_that_must_fail_of(file: &str) {
    for vector in list(&vectors(file), "failures") {
        let found = match text(vector, "operation") {
            "parse" => Core::parse(&bytes(vector, "core")).map(|_| ()),
            "check" => Core::parse(&bytes(vector, "core"))
                .and_then(|core| core.check(&parsed(vector, "context"), &parsed(vector, "locks"))),
            _ => open(vector).map(|_| ()),
        };
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}

#[test]
fn envelopes() {
    envelopes_of("tl1_envelope.json");
    envelopes_that_must_fail_of("tl1_envelope.json");
}

#[test]
fn envelopes_with_a_beacon() {
    envelopes_of("tl1_beacon.json");
    envelopes_that_must_fail_of("tl1_beacon.json");
    for vector in list(&vectors("tl1_beacon.json"), "cases") {
        let core = Core::parse(&bytes(vector, "core")).expect("a good core");
        assert_eq!(core.round(), Network::quicknet().round_at(core.context().opening), "{}", vector["name"]);
        assert!(
            vector["beacon_signature"].is_string() && vector["recovery_secret"].is_string(),
            "both paths"
        );
    }
}

#[test]
fn beacons() {
    let (vectors, quicknet) = (vectors("tl1_beacon.json"), Network::quicknet());
    let network = &vectors["network"];
    let parameters = ChainParameters {
        key: parsed(network, "key"),
        genesis: parsed(network, "genesis"),
        period: parsed(network, "period"),
        seed: parsed(network, "seed"),
        beacon_id: text(network, "beacon_id"),
    };
    assert_eq!(Network::of(&parameters).as_ref(), Ok(quicknet));
    assert_eq!(quicknet.chain(), parsed(network, "chain"));
    for pair in list(&vectors, "rounds") {
        let moment = pair[0].as_u64().expect("unix seconds");
        assert_eq!(quicknet.round_at(moment), pair[1].as_u64(), "{pair}");
    }
    for vector in list(&vectors, "beacons") {
        let beacon = Beacon::from_json(quicknet, text(vector, "text").as_bytes()).expect("published");
        assert_eq!(beacon.round(), parsed::<u64>(vector, "round"));
        assert_eq!(*beacon.signature(), parsed(vector, "signature"));
        assert_eq!(beacon.randomness(), parsed(vector, "randomness"));
    }
    for vector in list(&vectors, "beacons_refused") {
        let found = Beacon::from_json(quicknet, text(vector, "text").as_bytes());
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}

/// What a payload vector is about: its core and its key.
fn sealed_by(vector: &Value) -> (Core, PayloadKey) {
    let core = Core::parse(&bytes(vector, "core")).expect("a good core");
    (core, PayloadKey::from_bytes(&array(vector, "payload_key")))
}

fn document(size: u64) -> Vec<u8> {
    (0..size).map(|i| u8::try_from(i % 251).expect("below 251")).collect()
}

fn seal(vector: &Value) -> (kaibiao_crypto::payload::Sealed, Vec<u8>) {
    let (core, key) = sealed_by(vector);
    let kind: EnvelopeKind = parsed(vector, "envelope");
    let head = Head::parse(text(vector, "head").as_bytes(), kind).expect("a good head");
    let mut writer = PayloadWriter::start(&core, &key, &head, Vec::new()).expect("a good head");
    for size in parsed::<Vec<u64>>(vector, "document_sizes") {
        writer.write(&document(size)).expect("the bytes that the head names");
    }
    writer.finish().expect("all bytes are there")
}

fn unsealed(core: &Core, key: &PayloadKey, ciphertext: &[u8]) -> Result<(Head, Vec<Vec<u8>>), PayloadError> {
    let mut files: Vec<Vec<u8>> = Vec::new();
    let head = unseal(core, key, ciphertext.len() as u64, ciphertext, &mut |at, bytes| {
        files.resize_with(files.len().max(at + 1), Vec::new);
        files[at].extend_from_slice(bytes);
        Ok(())
    })?;
    files.resize_with(head.documents.len(), Vec::new);
    Ok((head, files))
}

#[test]
fn payloads() {
    let vectors = vectors("tl1_payload.json");
    for pair in list(&vectors, "padme") {
        assert_eq!(Some(padme(pair[0].as_u64().expect("a length"))), pair[1].as_u64());
    }
    for vector in list(&vectors, "cases") {
        let (sealed, ciphertext) = seal(vector);
        assert_eq!(Digest::of(&ciphertext), parsed(vector, "ciphertext_sha256"), "{}", vector["name"]);
        assert_eq!(sealed.segment_digests, parsed::<Vec<Digest>>(vector, "segment_sha256"));
        assert_eq!(sealed.root, parsed(vector, "root"));
        assert_eq!(sealed.total_len, parsed::<u64>(vector, "total_len"));
        if let Some(written) = parsed::<Option<String>>(vector, "ciphertext") {
            assert_eq!(hex::encode(&ciphertext), written);
        }
        let (core, key) = sealed_by(vector);
        let (head, files) = unsealed(&core, &key, &ciphertext).expect("it opens");
        let text_again = head.to_bytes(parsed(vector, "envelope")).expect("a good head");
        assert_eq!(text_again, text(vector, "head").as_bytes());
        let expected: Vec<Vec<u8>> =
            parsed::<Vec<u64>>(vector, "document_sizes").into_iter().map(document).collect();
        assert_eq!(files, expected);
    }
}

#[test]
fn payloads_that_must_fail() {
    let vectors = vectors("tl1_payload.json");
    for vector in list(&vectors, "edited") {
        let case =
            list(&vectors, "cases").iter().find(|case| case["name"] == vector["case"]).expect("its case");
        let ciphertext = edited(seal(case).1, &vector["edit"]);
        let (core, key) = sealed_by(case);
        let found = unsealed(&core, &key, &ciphertext).map(|_| ());
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
    for vector in list(&vectors, "forged") {
        let (core, key) = sealed_by(vector);
        let found = unsealed(&core, &key, &bytes(vector, "ciphertext")).map(|_| ());
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}

fn edited(mut ciphertext: Vec<u8>, edit: &Value) -> Vec<u8> {
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("it fits");
    if let Some(offset) = edit.get("flip_lowest_bit_at") {
        ciphertext[number(offset)] ^= 1;
    } else if let Some(length) = edit.get("keep_first_bytes") {
        ciphertext.truncate(number(length));
    } else {
        let (a, b) = (number(&edit["swap_segments"][0]), number(&edit["swap_segments"][1]));
        let segment = SEGMENT_BYTES + 16;
        let (left, right) = ciphertext.split_at_mut(b * segment);
        left[a * segment..(a + 1) * segment].swap_with_slice(&mut right[..segment]);
    }
    ciphertext
}

#[test]
fn manifests() {
    let vectors = vectors("tl1_manifest.json");
    let mut digests = Vec::new();
    for vector in list(&vectors, "manifests") {
        let manifest = Manifest::parse(text(vector, "text").as_bytes()).expect("a manifest");
        assert_eq!(manifest.to_bytes(), text(vector, "text").as_bytes());
        assert_eq!(manifest.digest(), parsed(vector, "sha256"));
        digests.push(manifest.digest());
    }
    let root = closed_root(&digests);
    assert_eq!(root, parsed(&vectors, "closed_root"));
    assert_eq!(closed_root(&[]), parsed(&vectors, "closed_root_of_none"));
    assert_eq!(closed_root(&digests[..1]), parsed(&vectors, "closed_root_of_the_first"));
    for vector in list(&vectors, "proofs") {
        let (manifest, proof) = (parsed(vector, "manifest_sha256"), parsed::<ClosedProof>(vector, "proof"));
        assert_eq!(ClosedProof::of(&digests, &manifest), Some(proof.clone()));
        assert_eq!(proof.verify(&manifest, root), Ok(()));
    }
    for vector in list(&vectors, "failures") {
        let found = Manifest::parse(text(vector, "text").as_bytes());
        assert_eq!(found.map_err(|error| error.code()), Err(text(vector, "code")), "{}", vector["name"]);
    }
}
