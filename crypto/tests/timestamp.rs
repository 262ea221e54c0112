//! Time-stamps against OpenSSL, in both directions, and against edited bytes.
//!
//! The program `openssl` 3 must be there (`scripts/setup.sh`): without it these tests fail and are never skipped.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use kaibiao_crypto::timestamp::{
    NONCE_BYTES, Stamp, TimeAnchor, TimeAuthority, TimestampError, Token, read_answer, request,
};

const MESSAGE: &[u8] = b"example.com/tlog/1\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
const NONCE: [u8; NONCE_BYTES] = [0x81, 2, 3, 4, 5, 6, 7, 8];

/// A folder with an authority: `ca.pem`, `tsa.pem`, `tsa.key`, and `tsa.cnf` for `openssl ts -reply`.
struct House(PathBuf);

impl House {
    fn new(usage: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("kaibiao-tsa-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("a new folder");
        let house = Self(path);
        house.put("extensions", format!("extendedKeyUsage={usage}\n").as_bytes());
        house.put("serial", b"01\n");
        house.put("tsa.cnf", CONFIG.as_bytes());
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        house.must(&format!("req -x509 {curve} -keyout ca.key -out ca.pem -days 3650 -subj /CN=ca"));
        house.must(&format!("req {curve} -keyout tsa.key -out tsa.csr -subj /CN=tsa"));
        house.must("x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions -out tsa.pem");
        house
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).expect("the folder is ours");
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).expect("a file of ours")
    }

    /// Whether `openssl` is content. Words of `arguments` are parted by blanks.
    fn run(&self, arguments: &str) -> bool {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(&self.0).output();
        output.expect("openssl is installed: scripts/setup.sh").status.success()
    }

    fn must(&self, arguments: &str) {
        assert!(self.run(arguments), "openssl {arguments}");
    }

    fn anchor(&self) -> TimeAnchor {
        self.must("x509 -in ca.pem -outform DER -out ca.der");
        TimeAnchor::of_certificate(&self.get("ca.der")).expect("a certificate")
    }

    /// What `openssl ts -reply` answers.
    fn token(&self) -> Token {
        self.put("query", &request(MESSAGE, &NONCE).expect("a request"));
        self.must("ts -reply -config tsa.cnf -section tsa -queryfile query -out reply");
        read_answer(&self.get("reply"), &NONCE).expect("an answer to this request")
    }

    /// The same keys in our own hands.
    fn own(&self) -> TimeAuthority {
        self.must("pkcs8 -topk8 -nocrypt -in tsa.key -outform DER -out tsa.p8");
        self.must("x509 -in tsa.pem -outform DER -out tsa.der");
        TimeAuthority::new(&self.get("tsa.p8"), &self.get("tsa.der")).expect("a key of P-256")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // What is left behind is a folder of test keys.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const CONFIG: &str = "[tsa]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
ess_cert_id_alg = sha256
";
const ALONE: &str = "critical,timeStamping";

#[test]
fn tokens_of_openssl_hold_here() {
    let house = House::new(ALONE);
    let token = house.token();
    let stamp = token.verify(MESSAGE, &[house.anchor()]).expect("a good token");
    assert!(stamp.at_ms > 1_700_000_000_000, "{}", stamp.at_ms);
    assert_eq!(stamp.accuracy_ms, 1501);
    assert_eq!(Token::parse(token.der()).expect("the same").verify(MESSAGE, &[house.anchor()]), Ok(stamp));
    assert_eq!(token.verify(b"other", &[house.anchor()]), Err(TimestampError::OtherImprint));
    assert_eq!(token.verify(MESSAGE, &[]), Err(TimestampError::Untrusted));
    let other = House::new(ALONE);
    assert_eq!(token.verify(MESSAGE, &[other.anchor()]), Err(TimestampError::Untrusted));
    let answer = read_answer(&house.get("reply"), &[1; NONCE_BYTES]);
    assert_eq!(answer.map(|_| ()), Err(TimestampError::OtherNonce));
}

#[test]
fn tokens_made_here_hold_for_openssl() {
    let house = House::new(ALONE);
    let at_ms = 1_800_000_000_250;
    let query = request(MESSAGE, &NONCE).expect("a request");
    let answer = house.own().answer(&query, at_ms, [9; 16]).expect("an answer");
    let token = read_answer(&answer, &NONCE).expect("an answer to this request");
    let stamp = token.verify(MESSAGE, &[house.anchor()]);
    assert_eq!(stamp, Ok(Stamp { at_ms, accuracy_ms: 1000 }));
    house.put("message", MESSAGE);
    house.put("answer", &answer);
    house.put("token", token.der());
    house.must("ts -verify -data message -in answer -CAfile ca.pem");
    house.must("ts -verify -data message -in token -token_in -CAfile ca.pem");
    house.put("message", b"other");
    assert!(!house.run("ts -verify -data message -in answer -CAfile ca.pem"));
}

#[test]
fn certificates_for_other_purposes_are_refused() {
    for usage in ["timeStamping", "critical,timeStamping,serverAuth", "critical,serverAuth"] {
        let house = House::new(usage);
        let query = request(MESSAGE, &NONCE).expect("a request");
        let answer = house.own().answer(&query, 1_800_000_000_000, [9; 16]).expect("an answer");
        let token = read_answer(&answer, &NONCE).expect("an answer to this request");
        let refused = token.verify(MESSAGE, &[house.anchor()]);
        assert_eq!(refused, Err(TimestampError::Certificate), "{usage}");
    }
}

#[test]
fn a_certificate_counts_while_it_is_valid() {
    let house = House::new(ALONE);
    let query = request(MESSAGE, &NONCE).expect("a request");
    for at_ms in [1_000_000_000_000, 4_000_000_000_000] {
        let answer = house.own().answer(&query, at_ms, [9; 16]).expect("an answer");
        let token = read_answer(&answer, &NONCE).expect("an answer to this request");
        assert_eq!(token.verify(MESSAGE, &[house.anchor()]), Err(TimestampError::Untrusted));
    }
}

/// What a changed byte may leave as it was: fields of the container that no signature covers and nothing is read from.
#[test]
fn no_changed_byte_makes_another_statement() {
    let house = House::new(ALONE);
    let (token, anchors) = (house.token(), [house.anchor()]);
    let stamp = token.verify(MESSAGE, &anchors).expect("a good token");
    let mut unnoticed = 0;
    for place in 0..token.der().len() {
        for bit in 0..8 {
            let mut edited = token.der().to_vec();
            edited[place] ^= 1 << bit;
            if let Ok(read) = Token::parse(&edited).and_then(|token| token.verify(MESSAGE, &anchors)) {
                assert_eq!(read, stamp, "byte {place}");
                unnoticed += 1;
            }
        }
    }
    let all = token.der().len() * 8;
    assert!(unnoticed * 5 < all, "{unnoticed} of {all} flips change nothing");
    for length in 0..token.der().len() {
        assert!(Token::parse(&token.der()[..length]).is_err(), "cut to {length}");
    }
}
