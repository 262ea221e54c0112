//! The part of a custodian of the new committee.

use x25519_dalek::StaticSecret;

use super::{Complaint, Dealing, Enrolment, Party, Plan, ReshareError, SealedShare, Transcript};
use crate::lock::{Randomness, Scalar};
use crate::threshold::{Committee, Share, lagrange, parcel};

/// Round 1: it enrolled, and waits for dealings and shares.
pub struct Recipient {
    pub(super) plan: Plan,
    pub(super) transport: StaticSecret,
    pub(super) enrolment: Enrolment,
}

/// A custodian of the new committee.
pub struct Reshared {
    /// Its secret in the new epoch.
    pub share: Share,
    /// What is public; the same for all.
    pub committee: Committee,
    /// What every custodian compares and signs before the old shares are destroyed.
    pub transcript: Transcript,
}

impl Recipient {
    /// Begins as custodian `index` of the new committee. The state is saved before the enrolment is sent. Errors:
    /// `reshare_stranger`, `no_randomness`.
    pub fn begin(plan: Plan, index: u8, random: &dyn Randomness) -> Result<Self, ReshareError> {
        if !plan.quorum().has(index) {
            return Err(ReshareError::Stranger(Party::Recipient(index)));
        }
        Ok(Self::new(plan, index, parcel::transport_secret(random)?))
    }

    pub(super) fn new(plan: Plan, index: u8, transport: StaticSecret) -> Self {
        let enrolment = Enrolment::new(plan.digest(), index, &transport);
        Self { plan, transport, enrolment }
    }

    /// What it sends to all.
    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolment
    }

    /// Checks the first round of all, its own message among them as it left, and takes the shares that were sent to
    /// it, one from each dealer; others are ignored.
    pub fn receive(
        self,
        dealings: &[Dealing],
        enrolments: &[Enrolment],
        shares: &[SealedShare],
    ) -> Result<Reshared, ReshareError> {
        let transcript = Transcript::verify(self.plan, dealings, enrolments)?;
        let index = self.enrolment.recipient;
        if transcript.enrolment(index) != Some(&self.enrolment) {
            let party = Party::Recipient(index);
            return Err(ReshareError::culprit(party, "its enrolment was replaced on the way"));
        }
        let committee = transcript.committee()?;
        let dealers = transcript.plan().dealers();
        let mut secret = Scalar::from_u64(0);
        for (dealer, weight) in dealers.iter().copied().zip(lagrange(dealers, 0)) {
            let mut sent = shares.iter().filter(|share| (share.dealer, share.recipient) == (dealer, index));
            let share = sent.next().ok_or(ReshareError::Missing(Party::Dealer(dealer)))?;
            if sent.any(|other| other != share) {
                return Err(ReshareError::culprit(Party::Dealer(dealer), "it sent two different shares"));
            }
            let Some(value) = share.open(&transcript, &self.transport) else {
                let complaint = Complaint::new(transcript.plan_digest(), index, dealer, &self.transport);
                return Err(ReshareError::BadShare(Box::new(complaint)));
            };
            secret = secret.plus(&value.times(&weight));
        }
        // The weighted sum of shares that each fit their commitments fits the weighted sum of the commitments.
        let share = Share::new(committee.epoch(), index, secret);
        Ok(Reshared { share, committee, transcript })
    }
}
