use super::wire::GenTime;
use super::*;

#[test]
fn times_have_fractions_and_one_spelling() {
    for (text, ms) in [
        ("20261122093000Z", 1_795_339_800_000),
        ("20261122093000.5Z", 1_795_339_800_500),
        ("20261122093000.123456Z", 1_795_339_800_123),
    ] {
        let der = [&[0x18, text.len() as u8], text.as_bytes()].concat();
        assert_eq!(GenTime::from_der(&der), Ok(GenTime(ms)), "{text}");
        if ms % 1000 != 123 {
            assert_eq!(GenTime(ms).to_der().expect("a time"), der);
        }
    }
    for text in
        ["20261122093000", "20261122093000.Z", "20261122093000.50Z", "20261322093000Z", "202611220930Z"]
    {
        let der = [&[0x18, text.len() as u8], text.as_bytes()].concat();
        assert!(GenTime::from_der(&der).is_err(), "{text}");
    }
}

#[test]
fn a_request_is_what_openssl_writes() {
    // openssl ts -query -digest ba78…15ad -sha256 -cert, with this nonce.
    let written = request(b"abc", &[0x31, 0x4c, 0xfc, 0xe4, 0xe0, 0x65, 0x18, 0x27]).expect("a request");
    let expected = "30430201013031300d060960864801650304020105000420\
                    ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\
                    0208314cfce4e06518270101ff";
    assert_eq!(hex::encode(written), expected);
}

#[test]
fn nonces_are_positive_and_short() {
    let written = |nonce: [u8; NONCE_BYTES]| nonce_number(&nonce).expect("a number").as_bytes().to_vec();
    assert_eq!(written([0; 8]), [0]);
    assert_eq!(written([0, 0, 0x80, 1, 2, 3, 4, 5]), [0, 0x80, 1, 2, 3, 4, 5]);
    assert_eq!(written([0x7f, 0, 0, 0, 0, 0, 0, 1]), [0x7f, 0, 0, 0, 0, 0, 0, 1]);
}
