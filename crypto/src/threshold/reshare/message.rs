//! The messages of a resharing, and the checks that each can pass alone. JSON with hexadecimal bytes.

use serde::{Deserialize, Serialize};
use x25519_dalek::StaticSecret;

use super::{Party, Plan, ReshareError, Transcript};
use crate::digest::Digest;
use crate::lock::{G1, G2, LabelKey, Scalar, pairings_equal};
use crate::threshold::parcel::{
    Route, SealedScalar, TransportKey, is_of_small_order, transport_key, transport_text,
};
use crate::threshold::polynomial::{Commitment, Polynomial, fits};
use crate::threshold::secret::SecretText;
use crate::threshold::{POSSESSION_DST, PublicShare};

const SMALL_ORDER: &str = "its transport key is of small order";
const OTHER_PLAN: &str = "its message is of another plan";

/// Round 1 of a dealer: what it commits to, sent to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dealing {
    /// The commitments to the coefficients of its polynomial, the constant first: that is its old public share.
    pub coefficients: Vec<Commitment>,
    /// Who it is from, by its index in the old committee.
    pub dealer: u8,
    /// Digest of the plan.
    pub plan: Digest,
    /// That it holds its old share: a BLS signature with it over all the rest.
    pub proof: LabelKey,
    /// Its X25519 key for this run.
    pub(super) transport: TransportKey,
}

impl Dealing {
    pub(super) fn new(plan: Digest, dealer: u8, polynomial: &Polynomial, transport: &StaticSecret) -> Self {
        let (coefficients, transport) = (polynomial.commitments(), transport_key(transport));
        let point = possession_point(&plan, dealer, &coefficients, &transport);
        let proof = LabelKey(point.times(polynomial.constant()).expect("no coefficient is 0"));
        Self { coefficients, dealer, plan, proof, transport }
    }

    /// Checks all but that its dealer is in the plan, which is known already.
    pub(super) fn check(&self, plan: &Plan, digest: &Digest, old: &PublicShare) -> Result<(), ReshareError> {
        let fault = |fault| Err(ReshareError::culprit(Party::Dealer(self.dealer), fault));
        if self.plan != *digest {
            return fault(OTHER_PLAN);
        }
        if self.coefficients.len() != usize::from(plan.quorum().threshold()) {
            return fault("its polynomial has another degree");
        }
        if self.coefficients.first().map(|constant| constant.0) != Some(old.0) {
            return fault("it does not deal its old share");
        }
        if is_of_small_order(&self.transport) {
            return fault(SMALL_ORDER);
        }
        let point = possession_point(digest, self.dealer, &self.coefficients, &self.transport);
        if !pairings_equal(&self.proof.0, &G2::generator(), &point, &old.0) {
            return fault("its proof of possession is wrong");
        }
        Ok(())
    }
}

fn possession_point(plan: &Digest, dealer: u8, coefficients: &[Commitment], transport: &TransportKey) -> G1 {
    let mut message = b"TL1/reshare\0".to_vec();
    message.extend(plan.as_bytes());
    message.push(dealer);
    message.extend(transport.0);
    message.extend(coefficients.iter().flat_map(Commitment::to_bytes));
    G1::hash(&message, POSSESSION_DST)
}

/// Round 1 of a new custodian: where its shares are to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// Digest of the plan.
    pub plan: Digest,
    /// Who it is from, by its index in the new committee.
    pub recipient: u8,
    /// Its X25519 key for this run.
    pub(super) transport: TransportKey,
}

impl Enrolment {
    pub(super) fn new(plan: Digest, recipient: u8, transport: &StaticSecret) -> Self {
        Self { plan, recipient, transport: transport_key(transport) }
    }

    pub(super) fn check(&self, digest: &Digest) -> Result<(), ReshareError> {
        let fault = |fault| Err(ReshareError::culprit(Party::Recipient(self.recipient), fault));
        if self.plan != *digest {
            return fault(OTHER_PLAN);
        }
        if is_of_small_order(&self.transport) {
            return fault(SMALL_ORDER);
        }
        Ok(())
    }
}

/// Round 2: g_d(i), encrypted by a dealer to a new custodian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedShare {
    /// Who it is from, in the old committee.
    pub dealer: u8,
    /// Digest of the plan.
    pub plan: Digest,
    /// Whom it is for, in the new committee.
    pub recipient: u8,
    /// AES-256-GCM under a key that only these two can derive, once.
    sealed: SealedScalar,
}

impl SealedShare {
    pub(super) fn seal(
        transcript: &Transcript,
        dealing: &Dealing,
        recipient: u8,
        transport: &StaticSecret,
        value: &Scalar,
    ) -> Option<Self> {
        let plan = transcript.plan_digest();
        let sealed = route(plan, dealing, transcript.enrolment(recipient)?).seal(transport, value);
        Some(Self { dealer: dealing.dealer, plan, recipient, sealed })
    }

    /// The value, with the transport secret of the recipient, if it fits the dealer's commitments.
    pub(super) fn open(&self, transcript: &Transcript, transport: &StaticSecret) -> Option<Scalar> {
        if self.plan != transcript.plan_digest() {
            return None;
        }
        let dealing = transcript.dealing(self.dealer)?;
        let route = route(self.plan, dealing, transcript.enrolment(self.recipient)?);
        let value = route.open(transport, &self.sealed)?;
        fits(&dealing.coefficients, self.recipient, &value).then_some(value)
    }
}

fn route(plan: Digest, dealing: &Dealing, enrolment: &Enrolment) -> Route {
    Route {
        protocol: b"TL1 reshare",
        run: plan,
        dealer: (dealing.dealer, dealing.transport),
        recipient: (enrolment.recipient, enrolment.transport),
    }
}

/// "This dealer sent me a share that does not fit": with the accuser's transport secret, so that all can look.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// Who complains, by its index in the new committee.
    pub accuser: u8,
    /// Of whom, by its index in the old committee.
    pub dealer: u8,
    /// Digest of the plan.
    pub plan: Digest,
    transport_secret: SecretText,
}

impl std::fmt::Debug for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "new custodian {} complains of old custodian {}", self.accuser, self.dealer)
    }
}

impl Complaint {
    pub(super) fn new(plan: Digest, accuser: u8, dealer: u8, transport: &StaticSecret) -> Self {
        Self { accuser, dealer, plan, transport_secret: transport_text(transport) }
    }

    /// Who is at fault: the dealer if `share`, as the dealer signed it, does not fit; else the accuser.
    pub fn judge(&self, transcript: &Transcript, share: &SealedShare) -> Result<Party, ReshareError> {
        let (accuser, dealer) = (Party::Recipient(self.accuser), Party::Dealer(self.dealer));
        transcript.dealing(self.dealer).ok_or(ReshareError::Stranger(dealer))?;
        let enrolment = transcript.enrolment(self.accuser).ok_or(ReshareError::Stranger(accuser))?;
        let secret = StaticSecret::from(*self.transport_secret.0);
        let is_about_it = self.plan == transcript.plan_digest()
            && (share.dealer, share.recipient) == (self.dealer, self.accuser)
            && transport_key(&secret) == enrolment.transport;
        let is_justified = is_about_it && share.open(transcript, &secret).is_none();
        Ok(if is_justified { dealer } else { accuser })
    }
}
