//! Ids: distinct types, so that a lot can never be passed for a bid.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {0}")]
pub struct NotAnId(&'static str);

macro_rules! uuid_id {
    ($(#[doc = $doc:literal])* $name:ident, $what:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($what, ":{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::parse_str(text).map(Self).map_err(|_| NotAnId($what))
            }
        }
    };
}

uuid_id!(/** A tender. */ TenderId, "tender");
uuid_id!(/** A natural person with an account. */ PersonId, "person");
uuid_id!(/** An organisation: centre, procuring entity, agency, bidder, supervisor. */ OrgId, "organisation");
uuid_id!(/** One bid of one bidder for one lot; a replacement is a new bid. */ BidId, "bid");
uuid_id!(/** A question asked before the deadline. */ EnquiryId, "enquiry");

/// A person's signing key: SHA-256 of its SubjectPublicKeyInfo.
pub type KeyId = kaibiao_crypto::digest::Digest;
