//! Words that every part of the platform uses: ids, money, time, roles, limits of text.
//!
//! Values only. Nothing here reads a clock, draws a number or waits.

mod actor;
pub(crate) mod fixed;
mod ids;
mod instant;
mod money;
mod refusal;
mod regime;
mod score;
mod sealing;
mod tagged;
mod text;
mod tick;

pub use actor::{Actor, Person, Role};
pub use ids::{
    BidId, ComplaintId, DirectiveId, EnquiryId, KeyId, NotAnId, ObjectionId, OrgId, PersonId, TenderId,
};
pub use instant::{Instant, Span};
pub use kaibiao_crypto::digest::Digest;
pub use kaibiao_crypto::label::{EnvelopeKind as Envelope, LotId, SubmissionId};
pub use kaibiao_crypto::manifest::{Manifest, ManifestLine};
pub use money::{Currency, Money, MoneyError};
pub use refusal::{Outcome, Refusal, require};
pub use regime::Regime;
pub use score::{Points, PointsError};
pub use sealing::{Sealing, SealingPolicy};
pub(crate) use tagged::tagged;
pub use text::{LongText, ShortText, Text2, TextError};
pub use tick::Tick;

/// A map of which a copy costs nothing: what is not changed is shared. The ledger gives its readers such a copy after
/// each batch, however many people or bids there are.
pub type SharedMap<K, V> = rpds::RedBlackTreeMapSync<K, V>;
