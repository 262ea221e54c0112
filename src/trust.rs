//! TLS towards servers of others: rustls over ring, with the certificates of somebody's choice or the public authorities.

use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Trusts `roots` and nobody else; there is no way to switch the check off.
pub fn client_config(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The public certification authorities, as Mozilla lists them.
pub fn public_authorities() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}
