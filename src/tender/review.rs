//! The evaluation: preliminary review, scores by commit and reveal, who passed, ranking, the signed report.
//!
//! Nobody sees another's scores until all have committed. The arithmetic is `formula`'s; this file says who may speak
//! when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Context;
use super::command::{
    CommitScores, CriterionScore, FieldValue, JudgePreliminary, Rejection, RevealScores, SignReport,
    SignStage, Verdict,
};
use super::event::{FailureReason, LotEvent, RejectedBid};
use super::lot::{Lot, Stage};
use super::notice::{Notice, host_of};
use super::panel::Panel;
use super::scoring;
use super::terms::{Criterion, FieldKind, Judging, LotTerms, Part, Procedure};
use crate::base::{BidId, Digest, Envelope, LongText, OrgId, Points, Refusal, Role, require};
use crate::formula::Decimal;
use crate::formula::trace::Trace;

/// The evaluation of a lot.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Bids under review.
    pub bids: Vec<BidId>,
    /// Preliminary verdicts by seat.
    pub judged: BTreeMap<u8, Vec<Verdict>>,
    /// Whether the preliminary review is concluded.
    pub is_preliminary_concluded: bool,
    /// Rejected bids.
    pub rejected: Vec<RejectedBid>,
    /// Commitments by seat.
    pub commitments: BTreeMap<u8, Digest>,
    /// Revealed scores by seat.
    pub revealed: BTreeMap<u8, Vec<CriterionScore>>,
    /// Concluded scores.
    pub scores: Vec<BidScore>,
    /// Seats that signed who passed.
    pub stage_signatures: BTreeSet<u8>,
    /// Bids that passed, once signed by more than half.
    pub passed: Vec<BidId>,
    /// The ranking and why.
    pub ranking: Vec<RankedBid>,
    /// Every step of the price rule.
    pub trace: Option<Trace<BidId>>,
    /// Seats that signed the report, with a dissent if any.
    pub report_signatures: BTreeMap<u8, Option<LongText>>,
    /// The closed report.
    pub report_sha256: Option<Digest>,
}

/// Concluded technical and business scores of one bid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct BidScore {
    /// The bid.
    pub bid: BidId,
    /// Business points.
    pub business: Points,
    /// Each criterion with what each seat gave.
    pub criteria: Vec<CriterionResult>,
    /// Technical points.
    pub technical: Points,
    /// Why: every step of the aggregation over the seats.
    pub trace: Trace<u8>,
    /// Seats whose technical score is void, because an extreme score had no reason.
    pub void_seats: Vec<u8>,
}

/// What the seats gave for one criterion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct CriterionResult {
    /// The criterion.
    pub criterion: String,
    /// Objective criteria: whether all seats found the same.
    pub is_agreed: bool,
    /// Points by seat.
    pub seats: Vec<SeatPoints>,
}

/// What one seat gave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct SeatPoints {
    /// The points.
    pub points: Points,
    /// The reason, if one was written.
    pub reason: Option<LongText>,
    /// The seat.
    pub seat: u8,
}

/// A bid in the ranking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RankedBid {
    /// The bid.
    pub bid: BidId,
    /// Business points.
    pub business: Points,
    /// The price is so low that an explanation is due before the award.
    pub is_abnormally_low: bool,
    /// The price in minor units.
    #[ts(type = "number")]
    pub price_minor: i64,
    /// Price points.
    pub price_points: Points,
    /// Rank from 1; none if the bid was rejected with its price.
    pub rank: Option<u32>,
    /// Technical points.
    pub technical: Points,
    /// Sum.
    pub total: Points,
}

/// The evaluation report: what the experts sign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Report {
    /// Bids under review.
    pub bids: Vec<ReportBid>,
    /// The drawn coefficient.
    pub coefficient: Option<Decimal>,
    /// Seats on the panel.
    pub panel: u8,
    /// Bids that passed the technical stage.
    pub passed: Vec<BidId>,
    /// The ranking.
    pub ranking: Vec<RankedBid>,
    /// Rejected bids with reasons.
    pub rejected: Vec<RejectedBid>,
    /// Technical and business scores.
    pub scores: Vec<BidScore>,
    /// Every step of the price rule.
    pub trace: Option<Trace<BidId>>,
}

