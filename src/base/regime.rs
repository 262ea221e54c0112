//! The bodies of law that a tender is held under. Not their numbers: those are data with each rule.
//! Invariant: a rule names its regimes; nothing else decides what is lawful.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which law a tender follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// 招标投标法 and its regulation 招标投标法实施条例: works, mostly.
    Bidding,
    /// 政府采购法 and 财政部令第 87 号: goods and services bought by public bodies.
    Procurement,
}
