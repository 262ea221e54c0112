//! Words that every part of the platform uses: ids, money, time, roles, limits of text.
//!
//! Values only. Nothing here reads a clock, draws a number or waits.

mod actor;
pub(crate) mod fixed;
mod ids;
mod instant;
mod limits;
mod money;
mod score;
mod refusal;
mod text;

pub use actor::{Actor, Person, Role};
pub use ids::{BidId, EnquiryId, KeyId, LotId, NotAnId, OrgId, PersonId, SubmissionId, TenderId};
pub use instant::{Instant, Span};
pub use limits::TimeLimits;
pub use kaibiao_crypto::digest::Digest;
pub use money::{Currency, Money, MoneyError};
pub use score::{Points, PointsError};
pub use refusal::{Outcome, Refusal, require};
pub use text::{LongText, ShortText, Text2, TextError};