/// A bid as the report names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ReportBid {
    /// The bid.
    pub bid: BidId,
    /// The bidder.
    pub org: OrgId,
}

impl Review {
    /// Whether the price of `bid` counts: it is under review and not rejected.
    pub(super) fn is_valid(&self, bid: &BidId) -> bool {
        self.valid().any(|valid| valid == *bid)
    }

    /// Bids under review that are not rejected.
    pub fn valid(&self) -> impl Iterator<Item = BidId> + '_ {
        let rejected = |bid: &BidId| self.rejected.iter().any(|rejected| rejected.bid == *bid);
        self.bids.iter().copied().filter(move |bid| !rejected(bid))
    }
}

impl Lot {
    /// The report as it stands.
    pub fn report(&self) -> Report {
        let name = |id: &BidId| self.bids.get(id).map(|bid| ReportBid { bid: *id, org: bid.org });
        Report {
            bids: self.review.bids.iter().filter_map(name).collect(),
            coefficient: self.coefficient,
            panel: u8::try_from(self.panel.seats.len()).unwrap_or(u8::MAX),
            passed: self.review.passed.clone(),
            ranking: self.review.ranking.clone(),
            rejected: self.review.rejected.clone(),
            scores: self.review.scores.clone(),
            trace: self.review.trace.clone(),
        }
    }

    fn seat(&self, context: &Context<'_>) -> Result<u8, Refusal> {
        let expert = context.person(Role::Expert)?;
        self.panel.seat_of(expert.person).ok_or_else(|| Refusal::forbidden("not_on_panel"))
    }
}

pub(super) fn start(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let tender = notice.published()?;
    host_of(tender, context)?;
    lot.at(Stage::Opened)?;
    let seats = lot.panel.seats.len();
    require(seats == usize::from(terms.panel.size), || {
        Refusal::not_now("panel_not_seated").with("seats", seats)
    })?;
    let first: Vec<Envelope> = tender
        .procedure
        .envelopes()
        .iter()
        .copied()
        .filter(|envelope| tender.procedure.opens_first(*envelope))
        .collect();
    let has_outcome = |bid: &super::Bid| first.iter().all(|envelope| bid.contents(*envelope).is_some());
    require(lot.standing().all(has_outcome), || Refusal::not_now("still_unsealing"))?;
    let opened = |id: &BidId| {
        lot.bids.get(id).is_some_and(|bid| first.iter().all(|envelope| bid.is_opened(*envelope)))
    };
    let bids: Vec<BidId> = lot.order.iter().copied().filter(opened).collect();
    let mut events = vec![LotEvent::ReviewStarted { bids: bids.clone() }];
    if bids.is_empty() {
        events.push(LotEvent::LotFailed { reason: FailureReason::NoValidBid });
    }
    Ok(events)
}

pub(super) fn judge(
    terms: &LotTerms,
    lot: &Lot,
    body: &JudgePreliminary,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let seat = lot.seat(context)?;
    lot.at(Stage::Reviewing)?;
    let review = &lot.review;
    require(!review.judged.contains_key(&seat), || Refusal::rule("already_judged"))?;
    let pairs: Vec<(BidId, &str)> =
        body.verdicts.iter().map(|verdict| (verdict.bid, verdict.criterion.as_str())).collect();
    covers(&review.bids, terms, |part| part == Part::Preliminary, &pairs)?;
    let reasoned = body.verdicts.iter().all(|verdict| verdict.is_met == verdict.reason.is_none());
    require(reasoned, || Refusal::rule("reason_missing"))?;
    let mut judged = review.judged.clone();
    judged.insert(seat, body.verdicts.clone());
    let mut events = vec![LotEvent::PreliminaryJudged { seat, verdicts: body.verdicts.clone() }];
    if judged.len() == usize::from(terms.panel.size) {
        let rejected = majority_rejects(terms.panel.size, &review.bids, &judged);
        let none_left = rejected.len() == review.bids.len();
        events.push(LotEvent::PreliminaryConcluded { rejected });
        if none_left {
            events.push(LotEvent::LotFailed { reason: FailureReason::NoValidBid });
        }
    }
    Ok(events)
}

