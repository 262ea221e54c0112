//! A token, read strictly and verified.

use std::time::Duration;

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerInfo};
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring as algorithms};
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;

use super::wire::{
    CONTENT_TYPE, EXTENDED_KEY_USAGE, GenTime, MESSAGE_DIGEST, SHA_256, SHA_384, SHA_512, SIGNED_DATA,
    SIGNING_CERTIFICATE_V2, SigningCertificateV2, TIME_STAMPING, TST_INFO, TstInfo,
};
use super::{TOKEN_BYTES_MAX, TimestampError};
use crate::digest::Digest;

/// `id-kp-timeStamping` as the bytes of its object identifier.
const TIME_STAMPING_BYTES: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// Algorithms by which certificates and tokens may be signed.
const ACCEPTED: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::ED25519,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
];

/// What a verified token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// When, unix milliseconds by the authority's clock.
    pub at_ms: u64,
    /// How far off its clock may be, by its own word; 0 if it says nothing.
    pub accuracy_ms: u64,
}

/// A certificate that tokens are trusted under: of an authority for certificates, or of the time authority's issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeAnchor(TrustAnchor<'static>);

impl TimeAnchor {
    /// The anchor of a certificate in DER. Error: `timestamp_certificate`.
    pub fn of_certificate(der: &[u8]) -> Result<Self, TimestampError> {
        let der = CertificateDer::from(der);
        let anchor = anchor_from_trusted_cert(&der).map_err(|_| TimestampError::Certificate)?;
        Ok(Self(anchor.to_owned()))
    }
}

/// A token (`TimeStampToken`): CMS SignedData over a TSTInfo.
#[derive(Debug, Clone)]
pub struct Token {
    der: Vec<u8>,
    signed: SignedData,
    content: Vec<u8>,
    info: TstInfo,
}

