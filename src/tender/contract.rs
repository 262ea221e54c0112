//! After the award: the report to the supervisor, a winner that falls, the contract with both signatures, its changes
//! and what was done under it.

use std::collections::BTreeSet;

use serde::Serialize;
use ts_rs::TS;

use super::Context;
use super::command::{
    AmendContract, FallReason, RecordPerformance, ReportAward, ReportWinnerFallen, ReturnToPanel,
    SignContract,
};
use super::event::{FailureReason, LotEvent};
use super::lot::{Lot, Stage};
use super::notice::{Notice, of_org};
use super::terms::Procedure;
use crate::base::{BidId, Digest, Instant, LongText, LotId, Person, Refusal, Role, require};

/// Most amendments of one contract, and most entries of its record.
pub const CONTRACT_ENTRIES_MAX: usize = 200;

/// What follows from the award of a lot.
#[derive(Clone, Debug, Default, Serialize, TS)]
pub struct AfterAward {
    /// By when the award is reported to the supervisor.
    pub report_by: Option<Instant>,
    /// Whether it was.
    pub is_reported: bool,
    /// By when the contract is signed, once letters are out.
    pub sign_by: Option<Instant>,
    /// Candidates who do not get it, in order.
    pub fallen: Vec<Fallen>,
    /// The contract, once one side has signed.
    pub contract: Option<Contract>,
}

/// A candidate who does not get the contract.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Fallen {
    /// Its bid.
    pub bid: BidId,
    /// Why.
    pub reason: FallReason,
    /// What happened.
    pub text: LongText,
}

/// A contract.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Contract {
    /// SHA-256 of the contract.
    #[ts(type = "string")]
    pub contract_sha256: Digest,
    /// Its price in minor units.
    #[ts(type = "number")]
    pub price_minor: i64,
    /// When both had signed.
    pub concluded_at: Option<Instant>,
    /// Amendments, in order; the last one may lack a signature.
    pub amendments: Vec<Amendment>,
    /// What was done under it, in order.
    pub performance: Vec<Performance>,
}

/// A change of a contract.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Amendment {
    /// SHA-256 of it.
    #[ts(type = "string")]
    pub amendment_sha256: Digest,
    /// What it changes.
    pub text: LongText,
    /// Who has signed: it is in force with both.
    pub signed: BTreeSet<Role>,
}

/// An entry of the record of performance.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Performance {
    /// When it was recorded.
    pub at: Instant,
    /// Whether what was due was done in time.
    pub is_on_time: bool,
    /// What was done.
    pub text: LongText,
}

impl Lot {
    /// The candidates that have not fallen, best first.
    pub fn standing_candidates(&self) -> impl Iterator<Item = BidId> {
        let has_fallen = |bid: &BidId| self.after.fallen.iter().any(|fallen| fallen.bid == *bid);
        let published = self.candidates.iter().flat_map(|(candidates, _)| candidates);
        published.map(|candidate| candidate.result.bid).filter(move |bid| !has_fallen(bid))
    }

    /// The bid that the contract is about, of a lot that is awarded.
    fn winner(&self) -> Result<&super::Bid, Refusal> {
        let bid = self.awarded.ok_or_else(|| Refusal::not_now("wrong_stage").with("stage", self.stage))?;
        self.bid(bid)
    }
}

/// One round more of the same panel over the same bids. With two envelopes the prices that are known by then would
/// judge the technical part, which they must not: there only a new tender is left.
pub(super) fn return_to_panel(
    notice: &Notice,
    id: &LotId,
    lot: &Lot,
    body: &ReturnToPanel,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let terms = notice.published()?;
    of_org(context, Role::Buyer, terms.buyer)?;
    lot.at(Stage::Candidates)?;
    require(terms.procedure == Procedure::OneStage, || Refusal::rule("prices_known"))?;
    let upheld = notice.unremedied(id).map(|objection| objection.objection);
    require(upheld == Some(body.objection), || Refusal::rule("not_upheld"))?;
    Ok(vec![LotEvent::ReturnedToPanel { objection: body.objection, reason: body.reason.clone() }])
}

