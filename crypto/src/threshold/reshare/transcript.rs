//! What is public of a resharing: plan, dealings and enrolments, checked. Anyone can compute the new committee from it.

use serde::Serialize;

use super::{Dealing, Enrolment, Party, Plan, ReshareError};
use crate::canonical;
use crate::digest::Digest;
use crate::lock::G2;
use crate::threshold::parcel::TransportKey;
use crate::threshold::{Committee, PublicShare, lagrange};

/// The first round of one resharing: each message passed its checks.
#[derive(Debug, Clone, Serialize)]
pub struct Transcript {
    dealings: Vec<Dealing>,
    enrolments: Vec<Enrolment>,
    plan: Plan,
    #[serde(skip)]
    plan_digest: Digest,
}

impl Transcript {
    /// Checks the first round of `plan`, its messages in any order; names who is missing or at fault.
    pub fn verify(plan: Plan, dealings: &[Dealing], enrolments: &[Enrolment]) -> Result<Self, ReshareError> {
        let plan_digest = plan.digest();
        let of_dealer = |one: &Dealing| Party::Dealer(one.dealer);
        let of_recipient = |one: &Enrolment| Party::Recipient(one.recipient);
        let dealers = plan.dealers().iter().copied().map(Party::Dealer);
        let dealings = one_each(dealers, dealings, of_dealer)?;
        let recipients = plan.quorum().indices().map(Party::Recipient);
        let enrolments = one_each(recipients, enrolments, of_recipient)?;
        for one in &dealings {
            let old = plan.committee().public_share(one.dealer);
            let old = old.map_err(|_| ReshareError::Stranger(of_dealer(one)))?;
            one.check(&plan, &plan_digest, old)?;
        }
        for one in &enrolments {
            one.check(&plan_digest)?;
        }
        let transports: Vec<(Party, TransportKey)> = dealings
            .iter()
            .map(|one| (of_dealer(one), one.transport))
            .chain(enrolments.iter().map(|one| (of_recipient(one), one.transport)))
            .collect();
        for (place, (party, transport)) in transports.iter().enumerate() {
            if transports[..place].iter().any(|(_, earlier)| earlier == transport) {
                return Err(ReshareError::culprit(*party, "its transport key is another party's"));
            }
        }
        Ok(Self { dealings, enrolments, plan, plan_digest })
    }

    /// What was agreed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Digest of the plan.
    pub fn plan_digest(&self) -> Digest {
        self.plan_digest
    }

    /// The dealers' messages, ascending.
    pub fn dealings(&self) -> &[Dealing] {
        &self.dealings
    }

    /// The new custodians' messages, ascending.
    pub fn enrolments(&self) -> &[Enrolment] {
        &self.enrolments
    }

    /// SHA-256 of the canonical JSON `{"dealings":[…],"enrolments":[…],"plan":{…}}`: who compares it knows that nobody
    /// was told anything else, and that all have the same dealers.
    pub fn digest(&self) -> Digest {
        canonical::digest_of(self).expect("hexadecimal digits and small numbers are canonical")
    }

    /// The new committee. Error: `reshare_no_committee`, also where the group key would change.
    pub fn committee(&self) -> Result<Committee, ReshareError> {
        let weights = lagrange(self.plan.dealers(), 0);
        let column = |degree: u8| {
            let place = usize::from(degree);
            let terms = self.dealings.iter().zip(&weights);
            let terms = terms.map(|(one, weight)| one.coefficients.get(place)?.0.times(weight));
            G2::sum(&terms.collect::<Option<Vec<G2>>>()?)
        };
        let quorum = self.plan.quorum();
        let sums: Option<Vec<G2>> = (0..quorum.threshold()).map(column).collect();
        let sums = sums.ok_or(ReshareError::NoCommittee)?;
        let group_key = *self.plan.committee().group_key();
        if sums.first() != Some(&group_key.0) {
            return Err(ReshareError::NoCommittee);
        }
        let shares: Option<Vec<PublicShare>> =
            quorum.indices().map(|i| G2::polynomial_at(&sums, i).map(PublicShare)).collect();
        let shares = shares.ok_or(ReshareError::NoCommittee)?;
        Committee::new(self.plan.epoch(), quorum, group_key, shares).map_err(|_| ReshareError::NoCommittee)
    }

    pub(super) fn dealing(&self, dealer: u8) -> Option<&Dealing> {
        self.dealings.iter().find(|one| one.dealer == dealer)
    }

    pub(super) fn enrolment(&self, recipient: u8) -> Option<&Enrolment> {
        self.enrolments.iter().find(|one| one.recipient == recipient)
    }
}

/// One message of each of `parties`, in their order.
fn one_each<T: Clone + PartialEq>(
    parties: impl Iterator<Item = Party> + Clone,
    sent: &[T],
    party_of: impl Fn(&T) -> Party,
) -> Result<Vec<T>, ReshareError> {
    let stranger = sent.iter().map(&party_of).find(|party| !parties.clone().any(|one| one == *party));
    if let Some(stranger) = stranger {
        return Err(ReshareError::Stranger(stranger));
    }
    let one = |party: Party| {
        let mut of_party = sent.iter().filter(|one| party_of(one) == party);
        let one = of_party.next().ok_or(ReshareError::Missing(party))?;
        if of_party.any(|other| other != one) {
            return Err(ReshareError::culprit(party, "it sent two different things"));
        }
        Ok(one.clone())
    };
    parties.map(one).collect()
}