impl Token {
    /// Reads one. Its signature is checked by [`Token::verify`]. Errors: `timestamp_size`, `timestamp_form`.
    pub fn parse(der: &[u8]) -> Result<Self, TimestampError> {
        if der.len() > TOKEN_BYTES_MAX {
            return Err(TimestampError::Size);
        }
        let outer = ContentInfo::from_der(der)?;
        if outer.content_type != SIGNED_DATA {
            return Err(TimestampError::Form);
        }
        let signed: SignedData = outer.content.decode_as()?;
        let inner = &signed.encap_content_info;
        let content = inner.econtent.as_ref().filter(|_| inner.econtent_type == TST_INFO);
        let content: OctetString = content.ok_or(TimestampError::Form)?.decode_as()?;
        let content = content.into_bytes();
        let info = TstInfo::from_der(&content)?;
        Ok(Self { der: der.to_vec(), signed, content, info })
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn nonce(&self) -> Option<&Int> {
        self.info.nonce.as_ref()
    }

    /// What the token says of `message`, if it is over it and by an authority under one of `anchors`.
    /// Errors: `timestamp_imprint`, `_form`, `_algorithm`, `_certificate`, `_untrusted`, `_signature`.
    pub fn verify(&self, message: &[u8], anchors: &[TimeAnchor]) -> Result<Stamp, TimestampError> {
        if !self.info.message_imprint.is_of(&Digest::of(message)) {
            return Err(TimestampError::OtherImprint);
        }
        let [signer] = self.signed.signer_infos.0.as_slice() else { return Err(TimestampError::Form) };
        let attributes = signer.signed_attrs.as_ref().ok_or(TimestampError::Form)?;
        let content_type: ObjectIdentifier = attribute(signer, CONTENT_TYPE)?;
        let digest: OctetString = attribute(signer, MESSAGE_DIGEST)?;
        if content_type != TST_INFO || digest.as_bytes() != hash(signer.digest_alg.oid, &self.content)? {
            return Err(TimestampError::BadSignature);
        }
        let (certificate, others) = self.certificates(&attribute(signer, SIGNING_CERTIFICATE_V2)?)?;
        let GenTime(at_ms) = self.info.gen_time;
        let certificate = trusted(&certificate, &others, anchors, at_ms)?;
        let is_signed = |algorithm: &&dyn SignatureVerificationAlgorithm| {
            let (message, signature) = (attributes.to_der(), signer.signature.as_bytes());
            message.is_ok_and(|message| certificate.verify_signature(*algorithm, &message, signature).is_ok())
        };
        if !ACCEPTED.iter().any(is_signed) {
            return Err(TimestampError::BadSignature);
        }
        let accuracy_ms = self.info.accuracy.as_ref().map_or(0, super::wire::Accuracy::ms);
        Ok(Stamp { at_ms, accuracy_ms })
    }

    /// The certificate of the signer, which the signed attribute names by its digest, and the others that the token
    /// carries.
    fn certificates(
        &self,
        named: &SigningCertificateV2,
    ) -> Result<(CertificateDer<'static>, Vec<CertificateDer<'static>>), TimestampError> {
        let named = named.certs.first().ok_or(TimestampError::Certificate)?;
        let algorithm = named.hash_algorithm.as_ref().map_or(SHA_256, |algorithm| algorithm.oid);
        let carried = self.signed.certificates.as_ref().ok_or(TimestampError::Certificate)?;
        let mut signers = None;
        let mut others = Vec::new();
        for choice in carried.0.iter() {
            let CertificateChoices::Certificate(certificate) = choice else { continue };
            let der = certificate.to_der()?;
            if hash(algorithm, &der)? == named.cert_hash.as_bytes() {
                is_for_time_stamping_alone(certificate)?;
                signers = Some(CertificateDer::from(der));
            } else {
                others.push(CertificateDer::from(der));
            }
        }
        Ok((signers.ok_or(TimestampError::Certificate)?, others))
    }
}

/// RFC 3161, 2.3: the extension is there, is critical and names this one purpose.
fn is_for_time_stamping_alone(certificate: &Certificate) -> Result<(), TimestampError> {
    let extensions = certificate.tbs_certificate.extensions.as_deref().unwrap_or_default();
    let found = extensions.iter().find(|extension| extension.extn_id == EXTENDED_KEY_USAGE);
    let usage = found.filter(|extension| extension.critical).ok_or(TimestampError::Certificate)?;
    let ExtendedKeyUsage(purposes) = ExtendedKeyUsage::from_der(usage.extn_value.as_bytes())?;
    if purposes == [TIME_STAMPING] { Ok(()) } else { Err(TimestampError::Certificate) }
}

/// The one value of a signed attribute.
fn attribute<T: for<'a> Decode<'a>>(signer: &SignerInfo, oid: ObjectIdentifier) -> Result<T, TimestampError> {
    let attributes = signer.signed_attrs.as_ref().ok_or(TimestampError::Form)?;
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let (Some(attribute), None) = (found.next(), found.next()) else { return Err(TimestampError::Form) };
    let [value] = attribute.values.as_slice() else { return Err(TimestampError::Form) };
    Ok(T::from_der(&value.to_der()?)?)
}

/// The certificate, if it was trusted for time-stamping at that time.
fn trusted<'a>(
    certificate: &'a CertificateDer<'a>,
    others: &[CertificateDer<'_>],
    anchors: &[TimeAnchor],
    at_ms: u64,
) -> Result<EndEntityCert<'a>, TimestampError> {
    let read = EndEntityCert::try_from(certificate).map_err(|_| TimestampError::Certificate)?;
    let anchors: Vec<TrustAnchor<'_>> = anchors.iter().map(|TimeAnchor(anchor)| anchor.clone()).collect();
    let at = UnixTime::since_unix_epoch(Duration::from_millis(at_ms));
    let usage = KeyUsage::required(TIME_STAMPING_BYTES);
    read.verify_for_usage(ACCEPTED, &anchors, others, at, usage, None, None)
        .map_err(|_| TimestampError::Untrusted)?;
    Ok(read)
}

fn hash(algorithm: ObjectIdentifier, bytes: &[u8]) -> Result<Vec<u8>, TimestampError> {
    let algorithm = match algorithm {
        SHA_256 => &ring::digest::SHA256,
        SHA_384 => &ring::digest::SHA384,
        SHA_512 => &ring::digest::SHA512,
        _ => return Err(TimestampError::Algorithm),
    };
    Ok(ring::digest::digest(algorithm, bytes).as_ref().to_vec())
}