/// A bid is rejected if more than half of the panel finds the same criterion not met.
fn majority_rejects(size: u8, bids: &[BidId], judged: &BTreeMap<u8, Vec<Verdict>>) -> Vec<RejectedBid> {
    let rejected = |bid: &BidId| {
        let mut against: BTreeMap<&str, Vec<&Rejection>> = BTreeMap::new();
        for verdict in judged.values().flatten().filter(|verdict| verdict.bid == *bid) {
            if let Some(reason) = &verdict.reason {
                against.entry(verdict.criterion.as_str()).or_default().push(reason);
            }
        }
        let reasons: Vec<Rejection> = against
            .into_values()
            .filter(|reasons| Panel::is_majority(size, reasons.len()))
            .filter_map(|reasons| reasons.first().copied().cloned())
            .collect();
        (!reasons.is_empty()).then_some(RejectedBid { bid: *bid, reasons })
    };
    bids.iter().filter_map(rejected).collect()
}

pub(super) fn commit(
    terms: &LotTerms,
    lot: &Lot,
    body: &CommitScores,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let seat = lot.seat(context)?;
    lot.at(Stage::Reviewing)?;
    require(lot.review.is_preliminary_concluded, || Refusal::not_now("preliminary_not_concluded"))?;
    require(!is_committed(terms, lot), || Refusal::not_now("all_committed"))?;
    Ok(vec![LotEvent::ScoresCommitted { commitment: body.commitment, seat }])
}

fn is_committed(terms: &LotTerms, lot: &Lot) -> bool {
    lot.review.commitments.len() == usize::from(terms.panel.size)
}

pub(super) fn reveal(
    terms: &LotTerms,
    lot: &Lot,
    body: &RevealScores,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let seat = lot.seat(context)?;
    lot.at(Stage::Reviewing)?;
    let review = &lot.review;
    require(is_committed(terms, lot), || Refusal::not_now("not_all_committed"))?;
    require(!review.revealed.contains_key(&seat), || Refusal::rule("already_revealed"))?;
    let committed = review.commitments.get(&seat).copied();
    require(context.opened.is_some() && context.opened == committed, || Refusal::rule("commitment_differs"))?;
    let bids: Vec<BidId> = review.valid().collect();
    let pairs: Vec<(BidId, &str)> =
        body.scores.iter().map(|score| (score.bid, score.criterion.as_str())).collect();
    covers(&bids, terms, |part| part != Part::Preliminary, &pairs)?;
    body.scores.iter().try_for_each(|score| is_within(terms, score))?;
    let mut revealed = review.revealed.clone();
    revealed.insert(seat, body.scores.clone());
    let mut events = vec![LotEvent::ScoresRevealed { scores: body.scores.clone(), seat }];
    if revealed.len() == usize::from(terms.panel.size) {
        events.push(LotEvent::ScoresConcluded { scores: scoring::conclude(terms, &bids, &revealed)? });
    }
    Ok(events)
}

fn is_within(terms: &LotTerms, score: &CriterionScore) -> Result<(), Refusal> {
    let criterion = terms.criteria.iter().find(|criterion| criterion.code == score.criterion);
    let max = criterion.and_then(Criterion::points_max).unwrap_or(Points::ZERO);
    let within = (Points::ZERO..=max).contains(&score.points);
    require(within, || {
        Refusal::rule("points_out_of_range").with("criterion", &score.criterion).with("max", max)
    })
}

/// Every bid with every criterion of the wanted parts, each exactly once.
fn covers(
    bids: &[BidId],
    terms: &LotTerms,
    is_wanted: impl Fn(Part) -> bool,
    pairs: &[(BidId, &str)],
) -> Result<(), Refusal> {
    let criteria = terms.criteria.iter().filter(|criterion| is_wanted(criterion.part));
    let wanted: BTreeSet<(BidId, &str)> =
        criteria.flat_map(|criterion| bids.iter().map(|bid| (*bid, criterion.code.as_str()))).collect();
    let given: BTreeSet<(BidId, &str)> = pairs.iter().copied().collect();
    let missing = wanted.difference(&given).count();
    let is_exact = given == wanted && given.len() == pairs.len();
    require(is_exact, || Refusal::rule("incomplete").with("missing", missing))
}

