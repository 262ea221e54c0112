//! What every other module is written with: money and scores.
//! Not here: rules of any kind. Invariant: pure values, no floats, nothing panics on input.

pub(crate) mod fixed;
pub mod money;
pub mod score;

pub use money::{Currency, Money, MoneyError};
pub use score::{Points, PointsError};
