//! Sealing and opening one lock, label keys and partials, beside what `blst` alone needs for the same.

mod measure;

use std::time::Duration;

use blst::{blst_fp12, blst_p1_affine, blst_p2_affine, min_sig};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::{Capsule, Identity, LabelKey};
use kaibiao_crypto::threshold::{Committee, Partial, Quorum, Share, keygen};
use measure::{print, rate, time};
use ring::rand::SystemRandom;

/// Calls of one round.
const TIMES: u32 = 4;
/// Rounds of each figure; the fastest counts, because the machine has other work too.
const ROUNDS: usize = 100;
/// Label keys of one batch.
const BATCH: usize = 256;
/// The domain under which labels are hashed.
const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// Microseconds of one call of each, taken in turns so that both meet the same machine.
fn micros<A, B>(mut figure: impl FnMut() -> A, mut floor: impl FnMut() -> B) -> (f64, f64) {
    let mut fastest = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        fastest.0 = fastest.0.min(round(&mut figure));
        fastest.1 = fastest.1.min(round(&mut floor));
    }
    fastest
}

fn round<T>(work: &mut impl FnMut() -> T) -> f64 {
    let ((), took) = time(|| {
        for _ in 0..TIMES {
            std::hint::black_box(work());
        }
    });
    took.as_secs_f64() * 1e6 / f64::from(TIMES)
}

fn main() {
    let (committee, shares) = committee();
    let label = label(0);
    let partials: Vec<Partial> = shares.iter().take(3).map(|share| share.partial(&label)).collect();
    let label_key = committee.combine(&label, &partials).expect("three of five").label_key;
    let secret = min_sig::SecretKey::key_gen(&[7; 32], b"").expect("32 bytes are enough");
    let signed = || secret.sign(b"bench", DST, b"");
    let (q, p) = (blst_p2_affine::from(secret.sk_to_pk()), blst_p1_affine::from(signed()));
    let pairing = || blst_fp12::miller_loop(&q, &p).final_exp();
    let of_pairing = |what: &str, (figure, floor): (f64, f64)| {
        print(what, figure, "one pairing, blst", floor, "µs");
    };

    let seal = || Capsule::seal(committee.group_key(), &label.identity(), &[1; 16], &[2; 16]);
    of_pairing("seal one lock", micros(seal, pairing));
    let capsule = seal();
    let open = || capsule.open(&label_key).expect("it opens");
    of_pairing("open one lock", micros(open, pairing));
    let bytes = capsule.to_bytes();
    let read = || Capsule::from_bytes(&bytes).expect("it is one");
    of_pairing("read one lock, with its subgroup check", micros(read, pairing));
    let verify = || assert!(committee.verify(&label, &label_key));
    of_pairing("verify one label key", micros(verify, pairing));
    of_pairing("verify a label key in a batch of 256", batch(&committee, &shares, pairing));

    let (partial, floor) = micros(|| shares[0].partial(&label), signed);
    let a_second = |micros: f64| rate(1.0, Duration::from_secs_f64(micros / 1e6));
    print(
        "partials of one custodian",
        a_second(partial),
        "hash and multiply, blst",
        a_second(floor),
        "a second",
    );
}

fn label(number: u32) -> Label {
    let day = number % 28 + 1;
    let (year, month) = (2026 + number / 336, number / 28 % 12 + 1);
    Label::Rehearsal { date: format!("{year}-{month:02}-{day:02}").parse().expect("a day") }
}

fn committee() -> (Committee, Vec<Share>) {
    let quorum = Quorum::new(3, 5).expect("a majority");
    let begin = |index| {
        keygen::announce(Digest::of(b"bench"), quorum, index, &SystemRandom::new()).expect("it begins")
    };
    let (states, announcements): (Vec<_>, Vec<_>) = quorum.indices().map(begin).unzip();
    let dealt = states.into_iter().map(|state| state.receive(&announcements).expect("all are honest"));
    let (states, sealed): (Vec<_>, Vec<_>) = dealt.unzip();
    let sealed = sealed.concat();
    let finished: Vec<_> =
        states.into_iter().map(|state| state.receive(&sealed).expect("all are honest")).collect();
    let committee = finished[0].committee.clone();
    (committee, finished.into_iter().map(|one| one.share).collect())
}

/// Microseconds of each key of a batch, and of the floor.
fn batch<T>(committee: &Committee, shares: &[Share], floor: impl FnMut() -> T) -> (f64, f64) {
    let pair = |number| {
        let label = label(number);
        let partials: Vec<Partial> = shares.iter().take(3).map(|share| share.partial(&label)).collect();
        (label.identity(), *committee.combine(&label, &partials).expect("three of five").label_key)
    };
    let pairs: Vec<(Identity, LabelKey)> = (0..).take(BATCH).map(pair).collect();
    let verify = || {
        let verified = committee.group_key().verify_batch(&pairs, &SystemRandom::new());
        assert!(verified.expect("randomness"), "all are right");
    };
    let (whole, floor) = micros(verify, floor);
    (whole / BATCH as f64, floor)
}
