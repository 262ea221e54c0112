//! What the verifier says in the end: each check, the verdict, and where the tender stands by the acts themselves.

use std::fmt::Write;

use serde::Serialize;

use super::catalogue::Said;
use super::head::Head;
use super::tally::{CheckResult, Outcome, Tallies};
use crate::base::{BidId, Digest, LotId, OrgId, TenderId, Text2};
use crate::replay::World;
use crate::replay::bundle::{About, Scope};
use crate::tender::{Lot, Phase, RankedBid, Stage};

/// The verdict on a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No check failed.
    Verified,
    /// At least one failed.
    Failed,
}

/// Where a lot stands, as recomputed.
#[derive(Clone, Debug, Serialize)]
pub struct LotReport {
    /// The lot.
    pub lot: LotId,
    /// Where it stands.
    #[serde(flatten)]
    pub stage: Stage,
    /// Standing bids.
    pub bids: usize,
    /// The closed root.
    pub closed_root: Option<Digest>,
    /// The ranking.
    pub ranking: Vec<RankedBid>,
    /// The winning bid and its bidder.
    pub awarded: Option<(BidId, OrgId)>,
    /// Name of the winner in the centre's register.
    pub winner: Option<String>,
}

/// The result of verifying a bundle.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Every check, in the order of the catalogue.
    pub checks: Vec<CheckResult>,
    /// Entries of the log that the file carries.
    pub entries: usize,
    /// Entries under the head.
    pub head_size: Option<u64>,
    /// Where each lot stands; empty for a file for the public.
    pub lots: Vec<LotReport>,
    /// Documents that are referred to and not carried.
    pub not_carried: Vec<Digest>,
    /// Origin of the log.
    pub origin: String,
    /// Where the tender stands as a whole; none for a file for the public.
    pub phase: Option<Phase>,
    /// For whom the file was made.
    pub scope: Scope,
    /// The tender.
    pub tender: TenderId,
    /// Its title; none for a file for the public.
    pub title: Option<Text2>,
    /// The verdict.
    pub verdict: Verdict,
}

pub(super) fn of_public(
    about: About,
    head: Head,
    entries: usize,
    not_carried: Vec<Digest>,
    tallies: Tallies,
) -> Report {
    let checks = tallies.results();
    Report {
        verdict: verdict(&checks),
        checks,
        entries,
        head_size: head.checkpoint.map(|head| head.size),
        lots: Vec::new(),
        not_carried,
        origin: about.origin,
        phase: None,
        scope: about.scope,
        tender: about.tender,
        title: None,
    }
}

pub(super) fn of_whole(
    about: About,
    head: Head,
    entries: usize,
    world: &World,
    not_carried: Vec<Digest>,
    tallies: Tallies,
) -> Report {
    let tender = world.tenders.get(&about.tender);
    let lots = tender.map(|tender| tender.lots.iter().map(|(id, lot)| lot_report(id, lot, world)).collect());
    Report {
        lots: lots.unwrap_or_default(),
        phase: tender.map(|tender| tender.notice.phase),
        title: tender.and_then(|tender| tender.notice.terms()).map(|terms| terms.title.clone()),
        ..of_public(about, head, entries, not_carried, tallies)
    }
}

fn lot_report(id: &LotId, lot: &Lot, world: &World) -> LotReport {
    let awarded = lot.awarded.and_then(|bid| lot.bids.get(&bid));
    let name = awarded.and_then(|bid| world.centre.organisations.get(&bid.org));
    LotReport {
        lot: id.clone(),
        stage: lot.stage,
        bids: lot.standing().count(),
        closed_root: lot.closed_root,
        ranking: lot.review.ranking.clone(),
        awarded: awarded.map(|bid| (bid.id, bid.org)),
        winner: name.map(|organisation| organisation.name.as_str().to_owned()),
    }
}

fn verdict(checks: &[CheckResult]) -> Verdict {
    let has_failed = checks.iter().any(|check| check.outcome == Outcome::Fail);
    if has_failed { Verdict::Failed } else { Verdict::Verified }
}

impl Report {
    /// The report for a person to read, in Chinese and English.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let title = self.title.as_ref().map_or("", |title| title.zh.as_str());
        writeln!(out, "{} {title}", self.tender)?;
        let size = self.head_size.map_or_else(|| "?".to_owned(), |size| size.to_string());
        writeln!(out, "{} · {} / {size} 条 entries", self.origin, self.entries)?;
        for check in &self.checks {
            write_check(out, check)?;
        }
        for lot in &self.lots {
            write_lot(out, lot)?;
        }
        if !self.not_carried.is_empty() {
            writeln!(out, "未随附的文件 / documents not carried: {}", self.not_carried.len())?;
            self.not_carried.iter().try_for_each(|sha256| writeln!(out, "    {sha256}"))?;
        }
        let verdict = match self.verdict {
            Verdict::Verified => "✓ 验证通过 / verified",
            Verdict::Failed => "✗ 验证不通过 / not verified",
        };
        writeln!(out, "{verdict}")
    }
}

fn write_check(out: &mut String, check: &CheckResult) -> std::fmt::Result {
    let mark = match check.outcome {
        Outcome::Pass => '✓',
        Outcome::Fail => '✗',
        Outcome::NotApplicable => '–',
    };
    let Said { zh, en } = &check.name;
    writeln!(out, "{mark} {:<4} {zh} / {en}", check.id.code())?;
    if check.outcome != Outcome::NotApplicable {
        writeln!(out, "       {} / {}", check.sentence.zh, check.sentence.en)?;
    }
    match &check.note {
        Some(note) => writeln!(out, "       注 note: {} / {}", note.zh, note.en),
        None => Ok(()),
    }
}

fn write_lot(out: &mut String, lot: &LotReport) -> std::fmt::Result {
    let stage = serde_json::to_value(lot.stage).unwrap_or_default();
    let stage = stage["stage"].as_str().unwrap_or_default();
    writeln!(out, "标段 lot {}: {stage}, 投标 bids {}", lot.lot, lot.bids)?;
    for bid in &lot.ranking {
        let rank = bid.rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        writeln!(out, "    {rank}. {} {} 分 points", bid.bid, bid.total)?;
    }
    match &lot.winner {
        Some(name) => writeln!(out, "    中标 awarded: {name}"),
        None => Ok(()),
    }
}
