//! A time authority in the platform's process: for a demonstration and for tests.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::timestamp::{TimeAuthority, TimestampError};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::TimeError;
use crate::base::Instant;
use crate::held;

/// `extKeyUsage` with the one purpose of time-stamping; RFC 3161 wants it critical, which `rcgen`'s own field is not.
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
const TIME_STAMPING: &[u8] = &[0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];

/// The authority with the certificate that its own is issued under.
pub struct EmbeddedAuthority {
    authority: TimeAuthority,
    anchor: Vec<u8>,
}

/// As it is kept: DER in base64, the key as PKCS #8.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    anchor: String,
    certificate: String,
    key: String,
}

impl EmbeddedAuthority {
    /// The authority in the file `path`, made there on the first start.
    pub fn stored(path: &Path) -> Result<Self, TimeError> {
        let kept = match held::read(path)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(std::io::Error::from)?,
            None => {
                let made = make()?;
                held::write(path, &serde_json::to_vec(&made).map_err(std::io::Error::from)?)?;
                made
            }
        };
        let read = |text: &str| STANDARD.decode(text).map_err(|_| TimestampError::Form);
        let authority = TimeAuthority::new(&read(&kept.key)?, &read(&kept.certificate)?)?;
        Ok(Self { authority, anchor: read(&kept.anchor)? })
    }

    /// The certificate to trust it under, DER.
    pub fn anchor(&self) -> &[u8] {
        &self.anchor
    }

    pub(super) fn answer(&self, query: &[u8], now: Instant) -> Result<Vec<u8>, TimeError> {
        let mut serial = [0; 16];
        SystemRandom::new().fill(&mut serial).map_err(|_| TimeError::NoRandomness)?;
        Ok(self.authority.answer(query, u64::try_from(now.0).unwrap_or_default(), serial)?)
    }
}

fn make() -> Result<Kept, TimeError> {
    let named = |name: &str| -> Result<CertificateParams, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        Ok(params)
    };
    let anchor_key = KeyPair::generate()?;
    let mut anchor = named("Kaibiao demonstration: certificates")?;
    anchor.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issued_by = anchor.self_signed(&anchor_key)?;
    let key = KeyPair::generate()?;
    let mut own = named("Kaibiao demonstration: time")?;
    let mut usage = CustomExtension::from_oid_content(EXTENDED_KEY_USAGE, TIME_STAMPING.to_vec());
    usage.set_criticality(true);
    own.custom_extensions.push(usage);
    let certificate = own.signed_by(&key, &Issuer::new(anchor, anchor_key))?;
    Ok(Kept {
        anchor: STANDARD.encode(issued_by.der()),
        certificate: STANDARD.encode(certificate.der()),
        key: STANDARD.encode(key.serialize_der()),
    })
}

#[cfg(test)]
mod tests {
    use kaibiao_crypto::timestamp::TimeAnchor;

    use super::*;
    use crate::clock::Clock;
    use crate::timestamp::TimeSources;

    #[tokio::test]
    async fn its_tokens_hold_under_its_own_certificate_after_every_start() {
        let path = std::env::temp_dir().join(format!("kaibiao-time-{}.json", uuid::Uuid::new_v4()));
        let now = Instant(1_800_000_000_250);
        let anchor = EmbeddedAuthority::stored(&path).expect("made").anchor().to_vec();
        let authority = EmbeddedAuthority::stored(&path).expect("read");
        assert_eq!(authority.anchor(), anchor);
        let sources = TimeSources::Here(Box::new(authority), Clock::held_at(now));
        let tokens = sources.tokens(b"head").await;
        let anchors = [TimeAnchor::of_certificate(&anchor).expect("a certificate")];
        let stamps: Vec<_> = tokens.iter().map(|token| token.verify(b"head", &anchors)).collect();
        let [Ok(stamp)] = stamps.as_slice() else { panic!("{stamps:?}") };
        assert_eq!(stamp.at_ms, 1_800_000_000_250);
        std::fs::remove_file(path).expect("removed");
    }
}
