//! Joint-Feldman key generation: `n` custodians make one group key, and nobody ever holds its secret.
//!
//! ```text
//! round 1  everybody announces: commitments a_k·G2 of a random polynomial, a transport key, a proof of possession
//! round 2  everybody sends each other custodian f_d(i), encrypted to its transport key, and checks what it got
//! end      share = Σ f_d(i), group key = Σ a_0·G2; everybody compares the transcript's digest and signs it
//! ```
//!
//! Each state can be saved before its message leaves, and resumed by a process that was killed: it then has the same
//! message, byte for byte, so nobody ever sees two announcements of one session. A saved state is as secret as the
//! share that comes of it, and is destroyed when the run ends.
//!
//! All take part: a fault names its culprit and ends the run, and a new run begins under a new session. The rounds
//! are values that are consumed, so none is played twice. Messages carry no signatures here: the caller
//! signs them with the custodians' identity keys, and has every custodian sign [`Transcript::digest`].
//!
//! The last to announce can shift the group key by choosing its polynomial last (Gennaro et al., 1999). For BLS
//! that gives no help in forging (Bacho and Loss, CCS 2022), and whoever aborts to try again is named. The
//! protocol as written here is our own and had no outside review.
//!
//! *Invariant*: what [`Dealt::receive`] returns is a share of the committee that every holder of the same
//! transcript computes.

mod message;
mod saved;
mod transcript;

use x25519_dalek::StaticSecret;

pub use message::{Announcement, Complaint, SealedShare};
pub use transcript::Transcript;

pub use super::polynomial::Commitment;
use super::polynomial::Polynomial;
use super::share::Share;
use super::{Committee, Epoch, Quorum, parcel};
use crate::digest::Digest;
use crate::lock::{NoRandomness, Randomness, Scalar};

/// Why a run ended.
#[derive(Debug, thiserror::Error)]
pub enum KeygenError {
    /// No randomness for the polynomial or the transport key.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// An index outside 1..n.
    #[error("there is no custodian {0}")]
    UnknownCustodian(u8),
    /// A custodian has sent nothing yet; the run can go on when it does.
    #[error("the message of custodian {0} is missing")]
    Missing(u8),
    /// A message that no honest custodian sends.
    #[error("custodian {custodian} is at fault: {fault}")]
    Culprit {
        /// Who.
        custodian: u8,
        /// What is wrong with its message.
        fault: &'static str,
    },
    /// A share that does not fit its dealer's commitments. The complaint lets everybody judge who is at fault; it
    /// opens the accuser's transport key, so the run is over.
    #[error("custodian {} sent a share that does not fit its commitments", .0.dealer)]
    BadShare(Box<Complaint>),
    /// The announced keys add up to nothing.
    #[error("the announced keys make no committee")]
    NoCommittee,
    /// A saved state that is not one, or whose parts do not belong together.
    #[error("the saved state of the key generation is unreadable")]
    Saved,
}

impl KeygenError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRandomness(error) => error.code(),
            Self::UnknownCustodian(_) => "unknown_custodian",
            Self::Missing(_) => "keygen_missing",
            Self::Culprit { .. } => "keygen_culprit",
            Self::BadShare(_) => "keygen_bad_share",
            Self::NoCommittee => "keygen_no_committee",
            Self::Saved => "keygen_saved",
        }
    }

    fn culprit(custodian: u8, fault: &'static str) -> Self {
        Self::Culprit { custodian, fault }
    }
}

/// Round 1: announced, and waiting for the announcements of all.
pub struct Announced {
    quorum: Quorum,
    polynomial: Polynomial,
    transport: StaticSecret,
    announcement: Announcement,
}

/// Begins a run as custodian `index` of `quorum`. `session` names this run and is never used again. The state is
/// saved before the announcement is sent.
pub fn announce(
    session: Digest,
    quorum: Quorum,
    index: u8,
    random: &dyn Randomness,
) -> Result<(Announced, Announcement), KeygenError> {
    if !quorum.has(index) {
        return Err(KeygenError::UnknownCustodian(index));
    }
    let polynomial = Polynomial::random(quorum.threshold(), random)?;
    let transport = parcel::transport_secret(random)?;
    let state = Announced::new(session, quorum, index, polynomial, transport);
    let announcement = state.announcement.clone();
    Ok((state, announcement))
}

impl Announced {
    fn new(
        session: Digest,
        quorum: Quorum,
        index: u8,
        polynomial: Polynomial,
        transport: StaticSecret,
    ) -> Self {
        let announcement = Announcement::new(session, quorum, index, &polynomial, &transport);
        Self { quorum, polynomial, transport, announcement }
    }

    /// What it sends to all.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Checks the announcements of all custodians, its own among them as it left, and deals a share to each other.
    /// The state is saved before the shares are sent.
    pub fn receive(self, announcements: &[Announcement]) -> Result<(Dealt, Vec<SealedShare>), KeygenError> {
        let own = self.announcement;
        let transcript = Transcript::verify(own.session, self.quorum, announcements)?;
        if transcript.announcement(own.dealer) != &own {
            return Err(KeygenError::culprit(own.dealer, "its announcement was replaced on the way"));
        }
        let seal = |i| SealedShare::seal(&transcript, own.dealer, i, &self.transport, &self.polynomial.at(i));
        let sent: Vec<SealedShare> = self.quorum.indices().filter(|i| *i != own.dealer).map(seal).collect();
        let kept = self.polynomial.at(own.dealer);
        let dealt =
            Dealt { index: own.dealer, transport: self.transport, transcript, kept, sent: sent.clone() };
        Ok((dealt, sent))
    }
}

/// Round 2: shares are dealt, and it waits for those of all others.
pub struct Dealt {
    index: u8,
    transport: StaticSecret,
    transcript: Transcript,
    /// What it dealt to itself.
    kept: Scalar,
    sent: Vec<SealedShare>,
}

/// A committee was made.
pub struct Finished {
    /// This custodian's secret.
    pub share: Share,
    /// What is public; the same for all.
    pub committee: Committee,
    /// What every custodian compares and signs before the group key is used.
    pub transcript: Transcript,
}

impl Dealt {
    /// What it sends, one to each other custodian.
    pub fn sealed_shares(&self) -> &[SealedShare] {
        &self.sent
    }

    /// Takes the shares that were sent to this custodian, one from each other; others are ignored.
    pub fn receive(self, shares: &[SealedShare]) -> Result<Finished, KeygenError> {
        let committee = self.transcript.committee()?;
        let mut secret = self.kept.clone();
        for dealer in committee.quorum().indices().filter(|dealer| *dealer != self.index) {
            let mut sent =
                shares.iter().filter(|share| share.dealer == dealer && share.recipient == self.index);
            let share = sent.next().ok_or(KeygenError::Missing(dealer))?;
            if sent.any(|other| other != share) {
                return Err(KeygenError::culprit(dealer, "it sent two different shares"));
            }
            match share.open(&self.transcript, &self.transport) {
                Some(value) => secret = secret.plus(&value),
                None => return Err(KeygenError::BadShare(Box::new(self.complaint(dealer)))),
            }
        }
        // The sum of shares that each fit their commitments fits the sum of the commitments.
        let share = Share::new(Epoch::FIRST, self.index, secret);
        Ok(Finished { share, committee, transcript: self.transcript })
    }

    fn complaint(&self, dealer: u8) -> Complaint {
        Complaint::new(self.transcript.session(), self.index, dealer, &self.transport)
    }
}
