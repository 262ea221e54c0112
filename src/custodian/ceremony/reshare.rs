//! The parts in a resharing: of the old custodians who deal, and of the members of the new committee.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::key::PublicKey;
use kaibiao_crypto::threshold::reshare::{
    Complaint, Dealer, Dealing, Dealt, Enrolment, Party, Plan, Recipient, ReshareError, SealedShare,
    Transcript,
};
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};

use super::kept::{self, Receiving};
use super::message::bodies;
use super::{Ceremony, CeremonyError, Member, Message, Progress, Seat, Step};
use crate::centre;
use crate::custodian::ShareId;
use crate::custodian::error::CustodianError;
use crate::custodian::record::Deed;
use crate::replay::evidence;

/// Whose shares are dealt anew, and who of them deals.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The old committee, as the centre's register has it.
    pub committee: centre::Committee,
    /// Who of it deals, ascending: at least its threshold. Whoever lost a share is not among them.
    pub dealers: Vec<u8>,
}

impl Origin {
    /// The index of the dealer with this identity key.
    pub(super) fn dealer(&self, identity: &PublicKey) -> Option<u8> {
        let spki = STANDARD.encode(identity.spki());
        let custodian = self.committee.custodians.iter().find(|custodian| custodian.identity == spki)?;
        Some(custodian.index).filter(|index| self.dealers.contains(index))
    }

    /// The custodians who deal.
    pub(super) fn dealing(&self) -> impl Iterator<Item = &centre::CustodianRecord> {
        self.committee.custodians.iter().filter(|custodian| self.dealers.contains(&custodian.index))
    }

    /// The identity key of an old custodian.
    pub(super) fn identity(&self, index: u8) -> Option<PublicKey> {
        let custodian = self.committee.custodians.iter().find(|custodian| custodian.index == index)?;
        PublicKey::from_spki(&STANDARD.decode(&custodian.identity).ok()?).ok()
    }
}

impl From<Party> for Seat {
    fn from(party: Party) -> Self {
        match party {
            Party::Dealer(index) => Self::Dealer(index),
            Party::Recipient(index) => Self::Member(index),
        }
    }
}

impl Ceremony {
    /// What is to be dealt by whom to how many. Error: `ceremony_form`.
    pub(super) fn plan(&self, origin: &Origin) -> Result<Plan, CeremonyError> {
        let form = CeremonyError::Form;
        if !origin.committee.is_well_formed() || !origin.dealers.is_sorted() {
            return Err(form("the old committee or its dealers are not in order"));
        }
        let committee = evidence::committee(&origin.committee);
        let committee = committee.ok_or(form("the old committee's shares and key do not belong together"))?;
        Plan::new(self.session(), committee, &origin.dealers, self.quorum()?).map_err(|error| match error {
            ReshareError::Plan(fault) => form(fault),
            other => other.into(),
        })
    }

    /// The first round of all, checked.
    pub(super) fn transcript_of_resharing(
        &self,
        origin: &Origin,
        messages: &[Message],
    ) -> Result<Transcript, CeremonyError> {
        let (dealings, enrolments) = first_round(messages)?;
        Ok(Transcript::verify(self.plan(origin)?, &dealings, &enrolments)?)
    }

    /// What a complaint comes to.
    pub(super) fn judge_resharing(
        &self,
        origin: &Origin,
        complaint: &Message,
        messages: &[Message],
    ) -> Result<CeremonyError, CeremonyError> {
        let read: Complaint = complaint.read()?;
        let shares: Vec<Vec<SealedShare>> = bodies(messages, Step::Deal)?;
        let is_meant = |share: &&SealedShare| (share.dealer, share.recipient) == (read.dealer, read.accuser);
        let transcript = self.transcript_of_resharing(origin, messages).ok();
        let judged = shares.iter().flatten().find(is_meant).zip(transcript);
        let culprit = judged.and_then(|(share, transcript)| read.judge(&transcript, share).ok());
        Ok(CeremonyError::Complained {
            accuser: Seat::Member(read.accuser),
            dealer: Seat::Dealer(read.dealer),
            culprit: culprit.map(Seat::from),
        })
    }
}

