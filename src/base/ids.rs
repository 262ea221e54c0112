//! Ids: distinct types, so that a lot can never be passed for a bid.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {0}")]
pub struct NotAnId(&'static str);

/// The UUID whose one written form this is: lower case, with hyphens (docs/formats.md, 2).
fn written(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text).then_some(id)
}

macro_rules! uuid_id {
    ($(#[doc = $doc:literal])* $name:ident, $what:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
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
                written(text).map(Self).ok_or(NotAnId($what))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

uuid_id!(/** A tender. */ TenderId, "tender");
uuid_id!(/** A natural person with an account. */ PersonId, "person");
uuid_id!(/** An organisation: centre, procuring entity, agency, bidder, supervisor. */ OrgId, "organisation");
uuid_id!(/** One bid of one bidder for one lot; a replacement is a new bid. */ BidId, "bid");
uuid_id!(/** A question asked before the deadline. */ EnquiryId, "enquiry");
uuid_id!(/** An order of the supervisor. */ DirectiveId, "directive");
uuid_id!(/** An objection to the buyer. */ ObjectionId, "objection");
uuid_id!(/** A complaint to the supervisor. */ ComplaintId, "complaint");

/// A person's signing key: SHA-256 of its SubjectPublicKeyInfo.
pub type KeyId = kaibiao_crypto::digest::Digest;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_written_form() {
        const WRITTEN: &str = "0aee83c8-91f5-4b7e-9a55-0d2f1c6b7a10";
        let read = |text: &str| serde_json::from_value::<BidId>(text.into()).map(|id| id.to_string()).ok();
        assert_eq!(read(WRITTEN).as_deref(), Some(WRITTEN));
        for other in [
            WRITTEN.to_uppercase(),
            WRITTEN.replace('-', ""),
            format!("{{{WRITTEN}}}"),
            format!("urn:uuid:{WRITTEN}"),
            format!("{WRITTEN} "),
        ] {
            assert_eq!(read(&other), None, "{other}");
            assert_eq!(other.parse::<TenderId>(), Err(NotAnId("tender")), "{other}");
        }
    }
}