pub(super) fn sign_stage(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    body: &SignStage,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let seat = lot.seat(context)?;
    lot.at(Stage::Reviewing)?;
    require(!lot.review.scores.is_empty(), || Refusal::not_now("scores_not_concluded"))?;
    require(!lot.review.stage_signatures.contains(&seat), || Refusal::rule("already_signed"))?;
    let mut valid: Vec<BidId> = lot.review.valid().collect();
    valid.sort_unstable();
    require(body.passed == valid, || Refusal::rule("passed_differs"))?;
    let mut events = vec![LotEvent::StageSigned { seat }];
    if Panel::is_majority(terms.panel.size, lot.review.stage_signatures.len() + 1) {
        events.push(LotEvent::StagePassed { passed: valid });
        let procedure = notice.published()?.procedure;
        if procedure == Procedure::OneStage {
            events.push(rank(terms, lot, procedure)?);
        }
    }
    Ok(events)
}

/// The ranking: prices become points by the tender's rule, sums are ordered. Without a price within the ceiling the lot has failed.
pub(super) fn rank(terms: &LotTerms, lot: &Lot, procedure: Procedure) -> Result<LotEvent, Refusal> {
    let statement = procedure.price_statement();
    let price_of = |id: &BidId| {
        let values = lot.bids.get(id)?.statement(statement)?;
        let field = terms.fields(statement).iter().find(|field| field.kind == FieldKind::Price)?;
        match values.iter().find(|value| value.id == field.id)?.value {
            FieldValue::Integer(minor) => Some(minor),
            FieldValue::Text(_) => None,
        }
    };
    Ok(match scoring::rank(terms, lot, price_of)? {
        Some((ranking, trace)) => LotEvent::BidsRanked { ranking, trace },
        None => LotEvent::LotFailed { reason: FailureReason::NoValidBid },
    })
}

pub(super) fn sign_report(
    terms: &LotTerms,
    lot: &Lot,
    body: &SignReport,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let seat = lot.seat(context)?;
    lot.at(Stage::Reporting)?;
    require(!lot.review.report_signatures.contains_key(&seat), || Refusal::rule("already_signed"))?;
    require(context.document == Some(body.report_sha256), || Refusal::rule("report_changed"))?;
    let mut events = vec![LotEvent::ReportSigned { dissent: body.dissent.clone(), seat }];
    if lot.review.report_signatures.len() + 1 == usize::from(terms.panel.size) {
        events.push(LotEvent::ReportClosed { report_sha256: body.report_sha256 });
    }
    Ok(events)
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent) {
    let review = &mut lot.review;
    match event {
        LotEvent::ReviewStarted { bids } => {
            review.bids = bids.clone();
            lot.stage = Stage::Reviewing;
        }
        LotEvent::PreliminaryJudged { seat, verdicts } => {
            review.judged.insert(*seat, verdicts.clone());
        }
        LotEvent::PreliminaryConcluded { rejected } => {
            review.rejected = rejected.clone();
            review.is_preliminary_concluded = true;
        }
        LotEvent::ScoresCommitted { commitment, seat } => {
            review.commitments.insert(*seat, *commitment);
        }
        LotEvent::ScoresRevealed { scores, seat } => {
            review.revealed.insert(*seat, scores.clone());
        }
        LotEvent::ScoresConcluded { scores } => review.scores = scores.clone(),
        LotEvent::StageSigned { seat } => {
            review.stage_signatures.insert(*seat);
        }
        LotEvent::StagePassed { passed } => {
            review.passed = passed.clone();
            lot.stage = Stage::Passed;
        }
        LotEvent::BidsRanked { ranking, trace } => {
            review.ranking = ranking.clone();
            review.trace = Some(trace.clone());
            lot.stage = Stage::Reporting;
        }
        LotEvent::ReportSigned { dissent, seat } => {
            review.report_signatures.insert(*seat, dissent.clone());
        }
        LotEvent::ReportClosed { report_sha256 } => {
            review.report_sha256 = Some(*report_sha256);
            lot.stage = Stage::Reported;
        }
        _ => {}
    }
}

impl Criterion {
    /// Most points; none for pass or fail.
    pub fn points_max(&self) -> Option<Points> {
        match self.judging {
            Judging::PassFail => None,
            Judging::Scored { max } | Judging::Objective { max } => Some(max),
        }
    }
}
