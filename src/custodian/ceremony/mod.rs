//! The ceremonies of custodians, over a relay that they need not trust: the platform carries the messages, can read no
//! share and change nothing unnoticed. In one kind they make a joint key; in the other, custodians of a committee deal its
//! key anew to other members, or to the same.
//!
//! ```text
//! ceremony   cards of all members in order, threshold, a fresh nonce, and for a resharing the old committee and who of it
//!            deals; its digest is the session
//! a key      announce → deal → confirm             by every member
//! resharing  announce → deal                       by every dealer, under its index in the old committee
//!            enrol → confirm                       by every member, under its index in the new one
//! complain   a share that does not fit: the run is over, a new ceremony begins
//! ```
//!
//! Each message is signed by its sender's identity key, one of each step from each sender. One who is dealer and member
//! does both.
//!
//! *Invariant*: a member says one thing at each step of a session, ever: its state is kept sealed before a message leaves,
//! so a member that was killed goes on with the same bytes. *Invariant*: a share counts only once all members have
//! confirmed the same outcome, and none is destroyed by a ceremony.

pub mod commands;
mod keygen;
mod kept;
mod member;
mod message;
mod relay;
mod reshare;

pub(super) use kept::{forget_share, unconfirmed_shares};
pub use member::{Member, Progress};
pub use message::{Message, Step};
pub use reshare::Origin;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::PublicKey;
use kaibiao_crypto::threshold::keygen::KeygenError;
use kaibiao_crypto::threshold::reshare::ReshareError;
use kaibiao_crypto::threshold::{Committee, Quorum};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::ShareId;
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
    #[error("{accuser} complained of {dealer}{}; the ceremony is over, begin a new one", at_fault(.culprit.as_ref()))]
    Complained {
        /// Who complained.
        accuser: Seat,
        /// Of whom.
        dealer: Seat,
        /// Who is at fault, where the messages show it.
        culprit: Option<Seat>,
    },
    /// Members confirmed different outcomes: somebody was told something else.
    #[error("member {0} confirmed another outcome; the ceremony is over, begin a new one")]
    Differs(u8),
    /// Not all have confirmed yet.
    #[error("member {0} has not confirmed yet")]
    Unconfirmed(u8),
    /// A dealer of a resharing without the share that it is to deal.
    #[error("this custodian is to deal {0}, which is not held here")]
    NoShare(ShareId),
    /// Another ceremony has given this custodian a share of the same dealing.
    #[error("another share {0} is held here; destroy it first if its ceremony came to nothing")]
    ShareHeld(ShareId),
    /// The key generation.
    #[error(transparent)]
    Keygen(#[from] KeygenError),
    /// The resharing.
    #[error(transparent)]
    Reshare(#[from] ReshareError),
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
            Self::NoShare(_) => "ceremony_no_share",
            Self::ShareHeld(_) => "ceremony_share_held",
            Self::Keygen(error) => error.code(),
            Self::Reshare(error) => error.code(),
        }
    }
}

/// Who speaks in a ceremony: the indices of an old and of a new committee are different things.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Seat {
    /// A custodian of the old committee that deals its share, by its index there.
    Dealer(u8),
    /// A member of the committee that is being made.
    Member(u8),
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dealer(index) => write!(f, "old custodian {index}"),
            Self::Member(index) => write!(f, "member {index}"),
        }
    }
}

fn at_fault(culprit: Option<&Seat>) -> String {
    culprit.map(|seat| format!("; at fault is {seat}")).unwrap_or_default()
}

/// What the members agree on before they begin.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceremony {
    /// Cards of the members; the first has index 1.
    pub cards: Vec<Card>,
    /// Whose shares are dealt anew; none where a new key is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Origin>,
    /// 32 fresh bytes, so that no two ceremonies have the same session.
    pub nonce: Digest,
    /// How many must act together: more than half.
    pub threshold: u8,
    /// 1.
    pub v: u8,
}

impl Ceremony {
    /// A new ceremony of these members: for a new key, or for the key of `from`. Error: `ceremony_form`,
    /// `card_signature`.
    pub fn new(cards: Vec<Card>, threshold: u8, from: Option<Origin>) -> Result<Self, CeremonyError> {
        let mut nonce = [0; 32];
        let filled = SystemRandom::new().fill(&mut nonce);
        filled.map_err(|_| CeremonyError::Form("no randomness"))?;
        let ceremony = Self { cards, from, nonce: Digest(nonce), threshold, v: 1 };
        ceremony.check()?;
        Ok(ceremony)
    }

