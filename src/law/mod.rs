//! The law as data: limits of time with their articles and dates, the calendar, and the arithmetic of both.
//!
//! Days are those of Asia/Shanghai; the first of a period is not counted; a period ends with its last day, and where that is
//! not worked, with the next working day. Every limit that the platform checks or shows is computed here and nowhere else.

mod amount;
mod calendar;
mod day;
mod rule;

pub use amount::{Amount, Unit};
pub use calendar::{Calendar, Holidays};
pub use day::{Day, NotADay};
pub use rule::{Provision, Rule, provision, provisions};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{Instant, LongText, Refusal, Regime, Text2, require};

/// What a centre sets in the place of the law's limits, for both bodies of law; a demonstration, say, takes minutes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TimeLimits {
    /// The limits that differ, each rule once.
    pub overrides: Vec<Override>,
    /// Why they differ; shown on each tender's page.
    pub reason: Option<LongText>,
}

/// One limit that a centre sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub rule: Rule,
}

impl TimeLimits {
    /// These amounts, for this reason.
    pub fn of(overrides: impl IntoIterator<Item = (Rule, Amount)>, reason: LongText) -> Self {
        let overrides = overrides.into_iter().map(|(rule, amount)| Override { amount, rule }).collect();
        Self { overrides, reason: Some(reason) }
    }

    /// Refuses a rule that stands twice, an amount of another kind than the law's, and a difference without a reason.
    pub fn check(&self) -> Result<(), Refusal> {
        let rules: BTreeSet<Rule> = self.overrides.iter().map(|set| set.rule).collect();
        require(rules.len() == self.overrides.len(), || Refusal::rule("limit_twice"))?;
        for set in &self.overrides {
            let laws = [Regime::Bidding, Regime::Procurement].map(provisions);
            let mut of_rule = laws.into_iter().flatten().filter(|provision| provision.rule == set.rule);
            let is_like = of_rule.all(|provision| set.amount.is_like(provision.amount));
            require(is_like, || Refusal::rule("limit_out_of_bounds").with("rule", set.rule))?;
        }
        require(self.overrides.is_empty() || self.reason.is_some(), || Refusal::rule("limit_without_reason"))
    }

    fn amount(&self, rule: Rule) -> Option<Amount> {
        self.overrides.iter().find(|set| set.rule == rule).map(|set| set.amount)
    }
}

/// A limit as it holds at a place of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct Limit {
    /// How much: the centre's own amount, else the law's.
    pub amount: Amount,
    /// Where the law's stands.
    pub article: Text2,
    /// What the law says.
    pub lawful: Amount,
    /// What is to be known of it.
    pub note: Option<Text2>,
    /// Of what.
    pub rule: Rule,
    /// Since when the law says so.
    pub valid_from: Day,
    /// Until when, if not any more.
    pub valid_to: Option<Day>,
}

/// A limit and the moment that it leads to in one tender.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct Dated {
    /// The moment: no earlier than, or no later than, as the rule says; none where it depends on what is to come.
    pub at: Option<Instant>,
    /// The limit.
    pub limit: Limit,
}

impl Limit {
    /// A refusal by this limit: with the rule, what was the least or the most, and its article in both languages.
    pub fn refusal(&self, code: &'static str) -> Refusal {
        Refusal::rule(code).with("rule", self.rule).with("limit", self.amount).with("article", &self.article)
    }
}

/// The law as a centre applies it at a place of the log: with its own limits and the calendar that it knows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Law {
    /// The centre's own limits.
    pub limits: TimeLimits,
    /// Holidays and working days.
    pub calendar: Calendar,
}

impl Law {
    /// The limit that `rule` sets on the day of `at`.
    pub fn limit(&self, regime: Regime, rule: Rule, at: Instant) -> Limit {
        let Provision { amount: lawful, article, note, valid_from, valid_to, .. } =
            provision(regime, rule, Day::of(at)).clone();
        let amount = self.limits.amount(rule).unwrap_or(lawful);
        Limit { amount, article, lawful, note, rule, valid_from, valid_to }
    }

    /// Every limit of a tender that is published at `published` and opens at `opening`, with the moments that follow.
    pub fn dated(&self, regime: Regime, published: Instant, opening: Option<Instant>) -> Vec<Dated> {
        let rules: BTreeSet<Rule> = provisions(regime).iter().map(|provision| provision.rule).collect();
        let dated = |rule: Rule| {
            let at = match rule {
                Rule::NoticeToDeadline | Rule::NoticePublicity | Rule::DocumentIssue => {
                    Some(self.ends(regime, rule, published))
                }
                Rule::ChangeBeforeDeadline | Rule::DocumentObjection => {
                    opening.map(|opening| self.latest_start(regime, rule, opening))
                }
                Rule::ObjectionAnswer
                | Rule::CandidatePublicityStart
                | Rule::CandidatePublicity
                | Rule::ComplaintFiling
                | Rule::ComplaintAcceptance
                | Rule::ComplaintDecision
                | Rule::BidSecurityShare
                | Rule::BidSecurityRefund
                | Rule::AwardDecision
                | Rule::ResultNotice
                | Rule::ContractSigning
                | Rule::AwardReport
                | Rule::KeyReplacement => None,
            };
            Dated { at, limit: self.limit(regime, rule, published) }
        };
        rules.into_iter().map(dated).collect()
    }

    /// When the period that `rule` sets is over, if it begins with `from`.
    pub fn ends(&self, regime: Regime, rule: Rule, from: Instant) -> Instant {
        self.amount(regime, rule, from).ends(&self.calendar, from)
    }

    /// The first moment that has the whole period of `rule` between it and `from`.
    pub fn earliest_end(&self, regime: Regime, rule: Rule, from: Instant) -> Instant {
        self.amount(regime, rule, from).earliest_end(&self.calendar, from)
    }

    /// The last moment that has the whole period of `rule` between it and `end`.
    pub fn latest_start(&self, regime: Regime, rule: Rule, end: Instant) -> Instant {
        self.amount(regime, rule, end).latest_start(&self.calendar, end)
    }

    fn amount(&self, regime: Regime, rule: Rule, at: Instant) -> Amount {
        self.limits.amount(rule).unwrap_or_else(|| provision(regime, rule, Day::of(at)).amount)
    }
}

#[cfg(test)]
mod tests;
