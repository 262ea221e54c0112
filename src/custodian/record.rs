//! The record of a custodian: what it did, line after line, each naming the one before and signed by its identity key.
//! The platform may publish it, but cannot write it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::{PublicKey, SigningKey};
use kaibiao_crypto::label::{LotId, RehearsalDate};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::Instant;

/// Before the digest of a line, under its signature.
const RECORD_DOMAIN: &[u8] = b"KB/custodian record\0";

/// What a custodian did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// It took part in making a committee, or in passing its shares on, and holds a share since.
    ShareTaken {
        /// SHA-256("TL1/committee\0" ‖ group key).
        #[ts(type = "string")]
        committee: Digest,
        /// How many times the shares of this group key were dealt, from 0.
        epoch: u32,
        /// Digest of the ceremony's transcript.
        #[ts(type = "string")]
        transcript: Digest,
    },
    /// It dealt its share to the custodians of the next dealing.
    ShareDealt {
        /// The committee.
        #[ts(type = "string")]
        committee: Digest,
        /// Which dealing its share is of.
        epoch: u32,
        /// The ceremony: who it was dealt to.
        #[ts(type = "string")]
        session: Digest,
    },
    /// It destroyed its share.
    ShareDestroyed {
        /// The committee.
        #[ts(type = "string")]
        committee: Digest,
        /// Which dealing the share was of.
        epoch: u32,
    },
    /// It pinned an opening, or a later one.
    SchedulePinned {
        /// SHA-256 of the signed notice.
        #[ts(type = "string")]
        notice: Digest,
        /// The opening from which on it releases.
        opening_at: Instant,
    },
    /// It pinned that a tender was cancelled: it never releases.
    CancellationPinned {
        /// SHA-256 of the signed notice.
        #[ts(type = "string")]
        notice: Digest,
    },
    /// It released partial keys.
    Released {
        /// How many labels.
        labels: u32,
        /// The lot.
        #[ts(type = "string")]
        lot: LotId,
        /// SHA-256 of the signed notice.
        #[ts(type = "string")]
        notice: Digest,
        /// SHA-256 over the labels' digests, in the order of the request.
        #[ts(type = "string")]
        subject: Digest,
        /// `opening_draw`, `panel_draw`, or the number of the envelope kind.
        what: String,
    },
    /// It answered a rehearsal.
    Rehearsed {
        /// The day.
        #[ts(type = "string")]
        date: RehearsalDate,
    },
}

/// A line of the record, as its digest covers it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "DeedLine")]
pub struct RecordLine {
    /// When, by the custodian's own clock.
    pub at: Instant,
    /// What.
    pub deed: Deed,
    /// Digest of the line before; none for the first.
    #[ts(type = "string | null")]
    pub prev: Option<Digest>,
    /// Place, from 0.
    #[ts(type = "number")]
    pub seq: u64,
    /// 1.
    pub v: u8,
}

/// A line with its signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignedLine {
    /// The line.
    pub line: RecordLine,
    /// By the identity key over "KB/custodian record\0" ‖ SHA-256(canonical JSON of the line), base64.
    pub signature: String,
}

impl SignedLine {
    /// The line that follows `before`, signed.
    pub(super) fn after(before: Option<&SignedLine>, at: Instant, deed: Deed, identity: &SigningKey) -> Self {
        let (prev, seq) = match before {
            Some(before) => (Some(before.digest()), before.line.seq + 1),
            None => (None, 0),
        };
        let line = RecordLine { at, deed, prev, seq, v: 1 };
        let signature = STANDARD.encode(identity.sign(&message(digest(&line))));
        Self { line, signature }
    }

    /// Digest of the line.
    pub fn digest(&self) -> Digest {
        digest(&self.line)
    }

    fn is_signed_by(&self, identity: &PublicKey) -> bool {
        let signature = STANDARD.decode(&self.signature).unwrap_or_default();
        identity.verify(&message(self.digest()), &signature).is_ok()
    }
}

/// Whether `lines` are a record of `identity` from its first line on: in order, each naming the one before, each signed.
/// If not, the place of the first line that is not right.
pub fn check(lines: &[SignedLine], identity: &PublicKey) -> Result<(), u64> {
    let mut before: Option<Digest> = None;
    for (place, line) in (0_u64..).zip(lines) {
        let follows = line.line.seq == place && line.line.prev == before && line.line.v == 1;
        if !follows || !line.is_signed_by(identity) {
            return Err(place);
        }
        before = Some(line.digest());
    }
    Ok(())
}

fn digest(line: &RecordLine) -> Digest {
    canonical::digest_of(line).expect("digests, short names and whole numbers have a canonical text")
}

fn message(digest: Digest) -> Vec<u8> {
    [RECORD_DOMAIN, digest.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;

    #[test]
    fn a_record_that_was_touched_is_found_at_its_line() {
        let identity = SigningKey::generate(&SystemRandom::new()).expect("a key");
        let mut lines: Vec<SignedLine> = Vec::new();
        for n in 0..4_u8 {
            let deed = Deed::CancellationPinned { notice: Digest::of(&[n]) };
            lines.push(SignedLine::after(lines.last(), Instant(i64::from(n)), deed, &identity));
        }
        assert_eq!(check(&lines, identity.public()), Ok(()));
        let mut changed = lines.clone();
        changed[2].line.at = Instant(99);
        assert_eq!(check(&changed, identity.public()), Err(2));
        let mut dropped = lines.clone();
        dropped.remove(1);
        assert_eq!(check(&dropped, identity.public()), Err(1));
        let mut swapped = lines.clone();
        swapped.swap(1, 2);
        assert_eq!(check(&swapped, identity.public()), Err(1));
        let other = SigningKey::generate(&SystemRandom::new()).expect("a key");
        assert_eq!(check(&lines, other.public()), Err(0));
    }
}
