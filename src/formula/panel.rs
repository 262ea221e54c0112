//! One score from the marks of a panel: void marks taken out, extremes left out, the mean of the rest.
//! Not here: who may mark and when marks are revealed. Invariant: the score lies between the lowest and the highest
//! valid mark, and every mark is either in the mean, left out of it, or void.
//!
//! Sources: the same evaluation chapter as `banded_median` (mean without one highest and one lowest; a mark of 90 % of the
//! maximum or more, or 60 % or less, is void without a written reason, and the mean is taken of the valid ones);
//! 财政部令第 87 号, article 55 (scores of the panel's members are aggregated).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::coefficient::demand;
use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::{Exact, mean, without_extremes};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

/// How the marks of one item become one score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PanelRule {
    /// The most points of the item; more than 0.
    pub points_max: Points,
    /// Which mean is taken.
    pub aggregation: Aggregation,
    /// When a mark needs a written reason; none if never.
    pub reasons: Option<ReasonRule>,
}

/// Which mean is taken of the valid marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Aggregation {
    /// The mean of all valid marks.
    Mean,
    /// The mean without one highest and one lowest, if there are enough valid marks; else of all.
    TrimmedMean {
        /// From this many valid marks on; at least 3, by custom 5.
        trim_from: u32,
    },
}

/// Marks at the ends of the scale are void without a written reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReasonRule {
    /// A mark of this share of the maximum or more needs a reason; at most 1.
    pub high_ratio: Decimal,
    /// A mark of this share of the maximum or less needs a reason; from 0 to less than `high_ratio`.
    pub low_ratio: Decimal,
}

/// The mark of one expert for one item of one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Mark<E> {
    /// Whose mark.
    pub expert: E,
    /// The points, from 0 to the maximum of the item.
    pub points: Points,
    /// Whether the expert wrote a reason.
    pub has_reason: bool,
}

/// The score of a panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PanelScore<E> {
    /// The mean, rounded half-up to two digits.
    pub points: Points,
    /// Experts whose mark is void, in their own order.
    pub void: Vec<E>,
    /// Experts whose mark was left out as the highest or the lowest: the lowest first.
    pub left_out: Vec<E>,
    /// Why.
    pub trace: Trace<E>,
}

impl ReasonRule {
    /// 90 % or more and 60 % or less, as the source has it.
    pub const USUAL: Self = Self { high_ratio: Decimal::hundredths(90), low_ratio: Decimal::hundredths(60) };

    /// Whether a mark needs a written reason; the editor asks before an expert commits.
    pub fn asks_for_reason(&self, points: Points, points_max: Points) -> bool {
        let (mark, most) = (points.exact(), points_max.exact());
        mark >= &most * self.high_ratio.exact() || mark <= most * self.low_ratio.exact()
    }
}

impl PanelRule {
    /// What the editor asks before a rule is published. Errors: `parameter_out_of_range`.
    pub fn check(&self) -> Result<(), RuleFault> {
        demand(self.points_max > Points::ZERO, "points_max")?;
        match self.aggregation {
            Aggregation::Mean => {}
            Aggregation::TrimmedMean { trim_from } => demand(trim_from >= 3, "trim_from")?,
        }
        let Some(reasons) = &self.reasons else { return Ok(()) };
        demand(reasons.high_ratio <= Decimal::whole(1), "high_ratio")?;
        demand(reasons.low_ratio >= Decimal::whole(0) && reasons.low_ratio < reasons.high_ratio, "low_ratio")
    }

    /// The score of the panel; the order of `marks` is without effect.
    /// Errors: `parameter_out_of_range`, `duplicate_id`, `mark_out_of_range`, `no_valid_mark`.
    pub fn aggregate<E: Clone + Ord>(&self, marks: &[Mark<E>]) -> Result<PanelScore<E>, FormulaError> {
        self.check()?;
        self.check_marks(marks)?;
        let mut sorted: Vec<&Mark<E>> = marks.iter().collect();
        sorted.sort_by(|left, right| (left.points, &left.expert).cmp(&(right.points, &right.expert)));
        let (void, valid): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|mark| self.is_void(mark));
        let mut trace = Trace::new();
        for mark in &void {
            trace.push(
                Step::about(StepCode::MarkVoid, mark.expert.clone()).points(TermName::Mark, mark.points),
            );
        }
        let kept = if self.is_trimmed(valid.len()) { without_extremes(&valid) } else { &valid };
        let left_out: Vec<E> = match valid.as_slice() {
            [lowest, .., highest] if kept.len() < valid.len() => {
                vec![lowest.expert.clone(), highest.expert.clone()]
            }
            _ => Vec::new(),
        };
        let kept_points: Vec<Exact> = kept.iter().map(|mark| mark.points.exact()).collect();
        let exact = mean(&kept_points).ok_or(FormulaError::NoValidMark)?;
        let points = Points::rounded(&exact)?;
        trace.push(
            Step::new(StepCode::PanelScore)
                .ids(TermName::LeftOut, left_out.clone())
                .ids(TermName::Of, experts(kept))
                .exact_points(TermName::Exact, &exact)
                .points(TermName::Result, points),
        );
        let mut void = experts(&void);
        void.sort();
        Ok(PanelScore { points, void, left_out, trace })
    }

    fn check_marks<E: Ord>(&self, marks: &[Mark<E>]) -> Result<(), FormulaError> {
        if marks.iter().map(|mark| &mark.expert).collect::<BTreeSet<_>>().len() < marks.len() {
            return Err(FormulaError::DuplicateId);
        }
        let is_in_range = |mark: &Mark<E>| mark.points >= Points::ZERO && mark.points <= self.points_max;
        if marks.iter().all(is_in_range) { Ok(()) } else { Err(FormulaError::MarkOutOfRange) }
    }

    fn is_void<E>(&self, mark: &Mark<E>) -> bool {
        let asks = |reasons: &ReasonRule| reasons.asks_for_reason(mark.points, self.points_max);
        !mark.has_reason && self.reasons.as_ref().is_some_and(asks)
    }

    fn is_trimmed(&self, valid: usize) -> bool {
        match self.aggregation {
            Aggregation::Mean => false,
            Aggregation::TrimmedMean { trim_from } => valid >= trim_from as usize,
        }
    }
}

