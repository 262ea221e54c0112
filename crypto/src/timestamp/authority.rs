//! An authority of one's own: for a demonstration and for tests. Production names others.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use der::asn1::{Any, Int, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Tagged};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use super::TimestampError;
use super::wire::{
    Accuracy, CONTENT_TYPE, ECDSA_SHA_256, EssCertIdV2, GenTime, MESSAGE_DIGEST, PkiStatusInfo, SIGNED_DATA,
    SIGNING_CERTIFICATE_V2, SigningCertificateV2, TST_INFO, TimeStampReq, TimeStampResp, TstInfo, algorithm,
    sha_256,
};
use crate::digest::Digest;

/// The policy that such tokens name: that of OpenSSL's examples, which promises nothing.
const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.3.4.1");
/// Bytes of a serial number.
const SERIAL_BYTES: usize = 16;

/// A key of P-256 with its certificate.
pub struct TimeAuthority {
    key: EcdsaKeyPair,
    certificate: Certificate,
}

impl TimeAuthority {
    /// The authority of a PKCS #8 key and its certificate in DER, which must be for time-stamping.
    /// Errors: `timestamp_key`, `timestamp_form`.
    pub fn new(pkcs8: &[u8], certificate: &[u8]) -> Result<Self, TimestampError> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &random);
        Ok(Self {
            key: key.map_err(|_| TimestampError::Key)?,
            certificate: Certificate::from_der(certificate)?,
        })
    }

    /// The answer to a request, at `at_ms` by this authority's clock. `serial` is used once.
    /// Errors: `timestamp_form`, `timestamp_key`.
    pub fn answer(
        &self,
        request: &[u8],
        at_ms: u64,
        serial: [u8; SERIAL_BYTES],
    ) -> Result<Vec<u8>, TimestampError> {
        let request = TimeStampReq::from_der(request)?;
        let info = TstInfo {
            version: 1,
            policy: POLICY,
            message_imprint: request.message_imprint,
            // A leading 1 keeps the number positive and of one length, as DER wants it.
            serial_number: Int::new(&[&[1], serial.as_slice()].concat())?,
            gen_time: GenTime(at_ms),
            accuracy: Some(Accuracy { seconds: Some(1), millis: None, micros: None }),
            ordering: false,
            nonce: request.nonce,
            tsa: None,
            extensions: None,
        };
        let content = info.to_der()?;
        let signer = self.sign(&content)?;
        let signed = SignedData {
            version: CmsVersion::V3,
            digest_algorithms: SetOfVec::try_from(vec![sha_256()])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: TST_INFO,
                econtent: Some(any(&OctetString::new(content)?)?),
            },
            certificates: if request.cert_req { Some(self.certificates()?) } else { None },
            crls: None,
            signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
        };
        let token = ContentInfo { content_type: SIGNED_DATA, content: any(&signed)? };
        Ok(TimeStampResp { status: PkiStatusInfo::GRANTED, token: Some(token) }.to_der()?)
    }

    fn sign(&self, content: &[u8]) -> Result<SignerInfo, TimestampError> {
        let attributes = self.attributes(content)?;
        let signature = self.key.sign(&SystemRandom::new(), &attributes.to_der()?);
        let signature = signature.map_err(|_| TimestampError::Key)?;
        let own = &self.certificate.tbs_certificate;
        let sid =
            IssuerAndSerialNumber { issuer: own.issuer.clone(), serial_number: own.serial_number.clone() };
        Ok(SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(sid),
            digest_alg: sha_256(),
            signed_attrs: Some(attributes),
            signature_algorithm: algorithm(ECDSA_SHA_256),
            signature: OctetString::new(signature.as_ref())?,
            unsigned_attrs: None,
        })
    }

    fn attributes(&self, content: &[u8]) -> Result<SignedAttributes, TimestampError> {
        let digest = |bytes: &[u8]| OctetString::new(Digest::of(bytes).as_bytes().as_slice());
        let named = EssCertIdV2 {
            hash_algorithm: None,
            cert_hash: digest(&self.certificate.to_der()?)?,
            issuer_serial: None,
        };
        let named = SigningCertificateV2 { certs: vec![named], policies: None };
        let attributes = [
            (CONTENT_TYPE, any(&TST_INFO)?),
            (MESSAGE_DIGEST, any(&digest(content)?)?),
            (SIGNING_CERTIFICATE_V2, any(&named)?),
        ];
        let attribute = |(oid, value)| -> Result<Attribute, TimestampError> {
            Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
        };
        let attributes: Result<Vec<Attribute>, TimestampError> =
            attributes.into_iter().map(attribute).collect();
        Ok(SetOfVec::try_from(attributes?)?)
    }

    fn certificates(&self) -> Result<CertificateSet, TimestampError> {
        let own = CertificateChoices::Certificate(self.certificate.clone());
        Ok(CertificateSet(SetOfVec::try_from(vec![own])?))
    }
}

fn any<T: Encode + Tagged>(value: &T) -> Result<Any, TimestampError> {
    Ok(Any::from_der(&value.to_der()?)?)
}
