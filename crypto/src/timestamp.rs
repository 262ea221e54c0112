//! Time-stamps of others: tokens of RFC 3161 (with RFC 5816) over a checkpoint.
//!
//! A token says: its authority saw these bytes at this time. Over a head of the log it is the upper bound of the time of
//! every entry under that head. Not a clock: it decides nothing alone, and an authority that lies is found out by others.
//!
//! *Invariant*: a token is believed only if its signer's certificate is for time-stamping and nothing else (critical
//! extended key usage), was named by the token itself (ESSCertIDv2) and chains to an authority that the caller trusts.

mod authority;
mod token;
mod wire;

pub use authority::TimeAuthority;
pub use token::{Stamp, TimeAnchor, Token};

use der::asn1::Int;
use der::{Decode, Encode};

use crate::digest::Digest;
use wire::{MessageImprint, TimeStampReq, TimeStampResp};

/// The longest token that is read, in bytes: a chain of certificates has room.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// Bytes of the nonce of a request.
pub const NONCE_BYTES: usize = 8;

/// Why a token, a request or an answer is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// More bytes than [`TOKEN_BYTES_MAX`].
    #[error("the token is too large")]
    Size,
    /// Not DER of the kind that was expected.
    #[error("not a time-stamp by RFC 3161")]
    Form,
    /// The authority did not grant the request.
    #[error("the authority refused")]
    Refused,
    /// A digest that is not accepted.
    #[error("the token uses a digest that is not accepted")]
    Algorithm,
    /// The token is over other bytes.
    #[error("the token is over something else")]
    OtherImprint,
    /// The answer is not to this request.
    #[error("the answer is to another request")]
    OtherNonce,
    /// The token does not carry and name the certificate of its signer, or that is not one for time-stamping alone.
    #[error("the certificate of the signer is missing or not for time-stamping")]
    Certificate,
    /// The signer's certificate does not chain to a trusted authority, at the time of the token.
    #[error("not an authority that is trusted")]
    Untrusted,
    /// The signature does not fit.
    #[error("the signature of the token does not hold")]
    BadSignature,
    /// A key with which nothing can be signed here.
    #[error("the key of the authority cannot be used")]
    Key,
}

impl TimestampError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Size => "timestamp_size",
            Self::Form => "timestamp_form",
            Self::Refused => "timestamp_refused",
            Self::Algorithm => "timestamp_algorithm",
            Self::OtherImprint => "timestamp_imprint",
            Self::OtherNonce => "timestamp_nonce",
            Self::Certificate => "timestamp_certificate",
            Self::Untrusted => "timestamp_untrusted",
            Self::BadSignature => "timestamp_signature",
            Self::Key => "timestamp_key",
        }
    }
}

impl From<der::Error> for TimestampError {
    fn from(_: der::Error) -> Self {
        Self::Form
    }
}

/// A request for a token over `message`: SHA-256, with the signer's certificate, `application/timestamp-query`.
pub fn request(message: &[u8], nonce: &[u8; NONCE_BYTES]) -> Result<Vec<u8>, TimestampError> {
    let request = TimeStampReq {
        version: 1,
        message_imprint: MessageImprint::of(&Digest::of(message))?,
        req_policy: None,
        nonce: Some(nonce_number(nonce)?),
        cert_req: true,
        extensions: None,
    };
    Ok(request.to_der()?)
}

/// The token in an answer (`application/timestamp-reply`) to the request with this nonce. Its signature is checked by
/// [`Token::verify`].
pub fn read_answer(answer: &[u8], nonce: &[u8; NONCE_BYTES]) -> Result<Token, TimestampError> {
    if answer.len() > TOKEN_BYTES_MAX {
        return Err(TimestampError::Size);
    }
    let answer = TimeStampResp::from_der(answer)?;
    let token = answer.token.filter(|_| answer.status.is_granted()).ok_or(TimestampError::Refused)?;
    let token = Token::parse(&token.to_der()?)?;
    if token.nonce() != Some(&nonce_number(nonce)?) {
        return Err(TimestampError::OtherNonce);
    }
    Ok(token)
}

/// A nonce as the positive number that DER wants.
fn nonce_number(nonce: &[u8; NONCE_BYTES]) -> Result<Int, TimestampError> {
    let significant: &[u8] = match nonce.iter().position(|byte| *byte != 0) {
        Some(first) => &nonce[first..],
        None => &nonce[NONCE_BYTES - 1..],
    };
    let is_negative = significant.first().is_some_and(|byte| byte & 0x80 != 0);
    let padded = if is_negative { [&[0], significant].concat() } else { significant.to_vec() };
    Ok(Int::new(&padded)?)
}

#[cfg(test)]
mod tests;
