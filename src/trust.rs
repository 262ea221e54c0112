//! TLS towards servers of others: rustls over ring, with the certificates of somebody's choice or the public authorities.

use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Trusts `roots` and nobody else; there is no way to switch the check off.
pub fn client_config(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// What is longer than `max` bytes breaks off after them: whoever reads it finds it malformed.
pub async fn body_of(mut answer: reqwest::Response, max: usize) -> Result<Vec<u8>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > max {
            break;
        }
    }
    Ok(bytes)
}

/// The public certification authorities, as Mozilla lists them.
pub fn public_authorities() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}
