//! Requests to the custodians, with the evidence from the log.

use std::time::Duration;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::Label;
use kaibiao_crypto::manifest::ClosedProof;
use kaibiao_crypto::tree::{self, Tree};

use super::JobError;
use super::opening::At;
use crate::base::Envelope;
use crate::custodian::{Item, Wanted};
use crate::custody::{Asked, EvidenceRoom};
use crate::ledger::Ledger;
use crate::replay::derive;
use crate::tender::Bid;

/// How long a turn waits for witnesses. While it waits nothing else of the lot goes on, and nobody else is held up.
pub(super) const WITNESSES: Duration = Duration::from_secs(2);

/// The evidence for one lot.
pub(super) struct Room<'a> {
    ledger: &'a Ledger,
    evidence: EvidenceRoom,
}

/// The label of an envelope of `bid`.
pub(super) fn label(at: At<'_>, envelope: Envelope, bid: &Bid) -> Option<Label> {
    derive::envelope_label(&at.tender.notice, at.id, envelope, bid.line(envelope)?.submission)
}

impl<'a> Room<'a> {
    pub(super) async fn read(ledger: &'a Ledger, at: At<'_>) -> Result<Self, JobError> {
        let evidence = EvidenceRoom::read(ledger, at.tender.id).await?;
        if !evidence.is_witnessed_within(ledger, WITNESSES).await {
            return Err(JobError::AwaitsWitnesses);
        }
        Ok(Self { ledger, evidence })
    }

    pub(super) fn opening_draw(&self, at: At<'_>) -> Result<Asked, JobError> {
        self.request(at, Wanted::OpeningDraw)
    }

    pub(super) fn panel_draw(&self, at: At<'_>) -> Result<Asked, JobError> {
        let call =
            self.evidence.call(self.ledger, at.id)?.ok_or(JobError::Missing("the call of the panel"))?;
        self.request(at, Wanted::PanelDraw { call })
    }

    pub(super) fn envelopes(&self, at: At<'_>, envelope: Envelope, bids: &[&Bid]) -> Result<Asked, JobError> {
        let closed = ClosedBox::of(at);
        let procedure = at.tender.notice.published().map_err(crate::ledger::Rejected::from)?.procedure;
        let is_gated = !procedure.opens_first(envelope);
        let item = |bid: &&Bid| {
            let line = bid.line(envelope).ok_or(JobError::Missing("the line of an envelope"))?;
            let act = if is_gated { self.evidence.bid(self.ledger, bid.id)? } else { None };
            let proof =
                closed.proof(bid.manifest.digest()).ok_or(JobError::Missing("the bid in the closed box"))?;
            Ok(Item { bid: act, manifest: bid.manifest.clone(), proof, submission: line.submission })
        };
        let items = bids.iter().map(item).collect::<Result<_, JobError>>()?;
        self.request(at, Wanted::Envelopes { envelope, items })
    }

    fn request(&self, at: At<'_>, wanted: Wanted) -> Result<Asked, JobError> {
        let evidence = self.evidence.evidence(self.ledger, at.tender, at.id)?;
        let floor_key = at.tender.notice.floor_proof();
        Ok(Asked { evidence, floor_key, lot: at.id.clone(), wanted })
    }
}

/// The closed box of a lot as a tree, built once for all its proofs.
struct ClosedBox {
    sorted: Vec<Digest>,
    tree: Tree,
}

impl ClosedBox {
    fn of(at: At<'_>) -> Self {
        let mut sorted: Vec<Digest> = at.lot.standing().map(|bid| bid.manifest.digest()).collect();
        sorted.sort_unstable();
        let tree = sorted.iter().map(|digest| tree::leaf_hash(digest.as_bytes())).collect();
        Self { sorted, tree }
    }

    fn proof(&self, manifest: Digest) -> Option<ClosedProof> {
        let index = self.sorted.binary_search(&manifest).ok()? as u64;
        let size = self.tree.size();
        Some(ClosedProof { index, size, path: self.tree.inclusion(index, size).ok()? })
    }
}
