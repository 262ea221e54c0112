//! What is public of a key generation: the announcements of all, checked. Anyone can compute the committee from it.

use super::message::Announcement;
use super::{Committee, KeygenError, Quorum};
use crate::canonical;
use crate::digest::Digest;
use crate::lock::{G2, GroupKey};
use crate::threshold::{Epoch, PublicShare};

/// The announcements of all custodians of one run, ascending; each passed its checks.
#[derive(Debug)]
pub struct Transcript {
    session: Digest,
    quorum: Quorum,
    announcements: Vec<Announcement>,
}

impl Transcript {
    /// Checks the announcements of a run, in any order; names who is missing or at fault.
    pub fn verify(
        session: Digest,
        quorum: Quorum,
        announcements: &[Announcement],
    ) -> Result<Self, KeygenError> {
        if let Some(stranger) = announcements.iter().find(|one| !quorum.has(one.dealer)) {
            return Err(KeygenError::UnknownCustodian(stranger.dealer));
        }
        let mut ordered: Vec<Announcement> = Vec::with_capacity(announcements.len());
        for dealer in quorum.indices() {
            let mut sent = announcements.iter().filter(|one| one.dealer == dealer);
            let one = sent.next().ok_or(KeygenError::Missing(dealer))?;
            if sent.any(|other| other != one) {
                return Err(KeygenError::culprit(dealer, "it announced two different things"));
            }
            one.check(&session, quorum)?;
            if ordered.iter().any(|earlier| earlier.transport == one.transport) {
                return Err(KeygenError::culprit(dealer, "its transport key is another custodian's"));
            }
            ordered.push(one.clone());
        }
        Ok(Self { session, quorum, announcements: ordered })
    }

    /// The run.
    pub fn session(&self) -> Digest {
        self.session
    }

    /// How many custodians, and how many must act together.
    pub fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// SHA-256 of the canonical JSON array of the announcements, ascending: who compares it knows that nobody was
    /// told anything else.
    pub fn digest(&self) -> Digest {
        canonical::digest_of(&self.announcements).expect("hexadecimal digits and small numbers are canonical")
    }

    /// The committee that these announcements make.
    pub fn committee(&self) -> Result<Committee, KeygenError> {
        let columns = |degree: u8| {
            let place = usize::from(degree);
            let points: Vec<G2> = self.announcements.iter().map(|one| one.coefficients[place].0).collect();
            G2::sum(&points)
        };
        // The sum of the polynomials is the polynomial of the sums.
        let sums: Option<Vec<G2>> = (0..self.quorum.threshold()).map(columns).collect();
        let sums = sums.ok_or(KeygenError::NoCommittee)?;
        let shares: Option<Vec<PublicShare>> =
            self.quorum.indices().map(|i| G2::polynomial_at(&sums, i).map(PublicShare)).collect();
        let shares = shares.ok_or(KeygenError::NoCommittee)?;
        Committee::new(Epoch::FIRST, self.quorum, GroupKey(sums[0]), shares)
            .map_err(|_| KeygenError::NoCommittee)
    }

    /// All announcements, ascending.
    pub fn announcements(&self) -> &[Announcement] {
        &self.announcements
    }

    /// The announcement of a custodian that is known to be in the quorum.
    pub(super) fn announcement(&self, dealer: u8) -> &Announcement {
        &self.announcements[usize::from(dealer) - 1]
    }
}
