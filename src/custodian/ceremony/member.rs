//! A custodian's part in a ceremony: what it says next, from what it has kept and what the others have said.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::threshold::{Committee, Share};
use serde::Serialize;

use super::kept::{Kept, Receiving, forget_share};
use super::message::Confirmation;
use super::{Ceremony, CeremonyError, Message, Seat, Step};
use crate::clock::Clock;
use crate::custodian::ShareId;
use crate::custodian::error::CustodianError;
use crate::custodian::house::House;
use crate::custodian::record::Deed;

/// How far a ceremony is, as one custodian sees it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Progress {
    /// What it has to say, in each of its parts; said again it is the same.
    pub say: Vec<Message>,
    /// Messages that are not there yet: of which step, by whom.
    pub waits_for: Vec<(Step, u8)>,
    /// All have confirmed the same outcome, and its own share, if it is to hold one, counts.
    pub is_done: bool,
}

/// A custodian that takes part.
pub struct Member {
    pub(super) house: House,
    pub(super) identity: SigningKey,
    pub(super) ceremony: Ceremony,
    pub(super) session: Digest,
    seats: Vec<Seat>,
}

impl Member {
    /// The custodian of `house` in `ceremony`. Errors: `ceremony_form`, `card_signature`, `ceremony_stranger`.
    pub fn new(house: House, ceremony: Ceremony) -> Result<Self, CustodianError> {
        ceremony.check()?;
        let identity = house.identity()?;
        let dealer = ceremony.dealer(identity.public()).map(Seat::Dealer);
        let member = ceremony.member(identity.public()).map(Seat::Member);
        let seats: Vec<Seat> = dealer.into_iter().chain(member).collect();
        if seats.is_empty() {
            return Err(CeremonyError::Stranger.into());
        }
        let session = ceremony.session();
        Ok(Self { house, identity, ceremony, session, seats })
    }

    /// Its parts: dealer, member or both.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// Goes on as far as the messages of all allow. What it says is kept before it is returned.
    pub async fn go_on(&mut self, messages: &[Message]) -> Result<Progress, CustodianError> {
        messages.iter().try_for_each(|message| message.check(&self.ceremony))?;
        self.ceremony.goes_on(messages)?;
        let mut progress = Progress::default();
        for seat in self.seats.clone() {
            match (seat, self.ceremony.from.clone()) {
                (Seat::Member(index), None) => self.make(index, messages, &mut progress).await?,
                (Seat::Member(index), Some(origin)) => {
                    self.receive(index, &origin, messages, &mut progress).await?;
                }
                (Seat::Dealer(index), Some(origin)) => {
                    self.deal(index, &origin, messages, &mut progress).await?;
                }
                (Seat::Dealer(_), None) => return Err(CeremonyError::Stranger.into()),
            }
        }
        progress.is_done =
            progress.waits_for.is_empty() && !self.lacks(messages, Step::Confirm, &mut progress);
        Ok(progress)
    }

    /// A ceremony that would give this custodian a second share of one dealing does not begin.
    pub(super) fn has_room_for(&self, id: ShareId) -> Result<(), CustodianError> {
        if self.house.vault.secrets.shares.contains_key(&id) {
            return Err(CeremonyError::ShareHeld(id).into());
        }
        Ok(())
    }

    /// Keeps a share that this member has computed, apart from those that count, and what it confirms by that.
    pub(super) fn hold(
        &mut self,
        share: &Share,
        committee: &Committee,
        transcript: Digest,
    ) -> Result<(), CustodianError> {
        let confirmation = Confirmation::new(committee, transcript, &self.identity);
        let share = share.export(committee)?.to_text();
        let id = ShareId::of(committee);
        self.change(|kept| kept.receiving = Some(Receiving::Confirmed { confirmation, id, share }))
    }

    /// Ends the run: a share that was sent to this member does not fit.
    pub(super) fn complain(&mut self, complaint: &impl Serialize) -> Result<(), CustodianError> {
        let complaint = serde_json::to_value(complaint).map_err(|_| CeremonyError::Message)?;
        self.change(|kept| kept.receiving = Some(Receiving::Complained(complaint)))
    }

    /// Says that it has a share, and takes it once all members have confirmed the same.
    pub(super) async fn conclude(
        &mut self,
        index: u8,
        messages: &[Message],
        progress: &mut Progress,
    ) -> Result<(), CustodianError> {
        match self.kept()?.receiving {
            Some(Receiving::Confirmed { confirmation, id, share }) => {
                self.say(progress, Step::Confirm, index, &confirmation)?;
                if self.lacks(messages, Step::Confirm, progress) {
                    return Ok(());
                }
                let outcome = self.ceremony.outcome(messages)?;
                if outcome.transcript != confirmation.transcript {
                    return Err(CeremonyError::Differs(index).into());
                }
                self.has_room_for(id)?;
                let transcript = confirmation.transcript;
                // The record first: killed before the vault is written, the member comes here again.
                self.record(Deed::ShareTaken { committee: id.committee, epoch: id.epoch.0, transcript })
                    .await?;
                // Shares of the same dealing from ceremonies that came to nothing can count no more.
                forget_share(&mut self.house.vault.secrets, &id)?;
                self.house.vault.secrets.shares.insert(id, share);
                self.change(|kept| kept.receiving = Some(Receiving::Done(confirmation)))
            }
            Some(Receiving::Done(confirmation)) => self.say(progress, Step::Confirm, index, &confirmation),
            Some(Receiving::Complained(complaint)) => self.say(progress, Step::Complain, index, &complaint),
            Some(Receiving::Announced(_) | Receiving::Dealt(_) | Receiving::Enrolled(_)) | None => Ok(()),
        }
    }

    /// Puts a deed on record, once.
    pub(super) async fn record(&self, deed: Deed) -> Result<(), CustodianError> {
        self.house.state().await?.record_once(Clock::System.now(), deed, &self.identity).await
    }

    pub(super) fn say(
        &self,
        progress: &mut Progress,
        step: Step,
        sender: u8,
        body: &impl Serialize,
    ) -> Result<(), CustodianError> {
        progress.say.push(Message::sign(self.session, sender, step, body, &self.identity)?);
        Ok(())
    }

    /// Whether messages of `step` are missing; they are noted.
    pub(super) fn lacks(&self, messages: &[Message], step: Step, progress: &mut Progress) -> bool {
        let has_said = |index: &u8| messages.iter().any(|said| said.step == step && said.sender == *index);
        let missing: Vec<u8> =
            self.ceremony.speakers(step).into_iter().filter(|one| !has_said(one)).collect();
        for index in &missing {
            if !progress.waits_for.contains(&(step, *index)) {
                progress.waits_for.push((step, *index));
            }
        }
        !missing.is_empty()
    }

    pub(super) fn kept(&self) -> Result<Kept, CustodianError> {
        Kept::of(&self.house.vault.secrets, &self.session)
    }

    /// Changes what is kept, on the disk before it returns.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Kept)) -> Result<(), CustodianError> {
        let mut kept = self.kept()?;
        change(&mut kept);
        kept.put(&mut self.house.vault.secrets, self.session)?;
        self.house.vault.save()
    }
}
