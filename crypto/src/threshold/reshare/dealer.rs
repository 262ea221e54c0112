//! The part of an old custodian who deals.

use x25519_dalek::StaticSecret;

use super::{Dealing, Enrolment, Party, Plan, ReshareError, SealedShare, Transcript};
use crate::lock::Randomness;
use crate::threshold::polynomial::Polynomial;
use crate::threshold::{Share, parcel};

/// Round 1: it committed to a polynomial, and waits for the first round of all.
pub struct Dealer {
    pub(super) plan: Plan,
    pub(super) polynomial: Polynomial,
    pub(super) transport: StaticSecret,
    pub(super) dealing: Dealing,
}

impl Dealer {
    /// Begins as the dealer that holds `share`. The state is saved before the dealing is sent. Errors:
    /// `share_mismatch`, `reshare_stranger`, `no_randomness`.
    pub fn begin(plan: Plan, share: &Share, random: &dyn Randomness) -> Result<Self, ReshareError> {
        if !plan.dealers().contains(&share.index()) {
            return Err(ReshareError::Stranger(Party::Dealer(share.index())));
        }
        share.check(plan.committee()).map_err(|_| ReshareError::OtherShare)?;
        let coefficients = plan.quorum().threshold();
        let polynomial = Polynomial::with_constant(share.secret().clone(), coefficients, random)?;
        Ok(Self::new(plan, share.index(), polynomial, parcel::transport_secret(random)?))
    }

    pub(super) fn new(plan: Plan, index: u8, polynomial: Polynomial, transport: StaticSecret) -> Self {
        let dealing = Dealing::new(plan.digest(), index, &polynomial, &transport);
        Self { plan, polynomial, transport, dealing }
    }

    /// What it sends to all.
    pub fn dealing(&self) -> &Dealing {
        &self.dealing
    }

    /// Checks the first round of all, its own message among them as it left, and deals to each new custodian. After it
    /// the polynomial is gone: the result is saved before the shares are sent.
    pub fn deal(self, dealings: &[Dealing], enrolments: &[Enrolment]) -> Result<Dealt, ReshareError> {
        let transcript = Transcript::verify(self.plan, dealings, enrolments)?;
        let own = &self.dealing;
        if transcript.dealing(own.dealer) != Some(own) {
            let party = Party::Dealer(own.dealer);
            return Err(ReshareError::culprit(party, "its dealing was replaced on the way"));
        }
        // Nobody's share leaves before it is known that these dealings keep the group key.
        transcript.committee()?;
        let seal = |i| SealedShare::seal(&transcript, own, i, &self.transport, &self.polynomial.at(i));
        let sent: Option<Vec<SealedShare>> = transcript.plan().quorum().indices().map(seal).collect();
        let sent = sent.expect("a checked transcript has each new custodian's enrolment");
        Ok(Dealt { transcript, sent })
    }
}

/// Round 2: it has dealt. Nothing of it is secret any more.
#[derive(Debug)]
pub struct Dealt {
    pub(super) transcript: Transcript,
    pub(super) sent: Vec<SealedShare>,
}

impl Dealt {
    /// What it sends, one to each new custodian.
    pub fn sealed_shares(&self) -> &[SealedShare] {
        &self.sent
    }

    /// What was public, for comparing with the others.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }
}
