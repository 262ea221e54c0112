//! One small envelope, core and payload: every flipped bit, every shortening, some lengthenings, random edits.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Locks, OpeningKeys, SealSeed};
use kaibiao_crypto::label::Context;
use kaibiao_crypto::lock::LabelKey;
use kaibiao_crypto::payload::{DocumentHasher, DocumentHead, Head, PayloadWriter, unseal};
use proptest::prelude::*;
use serde_json::Value;

use super::any_edit;

struct Envelope {
    bytes: Vec<u8>,
    core_length: usize,
    context: Context,
    locks: Locks,
    label_key: LabelKey,
}

const DOCUMENT: &[u8] = b"12,345,678.90";

fn envelope() -> Envelope {
    let text = include_str!("../../vectors/tl1_envelope.json");
    let vectors: Value = serde_json::from_str(text).expect("the vectors are JSON");
    let vector = &vectors["cases"][0];
    let field = |name: &str| vector[name].clone();
    let context: Context = serde_json::from_value(field("context")).expect("a context");
    let locks: Locks = serde_json::from_value(field("locks")).expect("locks");
    let label_key = serde_json::from_value(field("label_key")).expect("a key");
    let seed = SealSeed::from_bytes(&Digest::of(b"a small envelope").0);
    let core = Core::seal(&seed, &context, &locks).expect("it seals");
    let mut hasher = DocumentHasher::new();
    hasher.update(DOCUMENT);
    let head = Head::of_documents(vec![DocumentHead {
        media_type: "text/plain".to_owned(),
        name: "price.txt".to_owned(),
        root: hasher.finish(),
        size: DOCUMENT.len() as u64,
    }]);
    let mut writer =
        PayloadWriter::start(&core, &seed.payload_key(core.suite(), &context), &head, core.bytes().to_vec())
            .expect("a good head");
    writer.write(DOCUMENT).expect("the bytes of the head");
    let (_, bytes) = writer.finish().expect("all bytes are there");
    Envelope { core_length: core.bytes().len(), bytes, context, locks, label_key }
}

impl Envelope {
    /// Reads, checks, opens and unseals as the platform does; the document, or the code of the refusal.
    fn open(&self, bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        let (core, length) = Core::parse_prefix(bytes).map_err(|error| error.code())?;
        core.check(&self.context, &self.locks).map_err(|error| error.code())?;
        let keys = OpeningKeys::Committee { label_key: &self.label_key };
        let opened = core.open(&self.locks, &keys).map_err(|error| error.code())?;
        let (ciphertext, mut document) = (&bytes[length..], Vec::new());
        let mut sink = |_: usize, bytes: &[u8]| {
            document.extend_from_slice(bytes);
            Ok(())
        };
        unseal(&core, &opened.payload_key, ciphertext.len() as u64, ciphertext, &mut sink)
            .map_err(|error| error.code())?;
        Ok(document)
    }
}

#[test]
fn every_flipped_bit_of_an_envelope_is_refused() {
    let envelope = envelope();
    assert_eq!(envelope.open(&envelope.bytes).as_deref(), Ok(DOCUMENT), "the honest envelope opens");
    for place in 0..envelope.bytes.len() {
        for bit in 0..8 {
            let mut bytes = envelope.bytes.clone();
            bytes[place] ^= 1 << bit;
            let code = envelope.open(&bytes).expect_err("a flipped bit must be noticed");
            let is_of_core = ["malformed", "wrong_context", "wrong_lock"].contains(&code);
            assert_eq!(is_of_core, place < envelope.core_length, "byte {place}, bit {bit}: {code}");
        }
    }
}

#[test]
fn a_shorter_or_longer_envelope_is_refused() {
    let envelope = envelope();
    for length in 0..envelope.bytes.len() {
        // A cut in the payload opens its core first, which is the same each time: a few will do.
        if length <= envelope.core_length || length % 16 == 0 || length + 1 == envelope.bytes.len() {
            assert!(envelope.open(&envelope.bytes[..length]).is_err(), "{length} bytes");
        }
    }
    for more in [1, 15, 16, 17, 1024] {
        for filler in [0, 0xff] {
            let bytes = [envelope.bytes.as_slice(), &vec![filler; more]].concat();
            assert_eq!(envelope.open(&bytes).err(), Some("payload_segment"), "{more} bytes of {filler}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_edit_of_an_envelope_opens(edits in prop::collection::vec(any_edit(), 1..5)) {
        let envelope = envelope();
        let mut bytes = envelope.bytes.clone();
        edits.iter().for_each(|edit| edit.apply(&mut bytes));
        if bytes != envelope.bytes {
            prop_assert!(envelope.open(&bytes).is_err());
        }
    }
}
