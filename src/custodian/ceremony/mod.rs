//! The ceremony in which custodians make their joint key, over a relay that they need not trust: the platform carries
//! the messages and can read no share and change nothing unnoticed.
//!
//! ```text
//! ceremony   cards of all members in order, threshold, a fresh nonce; its digest is the session
//! announce → deal → confirm          each message signed by the sender's identity key, one of each step from each member
//! complain                           a share that does not fit: the run is over, a new ceremony begins
//! ```
//!
//! *Invariant*: a member sends one announcement and one set of shares for a session, ever: its state is kept sealed
//! before a message leaves, so a member that was killed goes on with the same bytes.

pub mod commands;
mod member;
mod message;

pub use member::{Member, Progress};
pub use message::{Message, Step};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::PublicKey;
use kaibiao_crypto::threshold::keygen::{Announcement, KeygenError, Transcript};
use kaibiao_crypto::threshold::{Committee, Quorum};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::card::Card;
use crate::centre;
use message::Confirmation;

/// Most members of a committee.
pub const MEMBERS_MAX: usize = 32;

/// Why a ceremony cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// Members or threshold that make no committee.
    #[error("these members and this threshold make no committee: {0}")]
    Form(&'static str),
    /// A card that its identity has not signed.
    #[error("the card of member {0} is not signed by its identity")]
    Card(u8),
    /// A message that is not its sender's.
    #[error("a message is not signed by its sender, or is of another ceremony")]
    Message,
    /// This custodian is not among the members.
    #[error("this custodian is not a member of the ceremony")]
    Stranger,
    /// A member said that a share does not fit: the run is over.
    #[error("member {accuser} complained of member {dealer}; the ceremony is over, begin a new one")]
    Complained {
        /// Who complained.
        accuser: u8,
        /// Of whom.
        dealer: u8,
    },
    /// Members confirmed different outcomes: somebody was told something else.
    #[error("member {0} confirmed another outcome; the ceremony is over, begin a new one")]
    Differs(u8),
    /// Not all have confirmed yet.
    #[error("member {0} has not confirmed yet")]
    Unconfirmed(u8),
    /// The key generation.
    #[error(transparent)]
    Keygen(#[from] KeygenError),
}

impl CeremonyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "ceremony_form",
            Self::Card(_) => "card_signature",
            Self::Message => "ceremony_message",
            Self::Stranger => "ceremony_stranger",
            Self::Complained { .. } => "ceremony_complained",
            Self::Differs(_) => "ceremony_differs",
            Self::Unconfirmed(_) => "ceremony_unconfirmed",
            Self::Keygen(error) => error.code(),
        }
    }
}

/// What the members agree on before they begin.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceremony {
    /// Cards of the members; the first has index 1.
    pub cards: Vec<Card>,
    /// 32 fresh bytes, so that no two ceremonies have the same session.
    pub nonce: Digest,
    /// How many must act together: more than half.
    pub threshold: u8,
    /// 1.
    pub v: u8,
}

impl Ceremony {
    /// A new ceremony of these members. Error: `ceremony_form`, `card_signature`.
    pub fn new(cards: Vec<Card>, threshold: u8) -> Result<Self, CeremonyError> {
        let mut nonce = [0; 32];
        let filled = SystemRandom::new().fill(&mut nonce);
        filled.map_err(|_| CeremonyError::Form("no randomness"))?;
        let ceremony = Self { cards, nonce: Digest(nonce), threshold, v: 1 };
        ceremony.check()?;
        Ok(ceremony)
    }

    /// Whether members and threshold make a committee and each card is signed.
    pub fn check(&self) -> Result<(), CeremonyError> {
        if self.v != 1 {
            return Err(CeremonyError::Form("another version"));
        }
        self.quorum()?;
        for (index, card) in (1_u8..).zip(&self.cards) {
            card.check().map_err(|_| CeremonyError::Card(index))?;
            let is_twice = |other: &&Card| other.card.identity == card.card.identity;
            if self.cards.iter().filter(is_twice).count() > 1 {
                return Err(CeremonyError::Form("a member is named twice"));
            }
        }
        Ok(())
    }

    /// How many members, and how many must act together.
    pub fn quorum(&self) -> Result<Quorum, CeremonyError> {
        let count = u8::try_from(self.cards.len()).ok().filter(|count| usize::from(*count) <= MEMBERS_MAX);
        let count = count.ok_or(CeremonyError::Form("too many members"))?;
        Quorum::new(self.threshold, count).map_err(|_| CeremonyError::Form("more than half must be needed"))
    }

    /// What names this ceremony: members compare it before they join.
    pub fn session(&self) -> Digest {
        canonical::digest_of(self).expect("cards, digests and small numbers have a canonical text")
    }

    /// The index of the member with this identity key.
    pub fn index_of(&self, identity: &PublicKey) -> Option<u8> {
        let spki = STANDARD.encode(identity.spki());
        (1_u8..).zip(&self.cards).find(|(_, card)| card.card.identity == spki).map(|(index, _)| index)
    }

    /// The card of a member.
    pub fn card(&self, index: u8) -> Option<&Card> {
        self.cards.get(usize::from(index.checked_sub(1)?))
    }

    /// The committee that the messages have made, for the centre's register: all have confirmed the same. Errors name
    /// who is missing or differs.
    pub fn outcome(&self, messages: &[Message]) -> Result<centre::Committee, CeremonyError> {
        let quorum = self.quorum()?;
        let announcements: Vec<Announcement> = message::bodies(messages, Step::Announce)?;
        let transcript = Transcript::verify(self.session(), quorum, &announcements)?;
        let committee = transcript.committee()?;
        let mut custodians = Vec::with_capacity(self.cards.len());
        for (index, card) in (1_u8..).zip(&self.cards) {
            let confirmed = messages.iter().find(|said| said.sender == index && said.step == Step::Confirm);
            let confirmed = confirmed.ok_or(CeremonyError::Unconfirmed(index))?;
            let confirmation: Confirmation = confirmed.read()?;
            if !confirmation.is_of(&committee, transcript.digest(), card) {
                return Err(CeremonyError::Differs(index));
            }
            custodians.push(custodian(index, card, &committee, confirmation)?);
        }
        Ok(centre::Committee {
            custodians,
            epoch: committee.epoch().0,
            group_key: hex::encode(committee.group_key().to_bytes()),
            threshold: self.threshold,
            transcript: transcript.digest(),
        })
    }
}

fn custodian(
    index: u8,
    card: &Card,
    committee: &Committee,
    confirmation: Confirmation,
) -> Result<centre::CustodianRecord, CeremonyError> {
    let share = committee.public_share(index).map_err(|_| CeremonyError::Form("no such member"))?;
    Ok(centre::CustodianRecord {
        identity: card.card.identity.clone(),
        index,
        name: card.card.name.clone(),
        public_share: hex::encode(share.to_bytes()),
        signature: confirmation.signature,
    })
}
