//! The messages of a key generation, and the checks that each can pass alone. JSON with hexadecimal bytes.

use serde::{Deserialize, Serialize};
use x25519_dalek::StaticSecret;

use super::transcript::Transcript;
use super::{KeygenError, Quorum};
use crate::digest::Digest;
use crate::lock::{G1, G2, LabelKey, Scalar, pairings_equal};
use crate::threshold::POSSESSION_DST;
use crate::threshold::parcel::{
    Route, SealedScalar, TransportKey, is_of_small_order, transport_key, transport_text,
};
use crate::threshold::polynomial::{Commitment, Polynomial, fits};
use crate::threshold::secret::SecretText;

/// Round 1: what a custodian commits to, sent to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The commitments to the coefficients of its polynomial, the constant first.
    pub coefficients: Vec<Commitment>,
    /// Who it is from, 1..n.
    pub dealer: u8,
    /// That it knows the constant: a BLS signature over all the rest of the announcement.
    pub proof: LabelKey,
    /// The run.
    pub session: Digest,
    /// Its X25519 key for this run.
    pub(super) transport: TransportKey,
}

impl Announcement {
    pub(super) fn new(
        session: Digest,
        quorum: Quorum,
        dealer: u8,
        polynomial: &Polynomial,
        transport: &StaticSecret,
    ) -> Self {
        let coefficients = polynomial.commitments();
        let transport = transport_key(transport);
        let point = possession_point(&session, quorum, dealer, &coefficients, &transport);
        let proof = point.times(polynomial.constant()).expect("no coefficient is 0");
        Self { coefficients, dealer, proof: LabelKey(proof), session, transport }
    }

    pub(super) fn check(&self, session: &Digest, quorum: Quorum) -> Result<(), KeygenError> {
        let fault = |fault| Err(KeygenError::culprit(self.dealer, fault));
        if self.session != *session {
            return fault("its announcement is of another run");
        }
        let Some(constant) = self.coefficients.first() else {
            return fault("it commits to nothing");
        };
        if self.coefficients.len() != usize::from(quorum.threshold()) {
            return fault("its polynomial has another degree");
        }
        if is_of_small_order(&self.transport) {
            return fault("its transport key is of small order");
        }
        let point = possession_point(session, quorum, self.dealer, &self.coefficients, &self.transport);
        if !pairings_equal(&self.proof.0, &G2::generator(), &point, &constant.0) {
            return fault("its proof of possession is wrong");
        }
        Ok(())
    }
}

fn possession_point(
    session: &Digest,
    quorum: Quorum,
    dealer: u8,
    coefficients: &[Commitment],
    transport: &TransportKey,
) -> G1 {
    let mut message = b"TL1/keygen\0".to_vec();
    message.extend(session.as_bytes());
    message.extend([quorum.threshold(), quorum.custodians(), dealer]);
    message.extend(transport.0);
    message.extend(coefficients.iter().flat_map(Commitment::to_bytes));
    G1::hash(&message, POSSESSION_DST)
}

/// Round 2: f_d(i), encrypted by the dealer to one custodian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedShare {
    /// Who it is from.
    pub dealer: u8,
    /// Whom it is for.
    pub recipient: u8,
    /// AES-256-GCM under a key that only these two can derive, once.
    sealed: SealedScalar,
    /// The run.
    pub session: Digest,
}

impl SealedShare {
    pub(super) fn seal(
        transcript: &Transcript,
        dealer: u8,
        recipient: u8,
        transport: &StaticSecret,
        value: &Scalar,
    ) -> Self {
        let sealed = route(transcript, dealer, recipient).seal(transport, value);
        Self { dealer, recipient, sealed, session: transcript.session() }
    }

    /// The value, with the transport secret of the recipient, if it fits the dealer's commitments.
    pub(super) fn open(&self, transcript: &Transcript, transport: &StaticSecret) -> Option<Scalar> {
        if self.session != transcript.session() {
            return None;
        }
        let value = route(transcript, self.dealer, self.recipient).open(transport, &self.sealed)?;
        let commitments = &transcript.announcement(self.dealer).coefficients;
        fits(commitments, self.recipient, &value).then_some(value)
    }
}

fn route(transcript: &Transcript, dealer: u8, recipient: u8) -> Route {
    let end = |index| (index, transcript.announcement(index).transport);
    Route {
        protocol: b"TL1 keygen",
        run: transcript.session(),
        dealer: end(dealer),
        recipient: end(recipient),
    }
}

/// "This dealer sent me a share that does not fit": with the accuser's transport secret, so that all can look.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// Who complains.
    pub accuser: u8,
    /// Of whom.
    pub dealer: u8,
    /// The run.
    pub session: Digest,
    transport_secret: SecretText,
}

impl std::fmt::Debug for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "custodian {} complains of {}", self.accuser, self.dealer)
    }
}

impl Complaint {
    pub(super) fn new(session: Digest, accuser: u8, dealer: u8, transport: &StaticSecret) -> Self {
        Self { accuser, dealer, session, transport_secret: transport_text(transport) }
    }

    /// Who is at fault: the dealer if `share`, as the dealer signed it, does not fit; else the accuser.
    pub fn judge(&self, transcript: &Transcript, share: &SealedShare) -> Result<u8, KeygenError> {
        for index in [self.accuser, self.dealer] {
            if !transcript.quorum().has(index) {
                return Err(KeygenError::UnknownCustodian(index));
            }
        }
        let secret = StaticSecret::from(*self.transport_secret.0);
        let is_about_it = self.session == transcript.session()
            && (share.dealer, share.recipient) == (self.dealer, self.accuser)
            && transport_key(&secret) == transcript.announcement(self.accuser).transport;
        let is_justified = is_about_it && share.open(transcript, &secret).is_none();
        Ok(if is_justified { self.dealer } else { self.accuser })
    }
}
