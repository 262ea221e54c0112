//! The signed notice behind a downloaded tender. A bid is sealed to what this says and to nothing that merely stands
//! beside it: a server that shows one opening and seals to another would be found out here.
//!
//! *Invariant*: what [`Publication::read`] gives has the digest that stands in every label, so custodians read the very
//! same opening, key and terms.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::Payload;
use kaibiao_crypto::canonical;
use kaibiao_crypto::key::PublicKey;
use serde::Deserialize;
use serde_json::Value;

use super::{BidError, Notice};
use crate::base::Digest;
use crate::centre::{Committee, CustodianRecord};
use crate::tender::PublishTender;

/// What the server gives as the signed notice of a tender.
#[derive(Debug, Clone, Deserialize)]
pub struct Publication {
    /// The payload of the `PublishTender` act, base64.
    payload: String,
    /// Its body, if it stands beside the payload.
    body: Option<Value>,
    /// The custodians of the group key that it names, with their signatures.
    pub(super) committee: Committee,
}

/// A notice as it was signed.
pub(super) struct Signed {
    /// SHA-256 of the payload: tag 01 of every label.
    pub(super) digest: Digest,
    /// The log that it stands in.
    pub(super) origin: String,
    /// What it says.
    pub(super) body: PublishTender,
}

impl Publication {
    /// Reads it, and holds what the page says of `notice` against it. Error: `bid_notice_differs`.
    pub(super) fn read(&self, notice: &Notice) -> Result<Signed, BidError> {
        let bytes = STANDARD.decode(&self.payload).map_err(|_| BidError::NoticeDiffers("signed text"))?;
        let signed = self.signed(&bytes).ok_or(BidError::NoticeDiffers("signed text"))?;
        let terms_sha256 = canonical::digest_of(&notice.terms).ok();
        let mut documents: Vec<Digest> = notice.documents.iter().map(|document| document.sha256).collect();
        documents.sort_unstable();
        let body = &signed.body;
        let differs = [
            ("digest", notice.notice != Some(signed.digest)),
            ("tender", signed_tender(&bytes) != Some(notice.id.to_string())),
            ("opening", notice.first_opening_at != Some(body.opening_at)),
            ("terms", terms_sha256 != Some(body.terms_sha256)),
            ("documents", documents != body.documents),
            ("group key", notice.group_key.as_ref() != Some(&body.group_key)),
            ("committee", notice.committee != Some(body.committee)),
            ("sealing", notice.sealing != body.sealing),
        ];
        match differs.into_iter().find(|(_, differs)| *differs) {
            Some((what, _)) => Err(BidError::NoticeDiffers(what)),
            None => Ok(signed),
        }
    }

    fn signed(&self, bytes: &[u8]) -> Option<Signed> {
        let payload = Payload::parse(bytes).ok().filter(|payload| payload.kind == "PublishTender")?;
        let body = match (payload.body, payload.body_sha256, &self.body) {
            (Some(body), None, _) => body,
            (None, Some(named), Some(body)) if canonical::digest_of(body) == Ok(named) => body.clone(),
            _ => return None,
        };
        let body = serde_json::from_value(body).ok()?;
        Some(Signed { digest: Digest::of(bytes), origin: payload.origin, body })
    }

    /// The identity keys of the custodians who have signed the committee that the notice names: at least as many as are
    /// needed, which are more than half. That they are those of before is remembered elsewhere. Error: `bid_custodians`.
    pub(super) fn signers(&self, signed: &Signed) -> Result<BTreeSet<&str>, BidError> {
        let Committee { custodians, group_key, threshold, .. } = &self.committee;
        let has_signed = |custodian: &&CustodianRecord| {
            let signature = STANDARD.decode(&custodian.signature).unwrap_or_default();
            let spki = STANDARD.decode(&custodian.identity).unwrap_or_default();
            let identity = PublicKey::from_spki(&spki).ok();
            identity.is_some_and(|key| key.verify(signed.body.committee.as_bytes(), &signature).is_ok())
        };
        let signers: BTreeSet<&str> =
            custodians.iter().filter(has_signed).map(|custodian| custodian.identity.as_str()).collect();
        let is_enough = self.committee.is_well_formed()
            && *group_key == signed.body.group_key
            && signers.len() >= usize::from(*threshold);
        if is_enough { Ok(signers) } else { Err(BidError::Custodians) }
    }
}

fn signed_tender(payload: &[u8]) -> Option<String> {
    Payload::parse(payload).ok()?.tender
}
