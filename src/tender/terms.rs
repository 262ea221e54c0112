//! What a notice says: the terms of a tender, as data. Procedures differ here, never in code paths.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::command::FieldValue;
use crate::base::{
    Digest, Envelope, Instant, LotId, Money, OrgId, Points, Refusal, ShortText, Text2, require,
};
use crate::formula::panel::PanelRule;
use crate::formula::{Decimal, PriceRule, Regime};

/// Most lots of one tender.
pub const LOTS_MAX: usize = 32;
/// Most criteria of one lot.
pub const CRITERIA_MAX: usize = 64;
/// Most fields of one statement.
pub const FIELDS_MAX: usize = 32;
/// Most documents of one tender.
pub const DOCUMENTS_MAX: usize = 64;

/// What is bought or sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 工程.
    Works,
    /// 货物.
    Goods,
    /// 服务.
    Services,
}

/// How many openings there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// Everything opens at the deadline; the statement read out holds the price.
    OneStage,
    /// 双信封: price envelopes of those who passed open in a second opening, the others never.
    TwoStage,
}

impl Procedure {
    /// The envelopes that a bid must have.
    pub fn envelopes(self) -> &'static [Envelope] {
        match self {
            Self::OneStage => &[Envelope::Documents, Envelope::PriceDocuments, Envelope::Statement],
            Self::TwoStage => &Envelope::ALL,
        }
    }

    /// Whether `envelope` opens at the deadline (the others only in a second opening, and only of those who passed).
    pub fn opens_first(self, envelope: Envelope) -> bool {
        match (self, envelope) {
            (Self::OneStage, _) | (Self::TwoStage, Envelope::Documents | Envelope::Statement) => true,
            (Self::TwoStage, Envelope::PriceDocuments | Envelope::PriceStatement) => false,
        }
    }

    /// The statement that holds the price.
    pub fn price_statement(self) -> Envelope {
        match self {
            Self::OneStage => Envelope::Statement,
            Self::TwoStage => Envelope::PriceStatement,
        }
    }
}

/// What kind of value a field of a statement holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// A whole number of calendar days.
    Days,
    /// The bid price: an integer of the minor unit of the lot's currency. Exactly one per lot.
    Price,
}

/// One field of an opening statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in the statement, `[a-z0-9_]`.
    pub id: String,
    /// What it holds.
    pub kind: FieldKind,
    /// How it is called.
    pub label: Text2,
}

impl Field {
    /// Whether a value is one of this field: days and prices are above zero.
    pub fn takes(&self, value: &FieldValue) -> bool {
        match (value, self.kind) {
            (FieldValue::Text(_), FieldKind::Text) => true,
            (FieldValue::Integer(number), FieldKind::Days | FieldKind::Price) => *number > 0,
            (FieldValue::Text(_), FieldKind::Days | FieldKind::Price)
            | (FieldValue::Integer(_), FieldKind::Text) => false,
        }
    }
}

/// How a criterion is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Judging {
    /// 初步评审: met or not; not met by a majority rejects the bid.
    PassFail,
    /// 主观分: each expert gives 0 to `max` in steps of 0.01 point.
    Scored {
        /// Most points.
        max: Points,
    },
    /// 客观分: facts in the documents; the experts must agree.
    Objective {
        /// Most points.
        max: Points,
    },
}

/// The part of the evaluation that a criterion counts in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 初步评审.
    Preliminary,
    /// 技术标.
    Technical,
    /// 商务 / 资信.
    Business,
}

/// One criterion of the evaluation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its number in the tender document.
    pub code: String,
    /// What the expert looks at and what evidence is asked for.
    pub guidance: Text2,
    /// How it is judged.
    pub judging: Judging,
    /// Where it counts.
    pub part: Part,
    /// Its name.
    pub title: Text2,
}

/// The panel that evaluates a lot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PanelTerms {
    /// Experts with a seat: at least 5 and odd (招标投标法 37).
    pub size: u8,
    /// How the seats' technical points become one figure.
    pub technical: PanelRule,
}

/// One lot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LotTerms {
    /// Most candidates that are published (at most 3).
    pub candidates_max: u8,
    /// Ceiling price (最高投标限价).
    pub ceiling: Money,
    /// The criteria, in the order of the tender document.
    pub criteria: Vec<Criterion>,
    /// Longest duration in calendar days.
    pub duration_days_max: u32,
    /// Number of the lot.
    #[ts(type = "string")]
    pub id: LotId,
    /// Fewest bids for an opening (招标投标法 28: three).
    pub min_bids: u8,
    /// The panel.
    pub panel: PanelTerms,
    /// How prices become points.
    pub price_rule: PriceRule,
    /// Fields of the statement that is read at the first opening.
    pub statement_fields: Vec<Field>,
    /// Fields of the price statement (two-stage only).
    pub price_fields: Vec<Field>,
    /// Name of the lot.
    pub title: Text2,
}

