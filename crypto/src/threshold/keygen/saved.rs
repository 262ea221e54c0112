//! The states of a key generation as a custodian keeps them on its own disk while the run lasts.
//!
//! *Invariant*: what is resumed sends what was sent: the announcement and the shares follow from the saved secrets, or
//! are saved themselves.

use serde::{Deserialize, Serialize};
use x25519_dalek::StaticSecret;
use zeroize::Zeroizing;

use super::{Announced, Announcement, Dealt, KeygenError, Quorum, SealedShare, Transcript};
use crate::digest::Digest;
use crate::lock::Scalar;
use crate::threshold::parcel::{transport_key, transport_text};
use crate::threshold::polynomial::{Polynomial, fits};
use crate::threshold::secret::{SecretText, secret_json};

/// JSON `{"dealer":2,"polynomial":["<64 hex digits>",…],"quorum":{…},"session":"…","transport":"…","v":1}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnnouncedText {
    dealer: u8,
    polynomial: Vec<SecretText>,
    quorum: Quorum,
    session: Digest,
    transport: SecretText,
    v: u8,
}

/// JSON `{"announcements":[…],"index":2,"kept":"…","quorum":{…},"sent":[…],"session":"…","transport":"…","v":1}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DealtText {
    announcements: Vec<Announcement>,
    index: u8,
    kept: SecretText,
    quorum: Quorum,
    sent: Vec<SealedShare>,
    session: Digest,
    transport: SecretText,
    v: u8,
}

impl Announced {
    /// The state as secret text, to be written before the announcement is sent.
    pub fn save(&self) -> Zeroizing<String> {
        secret_json(&AnnouncedText {
            dealer: self.announcement.dealer,
            polynomial: self.polynomial.to_text(),
            quorum: self.quorum,
            session: self.announcement.session,
            transport: transport_text(&self.transport),
            v: 1,
        })
    }

    /// The state that was saved, with the same announcement. Error: `keygen_saved`.
    pub fn resume(text: &str) -> Result<Self, KeygenError> {
        let text: AnnouncedText = serde_json::from_str(text).map_err(|_| KeygenError::Saved)?;
        let polynomial = Polynomial::from_text(&text.polynomial, text.quorum.threshold());
        match polynomial {
            Some(polynomial) if text.v == 1 && text.quorum.has(text.dealer) => {
                let transport = StaticSecret::from(*text.transport.0);
                Ok(Self::new(text.session, text.quorum, text.dealer, polynomial, transport))
            }
            Some(_) | None => Err(KeygenError::Saved),
        }
    }
}

impl Dealt {
    /// The state as secret text, to be written before the shares are sent.
    pub fn save(&self) -> Zeroizing<String> {
        secret_json(&DealtText {
            announcements: self.transcript.announcements().to_vec(),
            index: self.index,
            kept: SecretText(Zeroizing::new(self.kept.to_be_bytes())),
            quorum: self.transcript.quorum(),
            sent: self.sent.clone(),
            session: self.transcript.session(),
            transport: transport_text(&self.transport),
            v: 1,
        })
    }

    /// The state that was saved, with the same shares. Error: `keygen_saved`.
    pub fn resume(text: &str) -> Result<Self, KeygenError> {
        let text: DealtText = serde_json::from_str(text).map_err(|_| KeygenError::Saved)?;
        let transcript = Transcript::verify(text.session, text.quorum, &text.announcements)
            .map_err(|_| KeygenError::Saved)?;
        let transport = StaticSecret::from(*text.transport.0);
        let kept = Scalar::from_be_bytes(&text.kept.0).ok_or(KeygenError::Saved)?;
        if text.v != 1 || !text.quorum.has(text.index) {
            return Err(KeygenError::Saved);
        }
        let own = transcript.announcement(text.index);
        let is_own = transport_key(&transport) == own.transport && fits(&own.coefficients, text.index, &kept);
        let others = text.quorum.indices().filter(|i| *i != text.index);
        let is_sent = text.sent.iter().map(|share| (share.session, share.dealer, share.recipient));
        if !is_own || !is_sent.eq(others.map(|i| (text.session, text.index, i))) {
            return Err(KeygenError::Saved);
        }
        Ok(Self { index: text.index, transport, transcript, kept, sent: text.sent })
    }
}
