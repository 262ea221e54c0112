//! Bids before the deadline: submit, replace, withdraw, check in. Nobody but their owner hears of them.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;

use super::Context;
use super::command::{ReconfirmBid, StatementValue, SubmitBid, Unsealed, WithdrawBid};
use super::event::LotEvent;
use super::lot::{Lot, Stage};
use super::notice::Notice;
use crate::base::{
    BidId, Envelope, Instant, KeyId, Manifest, ManifestLine, OrgId, PersonId, Refusal, Role, require,
};

/// Whether a bid counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BidStatus {
    /// It counts.
    Standing,
    /// A later bid of the same bidder took its place.
    Replaced,
    /// Withdrawn before the deadline.
    Withdrawn,
}

/// A bid.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Bid {
    /// Its id.
    pub id: BidId,
    /// The bidder.
    pub org: OrgId,
    /// Who submitted.
    pub person: PersonId,
    /// The key that signed; it alone, or one that its owner endorsed, may replace or withdraw.
    #[ts(type = "string")]
    pub key: KeyId,
    /// Addenda it takes into account.
    pub document_set: u32,
    /// Its envelopes.
    #[ts(type = "ManifestLine[]")]
    pub manifest: Manifest,
    /// When its signed act was read.
    pub submitted_at: Instant,
    /// Whether it counts.
    pub status: BidStatus,
    /// What came out of its envelopes.
    pub unsealed: BTreeMap<u8, Unsealed>,
}

impl Bid {
    /// Whether it counts.
    pub fn is_standing(&self) -> bool {
        self.status == BidStatus::Standing
    }

    /// What came out of `envelope`.
    pub fn contents(&self, envelope: Envelope) -> Option<&Unsealed> {
        self.unsealed.get(&envelope.number())
    }

    /// Whether `envelope` opened.
    pub fn is_opened(&self, envelope: Envelope) -> bool {
        matches!(self.contents(envelope), Some(Unsealed::Opened { .. }))
    }

    /// The values of `statement`, if it opened.
    pub fn statement(&self, statement: Envelope) -> Option<&[StatementValue]> {
        match self.contents(statement) {
            Some(Unsealed::Opened { statement, .. }) => statement.as_deref(),
            Some(Unsealed::Failed { .. }) | None => None,
        }
    }

    /// The line of `envelope`.
    pub fn line(&self, envelope: Envelope) -> Option<&ManifestLine> {
        self.manifest.line(envelope)
    }
}

pub(super) fn submit(
    notice: &Notice,
    lot: &Lot,
    body: &SubmitBid,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let bidder = context.person(Role::Bidder)?;
    receiving(notice, lot, context)?;
    let terms = notice.published()?;
    require(bidder.org != terms.agency && bidder.org != terms.buyer, || {
        Refusal::forbidden("bidder_is_party")
    })?;
    require(!lot.bids.contains_key(&body.bid), || Refusal::rule("bid_twice"))?;
    is_newest(notice, body.document_set)?;
    let envelopes: Vec<Envelope> = body.manifest.lines().iter().map(|line| line.envelope).collect();
    let wanted = terms.procedure.envelopes();
    require(envelopes == wanted, || Refusal::rule("envelopes_incomplete").with("wanted", wanted))?;
    let standing = lot.standing_of(bidder.org);
    require(standing.map(|bid| bid.id) == body.replaces, || Refusal::rule("replaces_other_bid"))?;
    require(standing.is_none_or(|bid| context.speaks_for(bid.key)), other_key)?;
    submissions_are_new(lot, bidder.org, &body.manifest)?;
    Ok(vec![LotEvent::BidSubmitted {
        bid: body.bid,
        document_set: body.document_set,
        key: bidder.key,
        manifest: body.manifest.clone(),
        org: bidder.org,
        person: bidder.person,
        replaces: body.replaces,
    }])
}

/// An envelope may be named again by a replacement of the same bidder, unchanged; by nobody else.
fn submissions_are_new(lot: &Lot, org: OrgId, manifest: &Manifest) -> Result<(), Refusal> {
    let is_new = |line: &ManifestLine| {
        lot.named.get(&line.submission).is_none_or(|(by, named)| *by == org && named == line)
    };
    require(manifest.lines().iter().all(is_new), || Refusal::rule("submission_seen"))
}

