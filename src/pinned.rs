//! TLS between the platform and the programs of others that it works with (custodians, the signer), both ways, with
//! pinned certificates and no authority in between: each side trusts exactly the certificate that its people were given.
//! TLS 1.3 only.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName as Issuer, Error,
    PeerIncompatible, ServerConfig, SignatureScheme,
};

use crate::held;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PinnedError {
    /// Its file.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The certificate or its key.
    #[error("a certificate cannot be made or read: {0}")]
    Certificate(String),
}

/// A certificate with its key.
pub struct OwnCertificate {
    /// DER.
    pub certificate: Vec<u8>,
    /// PKCS #8.
    pub key: zeroize::Zeroizing<Vec<u8>>,
}

impl OwnCertificate {
    /// A new self-signed certificate for `name`. It does not run out: it counts because it is pinned.
    pub fn generate(name: &str) -> Result<Self, PinnedError> {
        let failed = |error: rcgen::Error| PinnedError::Certificate(error.to_string());
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&key).map_err(failed)?;
        Ok(Self { certificate: certificate.der().to_vec(), key: key.serialize_der().into() })
    }

    /// The certificate in `folder`; made and kept there if there is none, its key readable by its owner only.
    pub fn stored(folder: &Path, name: &str) -> Result<Self, PinnedError> {
        let (key_path, certificate_path) = (folder.join("tls.key"), folder.join("tls.der"));
        let read = |path: &Path| held::read(path).map_err(|error| PinnedError::File(path.to_owned(), error));
        if let (Some(key), Some(certificate)) = (read(&key_path)?, read(&certificate_path)?) {
            return Ok(Self { certificate, key: key.into() });
        }
        let made = Self::generate(name)?;
        let write = |path: &Path, bytes: &[u8]| {
            held::write(path, bytes).map_err(|error| PinnedError::File(path.to_owned(), error))
        };
        write(&key_path, &made.key)?;
        write(&certificate_path, &made.certificate)?;
        Ok(made)
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.to_vec()))
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![CertificateDer::from(self.certificate.clone())]
    }
}

/// The certificate in base64, as cards and configurations carry it.
pub fn certificate_from_base64(text: &str) -> Result<Vec<u8>, PinnedError> {
    STANDARD.decode(text).map_err(|_| PinnedError::Certificate("not base64".to_owned()))
}

/// The asking side: shows `own`, trusts a server that shows `peer`.
pub fn client_config(own: &OwnCertificate, peer: Vec<u8>) -> Result<Arc<ClientConfig>, PinnedError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned::new(peer)))
        .with_client_auth_cert(own.chain(), own.key())
        .map_err(tls)?;
    Ok(Arc::new(config))
}

/// A line to the one who shows `peer`: gives up on connecting after `connect`, and on an answer after `answer`.
pub fn line(
    own: &OwnCertificate,
    peer: Vec<u8>,
    connect: Duration,
    answer: Duration,
) -> Result<reqwest::Client, PinnedError> {
    let config = Arc::unwrap_or_clone(client_config(own, peer)?);
    reqwest::Client::builder()
        .use_preconfigured_tls(config)
        .https_only(true)
        .connect_timeout(connect)
        .timeout(answer)
        .build()
        .map_err(|error| PinnedError::Certificate(error.to_string()))
}

/// The answering side: shows `own`, lets in whoever shows `peer`.
pub fn server_config(own: &OwnCertificate, peer: Vec<u8>) -> Result<Arc<ServerConfig>, PinnedError> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(tls)?
        .with_client_cert_verifier(Arc::new(Pinned::new(peer)))
        .with_single_cert(own.chain(), own.key())
        .map_err(tls)?;
    Ok(Arc::new(config))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn tls(error: Error) -> PinnedError {
    PinnedError::Certificate(error.to_string())
}

/// Trusts one certificate: its bytes must be the pinned ones, and the handshake must be signed by its key.
#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn new(certificate: Vec<u8>) -> Self {
        Self { certificate: CertificateDer::from(certificate), provider: provider() }
    }

    fn is_pinned(&self, shown: &CertificateDer<'_>) -> Result<(), Error> {
        if shown.as_ref() == self.certificate.as_ref() {
            Ok(())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn tls13(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, shown, signed, &self.provider.signature_verification_algorithms)
    }

    fn schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.is_pinned(shown).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOfferedOrEnabled))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.tls13(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes()
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[Issuer] {
        &[]
    }

    fn verify_client_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.is_pinned(shown).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOfferedOrEnabled))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.tls13(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes()
    }
}
