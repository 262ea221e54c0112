//! A tender as it was downloaded: what a bid is sealed to, offline.
//!
//! The server's `TenderView`, read as far as a bidder needs it. *Invariant*: the locks come only from a group key whose
//! digest is the committee that the notice names.

use std::path::Path;

use kaibiao_crypto::envelope::Locks;
use kaibiao_crypto::lock::GroupKey;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::limits::TEXT_BYTES_MAX;
use super::memory::Memory;
use super::publication::Publication;
use super::{BidError, ClientError, Home};
use crate::base::{BidId, Digest, Instant, LongText, LotId, Sealing, TenderId};
use crate::tender::{Document, LotTerms, PublishTender, Terms};

/// A published tender.
#[derive(Debug, Clone, Deserialize)]
pub struct Notice {
    /// Its id.
    pub id: TenderId,
    /// Its terms.
    pub terms: Terms,
    /// Tag 01 of sealed contexts; none before it is published.
    pub notice: Option<Digest>,
    /// Group key of the custodians, 192 hexadecimal digits.
    pub group_key: Option<String>,
    /// Tag 06.
    pub committee: Option<Digest>,
    /// How envelopes are sealed beside the committee's lock.
    pub sealing: Sealing,
    /// Tag 07.
    pub first_opening_at: Option<Instant>,
    /// Deadline and opening in force.
    pub opening_at: Option<Instant>,
    /// Why it was cancelled.
    pub cancelled: Option<LongText>,
    /// Documents of the notice.
    pub documents: Vec<Document>,
    /// The notice as it was signed; none before it is published.
    pub publication: Option<Publication>,
    addenda: Vec<IgnoredAny>,
    lots: Vec<LotState>,
}

#[derive(Debug, Clone, Deserialize)]
struct LotState {
    id: LotId,
    #[serde(default)]
    mine: Mine,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Mine {
    bid: Option<OwnBid>,
}

#[derive(Debug, Clone, Deserialize)]
struct OwnBid {
    id: BidId,
}

/// What every envelope of a bid is sealed to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lockable {
    pub(super) notice: Digest,
    pub(super) committee: Digest,
    pub(super) opening: u64,
    pub(super) locks: Locks,
}

impl Notice {
    /// Reads a downloaded `tender.json`. Errors: `file`, `file_form`.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        let size = std::fs::metadata(path).map_err(|error| ClientError::file(path, error))?.len();
        if size > TEXT_BYTES_MAX {
            return Err(ClientError::form(path, "too large"));
        }
        let text = std::fs::read(path).map_err(|error| ClientError::file(path, error))?;
        Self::parse(&text).map_err(|error| ClientError::form(path, error))
    }

    /// Reads the JSON of a `TenderView`.
    pub fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// How many addenda a bid on this notice takes into account.
    pub fn document_set(&self) -> u32 {
        u32::try_from(self.addenda.len()).unwrap_or(u32::MAX)
    }

    /// The terms of a lot. Error: `bid_unknown_lot`.
    pub fn lot(&self, lot: &LotId) -> Result<&LotTerms, BidError> {
        self.terms.lot(lot).ok_or_else(|| BidError::UnknownLot(lot.clone()))
    }

    /// The reader's own standing bid for a lot.
    pub fn own_bid(&self, lot: &LotId) -> Option<BidId> {
        let state = self.lots.iter().find(|state| &state.id == lot)?;
        state.mine.bid.as_ref().map(|bid| bid.id)
    }

    /// What envelopes are sealed to: what the signed notice says, under a key that its custodians have signed. Errors:
    /// `bid_not_published`, `bid_cancelled`, `bid_notice_differs`, `bid_custodians`, `bid_committee`.
    pub(super) fn lockable(&self) -> Result<Lockable, BidError> {
        if self.cancelled.is_some() {
            return Err(BidError::Cancelled);
        }
        let publication = self.publication.as_ref().ok_or(BidError::NotPublished)?;
        let signed = publication.read(self)?;
        publication.signers(&signed)?;
        let PublishTender { committee, group_key, opening_at, sealing, .. } = signed.body;
        let bytes = hex::decode(group_key).map_err(|_| BidError::Committee)?;
        let key = GroupKey::from_bytes(&bytes).map_err(|_| BidError::Committee)?;
        if key.committee_id() != committee {
            return Err(BidError::Committee);
        }
        let locks = Locks { committee: key, floor: sealing.floor, suite: sealing.suite };
        Ok(Lockable { notice: signed.digest, committee, opening: opening_at.unix_seconds(), locks })
    }

    /// Holds the custodians against those of first use at this computer. Nothing is remembered of a tender that cannot
    /// be sealed to. Errors: `custodians_changed`, those of [`Notice::lockable`], of files.
    pub fn pin_custodians(&self, home: &Home, trust_new: bool) -> Result<(), ClientError> {
        self.lockable()?;
        let publication = self.publication.as_ref().ok_or(BidError::NotPublished)?;
        let signed = publication.read(self)?;
        let signers = publication.signers(&signed)?;
        Memory::open(home)?.pin_custodians(&signed.origin, &publication.committee, &signers, trust_new)
    }
}
