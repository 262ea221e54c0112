//! Candidates, award, letters.

use super::Context;
use super::command::ConfirmAward;
use super::event::{Candidate, LotEvent, PanelSeat};
use super::lot::{Lot, Stage};
use super::notice::{Notice, host_of, of_org};
use super::terms::LotTerms;
use crate::base::{Refusal, Role, require};
use crate::law::Rule;

pub(super) fn publish_candidates(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let regime = notice.published()?.regime;
    host_of(notice.published()?, context)?;
    lot.at(Stage::Reported)?;
    let ranked = lot.review.ranking.iter().filter(|result| result.rank.is_some());
    let candidate = |result: &super::RankedBid| {
        lot.bids.get(&result.bid).map(|bid| Candidate { org: bid.org, result: result.clone() })
    };
    let candidates = ranked.take(usize::from(terms.candidates_max)).filter_map(candidate).collect();
    let panel =
        lot.panel.seats.iter().map(|(seat, held)| PanelSeat { person: held.person, seat: *seat }).collect();
    let until = context.law.ends(regime, Rule::CandidatePublicity, context.now);
    Ok(vec![LotEvent::CandidatesPublished { candidates, panel, until }])
}

pub(super) fn confirm(
    notice: &Notice,
    lot: &Lot,
    body: &ConfirmAward,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let regime = notice.published()?.regime;
    of_org(context, Role::Buyer, notice.published()?.buyer)?;
    lot.at(Stage::Candidates)?;
    let Some((_, until)) = &lot.candidates else { return Err(Refusal::not_now("no_candidates")) };
    require(context.now >= *until, || Refusal::not_now("standstill").with("until", until))?;
    let first = lot.standing_candidates().next().ok_or_else(|| Refusal::not_now("no_candidates"))?;
    require(first == body.bid, || Refusal::rule("not_first_candidate"))?;
    let org = lot.bid(first)?.org;
    let until = context.law.ends(regime, Rule::AwardReport, context.now);
    Ok(vec![LotEvent::AwardConfirmed { bid: first, org }, LotEvent::ReportDue { until }])
}

pub(super) fn letters(notice: &Notice, lot: &Lot, context: &Context<'_>) -> Result<Vec<LotEvent>, Refusal> {
    let regime = notice.published()?.regime;
    host_of(notice.published()?, context)?;
    lot.at(Stage::Awarded)?;
    let letter = |bid: &super::Bid| LotEvent::LetterIssued {
        bid: bid.id,
        org: bid.org,
        result: lot.review.ranking.iter().find(|result| result.bid == bid.id).cloned(),
        score: lot.review.scores.iter().find(|score| score.bid == bid.id).cloned(),
        is_winner: lot.awarded == Some(bid.id),
    };
    let mut events: Vec<LotEvent> = lot.standing().map(letter).collect();
    events.push(LotEvent::LettersIssued { letters: u32::try_from(events.len()).unwrap_or(u32::MAX) });
    let until = context.law.ends(regime, Rule::ContractSigning, context.now);
    events.push(LotEvent::ContractDue { until });
    Ok(events)
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent) {
    match event {
        LotEvent::CandidatesPublished { candidates, until, .. } => {
            lot.stage = Stage::Candidates;
            lot.candidates = Some((candidates.clone(), *until));
        }
        LotEvent::AwardConfirmed { bid, .. } => {
            lot.stage = Stage::Awarded;
            lot.awarded = Some(*bid);
        }
        LotEvent::LettersIssued { .. } => lot.stage = Stage::Completed,
        _ => {}
    }
}
