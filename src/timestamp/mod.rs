//! Time authorities: those that the configuration names, asked over HTTP (RFC 3161, 3.4), or one in this process for a
//! demonstration. Whom a verifier trusts stands in the log (`NameTimeAuthorities`), not here.

mod embedded;

pub use embedded::EmbeddedAuthority;

use std::time::Duration;

use futures_util::future;
use kaibiao_crypto::timestamp::{NONCE_BYTES, TOKEN_BYTES_MAX, Token, read_answer, request};
use reqwest::header::CONTENT_TYPE;
use ring::rand::{SecureRandom, SystemRandom};

use crate::clock::Clock;
use crate::trust;

/// Longest wait for an authority.
const ANSWER: Duration = Duration::from_secs(5);

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TimeError {
    /// Not a token, or a key that cannot be used.
    #[error(transparent)]
    Timestamp(#[from] kaibiao_crypto::timestamp::TimestampError),
    /// The line.
    #[error("the time authority is not reached: {0}")]
    Line(#[from] reqwest::Error),
    /// TLS.
    #[error("TLS for the time authorities: {0}")]
    Tls(#[from] rustls::Error),
    /// A certificate.
    #[error("a certificate cannot be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A file of the authority in this process.
    #[error("a file of the time authority: {0}")]
    File(#[from] std::io::Error),
    /// The system gave no randomness.
    #[error("no randomness")]
    NoRandomness,
}

/// Where tokens come from.
pub enum TimeSources {
    /// An authority in this process, by the platform's clock: proves the form of things, and no time.
    Here(Box<EmbeddedAuthority>, Clock),
    /// Authorities of others, each at its address.
    There(reqwest::Client, Vec<String>),
}

impl TimeSources {
    /// Authorities at `addresses`; there may be none.
    pub fn there(addresses: &[String]) -> Result<Self, TimeError> {
        let tls = trust::client_config(trust::public_authorities())?;
        let line = reqwest::Client::builder().use_preconfigured_tls(tls).timeout(ANSWER).build()?;
        Ok(Self::There(line, addresses.to_vec()))
    }

    /// Whether there is no authority to ask.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::There(_, addresses) if addresses.is_empty())
    }

    /// A token over `message` from each authority that gives one; the others are told in the operator's log.
    pub async fn tokens(&self, message: &[u8]) -> Vec<Token> {
        let asked = match self {
            Self::Here(authority, clock) => {
                vec![("here", exchange(message, async |query| authority.answer(&query, clock.now())).await)]
            }
            Self::There(line, addresses) => {
                let ask = async |address: &String| {
                    exchange(message, async |query| ask(line, address, query).await).await
                };
                let asked = future::join_all(addresses.iter().map(ask)).await;
                addresses.iter().map(String::as_str).zip(asked).collect()
            }
        };
        let told = |(address, token): (&str, Result<Token, TimeError>)| {
            token.inspect_err(|error| tracing::warn!(address, %error, "no token of a time authority")).ok()
        };
        asked.into_iter().filter_map(told).collect()
    }
}

async fn exchange(
    message: &[u8],
    ask: impl AsyncFnOnce(Vec<u8>) -> Result<Vec<u8>, TimeError>,
) -> Result<Token, TimeError> {
    let mut nonce = [0; NONCE_BYTES];
    SystemRandom::new().fill(&mut nonce).map_err(|_| TimeError::NoRandomness)?;
    let answer = ask(request(message, &nonce)?).await?;
    Ok(read_answer(&answer, &nonce)?)
}

async fn ask(line: &reqwest::Client, address: &str, query: Vec<u8>) -> Result<Vec<u8>, TimeError> {
    let asked = line.post(address).header(CONTENT_TYPE, "application/timestamp-query").body(query);
    Ok(trust::body_of(asked.send().await?.error_for_status()?, TOKEN_BYTES_MAX).await?)
}
