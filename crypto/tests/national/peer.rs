//! What `sm-crypto-v2` signed, hashed and encrypted (`national_peer.json`, written by `web/scripts/nationalPeer.mjs`).
//! The other direction, ours read by it, is a test of the web app.

use kaibiao_crypto::key::{PublicKey, SigningKey};
use kaibiao_crypto::suite::sm3;

use crate::{array, file, hex_bytes, list};

#[test]
fn signatures_made_elsewhere_verify() {
    for vector in list(&file("national_peer.json"), "signatures") {
        let key = PublicKey::from_sm2_point(&hex_bytes(vector, "public_key")).expect("a point");
        let (message, signature) = (hex_bytes(vector, "message"), hex_bytes(vector, "signature"));
        assert_eq!(key.verify(&message, &signature), Ok(()));
        assert!(key.verify(&[message.as_slice(), b"!"].concat(), &signature).is_err());
        let own: SigningKey = crate::vectors::signing_key(&hex_bytes(vector, "secret"));
        assert_eq!(own.public(), &key);
    }
    for vector in list(&file("national_peer.json"), "other_ids") {
        let key = PublicKey::from_sm2_point(&hex_bytes(vector, "public_key")).expect("a point");
        assert!(key.verify(&hex_bytes(vector, "message"), &hex_bytes(vector, "signature")).is_err());
    }
}

#[test]
fn digests_made_elsewhere_are_ours() {
    for vector in list(&file("national_peer.json"), "sm3") {
        assert_eq!(sm3(&[&hex_bytes(vector, "message")]), array(vector, "digest"));
    }
}

/// A segment that the peer sealed with SM4-GCM opens as the first and last of a payload.
#[test]
fn segments_made_elsewhere_open() {
    use kaibiao_crypto::digest::Digest;
    use kaibiao_crypto::payload::{PayloadKey, SegmentCipher};
    for vector in list(&file("national_peer.json"), "segments") {
        let key = PayloadKey::from_sm4(&array(vector, "key"));
        let cipher = SegmentCipher::new(Digest(array(vector, "core_sha256")), &key);
        let index = u32::try_from(vector["index"].as_u64().expect("a number")).expect("a small one");
        let is_last = vector["is_last"].as_bool().expect("yes or no");
        let ciphertext = hex_bytes(vector, "ciphertext");
        let plaintext = cipher.open(index, is_last, &ciphertext).expect("it opens");
        assert_eq!(plaintext, hex_bytes(vector, "plaintext"));
        assert!(cipher.open(index, !is_last, &ciphertext).is_err());
        for place in 0..ciphertext.len() {
            let mut changed = ciphertext.clone();
            changed[place] ^= 0x80;
            assert!(cipher.open(index, is_last, &changed).is_err(), "byte {place}");
        }
    }
}