fn experts<E: Clone>(marks: &[&Mark<E>]) -> Vec<E> {
    marks.iter().map(|mark| mark.expert.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> PanelRule {
        PanelRule {
            points_max: Points::from_hundredths(1_000).expect("ten points"),
            aggregation: Aggregation::TrimmedMean { trim_from: 5 },
            reasons: Some(ReasonRule::USUAL),
        }
    }

    fn marks(hundredths: &[i64]) -> Vec<Mark<u32>> {
        let points = hundredths.iter().map(|count| Points::from_hundredths(*count).expect("points"));
        points.zip(1_u32..).map(|(points, expert)| Mark { expert, points, has_reason: false }).collect()
    }

    fn text(score: &PanelScore<u32>) -> String {
        score.points.to_string()
    }

    #[test]
    fn five_marks_lose_one_highest_and_one_lowest() {
        let score = rule().aggregate(&marks(&[800, 700, 850, 650, 701])).expect("five valid marks");
        // 700 + 701 + 800 = 2201, a third of it 733.67.
        assert_eq!((text(&score).as_str(), score.left_out), ("7.34", vec![4, 3]));
        assert_eq!(score.void, Vec::<u32>::new());
    }

    #[test]
    fn equal_marks_lose_only_one_of_them() {
        let score = rule().aggregate(&marks(&[800, 800, 800, 700, 700])).expect("five valid marks");
        assert_eq!((text(&score).as_str(), score.left_out), ("7.67", vec![4, 3]));
    }

    #[test]
    fn an_extreme_mark_without_a_reason_is_void() {
        let mut five = marks(&[900, 700, 850, 600, 701]);
        let score = rule().aggregate(&five).expect("three valid marks");
        assert_eq!(score.void, [1, 4]);
        // Three valid marks are too few to leave any out: (700 + 850 + 701) / 3.
        assert_eq!((text(&score).as_str(), score.left_out.len()), ("7.50", 0));
        five.iter_mut().for_each(|mark| mark.has_reason = true);
        let score = rule().aggregate(&five).expect("five valid marks");
        assert_eq!((text(&score).as_str(), score.left_out, score.void.len()), ("7.50", vec![4, 1], 0));
    }

    #[test]
    fn the_ends_of_the_scale_are_exact() {
        let most = rule().points_max;
        let asks = |hundredths| {
            ReasonRule::USUAL.asks_for_reason(Points::from_hundredths(hundredths).expect("points"), most)
        };
        assert_eq!([600, 601, 899, 900].map(asks), [true, false, false, true]);
    }

    #[test]
    fn the_order_of_marks_is_without_effect() {
        let mut turned = marks(&[900, 700, 850, 600, 701]);
        turned.reverse();
        assert_eq!(rule().aggregate(&turned), rule().aggregate(&marks(&[900, 700, 850, 600, 701])));
    }

    #[test]
    fn what_cannot_be_aggregated_is_refused() {
        assert_eq!(rule().aggregate::<u32>(&[]), Err(FormulaError::NoValidMark));
        assert_eq!(rule().aggregate(&marks(&[950, 100])), Err(FormulaError::NoValidMark));
        assert_eq!(rule().aggregate(&marks(&[1_001])), Err(FormulaError::MarkOutOfRange));
        assert_eq!(rule().aggregate(&marks(&[-1])), Err(FormulaError::MarkOutOfRange));
        let mut twice = marks(&[700, 710]);
        twice[1].expert = 1;
        assert_eq!(rule().aggregate(&twice), Err(FormulaError::DuplicateId));
        let bare = PanelRule { aggregation: Aggregation::TrimmedMean { trim_from: 2 }, ..rule() };
        assert_eq!(bare.check(), Err(RuleFault::ParameterOutOfRange { parameter: "trim_from" }));
    }
}
