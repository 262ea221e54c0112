//! The structures of RFC 3161, as far as they are written and read here.

use cms::content_info::ContentInfo;
use der::asn1::{Any, BitString, Int, ObjectIdentifier, OctetString};
use der::{
    DateTime, DecodeValue, EncodeValue, ErrorKind, FixedTag, Header, Length, Reader, Sequence, Tag, Writer,
};
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::TimestampError;
use crate::digest::Digest;

pub(super) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
pub(super) const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
pub(super) const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
pub(super) const ECDSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
pub(super) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
pub(super) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
pub(super) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
pub(super) const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
pub(super) const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
pub(super) const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

pub(super) fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct MessageImprint {
    pub(super) hash_algorithm: AlgorithmIdentifierOwned,
    pub(super) hashed_message: OctetString,
}

impl MessageImprint {
    pub(super) fn of(digest: &Digest) -> Result<Self, TimestampError> {
        let hash_algorithm = AlgorithmIdentifierOwned { oid: SHA_256, parameters: Some(Any::null()) };
        Ok(Self { hash_algorithm, hashed_message: OctetString::new(digest.as_bytes().as_slice())? })
    }

    pub(super) fn is_of(&self, digest: &Digest) -> bool {
        self.hash_algorithm.oid == SHA_256 && self.hashed_message.as_bytes() == digest.as_bytes()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct TimeStampReq {
    pub(super) version: u8,
    pub(super) message_imprint: MessageImprint,
    #[asn1(optional = "true")]
    pub(super) req_policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    pub(super) cert_req: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) extensions: Option<Extensions>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct PkiStatusInfo {
    pub(super) status: u8,
    #[asn1(optional = "true")]
    pub(super) status_string: Option<Vec<String>>,
    #[asn1(optional = "true")]
    pub(super) fail_info: Option<BitString>,
}

impl PkiStatusInfo {
    pub(super) const GRANTED: Self = Self { status: 0, status_string: None, fail_info: None };

    /// `granted` or `grantedWithMods`.
    pub(super) fn is_granted(&self) -> bool {
        self.status <= 1
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct TimeStampResp {
    pub(super) status: PkiStatusInfo,
    #[asn1(optional = "true")]
    pub(super) token: Option<ContentInfo>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct Accuracy {
    #[asn1(optional = "true")]
    pub(super) seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) micros: Option<u16>,
}

impl Accuracy {
    /// Rounded up.
    pub(super) fn ms(&self) -> u64 {
        let part = |value: Option<u16>| u64::from(value.unwrap_or(0));
        u64::from(self.seconds.unwrap_or(0)) * 1000 + part(self.millis) + part(self.micros).div_ceil(1000)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct TstInfo {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) message_imprint: MessageImprint,
    pub(super) serial_number: Int,
    pub(super) gen_time: GenTime,
    #[asn1(optional = "true")]
    pub(super) accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub(super) ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) tsa: Option<GeneralName>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) extensions: Option<Extensions>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct SigningCertificateV2 {
    pub(super) certs: Vec<EssCertIdV2>,
    #[asn1(optional = "true")]
    pub(super) policies: Option<Any>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct EssCertIdV2 {
    /// SHA-256 where there is none.
    #[asn1(optional = "true")]
    pub(super) hash_algorithm: Option<AlgorithmIdentifierOwned>,
    pub(super) cert_hash: OctetString,
    #[asn1(optional = "true")]
    pub(super) issuer_serial: Option<Any>,
}

pub(super) fn sha_256() -> AlgorithmIdentifierOwned {
    algorithm(SHA_256)
}

/// A GeneralizedTime with a fraction, which RFC 3161 allows and most libraries do not read: unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GenTime(pub(super) u64);

impl GenTime {
    /// `YYYYMMDDhhmmss[.f…]Z`; of the fraction three digits count, and it ends in no zero.
    fn parse(text: &str) -> Option<Self> {
        let (digits, fraction) = match text.strip_suffix('Z')?.split_once('.') {
            Some((digits, fraction)) => (digits, fraction),
            None => (text.strip_suffix('Z')?, ""),
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_minimal = !fraction.ends_with('0') && (text.contains('.') != fraction.is_empty());
        if digits.len() != 14 || !all_digits(digits) || !all_digits(fraction) || !is_minimal {
            return None;
        }
        let part = |from: usize| digits[from..from + 2].parse::<u8>().ok();
        let (month, day) = (part(4)?, part(6)?);
        let (hour, minute, second) = (part(8)?, part(10)?, part(12)?);
        let at = DateTime::new(digits[..4].parse().ok()?, month, day, hour, minute, second).ok()?;
        let ms: u64 = format!("{fraction:0<3}")[..3].parse().ok()?;
        Some(Self(at.unix_duration().as_secs() * 1000 + ms))
    }

    fn text(self) -> der::Result<String> {
        let at = DateTime::from_unix_duration(std::time::Duration::from_secs(self.0 / 1000))?;
        let (date, time) = (
            format!("{:04}{:02}{:02}", at.year(), at.month(), at.day()),
            format!("{:02}{:02}{:02}", at.hour(), at.minutes(), at.seconds()),
        );
        let fraction = format!(".{:03}", self.0 % 1000);
        Ok(format!("{date}{time}{}Z", fraction.trim_end_matches('0').trim_end_matches('.')))
    }
}

impl FixedTag for GenTime {
    const TAG: Tag = Tag::GeneralizedTime;
}

impl<'a> DecodeValue<'a> for GenTime {
    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        let bytes = reader.read_vec(header.length)?;
        let parsed = std::str::from_utf8(&bytes).ok().filter(|text| text.is_ascii()).and_then(Self::parse);
        parsed.ok_or_else(|| ErrorKind::DateTime.into())
    }
}

impl EncodeValue for GenTime {
    fn value_len(&self) -> der::Result<Length> {
        Length::try_from(self.text()?.len())
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(self.text()?.as_bytes())
    }
}
