//! What follows from public values by published rules: closed roots, draw labels, orders, coefficients.
//!
//! The platform derives with these, and the verifier derives again and compares.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::draw::{self, Randomness};
use kaibiao_crypto::envelope::{Locks, OpeningKeys, RecoverySecret};
use kaibiao_crypto::label::{Context, DrawSubject, Label};
use kaibiao_crypto::lock::{GroupKey, LabelKey};
use kaibiao_crypto::manifest;

use super::evidence;
use crate::base::{BidId, Envelope, KeyId, LotId, Sealing, SubmissionId};
use crate::formula::Decimal;
use crate::tender::{Lot, LotTerms, Notice};

/// Purpose of the coefficient's draw, as it stands under the hash.
const COEFFICIENT: &str = "coefficient";

/// The closed root over the standing manifests of a lot.
pub fn closed_root(lot: &Lot) -> Digest {
    let digests: Vec<Digest> = lot.standing().map(|bid| bid.manifest.digest()).collect();
    manifest::closed_root(&digests)
}

/// The label whose key is the public value of the opening; none before the close.
pub fn opening_label(notice: &Notice, id: &LotId, lot: &Lot) -> Option<Label> {
    let subject = DrawSubject::Opening(lot.closed_root?);
    Some(Label::Draw { tender: notice.digest?, lot: id.clone(), subject })
}

/// The label whose key draws the panel; none before it was called.
pub fn panel_label(notice: &Notice, id: &LotId, lot: &Lot) -> Option<Label> {
    if lot.panel.commitments.is_empty() {
        return None;
    }
    let bytes: Vec<&[u8]> = lot.panel.commitments.iter().map(|digest| &digest.as_bytes()[..]).collect();
    let subject = DrawSubject::Panel(Digest::of_parts(&bytes));
    Some(Label::Draw { tender: notice.digest?, lot: id.clone(), subject })
}

/// The label of one envelope of a bid; none before publication.
pub fn envelope_label(
    notice: &Notice,
    lot: &LotId,
    envelope: Envelope,
    submission: SubmissionId,
) -> Option<Label> {
    Some(Label::Submission { tender: notice.digest?, lot: lot.clone(), envelope, submission })
}

/// The context that an envelope of the bidder with `bidder` must be sealed in; none before publication.
pub fn context(
    notice: &Notice,
    lot: &LotId,
    envelope: Envelope,
    submission: SubmissionId,
    bidder: KeyId,
) -> Option<Context> {
    Some(Context {
        tender: notice.digest?,
        lot: lot.clone(),
        envelope,
        submission,
        bidder,
        committee: notice.committee.as_ref()?.1,
        opening: notice.first_opening_at?.unix_seconds(),
    })
}

/// What envelopes of a tender must be locked and sealed with; none before publication.
pub fn locks(notice: &Notice) -> Option<Locks> {
    let (group_key, _) = notice.committee.as_ref()?;
    let committee = GroupKey::from_bytes(&hex::decode(group_key).ok()?).ok()?;
    let Sealing { floor, suite } = notice.sealing;
    Some(Locks { committee, floor, suite })
}

/// What opens the floor under a tender's envelopes.
pub enum FloorOpener {
    /// There is none.
    NoFloor,
    /// The beacon of the round that they are locked to.
    Beacon(LabelKey),
    /// The recovery key.
    Recovery(RecoverySecret),
}

impl FloorOpener {
    /// With the key of an envelope's label: what opens the envelope.
    pub fn keys<'a>(&'a self, label_key: &'a LabelKey) -> OpeningKeys<'a> {
        match self {
            Self::NoFloor => OpeningKeys::Committee { label_key },
            Self::Beacon(signature) => OpeningKeys::Beacon { label_key, signature },
            Self::Recovery(secret) => OpeningKeys::Recovery { label_key, secret },
        }
    }
}

/// What opens the floor, as far as it has come; none while it is waited for.
pub fn floor_opener(notice: &Notice) -> Option<FloorOpener> {
    if notice.sealing.floor.is_none() {
        return Some(FloorOpener::NoFloor);
    }
    let keys = &notice.floor_keys;
    let beacon = || {
        let signature = hex::decode(keys.beacons.get(&notice.locked_round()?)?).ok()?;
        Some(FloorOpener::Beacon(LabelKey::from_bytes(&signature).ok()?))
    };
    let recovery = || {
        let secret = evidence::read_32(keys.recovery.as_ref()?)?;
        Some(FloorOpener::Recovery(RecoverySecret::from_bytes(&secret)))
    };
    beacon().or_else(recovery)
}

/// Reading order of the standing bids: ascending hash of the public value and the bid's id.
pub fn reading_order(lot: &Lot, label_key: &LabelKey) -> Vec<BidId> {
    let bids: Vec<BidId> = lot.standing().map(|bid| bid.id).collect();
    let ids: Vec<&[u8; 16]> = bids.iter().map(|bid| bid.0.as_bytes()).collect();
    let places = draw::order(randomness(label_key), &ids);
    places.into_iter().filter_map(|place| bids.get(place).copied()).collect()
}

/// The coefficient, if the price rule has one to draw.
pub fn coefficient(terms: &LotTerms, label_key: &LabelKey) -> Option<Decimal> {
    let among = terms.draw_set();
    let chosen = draw::choose(randomness(label_key), COEFFICIENT, among.len(), 1);
    chosen.first().and_then(|place| among.get(*place)).copied()
}

/// The pool of a panel in drawn order.
pub fn ranked_pool(lot: &Lot, label_key: &LabelKey) -> Vec<Digest> {
    let pool = &lot.panel.commitments;
    let ids: Vec<&[u8; 32]> = pool.iter().map(Digest::as_bytes).collect();
    let places = draw::order(randomness(label_key), &ids);
    places.into_iter().filter_map(|place| pool.get(place).copied()).collect()
}

fn randomness(label_key: &LabelKey) -> Randomness {
    Randomness::of_label_key(&label_key.to_bytes())
}