pub(super) fn report(
    notice: &Notice,
    lot: &Lot,
    body: &ReportAward,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    of_org(context, Role::Buyer, notice.published()?.buyer)?;
    lot.winner()?;
    require(!lot.after.is_reported, || Refusal::rule("already_said"))?;
    let is_late = lot.after.report_by.is_some_and(|until| context.now > until);
    Ok(vec![LotEvent::AwardReported { is_late, text: body.text.clone() }])
}

pub(super) fn fall(
    notice: &Notice,
    lot: &Lot,
    body: &ReportWinnerFallen,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    of_org(context, Role::Buyer, notice.published()?.buyer)?;
    let first = match lot.stage {
        Stage::Candidates => lot.standing_candidates().next(),
        Stage::Awarded | Stage::Completed => lot.awarded,
        stage => return Err(Refusal::not_now("wrong_stage").with("stage", stage)),
    };
    require(first == Some(body.bid), || Refusal::rule("not_first_candidate"))?;
    let org = lot.bid(body.bid)?.org;
    let ReportWinnerFallen { bid, reason, text } = body.clone();
    Ok(vec![LotEvent::WinnerFallen { bid, org, reason, text }])
}

/// The buyer gives the lot up where the law allows a new tender: the first candidate fell, or an objection to the
/// candidates was upheld.
pub(super) fn retender(
    notice: &Notice,
    id: &LotId,
    lot: &Lot,
    reason: &LongText,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    of_org(context, Role::Buyer, notice.published()?.buyer)?;
    lot.at(Stage::Candidates)?;
    let has_fallen = !lot.after.fallen.is_empty();
    let failed = match notice.unremedied(id) {
        Some(_) => FailureReason::UpheldObjection,
        None if has_fallen => FailureReason::WinnerFallen,
        None => return Err(Refusal::rule("no_ground_to_retender")),
    };
    Ok(vec![LotEvent::RetenderDeclared { reason: reason.clone() }, LotEvent::LotFailed { reason: failed }])
}

/// The buyer signs first, the winner the same; at the price of the bid and in time (招标投标法 46).
pub(super) fn sign(
    notice: &Notice,
    lot: &Lot,
    body: &SignContract,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let signer = party(notice, lot, context)?;
    lot.at(Stage::Completed)?;
    let bid = lot.winner()?.id;
    let price = lot.review.ranking.iter().find(|result| result.bid == bid).map(|result| result.price_minor);
    require(price == Some(body.price_minor), || Refusal::rule("contract_price").with("price_minor", price))?;
    let until = lot.after.sign_by;
    let in_time = until.is_some_and(|until| context.now <= until);
    require(in_time, || Refusal::not_now("too_late_to_sign").with("until", until))?;
    let SignContract { contract_sha256, price_minor } = *body;
    let (org, role) = (signer.org, signer.role);
    let signed = LotEvent::ContractSigned { contract_sha256, org, price_minor, role };
    match (role, &lot.after.contract) {
        (Role::Buyer, Some(_)) => Err(Refusal::rule("already_signed")),
        (Role::Buyer, None) => Ok(vec![signed]),
        (_, None) => Err(Refusal::not_now("buyer_signs_first")),
        (_, Some(contract)) => {
            require(contract.contract_sha256 == contract_sha256, || Refusal::rule("contract_differs"))?;
            Ok(vec![signed, LotEvent::ContractConcluded { bid, contract_sha256, org, price_minor }])
        }
    }
}

/// The acting person, if of the buyer or of the winner.
fn party(notice: &Notice, lot: &Lot, context: &Context<'_>) -> Result<Person, Refusal> {
    let buyer = of_org(context, Role::Buyer, notice.published()?.buyer);
    buyer.or_else(|_| {
        let bidder = context.person(Role::Bidder)?;
        let is_winner = lot.winner().is_ok_and(|bid| bid.org == bidder.org);
        require(is_winner, || Refusal::forbidden("not_a_party"))?;
        Ok(bidder)
    })
}