    /// Whether members and threshold make a committee, each card is signed, and a resharing can be carried out.
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
        self.from.iter().try_for_each(|origin| self.plan(origin).map(drop))
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
    pub fn member(&self, identity: &PublicKey) -> Option<u8> {
        let spki = STANDARD.encode(identity.spki());
        (1_u8..).zip(&self.cards).find(|(_, card)| card.card.identity == spki).map(|(index, _)| index)
    }

    /// The index in the old committee of the dealer with this identity key.
    pub fn dealer(&self, identity: &PublicKey) -> Option<u8> {
        self.from.as_ref()?.dealer(identity)
    }

    /// Who speaks at `step`; nobody where a ceremony of this kind has no such step.
    pub fn speakers(&self, step: Step) -> Vec<u8> {
        match (&self.from, step) {
            (None, Step::Enrol) => Vec::new(),
            (Some(origin), Step::Announce | Step::Deal) => origin.dealers.clone(),
            (_, Step::Announce | Step::Enrol | Step::Deal | Step::Confirm | Step::Complain) => {
                (1_u8..).take(self.cards.len()).collect()
            }
        }
    }

    /// All who speak, with their names.
    fn seats(&self) -> Vec<(Seat, &str)> {
        let origin = self.from.iter().flat_map(|origin| origin.dealing());
        let dealers = origin.map(|custodian| (Seat::Dealer(custodian.index), custodian.name.as_str()));
        let members = (1_u8..).zip(&self.cards);
        let members = members.map(|(index, card)| (Seat::Member(index), card.card.name.as_str()));
        dealers.chain(members).collect()
    }

    /// Who `sender` is at `step`.
    fn seat(&self, step: Step, sender: u8) -> Seat {
        match (&self.from, step) {
            (Some(_), Step::Announce | Step::Deal) => Seat::Dealer(sender),
            (_, Step::Announce | Step::Enrol | Step::Deal | Step::Confirm | Step::Complain) => {
                Seat::Member(sender)
            }
        }
    }

    /// The identity key by which `sender` speaks at `step`.
    fn identity(&self, step: Step, sender: u8) -> Option<PublicKey> {
        if !self.speakers(step).contains(&sender) {
            return None;
        }
        match self.seat(step, sender) {
            Seat::Dealer(index) => self.from.as_ref()?.identity(index),
            Seat::Member(index) => self.cards.get(usize::from(index.checked_sub(1)?))?.identity(),
        }
    }

    /// Ends with `ceremony_complained` where somebody has complained. A complaint of one who has confirmed is void: a run
    /// that all have confirmed has one end, in whatever order the relay shows its messages.
    fn goes_on(&self, messages: &[Message]) -> Result<(), CeremonyError> {
        let of_step = |step| messages.iter().filter(move |said: &&Message| said.step == step);
        let is_undone = |said: &&Message| of_step(Step::Confirm).any(|other| other.sender == said.sender);
        let complaint = of_step(Step::Complain).find(|said| !is_undone(said));
        let Some(complaint) = complaint else { return Ok(()) };
        Err(match &self.from {
            None => self.judge_making(complaint, messages)?,
            Some(origin) => self.judge_resharing(origin, complaint, messages)?,
        })
    }

    /// The committee that the first round makes, and the digest of its transcript.
    fn made(&self, messages: &[Message]) -> Result<(Committee, Digest), CeremonyError> {
        match &self.from {
            None => {
                let transcript = self.transcript_of_making(messages)?;
                Ok((transcript.committee()?, transcript.digest()))
            }
            Some(origin) => {
                let transcript = self.transcript_of_resharing(origin, messages)?;
                Ok((transcript.committee()?, transcript.digest()))
            }
        }
    }

    /// The committee that the messages have made, for the centre's register: all have confirmed the same. Errors name
    /// who is missing or differs.
    pub fn outcome(&self, messages: &[Message]) -> Result<centre::Committee, CeremonyError> {
        let (committee, transcript) = self.made(messages)?;
        let mut custodians = Vec::with_capacity(self.cards.len());
        for (index, card) in (1_u8..).zip(&self.cards) {
            let confirmed = messages.iter().find(|said| said.sender == index && said.step == Step::Confirm);
            let confirmed = confirmed.ok_or(CeremonyError::Unconfirmed(index))?;
            let confirmation: Confirmation = confirmed.read()?;
            if !confirmation.is_of(&committee, transcript, card) {
                return Err(CeremonyError::Differs(index));
            }
            custodians.push(custodian(index, card, &committee, confirmation)?);
        }
        Ok(centre::Committee {
            custodians,
            epoch: committee.epoch().0,
            group_key: hex::encode(committee.group_key().to_bytes()),
            threshold: self.threshold,
            transcript,
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

#[cfg(test)]
mod tests;
