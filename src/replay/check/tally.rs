//! Counting what each check has seen, and where it failed first.

use std::collections::BTreeMap;

use serde::Serialize;

use super::catalogue::{CheckId, Said};

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It held everywhere.
    Pass,
    /// It failed somewhere.
    Fail,
    /// There was nothing to check, or what it needs is not in the file.
    NotApplicable,
}

/// Where a check failed first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Failure {
    /// Stable code of the fault.
    pub fault: String,
    /// Index of the entry in the log; none if the fault is no entry's.
    pub index: Option<u64>,
}

/// The result of one check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CheckResult {
    /// Which.
    pub id: CheckId,
    /// What is checked.
    pub name: Said,
    /// How it came out.
    pub outcome: Outcome,
    /// How often it held or failed.
    pub checked: u64,
    /// How often it failed.
    pub failed: u64,
    /// The first failure, by index.
    pub first_failure: Option<Failure>,
    /// What a reader should know besides.
    pub note: Option<Said>,
    /// The result in a sentence.
    pub sentence: Said,
}

#[derive(Default)]
struct Tally {
    checked: u64,
    failed: u64,
    first: Option<Failure>,
    note: Option<Said>,
}

/// The tallies of all checks.
#[derive(Default)]
pub(super) struct Tallies(BTreeMap<CheckId, Tally>);

impl Tallies {
    /// The check looked at something, at entry `index` if it was one. Gives `holds` back.
    pub(super) fn expect(&mut self, id: CheckId, index: Option<u64>, holds: bool, fault: &str) -> bool {
        if holds {
            self.0.entry(id).or_default().checked += 1;
        } else {
            self.fail(id, index, fault);
        }
        holds
    }

    /// The check failed. The failure with the smallest index is kept; one of no entry comes last.
    pub(super) fn fail(&mut self, id: CheckId, index: Option<u64>, fault: &str) {
        let tally = self.0.entry(id).or_default();
        tally.checked += 1;
        tally.failed += 1;
        tally.keep(Failure { fault: fault.to_owned(), index });
    }

    /// The check looked at `count` things, and held.
    pub(super) fn held(&mut self, id: CheckId, count: u64) {
        if count > 0 {
            self.0.entry(id).or_default().checked += count;
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        for (id, Tally { checked, failed, first, note }) in other.0 {
            let tally = self.0.entry(id).or_default();
            tally.checked += checked;
            tally.failed += failed;
            if let Some(failure) = first {
                tally.keep(failure);
            }
            tally.note = tally.note.take().or(note);
        }
    }

    /// What a reader should know besides the result; the first one said stays.
    pub(super) fn note(&mut self, id: CheckId, note: Said) {
        self.0.entry(id).or_default().note.get_or_insert(note);
    }

    /// All results, in the order of the catalogue.
    pub(super) fn results(mut self) -> Vec<CheckResult> {
        CheckId::ALL.iter().map(|id| self.0.remove(id).unwrap_or_default().result(*id)).collect()
    }
}

impl Tally {
    /// Keeps the failure with the smallest index; of two at one place the first.
    fn keep(&mut self, failure: Failure) {
        let place = |failure: &Failure| failure.index.unwrap_or(u64::MAX);
        if self.first.as_ref().is_none_or(|first| place(&failure) < place(first)) {
            self.first = Some(failure);
        }
    }

    fn result(self, id: CheckId) -> CheckResult {
        let outcome = match (self.checked, self.failed) {
            (0, _) => Outcome::NotApplicable,
            (_, 0) => Outcome::Pass,
            (_, _) => Outcome::Fail,
        };
        let sentence = match (&outcome, &self.first) {
            (Outcome::Fail, Some(first)) => failed(id, first, self.failed),
            (Outcome::Pass, _) => Said::new(format!("{} 处均成立", self.checked), held(self.checked)),
            (Outcome::Fail | Outcome::NotApplicable, _) => Said::new("无可检查之处", "nothing to check"),
        };
        let Self { checked, failed, first, note } = self;
        CheckResult { id, name: id.name(), outcome, checked, failed, first_failure: first, note, sentence }
    }
}

fn held(count: u64) -> String {
    if count == 1 { "held once".to_owned() } else { format!("held {count} times") }
}

fn failed(id: CheckId, first: &Failure, count: u64) -> Said {
    let said = id.failure();
    let (zh, en) = match first.index {
        Some(index) => (format!("，首见于第 {index} 条"), format!(", first at entry {index}")),
        None => (String::new(), String::new()),
    };
    let fault = &first.fault;
    Said::new(
        format!("{}（{fault}）{zh}，共 {count} 处", said.zh),
        format!("{} ({fault}){en}, {count} in all", said.en),
    )
}
