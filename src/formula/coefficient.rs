//! A number in a formula that is either written in the tender document or drawn in public from a list that is.
//! Not the draw itself, which derives an index from a public random value elsewhere.
//! Invariant: a drawn value counts only if the rule lists it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::Exact;

/// The most values that a coefficient is drawn from.
const VALUES_MAX: usize = 1_000;

/// Where a coefficient comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum Coefficient {
    /// Stated in the tender document.
    Fixed {
        /// The value.
        value: Decimal,
    },
    /// Drawn in public.
    Drawn {
        /// The values, all different, in the order that the index of the draw counts.
        among: Vec<Decimal>,
    },
}

impl Coefficient {
    /// The values to draw from; none if there is nothing to draw.
    pub fn draw_set(&self) -> Option<&[Decimal]> {
        match self {
            Self::Fixed { .. } => None,
            Self::Drawn { among } => Some(among),
        }
    }

    /// The value that counts. Errors: `coefficient_missing`, `coefficient_unknown`.
    pub(super) fn resolve(&self, drawn: Option<Decimal>) -> Result<Exact, FormulaError> {
        match (self, drawn) {
            (Self::Fixed { value }, _) => Ok(value.exact()),
            (Self::Drawn { .. }, None) => Err(FormulaError::CoefficientMissing),
            (Self::Drawn { among }, Some(value)) if among.contains(&value) => Ok(value.exact()),
            (Self::Drawn { .. }, Some(_)) => Err(FormulaError::CoefficientUnknown),
        }
    }

    /// Holds if there are values, all different, and `is_lawful` of each.
    pub(super) fn check(
        &self,
        parameter: &'static str,
        is_lawful: impl Fn(Decimal) -> bool,
    ) -> Result<(), RuleFault> {
        let values = match self {
            Self::Fixed { value } => std::slice::from_ref(value),
            Self::Drawn { among } => among.as_slice(),
        };
        let mut distinct = values.to_vec();
        distinct.sort();
        distinct.dedup();
        let is_set = !values.is_empty() && values.len() <= VALUES_MAX && distinct.len() == values.len();
        demand(is_set && values.iter().copied().all(is_lawful), parameter)
    }
}

/// A parameter is as it should be, or the fault that names it.
pub(super) fn demand(is_lawful: bool, parameter: &'static str) -> Result<(), RuleFault> {
    if is_lawful { Ok(()) } else { Err(RuleFault::ParameterOutOfRange { parameter }) }
}
