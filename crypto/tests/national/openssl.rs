//! OpenSSL as a second opinion, in both directions: SM2 signatures, SM3, SM4, HKDF over SM3, SM2 ciphertexts.
//!
//! The program `openssl` 3 must be there (`scripts/setup.sh`): without it these tests fail and are never skipped.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, SealSeed};
use kaibiao_crypto::key::{Algorithm, PublicKey, SM2_SIGNER_ID, SigningKey};
use kaibiao_crypto::label::{Context, Label};
use kaibiao_crypto::national::{Ciphertext, GroupKey};
use kaibiao_crypto::payload::seal_statement;
use kaibiao_crypto::suite::{Suite, sm3};
use ring::rand::SystemRandom;
use sm2::dsa::Signature;

use crate::{array, file, list, parsed};

/// A folder of one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("kaibiao-openssl-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("a new folder");
        Self(path)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        std::fs::write(self.0.join(name), bytes).expect("the folder is ours");
        self
    }

    /// Whether `openssl` is content, and what it prints. Words of `arguments` are parted by blanks.
    fn run(&self, arguments: &str) -> (bool, Vec<u8>) {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(&self.0).output();
        let output = output.expect("openssl is installed: scripts/setup.sh");
        (output.status.success(), output.stdout)
    }

    fn must(&self, arguments: &str) -> Vec<u8> {
        let (is_content, output) = self.run(arguments);
        assert!(is_content, "openssl {arguments}");
        output
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind is a folder of public test keys.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const SIGN: &str = "dgst -sm3 -sign key.pem -sigopt distid:1234567812345678 message";
const VERIFY: &str =
    "dgst -sm3 -verify spki.der -keyform DER -sigopt distid:1234567812345678 -signature signature message";

#[test]
fn what_openssl_signs_verifies_here() {
    assert!(SIGN.contains(SM2_SIGNER_ID) && VERIFY.contains(SM2_SIGNER_ID));
    for message in ["", "开标", &"a long message ".repeat(1000)] {
        let folder = Folder::new();
        folder.put("message", message.as_bytes());
        folder.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out key.pem");
        let key =
            PublicKey::from_spki(&folder.must("pkey -in key.pem -pubout -outform DER")).expect("its form");
        let signature = Signature::from_der(&folder.must(SIGN)).expect("DER of two numbers").to_bytes();
        assert_eq!(key.verify(message.as_bytes(), &signature), Ok(()));
        // The key is the same by the document that OpenSSL keeps it in.
        let document = folder.must("pkcs8 -topk8 -nocrypt -in key.pem -outform DER");
        let own = SigningKey::from_pkcs8(&document).expect("PKCS #8");
        assert_eq!(own.public(), &key);
        // Another distinguishing identifier makes another signature.
        let stranger = folder.must(&SIGN.replace("1234567812345678", "somebody@else"));
        let stranger = Signature::from_der(&stranger).expect("DER of two numbers").to_bytes();
        assert!(key.verify(message.as_bytes(), &stranger).is_err());
    }
}

#[test]
fn what_is_signed_here_verifies_in_openssl() {
    for message in ["", "开标", &"a long message ".repeat(1000)] {
        let folder = Folder::new();
        let key = SigningKey::generate_of(Algorithm::Sm2, &SystemRandom::new())
            .expect("the system's generator works");
        let signature = Signature::from_slice(&key.sign(message.as_bytes())).expect("two numbers");
        folder.put("message", message.as_bytes()).put("spki.der", key.public().spki());
        folder.put("signature", signature.to_der().as_bytes());
        assert!(folder.run(VERIFY).0);
        folder.put("message", b"another");
        assert!(!folder.run(VERIFY).0);
        // OpenSSL reads the document and finds the same public half in it.
        folder.put("key.der", &key.to_pkcs8());
        assert_eq!(folder.must("pkey -inform DER -in key.der -pubout -outform DER"), key.public().spki());
    }
}

#[test]
fn sm3_and_the_derivation_are_those_of_openssl() {
    let folder = Folder::new();
    for length in [0, 1, 55, 56, 63, 64, 65, 1000] {
        let message = vec![0xa7; length];
        assert_eq!(folder.put("message", &message).must("dgst -sm3 -binary message"), sm3(&[&message]));
    }
    for vector in list(&file("national.json"), "envelopes") {
        let context: Context = parsed(vector, "context");
        folder.put("message", &[b"TL1/ctx\0".as_slice(), &context.to_bytes()].concat());
        let salt = hex::encode(folder.must("dgst -sm3 -binary message"));
        let derive = |info: &[u8], length: usize| {
            let seed: [u8; 32] = array(vector, "seed");
            folder.must(&format!(
                "kdf -binary -keylen {length} -kdfopt digest:SM3 -kdfopt hexkey:{} -kdfopt hexsalt:{salt} -kdfopt hexinfo:{} HKDF",
                hex::encode(seed),
                hex::encode(info),
            ))
        };
        assert_eq!(derive(b"TL1 payload", 16), array::<16>(vector, "payload_key"));
        let core: Vec<u8> = crate::hex_bytes(vector, "core");
        assert_eq!(derive(b"TL1 commit", 32), core[core.len() - 32..]);
    }
}

/// OpenSSL 3.0 has no SM4-GCM; the stream of GCM is CTR from counter 2. Its tag is checked by `sm-crypto-v2`.
#[test]
fn a_payload_is_the_ctr_stream_of_openssl() {
    let vectors = file("national.json");
    let vector = &list(&vectors, "envelopes")[0];
    let context: Context = parsed(vector, "context");
    let seed = SealSeed::from_bytes(&array(vector, "seed"));
    let core = Core::parse(&crate::hex_bytes(vector, "core")).expect("a good core");
    let key = seed.payload_key(Suite::National, &context);
    let (_, ciphertext) = seal_statement(&core, &key, vector["statement"].clone()).expect("it seals");
    let folder = Folder::new();
    folder.put("ciphertext", &ciphertext[..ciphertext.len() - 16]);
    // 7 zero bytes, segment 0, last; then GCM's counter of the first block.
    let counter = "00000000000000000000000100000002";
    let key = hex::encode(key.expose());
    let plaintext = folder.must(&format!("enc -d -sm4-ctr -K {key} -iv {counter} -in ciphertext"));
    let length = u32::from_be_bytes(plaintext[..4].try_into().expect("4 bytes"));
    let head = &plaintext[4..4 + usize::try_from(length).expect("short")];
    let head: serde_json::Value = serde_json::from_slice(head).expect("the head is JSON");
    assert_eq!(head["statement"], vector["statement"]);
    folder.put("plaintext", &plaintext);
    let again = folder.must(&format!("enc -e -sm4-ctr -K {key} -iv {counter} -in plaintext"));
    assert_eq!(Digest::of(&again), Digest::of(&ciphertext[..ciphertext.len() - 16]));
}

#[test]
fn openssl_with_the_whole_key_decrypts_the_lock_of_the_prototype() {
    let vector = &file("national.json")["threshold"];
    let label: Label = parsed(vector, "label");
    let folder = Folder::new();
    folder.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out key.pem");
    let public =
        PublicKey::from_spki(&folder.must("pkey -in key.pem -pubout -outform DER")).expect("its form");
    let key = GroupKey::from_bytes(&public.raw().try_into().expect("65 bytes")).expect("a point");
    let message = *b"sixteen bytes...";
    let ciphertext = Ciphertext::seal(&key, &label, &message, &SystemRandom::new()).expect("it seals");
    folder.put("ciphertext", &der_of(&ciphertext.sm2_bytes()));
    let plaintext = folder.must("pkeyutl -decrypt -inkey key.pem -in ciphertext");
    assert_eq!(plaintext, [sm3(&[&label.to_bytes()]).as_slice(), &message].concat());
}

/// GM/T 0009: SEQUENCE { INTEGER x1, INTEGER y1, OCTET STRING C3, OCTET STRING C2 } of C1 || C3 || C2.
fn der_of(ciphertext: &[u8]) -> Vec<u8> {
    let field = |tag: u8, value: &[u8]| [&[tag, u8::try_from(value.len()).expect("short")], value].concat();
    let number = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let sign: &[u8] = if bytes[zeros] & 0x80 == 0 { &[] } else { &[0] };
        field(2, &[sign, &bytes[zeros..]].concat())
    };
    let parts = [
        number(&ciphertext[1..33]),
        number(&ciphertext[33..65]),
        field(4, &ciphertext[65..97]),
        field(4, &ciphertext[97..]),
    ]
    .concat();
    [&[0x30, 0x81, u8::try_from(parts.len()).expect("short")], parts.as_slice()].concat()
}
