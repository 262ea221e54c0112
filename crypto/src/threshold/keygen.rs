//! Joint-Feldman key generation: `n` custodians make one group key, and nobody ever holds its secret.
//!
//! ```text
//! round 1  everybody announces: commitments a_k·G2 of a random polynomial, a transport key, a proof of possession
//! round 2  everybody sends each other custodian f_d(i), encrypted to its transport key, and checks what it got
//! end      share = Σ f_d(i), group key = Σ a_0·G2; everybody compares the transcript's digest and signs it
//! ```
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
mod transcript;

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

pub use message::{Announcement, Commitment, Complaint, SealedShare};
pub use transcript::Transcript;

use super::share::{SecretText, Share};
use super::{Committee, Quorum};
use crate::digest::Digest;
use crate::lock::{G2, NoRandomness, Randomness, Scalar};

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
        }
    }

    fn culprit(custodian: u8, fault: &'static str) -> Self {
        Self::Culprit { custodian, fault }
    }
}

/// Round 1: announced, and waiting for the announcements of all.
pub struct Announced {
    polynomial: Vec<Scalar>,
    transport: StaticSecret,
    announcement: Announcement,
}

/// Begins a run as custodian `index` of `quorum`. `session` names this run and is never used again.
pub fn announce(
    session: Digest,
    quorum: Quorum,
    index: u8,
    random: &dyn Randomness,
) -> Result<(Announced, Announcement), KeygenError> {
    if !quorum.indices().any(|i| i == index) {
        return Err(KeygenError::UnknownCustodian(index));
    }
    let polynomial = (0..quorum.threshold())
        .map(|_| Scalar::random(random))
        .collect::<Result<Vec<Scalar>, NoRandomness>>()?;
    let mut transport = Zeroizing::new([0; 32]);
    random.fill(transport.as_mut())?;
    let transport = StaticSecret::from(*transport);
    let announcement = Announcement::new(session, quorum, index, &polynomial, &PublicKey::from(&transport));
    Ok((Announced { polynomial, transport, announcement: announcement.clone() }, announcement))
}

impl Announced {
    /// Checks the announcements of all custodians, its own among them as it left, and deals a share to each other.
    pub fn receive(
        self,
        quorum: Quorum,
        announcements: &[Announcement],
    ) -> Result<(Dealt, Vec<SealedShare>), KeygenError> {
        let own = self.announcement;
        let transcript = Transcript::verify(own.session, quorum, announcements)?;
        if transcript.announcement(own.dealer) != &own {
            return Err(KeygenError::culprit(own.dealer, "its announcement was replaced on the way"));
        }
        let dealt =
            Dealt { index: own.dealer, transport: self.transport, transcript, own: Scalar::from_u64(0) };
        let others = quorum.indices().filter(|i| *i != own.dealer);
        let sealed = others.map(|i| dealt.seal(i, &evaluate(&self.polynomial, i))).collect();
        Ok((Dealt { own: evaluate(&self.polynomial, own.dealer), ..dealt }, sealed))
    }
}

/// Round 2: shares are dealt, and it waits for those of all others.
pub struct Dealt {
    index: u8,
    transport: StaticSecret,
    transcript: Transcript,
    own: Scalar,
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
    fn seal(&self, recipient: u8, value: &Scalar) -> SealedShare {
        SealedShare::seal(&self.transcript, self.index, recipient, &self.transport, value)
    }

    /// Takes the shares that were sent to this custodian, one from each other; others are ignored.
    pub fn receive(self, shares: &[SealedShare]) -> Result<Finished, KeygenError> {
        let committee = self.transcript.committee()?;
        let mut secret = self.own.clone();
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
        let share = Share::new(self.index, secret);
        // The sum of shares that each fit their commitments fits the sum of the commitments.
        Ok(Finished { share, committee, transcript: self.transcript })
    }

    fn complaint(&self, dealer: u8) -> Complaint {
        Complaint {
            session: self.transcript.session(),
            accuser: self.index,
            dealer,
            transport_secret: SecretText(Zeroizing::new(self.transport.to_bytes())),
        }
    }
}

/// f(x) = Σ a_k·x^k, by Horner.
fn evaluate(polynomial: &[Scalar], x: u8) -> Scalar {
    let x = Scalar::from_u64(u64::from(x));
    polynomial.iter().rev().fold(Scalar::from_u64(0), |value, coefficient| value.times(&x).plus(coefficient))
}

/// Whether `value` is what `commitments` promise to custodian `recipient`.
fn fits(commitments: &[Commitment], recipient: u8, value: &Scalar) -> bool {
    let points: Vec<G2> = commitments.iter().map(|commitment| commitment.0).collect();
    let promised = G2::polynomial_at(&points, recipient);
    promised.is_some() && promised == G2::generator().times(value)
}