impl Member {
    /// Goes on as dealer `index` of the old committee.
    pub(super) async fn deal(
        &mut self,
        index: u8,
        origin: &Origin,
        messages: &[Message],
        progress: &mut Progress,
    ) -> Result<(), CustodianError> {
        loop {
            match self.kept()?.dealing {
                None => self.begin_dealing(origin)?,
                Some(kept::Dealing::Announced { of, state }) => {
                    let dealer = Dealer::resume(&state)?;
                    let lacks =
                        [Step::Announce, Step::Enrol].map(|step| self.lacks(messages, step, progress));
                    if lacks.contains(&true) {
                        return self.say(progress, Step::Announce, index, dealer.dealing());
                    }
                    let (dealings, enrolments) = first_round(messages)?;
                    let dealt = dealer.deal(&dealings, &enrolments)?.save();
                    // The record first: killed before the vault is written, the dealer comes here again.
                    let (committee, epoch, session) = (of.committee, of.epoch.0, self.session);
                    self.record(Deed::ShareDealt { committee, epoch, session }).await?;
                    self.change(|kept| kept.dealing = Some(kept::Dealing::Dealt(dealt)))?;
                }
                Some(kept::Dealing::Dealt(state)) => {
                    let dealt = Dealt::resume(&state)?;
                    self.say(progress, Step::Deal, index, &dealt.sealed_shares())?;
                    if self.lacks(messages, Step::Confirm, progress) {
                        return Ok(());
                    }
                    // What the members have confirmed is what was dealt here.
                    let outcome = self.ceremony.outcome(messages)?;
                    if outcome.transcript != dealt.transcript().digest() {
                        return Err(CeremonyError::Differs(1).into());
                    }
                    return Ok(());
                }
            }
        }
    }

    fn begin_dealing(&mut self, origin: &Origin) -> Result<(), CustodianError> {
        let plan = self.ceremony.plan(origin)?;
        let of = ShareId::of(plan.committee());
        let shares = self.house.shares()?;
        let (share, _) = shares.of(&of).ok_or(CeremonyError::NoShare(of))?;
        let state = Dealer::begin(plan, share, &SystemRandom::new())?.save();
        self.change(|kept| kept.dealing = Some(kept::Dealing::Announced { of, state }))
    }

    /// Goes on as member `index` of the new committee.
    pub(super) async fn receive(
        &mut self,
        index: u8,
        origin: &Origin,
        messages: &[Message],
        progress: &mut Progress,
    ) -> Result<(), CustodianError> {
        loop {
            match self.kept()?.receiving {
                None => {
                    let plan = self.ceremony.plan(origin)?;
                    self.has_room_for(ShareId { committee: plan.committee().id(), epoch: plan.epoch() })?;
                    let saved = Recipient::begin(plan, index, &SystemRandom::new())?.save();
                    self.change(|kept| kept.receiving = Some(Receiving::Enrolled(saved)))?;
                }
                Some(Receiving::Enrolled(saved)) => {
                    let recipient = Recipient::resume(&saved)?;
                    let steps = [Step::Announce, Step::Enrol, Step::Deal];
                    let lacks = steps.map(|step| self.lacks(messages, step, progress));
                    if lacks.contains(&true) {
                        return self.say(progress, Step::Enrol, index, recipient.enrolment());
                    }
                    let (dealings, enrolments) = first_round(messages)?;
                    let shares: Vec<Vec<SealedShare>> = bodies(messages, Step::Deal)?;
                    match recipient.receive(&dealings, &enrolments, &shares.concat()) {
                        Ok(made) => self.hold(&made.share, &made.committee, made.transcript.digest())?,
                        Err(ReshareError::BadShare(complaint)) => self.complain(&*complaint)?,
                        Err(error) => return Err(error.into()),
                    }
                }
                Some(
                    Receiving::Announced(_)
                    | Receiving::Dealt(_)
                    | Receiving::Confirmed { .. }
                    | Receiving::Done(_)
                    | Receiving::Complained(_),
                ) => return self.conclude(index, messages, progress).await,
            }
        }
    }
}

fn first_round(messages: &[Message]) -> Result<(Vec<Dealing>, Vec<Enrolment>), CeremonyError> {
    Ok((bodies(messages, Step::Announce)?, bodies(messages, Step::Enrol)?))
}
