//! Opens age files that drand's own tools made, down to the plaintext: our capsule is theirs.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use kaibiao_crypto::lock::{CAPSULE_BYTES, Capsule, LabelKey, LockError};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use serde_json::Value;

/// A file in the format age-encryption.org/v1 whose first stanza is tlock's.
struct AgeFile {
    round: u64,
    chain_hash: String,
    capsule: [u8; CAPSULE_BYTES],
    /// The header up to and with `---`, which the file key authenticates.
    header: Vec<u8>,
    mac: Vec<u8>,
    payload: Vec<u8>,
}

fn read(armored: &str) -> AgeFile {
    let body: String = armored.lines().filter(|line| !line.starts_with("-----")).collect();
    let file = STANDARD.decode(body).expect("armored base64");
    let end = file.windows(5).position(|window| window == b"\n--- ").expect("a header has an end") + 1;
    let header = std::str::from_utf8(&file[..end]).expect("a header is text");
    let mut lines = header.lines();
    assert_eq!(lines.next(), Some("age-encryption.org/v1"));
    let stanza: Vec<&str> = lines.next().expect("a stanza").split(' ').collect();
    assert_eq!(stanza[..2], ["->", "tlock"]);
    // Some tools add a stanza of noise behind it.
    let body: String = lines.take_while(|line| !line.starts_with("->")).collect();
    let capsule = STANDARD_NO_PAD.decode(body).expect("base64");
    let line_end = end + file[end..].iter().position(|byte| *byte == b'\n').expect("the header's last line");
    AgeFile {
        round: stanza[2].parse().expect("a round"),
        chain_hash: stanza[3].to_owned(),
        capsule: capsule.try_into().expect("128 bytes"),
        header: file[..end + 3].to_vec(),
        mac: STANDARD_NO_PAD.decode(&file[end + 4..line_end]).expect("base64"),
        payload: file[line_end + 1..].to_vec(),
    }
}

/// Checks the header with the file key and decrypts the payload, which here is one chunk.
fn decrypt(file: &AgeFile, file_key: &[u8]) -> Vec<u8> {
    let derive = |salt: &[u8], info: &[u8], out: &mut [u8; 32]| {
        let prk = Salt::new(HKDF_SHA256, salt).extract(file_key);
        let info = [info];
        prk.expand(&info, HKDF_SHA256).and_then(|okm| okm.fill(out)).expect("32 bytes");
    };
    let mut key = [0; 32];
    derive(&[], b"header", &mut key);
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), &file.header, &file.mac)
        .expect("the file key is right");
    derive(&file.payload[..16], b"payload", &mut key);
    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).expect("32 bytes"));
    let mut last_chunk = [0; 12];
    last_chunk[11] = 1;
    let mut chunk = file.payload[16..].to_vec();
    let nonce = Nonce::assume_unique_for_key(last_chunk);
    key.open_in_place(nonce, Aad::empty(), &mut chunk).expect("it authenticates").to_vec()
}

#[test]
fn files_of_drand_open_to_their_published_plaintext() {
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/drand.json")).expect("the file is JSON");
    let mut opened = 0;
    for network in ["quicknet", "fastnet"] {
        let network = &vectors[network];
        for vector in network["age_files"].as_array().expect("a list") {
            let file = read(vector["armored"].as_str().expect("text"));
            assert_eq!(Some(file.round), vector["round"].as_u64());
            assert_eq!(Some(file.chain_hash.as_str()), network["chain_hash"].as_str());
            let signature =
                hex::decode(vector["signature"].as_str().expect("text")).expect("hexadecimal digits");
            let signature = LabelKey::from_bytes(&signature).expect("a published point");
            let capsule = Capsule::from_bytes(&file.capsule).expect("a published capsule");
            let file_key = capsule.open(&signature).expect("it opens");
            let plaintext = String::from_utf8(decrypt(&file, file_key.as_ref())).expect("text");
            assert_eq!(Some(plaintext.as_str()), vector["plaintext"].as_str());
            opened += 1;
        }
    }
    assert_eq!(opened, 3);
}

#[test]
fn the_signature_of_another_round_opens_nothing() {
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/drand.json")).expect("the file is JSON");
    let file = read(vectors["quicknet"]["age_files"][0]["armored"].as_str().expect("text"));
    let capsule = Capsule::from_bytes(&file.capsule).expect("a published capsule");
    let mut tried = 0;
    for beacon in vectors["quicknet"]["beacons"].as_array().expect("a list") {
        if beacon["round"].as_u64() != Some(file.round) {
            let signature =
                hex::decode(beacon["signature"].as_str().expect("text")).expect("hexadecimal digits");
            let signature = LabelKey::from_bytes(&signature).expect("a published point");
            assert_eq!(capsule.open(&signature).err(), Some(LockError::Check), "round {}", beacon["round"]);
            tried += 1;
        }
    }
    assert_eq!(tried, 4);
}
