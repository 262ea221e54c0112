//! Whom a client trusts to be the server: the certificates of one file, or the public authorities.
//!
//! *Invariant*: with a file of its own, nobody else is trusted; there is no way to switch the check off.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::ClientError;
use crate::trust;

/// The TLS of a client. `ca` is a PEM file of root certificates, for example the self-made one of a test centre.
/// Errors: `tls_trust`, `file`.
pub(super) fn client_config(ca: Option<&Path>) -> Result<Arc<ClientConfig>, ClientError> {
    let roots = match ca {
        Some(path) => roots_of(path)?,
        None => trust::public_authorities(),
    };
    let config = trust::client_config(roots).map_err(|error| ClientError::TlsTrust(error.to_string()))?;
    Ok(Arc::new(config))
}

fn roots_of(path: &Path) -> Result<RootCertStore, ClientError> {
    let pem = std::fs::read(path).map_err(|error| ClientError::file(path, error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| ClientError::TlsTrust(error.to_string()))?;
        roots.add(certificate).map_err(|error| ClientError::TlsTrust(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(ClientError::TlsTrust(format!("no certificate in {}", path.display())));
    }
    Ok(roots)
}