pub(super) fn amend(
    notice: &Notice,
    lot: &Lot,
    body: &AmendContract,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let signer = party(notice, lot, context)?;
    let contract = concluded(lot)?;
    let AmendContract { amendment_sha256, number, text } = body.clone();
    let (org, role) = (signer.org, signer.role);
    let signed = LotEvent::AmendmentSigned { amendment_sha256, number, org, role, text: text.clone() };
    let pending = contract.amendments.last().filter(|amendment| amendment.signed.len() < 2);
    let count = contract.amendments.len() + usize::from(pending.is_none());
    require(usize::try_from(number) == Ok(count), || Refusal::rule("amendment_number").with("next", count))?;
    let Some(pending) = pending else {
        require(count <= CONTRACT_ENTRIES_MAX, || Refusal::rule("contract_entries"))?;
        return Ok(vec![signed]);
    };
    require(!pending.signed.contains(&role), || Refusal::rule("already_signed"))?;
    let is_same = pending.amendment_sha256 == amendment_sha256 && pending.text == text;
    require(is_same, || Refusal::rule("contract_differs"))?;
    Ok(vec![signed, LotEvent::ContractAmended { amendment_sha256, number }])
}

fn concluded(lot: &Lot) -> Result<&Contract, Refusal> {
    lot.at(Stage::Contracted)?;
    lot.after.contract.as_ref().ok_or_else(|| Refusal::not_now("wrong_stage").with("stage", lot.stage))
}

pub(super) fn perform(
    notice: &Notice,
    lot: &Lot,
    body: &RecordPerformance,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    of_org(context, Role::Buyer, notice.published()?.buyer)?;
    let contract = concluded(lot)?;
    require(contract.performance.len() < CONTRACT_ENTRIES_MAX, || Refusal::rule("contract_entries"))?;
    let RecordPerformance { is_on_time, text } = body.clone();
    Ok(vec![LotEvent::PerformanceRecorded { is_on_time, text }])
}

/// Whether a lot that came to something is really over: contract signed, award reported.
pub(super) fn is_settled(lot: &Lot) -> bool {
    match lot.stage {
        Stage::Failed(_) => true,
        Stage::Contracted => lot.after.is_reported,
        _ => false,
    }
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent, now: Instant) {
    let after = &mut lot.after;
    match event {
        LotEvent::ReturnedToPanel { .. } => {
            lot.review = super::Review { bids: std::mem::take(&mut lot.review.bids), ..Default::default() };
            lot.candidates = None;
            lot.after = AfterAward::default();
            lot.stage = Stage::Reviewing;
        }
        LotEvent::ReportDue { until } => after.report_by = Some(*until),
        LotEvent::ContractDue { until } => after.sign_by = Some(*until),
        LotEvent::AwardReported { .. } => after.is_reported = true,
        LotEvent::WinnerFallen { bid, reason, text, .. } => {
            after.fallen.push(Fallen { bid: *bid, reason: *reason, text: text.clone() });
            let fallen = std::mem::take(&mut after.fallen);
            lot.after = AfterAward { fallen, ..AfterAward::default() };
            lot.awarded = None;
            lot.stage = Stage::Candidates;
        }
        LotEvent::ContractSigned { contract_sha256, price_minor, .. } => {
            after.contract.get_or_insert_with(|| Contract {
                contract_sha256: *contract_sha256,
                price_minor: *price_minor,
                concluded_at: None,
                amendments: Vec::new(),
                performance: Vec::new(),
            });
        }
        LotEvent::ContractConcluded { .. } => {
            lot.stage = Stage::Contracted;
            if let Some(contract) = &mut after.contract {
                contract.concluded_at = Some(now);
            }
        }
        LotEvent::AmendmentSigned { amendment_sha256, number, role, text, .. } => {
            let Some(contract) = &mut after.contract else { return };
            if usize::try_from(*number).is_ok_and(|number| number > contract.amendments.len()) {
                let (amendment_sha256, text) = (*amendment_sha256, text.clone());
                contract.amendments.push(Amendment { amendment_sha256, text, signed: BTreeSet::new() });
            }
            if let Some(amendment) = contract.amendments.last_mut() {
                amendment.signed.insert(*role);
            }
        }
        LotEvent::PerformanceRecorded { is_on_time, text } => {
            if let Some(contract) = &mut after.contract {
                let (at, is_on_time, text) = (now, *is_on_time, text.clone());
                contract.performance.push(Performance { at, is_on_time, text });
            }
        }
        _ => {}
    }
}
