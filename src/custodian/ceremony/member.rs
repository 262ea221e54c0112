//! One member's part in a ceremony: what it says next, from what it has kept and what the others have said.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::threshold::keygen::{
    self, Announced, Announcement, Complaint, Dealt, Finished, KeygenError, SealedShare,
};
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::message::{self, Confirmation};
use super::{Ceremony, CeremonyError, Message, Step};
use crate::clock::Clock;
use crate::custodian::error::CustodianError;
use crate::custodian::house::House;
use crate::custodian::record::Deed;

/// What a member keeps of a ceremony, sealed in its vault.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Round {
    /// Announced: `keygen::Announced`, saved.
    Announced(Zeroizing<String>),
    /// Dealt: `keygen::Dealt`, saved.
    Dealt(Zeroizing<String>),
    /// The share is in the vault.
    Finished(Confirmation),
    /// It complained.
    Complained(Box<Complaint>),
}

/// How far a ceremony is, as this member sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What this member has to say at this step; said again it is the same.
    pub say: Message,
    /// Members whose message of the step is not there yet.
    pub waits_for: Vec<u8>,
    /// All have confirmed the same outcome.
    pub is_done: bool,
}

/// A member.
pub struct Member {
    house: House,
    identity: SigningKey,
    ceremony: Ceremony,
    session: Digest,
    index: u8,
}

impl Member {
    /// The custodian of `house` in `ceremony`. Errors: `ceremony_form`, `card_signature`, `ceremony_stranger`.
    pub fn new(house: House, ceremony: Ceremony) -> Result<Self, CustodianError> {
        ceremony.check()?;
        let identity = house.identity()?;
        let index = ceremony.index_of(identity.public()).ok_or(CeremonyError::Stranger)?;
        let session = ceremony.session();
        Ok(Self { house, identity, ceremony, session, index })
    }

    /// Its index.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// Goes on as far as the messages of all members allow. What it says is kept before it is returned.
    pub async fn go_on(&mut self, messages: &[Message]) -> Result<Progress, CustodianError> {
        messages.iter().try_for_each(|message| message.check(&self.ceremony))?;
        if let Some(complaint) = messages.iter().find(|said| said.step == Step::Complain) {
            let read: Complaint = complaint.read()?;
            return Err(CeremonyError::Complained { accuser: complaint.sender, dealer: read.dealer }.into());
        }
        loop {
            match self.round()? {
                None => self.announce()?,
                Some(Round::Announced(saved)) => {
                    let announced = Announced::resume(&saved)?;
                    let waits_for = self.missing(messages, Step::Announce);
                    if !waits_for.is_empty() {
                        return self.say(Step::Announce, announced.announcement(), waits_for);
                    }
                    let announcements: Vec<Announcement> = message::bodies(messages, Step::Announce)?;
                    let (dealt, _) = announced.receive(&announcements)?;
                    self.keep(&Round::Dealt(dealt.save()))?;
                }
                Some(Round::Dealt(saved)) => {
                    let dealt = Dealt::resume(&saved)?;
                    let waits_for = self.missing(messages, Step::Deal);
                    if !waits_for.is_empty() {
                        return self.say(Step::Deal, &dealt.sealed_shares(), waits_for);
                    }
                    let shares: Vec<Vec<SealedShare>> = message::bodies(messages, Step::Deal)?;
                    self.finish(dealt.receive(&shares.concat())).await?;
                }
                Some(Round::Finished(confirmation)) => return self.confirmed(messages, &confirmation),
                Some(Round::Complained(complaint)) => {
                    return self.say(Step::Complain, &complaint, Vec::new());
                }
            }
        }
    }

    fn announce(&mut self) -> Result<(), CustodianError> {
        let quorum = self.ceremony.quorum()?;
        let (announced, _) = keygen::announce(self.session, quorum, self.index, &SystemRandom::new())?;
        self.keep(&Round::Announced(announced.save()))
    }

    /// Takes its share into the vault, or complains.
    async fn finish(&mut self, finished: Result<Finished, KeygenError>) -> Result<(), CustodianError> {
        let finished = match finished {
            Ok(finished) => finished,
            Err(KeygenError::BadShare(complaint)) => return self.keep(&Round::Complained(complaint)),
            Err(error) => return Err(error.into()),
        };
        let committee = finished.committee.id();
        let transcript = finished.transcript.digest();
        let share = finished.share.export(&finished.committee)?;
        // The record first: killed before the vault is written, the member comes here again with the same share.
        let deed = Deed::ShareTaken { committee, epoch: finished.share.epoch().0, transcript };
        let state = self.house.state().await?;
        state.record_once(Clock::System.now(), deed, &self.identity).await?;
        self.house.vault.secrets.shares.insert(committee, share.to_text());
        self.keep(&Round::Finished(Confirmation::new(&finished.committee, transcript, &self.identity)))
    }

    fn confirmed(
        &self,
        messages: &[Message],
        confirmation: &Confirmation,
    ) -> Result<Progress, CustodianError> {
        let waits_for = self.missing(messages, Step::Confirm);
        let is_done = waits_for.is_empty();
        if is_done {
            self.ceremony.outcome(messages)?;
        }
        Ok(Progress { is_done, ..self.say(Step::Confirm, confirmation, waits_for)? })
    }

    fn say(&self, step: Step, body: &impl Serialize, waits_for: Vec<u8>) -> Result<Progress, CustodianError> {
        let say = Message::sign(self.session, self.index, step, body, &self.identity)?;
        Ok(Progress { say, waits_for, is_done: false })
    }

    fn missing(&self, messages: &[Message], step: Step) -> Vec<u8> {
        let has_said = |index: &u8| messages.iter().any(|said| said.step == step && said.sender == *index);
        (1_u8..).take(self.ceremony.cards.len()).filter(|index| !has_said(index)).collect()
    }

    fn round(&self) -> Result<Option<Round>, CustodianError> {
        let kept = self.house.vault.secrets.rounds.get(&self.session);
        kept.map(|text| serde_json::from_str(text)).transpose().map_err(|_| CustodianError::VaultDamaged)
    }

    fn keep(&mut self, round: &Round) -> Result<(), CustodianError> {
        let text = serde_json::to_string(round).map_err(|_| CustodianError::VaultDamaged)?;
        self.house.vault.secrets.rounds.insert(self.session, text.into());
        self.house.vault.save()
    }
}
