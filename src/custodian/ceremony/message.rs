//! Messages of a ceremony, each signed by its sender's identity key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::threshold::Committee;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Ceremony, CeremonyError};
use crate::custodian::card::Card;

/// Before the digest of a message, under its signature.
const CEREMONY_DOMAIN: &[u8] = b"KB/ceremony\0";

/// What a message is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Commitments, transport key, proof of possession: `keygen::Announcement`, `reshare::Dealing`.
    Announce,
    /// Where the shares of a new member are to be sent: `reshare::Enrolment`.
    Enrol,
    /// Encrypted shares: an array of `keygen::SealedShare` for all others, of `reshare::SealedShare` for all members.
    Deal,
    /// The outcome that the sender has computed.
    Confirm,
    /// A share that does not fit: `keygen::Complaint`, `reshare::Complaint`. The run is over.
    Complain,
}

impl Step {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Announce => "announce",
            Self::Enrol => "enrol",
            Self::Deal => "deal",
            Self::Confirm => "confirm",
            Self::Complain => "complain",
        }
    }
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// What it says.
    pub body: Value,
    /// Whose it is: the index of a dealer in the old committee, or of a member in the new one, as the step has it.
    pub sender: u8,
    /// The ceremony.
    pub session: Digest,
    /// Ed25519 over "KB/ceremony\0" ‖ SHA-256(canonical JSON of `[body, sender, session, step]`), base64.
    pub signature: String,
    /// What it is.
    pub step: Step,
}

impl Message {
    /// Says `body`, signed. Ed25519 is deterministic: the same said again is the same bytes.
    pub(super) fn sign(
        session: Digest,
        sender: u8,
        step: Step,
        body: &impl Serialize,
        identity: &SigningKey,
    ) -> Result<Self, CeremonyError> {
        let body = serde_json::to_value(body).map_err(|_| CeremonyError::Message)?;
        let mut message = Self { body, sender, session, signature: String::new(), step };
        message.signature = STANDARD.encode(identity.sign(&message.signed()?));
        Ok(message)
    }

    /// Whether it is of `ceremony`, signed by its sender, and in nobody else's name.
    pub fn check(&self, ceremony: &Ceremony) -> Result<(), CeremonyError> {
        let is_of = self.session == ceremony.session() && self.names_its_sender();
        let identity = ceremony.identity(self.step, self.sender).filter(|_| is_of);
        let identity = identity.ok_or(CeremonyError::Message)?;
        let signature = STANDARD.decode(&self.signature).map_err(|_| CeremonyError::Message)?;
        identity.verify(&self.signed()?, &signature).map_err(|_| CeremonyError::Message)
    }

    /// Whether the body names whoever signs it: nobody makes another one look like a liar.
    fn names_its_sender(&self) -> bool {
        let names = |body: &Value, field: &str| body.get(field).is_some_and(|named| *named == self.sender);
        match self.step {
            Step::Announce => names(&self.body, "dealer"),
            Step::Enrol => names(&self.body, "recipient"),
            Step::Deal => self.body.as_array().is_some_and(|all| all.iter().all(|one| names(one, "dealer"))),
            Step::Confirm => true,
            Step::Complain => names(&self.body, "accuser"),
        }
    }

    /// What it says, as the type that its step has.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, CeremonyError> {
        serde_json::from_value(self.body.clone()).map_err(|_| CeremonyError::Message)
    }

    fn signed(&self) -> Result<Vec<u8>, CeremonyError> {
        let said = (&self.body, self.sender, self.session, self.step);
        let digest = canonical::digest_of(&said).map_err(|_| CeremonyError::Message)?;
        Ok([CEREMONY_DOMAIN, digest.as_bytes()].concat())
    }
}

/// The bodies of all messages of one step.
pub(super) fn bodies<T: DeserializeOwned>(messages: &[Message], step: Step) -> Result<Vec<T>, CeremonyError> {
    messages.iter().filter(|message| message.step == step).map(Message::read).collect()
}

/// The outcome that a member has computed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// SHA-256("TL1/committee\0" ‖ group key).
    committee: Digest,
    /// By the identity key over the committee's id: what sealing clients check. Base64.
    pub(super) signature: String,
    /// Digest of the first round: `keygen::Transcript`, `reshare::Transcript`.
    pub(super) transcript: Digest,
}

impl Confirmation {
    pub(super) fn new(committee: &Committee, transcript: Digest, identity: &SigningKey) -> Self {
        let id = committee.id();
        Self { committee: id, signature: STANDARD.encode(identity.sign(id.as_bytes())), transcript }
    }

    /// Whether it confirms this outcome and is signed by the member of `card`.
    pub(super) fn is_of(&self, committee: &Committee, transcript: Digest, card: &Card) -> bool {
        let signature = STANDARD.decode(&self.signature).unwrap_or_default();
        let signs = |identity: kaibiao_crypto::key::PublicKey| {
            identity.verify(committee.id().as_bytes(), &signature).is_ok()
        };
        self.committee == committee.id()
            && self.transcript == transcript
            && card.identity().is_some_and(signs)
    }
}