/// The terms of a tender.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// 招标代理: the host's organisation.
    pub agency: OrgId,
    /// 招标人.
    pub buyer: OrgId,
    /// Works, goods or services.
    pub category: Category,
    /// Where questions may be asked by telephone.
    pub contact: ShortText,
    /// The lots.
    pub lots: Vec<LotTerms>,
    /// Deadline for bids and opening: the same moment.
    pub opening_at: Instant,
    /// One or two openings.
    pub procedure: Procedure,
    /// 项目代码.
    pub project_code: ShortText,
    /// 招标方案核准: number of the approved procurement plan.
    pub plan_approval: ShortText,
    /// Qualification that is asked for, as printed in the notice.
    pub qualification: Text2,
    /// Body of law.
    pub regime: Regime,
    /// Administrative region.
    pub region: ShortText,
    /// What is bought, in a paragraph.
    pub summary: Text2,
    /// Title.
    pub title: Text2,
}

/// A document of the tender: a file by its digest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Bytes.
    pub len: u64,
    /// `application/pdf`, mostly.
    pub media_type: String,
    /// File name.
    pub name: ShortText,
    /// SHA-256 of the file.
    #[ts(type = "string")]
    pub sha256: Digest,
}

impl Terms {
    /// The terms of `lot`.
    pub fn lot(&self, lot: &LotId) -> Option<&LotTerms> {
        self.lots.iter().find(|terms| &terms.id == lot)
    }

    /// Refuses terms that no lawful tender can have.
    pub fn check(&self) -> Result<(), Refusal> {
        require((1..=LOTS_MAX).contains(&self.lots.len()), || {
            Refusal::rule("lots_count").with("max", LOTS_MAX)
        })?;
        let ids: BTreeSet<&LotId> = self.lots.iter().map(|lot| &lot.id).collect();
        require(ids.len() == self.lots.len(), || Refusal::rule("lot_twice"))?;
        self.lots.iter().try_for_each(|lot| lot.check(self))
    }
}

impl LotTerms {
    fn check(&self, terms: &Terms) -> Result<(), Refusal> {
        let rule = |code: &'static str| Refusal::rule(code).with("lot", &self.id);
        require(self.ceiling.minor() > 0, || rule("ceiling_not_positive"))?;
        require(self.panel.size >= 5 && self.panel.size % 2 == 1, || rule("panel_size"))?;
        require((1..=3).contains(&self.candidates_max), || rule("candidates_count"))?;
        require(self.min_bids >= 3, || rule("min_bids_below_law"))?;
        require(self.criteria.len() <= CRITERIA_MAX, || rule("criteria_count"))?;
        let codes: BTreeSet<&str> = self.criteria.iter().map(|criterion| criterion.code.as_str()).collect();
        require(codes.len() == self.criteria.len(), || rule("criterion_twice"))?;
        require(self.criteria.iter().all(Criterion::is_in_its_part), || rule("criterion_part"))?;
        self.check_fields(terms.procedure)?;
        self.price_rule.check(terms.regime).map_err(|fault| rule(fault.code()))
    }

    fn check_fields(&self, procedure: Procedure) -> Result<(), Refusal> {
        let rule = |code: &'static str| Refusal::rule(code).with("lot", &self.id);
        let all = self.statement_fields.iter().chain(&self.price_fields);
        require(all.clone().count() <= FIELDS_MAX, || rule("fields_count"))?;
        let ids: BTreeSet<&str> = all.clone().map(|field| field.id.as_str()).collect();
        require(ids.len() == all.count(), || rule("field_twice"))?;
        let prices = |fields: &[Field]| fields.iter().filter(|field| field.kind == FieldKind::Price).count();
        let (first, second) = (prices(&self.statement_fields), prices(&self.price_fields));
        let wanted = match procedure {
            Procedure::OneStage => (1, 0),
            Procedure::TwoStage => (0, 1),
        };
        require((first, second) == wanted, || rule("price_field_in_wrong_statement"))
    }

    /// The values that the coefficient of the price rule is drawn from at the opening; empty if there is none to draw.
    pub fn draw_set(&self) -> &[Decimal] {
        let coefficient = self.price_rule.formula.coefficient();
        coefficient.and_then(|coefficient| coefficient.draw_set()).unwrap_or_default()
    }

    /// The fields of `statement` (3 or 4).
    pub fn fields(&self, statement: Envelope) -> &[Field] {
        match statement {
            Envelope::Statement => &self.statement_fields,
            Envelope::PriceStatement => &self.price_fields,
            Envelope::Documents | Envelope::PriceDocuments => &[],
        }
    }
}

impl Criterion {
    fn is_in_its_part(&self) -> bool {
        match (self.part, self.judging) {
            (Part::Preliminary, Judging::PassFail) => true,
            (Part::Technical | Part::Business, Judging::Scored { max } | Judging::Objective { max }) => {
                max > Points::ZERO
            }
            (Part::Preliminary, Judging::Scored { .. } | Judging::Objective { .. })
            | (Part::Technical | Part::Business, Judging::PassFail) => false,
        }
    }
}

#[cfg(test)]
mod tests;
