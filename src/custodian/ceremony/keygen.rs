//! A member's part where a new key is made.

use kaibiao_crypto::threshold::keygen::{
    self, Announced, Announcement, Complaint, Dealt, KeygenError, SealedShare, Transcript,
};
use ring::rand::SystemRandom;

use super::kept::Receiving;
use super::message::bodies;
use super::{Ceremony, CeremonyError, Member, Message, Progress, Seat, Step};
use crate::custodian::error::CustodianError;

impl Ceremony {
    /// The announcements of all, checked.
    pub(super) fn transcript_of_making(&self, messages: &[Message]) -> Result<Transcript, CeremonyError> {
        let announcements: Vec<Announcement> = bodies(messages, Step::Announce)?;
        Ok(Transcript::verify(self.session(), self.quorum()?, &announcements)?)
    }

    /// What a complaint comes to.
    pub(super) fn judge_making(
        &self,
        complaint: &Message,
        messages: &[Message],
    ) -> Result<CeremonyError, CeremonyError> {
        let read: Complaint = complaint.read()?;
        let shares: Vec<Vec<SealedShare>> = bodies(messages, Step::Deal)?;
        let is_meant = |share: &&SealedShare| (share.dealer, share.recipient) == (read.dealer, read.accuser);
        let transcript = self.transcript_of_making(messages).ok();
        let judged = shares.iter().flatten().find(is_meant).zip(transcript);
        let culprit = judged.and_then(|(share, transcript)| read.judge(&transcript, share).ok());
        Ok(CeremonyError::Complained {
            accuser: Seat::Member(read.accuser),
            dealer: Seat::Member(read.dealer),
            culprit: culprit.map(Seat::Member),
        })
    }
}

impl Member {
    /// Goes on as member `index` of a committee with a new key.
    pub(super) async fn make(
        &mut self,
        index: u8,
        messages: &[Message],
        progress: &mut Progress,
    ) -> Result<(), CustodianError> {
        loop {
            match self.kept()?.receiving {
                None => {
                    let random = SystemRandom::new();
                    let (announced, _) =
                        keygen::announce(self.session, self.ceremony.quorum()?, index, &random)?;
                    let saved = announced.save();
                    self.change(|kept| kept.receiving = Some(Receiving::Announced(saved)))?;
                }
                Some(Receiving::Announced(saved)) => {
                    let announced = Announced::resume(&saved)?;
                    if self.lacks(messages, Step::Announce, progress) {
                        return self.say(progress, Step::Announce, index, announced.announcement());
                    }
                    let announcements: Vec<Announcement> = bodies(messages, Step::Announce)?;
                    let (dealt, _) = announced.receive(&announcements)?;
                    let saved = dealt.save();
                    self.change(|kept| kept.receiving = Some(Receiving::Dealt(saved)))?;
                }
                Some(Receiving::Dealt(saved)) => {
                    let dealt = Dealt::resume(&saved)?;
                    if self.lacks(messages, Step::Deal, progress) {
                        return self.say(progress, Step::Deal, index, &dealt.sealed_shares());
                    }
                    let shares: Vec<Vec<SealedShare>> = bodies(messages, Step::Deal)?;
                    match dealt.receive(&shares.concat()) {
                        Ok(made) => self.hold(&made.share, &made.committee, made.transcript.digest())?,
                        Err(KeygenError::BadShare(complaint)) => self.complain(&*complaint)?,
                        Err(error) => return Err(error.into()),
                    }
                }
                Some(
                    Receiving::Enrolled(_)
                    | Receiving::Confirmed { .. }
                    | Receiving::Done(_)
                    | Receiving::Complained(_),
                ) => return self.conclude(index, messages, progress).await,
            }
        }
    }
}
