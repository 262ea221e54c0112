//! The states of a resharing as a custodian keeps them on its own disk while the run lasts.
//!
//! *Invariant*: what is resumed sends what was sent: dealing and enrolment follow from the saved secrets, and dealt
//! shares are saved themselves.

use serde::{Deserialize, Serialize};
use x25519_dalek::StaticSecret;
use zeroize::Zeroizing;

use super::{Dealer, Dealing, Dealt, Enrolment, Plan, Recipient, ReshareError, SealedShare, Transcript};
use crate::threshold::PublicShare;
use crate::threshold::parcel::transport_text;
use crate::threshold::polynomial::Polynomial;
use crate::threshold::secret::{SecretText, secret_json};

/// JSON `{"dealer":2,"plan":{…},"polynomial":["<64 hex digits>",…],"transport":"…","v":1}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DealerText {
    dealer: u8,
    plan: Plan,
    polynomial: Vec<SecretText>,
    transport: SecretText,
    v: u8,
}

/// JSON `{"dealings":[…],"enrolments":[…],"plan":{…},"sent":[…],"v":1}`: nothing in it is secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DealtText {
    dealings: Vec<Dealing>,
    enrolments: Vec<Enrolment>,
    plan: Plan,
    sent: Vec<SealedShare>,
    v: u8,
}

/// JSON `{"plan":{…},"recipient":6,"transport":"…","v":1}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecipientText {
    plan: Plan,
    recipient: u8,
    transport: SecretText,
    v: u8,
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReshareError> {
    serde_json::from_str(text).map_err(|_| ReshareError::Saved)
}

impl Dealer {
    /// The state as secret text, to be written before the dealing is sent.
    pub fn save(&self) -> Zeroizing<String> {
        secret_json(&DealerText {
            dealer: self.dealing.dealer,
            plan: self.plan.clone(),
            polynomial: self.polynomial.to_text(),
            transport: transport_text(&self.transport),
            v: 1,
        })
    }

    /// The state that was saved, with the same dealing. Error: `reshare_saved`.
    pub fn resume(text: &str) -> Result<Self, ReshareError> {
        let DealerText { dealer, plan, polynomial, transport, v } = read(text)?;
        let polynomial = Polynomial::from_text(&polynomial, plan.quorum().threshold());
        let polynomial = polynomial.ok_or(ReshareError::Saved)?;
        let state = Self::new(plan, dealer, polynomial, StaticSecret::from(*transport.0));
        let old = state.plan.committee().public_share(dealer).ok();
        let constant = state.dealing.coefficients.first().map(|constant| PublicShare(constant.0));
        let is_its_share = old.is_some() && old.copied() == constant;
        let is_whole = v == 1 && state.plan.dealers().contains(&dealer) && is_its_share;
        if is_whole { Ok(state) } else { Err(ReshareError::Saved) }
    }
}

impl Dealt {
    /// The state as text, to be written before the shares are sent.
    pub fn save(&self) -> String {
        let text = DealtText {
            dealings: self.transcript.dealings().to_vec(),
            enrolments: self.transcript.enrolments().to_vec(),
            plan: self.transcript.plan().clone(),
            sent: self.sent.clone(),
            v: 1,
        };
        serde_json::to_string(&text).expect("saved values are plain JSON")
    }

    /// The state that was saved, with the same shares. Error: `reshare_saved`.
    pub fn resume(text: &str) -> Result<Self, ReshareError> {
        let DealtText { dealings, enrolments, plan, sent, v } = read(text)?;
        let transcript = Transcript::verify(plan, &dealings, &enrolments).map_err(|_| ReshareError::Saved)?;
        let dealer = sent.first().map(|share| share.dealer).unwrap_or_default();
        let plan = transcript.plan_digest();
        let expected = transcript.plan().quorum().indices().map(|recipient| (plan, dealer, recipient));
        let is_whole = sent.iter().map(|share| (share.plan, share.dealer, share.recipient)).eq(expected);
        if v != 1 || !is_whole || transcript.dealing(dealer).is_none() {
            return Err(ReshareError::Saved);
        }
        Ok(Self { transcript, sent })
    }
}

impl Recipient {
    /// The state as secret text, to be written before the enrolment is sent.
    pub fn save(&self) -> Zeroizing<String> {
        secret_json(&RecipientText {
            plan: self.plan.clone(),
            recipient: self.enrolment.recipient,
            transport: transport_text(&self.transport),
            v: 1,
        })
    }

    /// The state that was saved, with the same enrolment. Error: `reshare_saved`.
    pub fn resume(text: &str) -> Result<Self, ReshareError> {
        let RecipientText { plan, recipient, transport, v } = read(text)?;
        if v != 1 || !plan.quorum().has(recipient) {
            return Err(ReshareError::Saved);
        }
        Ok(Self::new(plan, recipient, StaticSecret::from(*transport.0)))
    }
}
