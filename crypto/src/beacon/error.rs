//! Why a beacon or a network is refused.

use crate::lock::PointError;

/// Why a beacon or the parameters of a network were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeaconError {
    /// Not a JSON object with a round and a signature, or longer than any of drand's.
    #[error("not a beacon: expected JSON with \"round\" and \"signature\"")]
    Text,
    /// Not a number of a round; rounds begin at 1.
    #[error("a round is a whole number from 1")]
    Round,
    /// Not the digits of a signature.
    #[error("a signature of this network is 96 hexadecimal digits")]
    SignatureText,
    /// The signature is no accepted point: a signature of another kind of network, or none.
    #[error("the signature: {0}")]
    Point(#[from] PointError),
    /// The randomness given beside the signature does not follow from it.
    #[error("the randomness is not the digest of the signature")]
    Randomness,
    /// A well-formed signature that is not this network's on this round.
    #[error("the signature is not this network's signature on this round")]
    Signature,
    /// Parameters that no network has: a period of zero seconds, or a genesis beyond all times.
    #[error("no network has this period or genesis")]
    Parameters,
}

impl BeaconError {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "beacon_text",
            Self::Round => "beacon_round",
            Self::SignatureText => "beacon_signature_text",
            Self::Point(error) => error.code(),
            Self::Randomness => "beacon_randomness",
            Self::Signature => "beacon_signature",
            Self::Parameters => "beacon_parameters",
        }
    }
}
