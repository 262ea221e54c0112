//! Who and what all vectors share: a committee of five, a beacon, a recovery key, a tender.

use std::cell::Cell;
use std::collections::BTreeMap;

use kaibiao_crypto::beacon::Network;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Floor, Locks, RecoverySecret, SealSeed};
use kaibiao_crypto::label::{Context, EnvelopeKind, Label, SubmissionId};
use kaibiao_crypto::lock::{LabelKey, NoRandomness, Randomness};
use kaibiao_crypto::threshold::keygen::{self, Announced, Announcement, Finished};
use kaibiao_crypto::threshold::{Committee, Partial, Quorum, Share};
use serde_json::Value;

/// Bytes that look random and are always the same: SHA-256 of a name and a counter.
pub struct Counted {
    name: String,
    counter: Cell<u32>,
}

impl Counted {
    pub fn new(name: &str) -> Self {
        Self { name: format!("kaibiao vectors {name}"), counter: Cell::new(0) }
    }
}

impl Randomness for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in bytes.chunks_mut(32) {
            let block = Digest::of_parts(&[self.name.as_bytes(), &self.counter.get().to_be_bytes()]);
            self.counter.set(self.counter.get() + 1);
            chunk.copy_from_slice(&block.0[..chunk.len()]);
        }
        Ok(())
    }
}

/// The round of the envelopes with a beacon.
pub const FLOOR_ROUND: u64 = 1000;

/// The unix second at which a round of quicknet was signed.
pub fn opening_of(round: u64) -> u64 {
    Network::quicknet().time_of(round).expect("a round of our times")
}

pub struct Cast {
    pub session: Digest,
    pub announcements: Vec<Announcement>,
    pub transcript_digest: Digest,
    pub shares: Vec<Share>,
    pub committee: Committee,
    /// Locks without a beacon.
    pub plain: Locks,
    /// Locks with the beacon and the recovery key.
    pub floored: Locks,
    /// The published signatures of quicknet.
    pub signatures: BTreeMap<u64, LabelKey>,
    pub recovery: RecoverySecret,
}

impl Cast {
    pub fn new() -> Self {
        let session = Digest::of(b"kaibiao vectors key generation");
        let quorum = Quorum::new(3, 5).expect("a majority");
        let (announcements, finished) = generate(session, quorum);
        let transcript_digest = finished[0].transcript.digest();
        let committee = finished[0].committee.clone();
        let drand: Value =
            serde_json::from_str(include_str!("../../vectors/drand.json")).expect("the file is JSON");
        let recovery = RecoverySecret::from_bytes(&[0x42; 32]);
        let floor = Floor { network: *Network::quicknet(), recovery: recovery.public() };
        let key = *committee.group_key();
        let beacons = drand["quicknet"]["beacons"].as_array().expect("a list").iter();
        let signatures = beacons.map(|beacon| (parsed(&beacon["round"]), parsed(&beacon["signature"])));
        Self {
            session,
            announcements,
            transcript_digest,
            shares: finished.into_iter().map(|one| one.share).collect(),
            committee,
            plain: Locks::of(key),
            floored: Locks { floor: Some(floor), ..Locks::of(key) },
            signatures: signatures.collect(),
            recovery,
        }
    }

    pub fn label_key(&self, label: &Label) -> LabelKey {
        let partials: Vec<Partial> = self.shares.iter().map(|share| share.partial(label)).collect();
        *self.committee.combine(label, &partials).expect("all are good").label_key
    }

    /// The published signature of a round of quicknet.
    pub fn signature(&self, round: u64) -> LabelKey {
        self.signatures[&round]
    }

    /// A context under `locks`: with a beacon, opened in a round that was signed long ago.
    pub fn context_under(&self, locks: &Locks, envelope: EnvelopeKind, name: &str) -> Context {
        let opening = locks.floor.map_or(1_900_000_000, |_| opening_of(FLOOR_ROUND));
        Context { opening, ..self.context(envelope, name) }
    }

    pub fn context(&self, envelope: EnvelopeKind, name: &str) -> Context {
        let mut submission = SubmissionId([0; 16]);
        submission.0.copy_from_slice(&Digest::of(name.as_bytes()).0[..16]);
        Context {
            tender: Digest::of(b"kaibiao vectors notice"),
            lot: "L1".parse().expect("a lot id"),
            envelope,
            submission,
            bidder: Digest::of(b"kaibiao vectors bidder"),
            committee: self.committee.id(),
            opening: 1_900_000_000,
        }
    }

    pub fn seal(&self, envelope: EnvelopeKind, name: &str, locks: &Locks) -> (Core, SealSeed) {
        let seed = SealSeed::from_bytes(&Digest::of(format!("seed of {name}").as_bytes()).0);
        let context = self.context_under(locks, envelope, name);
        (Core::seal(&seed, &context, locks).expect("the committee's own context"), seed)
    }
}

fn generate(session: Digest, quorum: Quorum) -> (Vec<Announcement>, Vec<Finished>) {
    let announce = |index| {
        keygen::announce(session, quorum, index, &Counted::new(&format!("custodian {index}")))
            .expect("it begins")
    };
    let (states, announcements): (Vec<Announced>, Vec<Announcement>) = quorum.indices().map(announce).unzip();
    let dealt = states.into_iter().map(|state| state.receive(&announcements).expect("all are honest"));
    let (states, shares): (Vec<_>, Vec<_>) = dealt.unzip();
    let shares = shares.concat();
    let finished = states.into_iter().map(|state| state.receive(&shares).expect("all are honest")).collect();
    (announcements, finished)
}

/// `value` as one of our types.
pub fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("a value of this type")
}