pub(super) fn withdraw(
    notice: &Notice,
    lot: &Lot,
    body: &WithdrawBid,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let bid = own(notice, lot, body.bid, context)?;
    Ok(vec![LotEvent::BidWithdrawn { bid: bid.id, org: bid.org }])
}

/// Whoever has read the newest addendum and changes nothing says so, instead of uploading the same bytes again.
pub(super) fn reconfirm(
    notice: &Notice,
    lot: &Lot,
    body: &ReconfirmBid,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let bid = own(notice, lot, body.bid, context)?;
    is_newest(notice, body.document_set)?;
    require(bid.document_set < body.document_set, || Refusal::rule("bid_up_to_date"))?;
    Ok(vec![LotEvent::BidReconfirmed { bid: bid.id, document_set: body.document_set, org: bid.org }])
}

/// The standing bid of the acting bidder, while bids may come and if the acting key speaks for it.
fn own<'a>(notice: &Notice, lot: &'a Lot, bid: BidId, context: &Context<'_>) -> Result<&'a Bid, Refusal> {
    let bidder = context.person(Role::Bidder)?;
    receiving(notice, lot, context)?;
    let bid = lot.bid(bid)?;
    require(bid.org == bidder.org, || Refusal::unknown("unknown_bid"))?;
    require(context.speaks_for(bid.key), other_key)?;
    Ok(bid)
}

/// Who names the addenda that a bid takes into account names all of them.
fn is_newest(notice: &Notice, document_set: u32) -> Result<(), Refusal> {
    let newest = u32::try_from(notice.addenda.len()).unwrap_or(u32::MAX);
    require(document_set == newest, || Refusal::rule("document_set_outdated").with("newest", newest))
}

/// A registrar who certifies a key for a bidder can thereby not touch a bid that stands.
fn other_key() -> Refusal {
    Refusal::forbidden("bid_of_another_key")
}

pub(super) fn check_in(notice: &Notice, lot: &Lot, context: &Context<'_>) -> Result<Vec<LotEvent>, Refusal> {
    let bidder = context.person(Role::Bidder)?;
    receiving(notice, lot, context)?;
    require(!lot.checked_in.contains(&bidder.org), || Refusal::rule("already_checked_in"))?;
    Ok(vec![LotEvent::CheckedIn { org: bidder.org }])
}

/// On time: before the close in the log, and not later than the deadline (both are needed).
fn receiving(notice: &Notice, lot: &Lot, context: &Context<'_>) -> Result<(), Refusal> {
    let deadline = notice.opening_at;
    let on_time = lot.stage == Stage::Receiving && deadline.is_some_and(|deadline| context.now <= deadline);
    require(on_time, || {
        Refusal::not_now("too_late").with("opening_at", deadline).with("received_at", context.now)
    })
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent, now: Instant) {
    match event {
        LotEvent::BidSubmitted { bid, document_set, key, manifest, org, person, replaces } => {
            if let Some(old) = replaces.and_then(|old| lot.bids.get_mut(&old)) {
                old.status = BidStatus::Replaced;
            }
            let new = Bid {
                id: *bid,
                org: *org,
                person: *person,
                key: *key,
                document_set: *document_set,
                manifest: manifest.clone(),
                submitted_at: now,
                status: BidStatus::Standing,
                unsealed: BTreeMap::new(),
            };
            lot.bids.insert_mut(*bid, new);
            lot.standing_by.insert_mut(*org, *bid);
            for line in manifest.lines() {
                if !lot.named.contains_key(&line.submission) {
                    lot.named.insert_mut(line.submission, (*org, line.clone()));
                }
            }
        }
        LotEvent::BidWithdrawn { bid, org } => {
            if let Some(bid) = lot.bids.get_mut(bid) {
                bid.status = BidStatus::Withdrawn;
            }
            lot.standing_by.remove_mut(org);
        }
        LotEvent::BidReconfirmed { bid, document_set, .. } => {
            if let Some(bid) = lot.bids.get_mut(bid) {
                bid.document_set = *document_set;
            }
        }
        LotEvent::CheckedIn { org } => {
            lot.checked_in.insert(*org);
        }
        _ => {}
    }
}
