//! Reading the evidence: entries of the log, each proved under a signed and cosigned head.

use std::collections::{BTreeMap, BTreeSet};

use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::LogItem;
use kaibiao_crypto::envelope::Floor;
use kaibiao_crypto::label::{EnvelopeKind, LotId};
use kaibiao_crypto::receipt::Receipt;
use serde::de::DeserializeOwned;

use super::request::{Evidence, Item, ScheduleRequest, ShownAct};
use super::{Followed, ReleaseRefused};
use crate::base::{BidId, Instant, Sealing};
use crate::tender::{
    CallPanel, CancelTender, CloseLot, IssueAddendum, LotTerms, Procedure, PublishTender, SignStage,
    SubmitBid, Terms,
};

/// What the evidence shows of a tender's schedule.
pub(super) struct ShownSchedule {
    /// Digest of the signed notice.
    pub(super) notice: Digest,
    /// The latest opening shown.
    pub(super) opening_at: Instant,
    /// Whether a cancellation is shown.
    pub(super) is_cancelled: bool,
    committee: Digest,
    sealing: Sealing,
    tender: String,
    terms_sha256: Digest,
}

/// What the evidence shows.
pub(super) struct Shown {
    /// Digest of the signed notice.
    pub(super) notice: Digest,
    /// The committee that it names.
    pub(super) committee: Digest,
    /// The latest opening shown.
    pub(super) opening_at: Instant,
    /// Whether a cancellation is shown.
    pub(super) is_cancelled: bool,
    /// The closed root of the lot.
    pub(super) closed_root: Option<Digest>,
    /// The beacon that the opening waits for beside the custodians.
    pub(super) floor: Option<Floor>,
    tender: String,
    procedure: Procedure,
    panel_size: usize,
    /// What each signer of the stage has passed.
    stage: BTreeMap<String, BTreeSet<BidId>>,
}

/// An act as proved.
struct Proved {
    digest: Digest,
    tender: String,
    actor: String,
}

impl Shown {
    /// When the tender opens, as the log shows it.
    pub(super) fn schedule(
        shown: &ScheduleRequest,
        trust: &Followed,
    ) -> Result<ShownSchedule, ReleaseRefused> {
        let (named, notice): (Proved, PublishTender) = proved(&shown.notice, "PublishTender", None, trust)?;
        let mut opening_at = notice.opening_at;
        for act in &shown.addenda {
            let (other, addendum): (Proved, IssueAddendum) = proved(act, "IssueAddendum", None, trust)?;
            same_tender(&other, &named.tender)?;
            opening_at = opening_at.max(addendum.opening_at.unwrap_or(opening_at));
        }
        if let Some(act) = &shown.cancellation {
            let (other, _): (Proved, CancelTender) = proved(act, "CancelTender", None, trust)?;
            same_tender(&other, &named.tender)?;
        }
        Ok(ShownSchedule {
            notice: named.digest,
            opening_at,
            is_cancelled: shown.cancellation.is_some(),
            committee: notice.committee,
            sealing: notice.sealing,
            tender: named.tender,
            terms_sha256: notice.terms_sha256,
        })
    }

    pub(super) fn read(evidence: &Evidence, lot: &LotId, trust: &Followed) -> Result<Self, ReleaseRefused> {
        let schedule = Self::schedule(&evidence.schedule, trust)?;
        let terms = read_terms(&evidence.terms, schedule.terms_sha256)?;
        let of_lot = lot_terms(&terms, lot)?;
        let closed_root = match &evidence.close {
            Some(text) => {
                let (other, close): (Proved, CloseLot) = proved(text, "CloseLot", Some(lot), trust)?;
                same_tender(&other, &schedule.tender)?;
                Some(close.root)
            }
            None => None,
        };
        let mut stage = BTreeMap::new();
        for text in &evidence.stage {
            let (other, signed): (Proved, SignStage) = proved(text, "SignStage", Some(lot), trust)?;
            same_tender(&other, &schedule.tender)?;
            stage.insert(other.actor, signed.passed.into_iter().collect());
        }
        Ok(Self {
            notice: schedule.notice,
            committee: schedule.committee,
            opening_at: schedule.opening_at,
            is_cancelled: schedule.is_cancelled,
            closed_root,
            floor: schedule.sealing.floor,
            tender: schedule.tender,
            procedure: terms.procedure,
            panel_size: usize::from(of_lot.panel.size),
            stage,
        })
    }

    pub(super) fn opens_first(&self, envelope: EnvelopeKind) -> bool {
        self.procedure.opens_first(envelope)
    }

    /// Bids that more than half of the panel has signed as passed.
    pub(super) fn passed(&self) -> Result<BTreeSet<BidId>, ReleaseRefused> {
        let mut votes: BTreeMap<&BTreeSet<BidId>, usize> = BTreeMap::new();
        for passed in self.stage.values() {
            *votes.entry(passed).or_default() += 1;
        }
        let majority = votes.into_iter().find(|(_, count)| count * 2 > self.panel_size);
        majority.map(|(passed, _)| passed.clone()).ok_or(ReleaseRefused::NotPassed)
    }
}

/// SHA-256 over the pool of a `CallPanel` act: what the draw of the panel depends on.
pub(super) fn called_pool(
    call: &ShownAct,
    shown: &Shown,
    lot: &LotId,
    trust: &Followed,
) -> Result<Digest, ReleaseRefused> {
    let (other, call): (Proved, CallPanel) = proved(call, "CallPanel", Some(lot), trust)?;
    same_tender(&other, &shown.tender)?;
    let bytes: Vec<&[u8]> = call.commitments.iter().map(|digest| &digest.as_bytes()[..]).collect();
    Ok(Digest::of_parts(&bytes))
}

/// The bid that an item belongs to, by its signed act.
pub(super) fn bid_of(item: &Item, shown: &Shown, trust: &Followed) -> Result<BidId, ReleaseRefused> {
    let act = item.bid.as_ref().ok_or(ReleaseRefused::Evidence("the bid is not shown"))?;
    let (other, bid): (Proved, SubmitBid) = proved(act, "SubmitBid", None, trust)?;
    same_tender(&other, &shown.tender)?;
    if bid.manifest == item.manifest { Ok(bid.bid) } else { Err(ReleaseRefused::NotInBox) }
}

/// An act of `kind` (and of `lot`) as proved, with its body.
fn proved<T: DeserializeOwned>(
    act: &ShownAct,
    kind: &str,
    lot: Option<&LotId>,
    trust: &Followed,
) -> Result<(Proved, T), ReleaseRefused> {
    let unreadable = || ReleaseRefused::Evidence("an act is unreadable");
    let receipt = Receipt::parse(act.receipt.as_bytes()).map_err(|_| unreadable())?;
    let verified = receipt.verify(trust.log.of_note(&receipt.note), trust.witnesses, trust.quorum);
    verified.map_err(|_| ReleaseRefused::Evidence("an act is not under a signed head"))?;
    let LogItem::Act(entry) = LogItem::parse(&receipt.entry).map_err(|_| unreadable())? else {
        return Err(unreadable());
    };
    let payload = entry.read_payload().map_err(|_| unreadable())?;
    if payload.kind != kind || lot.is_some_and(|lot| payload.lot.as_deref() != Some(lot.as_str())) {
        return Err(ReleaseRefused::Evidence("another act than the one asked for"));
    }
    let body = match (payload.body, payload.body_sha256, &act.body) {
        (Some(body), None, None) => body,
        (None, Some(named), Some(body)) if canonical::digest_of(body) == Ok(named) => body.clone(),
        _ => return Err(ReleaseRefused::Evidence("the body is not the one that was signed")),
    };
    let body = serde_json::from_value(body).map_err(|_| unreadable())?;
    let tender = payload.tender.ok_or_else(unreadable)?;
    Ok((Proved { digest: Digest::of(&entry.payload), tender, actor: payload.actor }, body))
}

fn same_tender(proved: &Proved, tender: &str) -> Result<(), ReleaseRefused> {
    if proved.tender == tender { Ok(()) } else { Err(ReleaseRefused::Evidence("an act of another tender")) }
}

fn read_terms(terms: &serde_json::Value, named: Digest) -> Result<Terms, ReleaseRefused> {
    const OTHER: ReleaseRefused = ReleaseRefused::Evidence("the terms are not those of the notice");
    if canonical::digest_of(terms).ok() != Some(named) {
        return Err(OTHER);
    }
    serde_json::from_value(terms.clone()).map_err(|_| OTHER)
}

fn lot_terms<'a>(terms: &'a Terms, lot: &LotId) -> Result<&'a LotTerms, ReleaseRefused> {
    terms.lot(lot).ok_or(ReleaseRefused::Evidence("no such lot"))
}
