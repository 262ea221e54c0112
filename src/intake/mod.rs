//! The one way in for acts of people, over HTTP and from rooms: looks at the bytes that an act names, then hands it to
//! the ledger.
//!
//! The ledger decides by rules over its own state; what lies on the disk is not part of that state. So this is where a
//! bid's envelopes and a notice's documents are looked at. Not here: who is signed in (`http`, `live`), any rule.
//!
//! *Invariants*: no act of the platform itself comes in this way; a bid enters the log only if every envelope of it was
//! uploaded by its submitter and is sealed for exactly this tender, lot, key and committee; the answer to an act that
//! binds waits for a witnessed head, for a moment.

mod documents;
pub mod envelope;

use std::sync::Arc;
use std::time::Duration;

use kaibiao_crypto::act::SignedAct;

use crate::base::{KeyId, PersonId, Refusal, require};
use crate::centre::CentreCommand;
use crate::files::Files;
use crate::ledger::{Accepted, Ledger, LedgerError, Rejected};
use crate::limits::GATE_WAIT_MS;
use crate::replay::{ReadAct, Request};
use crate::store::{self, Database};
use crate::tender::{Command, LotCommand, Stage, TenderCommand};

/// Takes acts of people.
#[derive(Clone)]
pub struct Intake {
    ledger: Ledger,
    database: Database,
    files: Files,
}

impl Intake {
    /// Acts go to `ledger`; what they name lies in `files`, known by `database`.
    pub fn new(ledger: Ledger, database: Database, files: Files) -> Self {
        Self { ledger, database, files }
    }

    /// Submits an act of the person who is signed in. Errors besides the ledger's: `act_of_another`,
    /// `envelope_not_uploaded`, `envelope_differs`, `wrong_context`, `wrong_lock`, `document_not_uploaded`,
    /// `succession_not_prepared`.
    pub async fn submit(&self, by: PersonId, act: SignedAct) -> Result<Accepted, Rejected> {
        let read = Arc::new(ReadAct::of(&act, self.ledger.origin())?);
        if read.payload.actor != by.to_string() {
            return Err(Refusal::forbidden("act_of_another").into());
        }
        let key_id = act.key_id;
        let admission = self.look_at(by, key_id, &read.request);
        let accepted = self.ledger.submit_admitted(act, Arc::clone(&read), admission).await?;
        if matches!(&read.request, Request::Tender(_, command) if command.binds()) {
            // It is done, and says so in any case; whether witnesses have seen it is told beside that.
            self.ledger.is_witnessed_within(accepted.index, Duration::from_millis(GATE_WAIT_MS)).await;
        }
        Ok(accepted)
    }

    /// A tender or lot that is not there is the ledger's to refuse.
    async fn look_at(&self, by: PersonId, key_id: KeyId, request: &Request) -> Result<(), Rejected> {
        match request {
            Request::Tender(tender, Command::Lot(lot, LotCommand::SubmitBid(bid))) => {
                let Some(tender) = self.ledger.tender(*tender) else { return Ok(()) };
                self.look_at_bid(by, key_id, &tender, lot, bid).await
            }
            Request::Tender(_, Command::Tender(TenderCommand::AddDocument(body))) => {
                self.look_at_documents(std::slice::from_ref(&body.document)).await
            }
            Request::Tender(_, Command::Tender(TenderCommand::IssueAddendum(body))) => {
                self.look_at_documents(&body.documents).await
            }
            Request::Tender(_, Command::Tender(TenderCommand::NameRetender(body))) => {
                let of = self.ledger.tender(body.of_tender);
                let lot = of.as_ref().and_then(|tender| tender.lots.get(&body.of_lot));
                let has_failed = lot.is_some_and(|lot| matches!(lot.stage, Stage::Failed(_)));
                Ok(require(has_failed, || Refusal::rule("lot_has_not_failed"))?)
            }
            Request::Tender(_, Command::Tender(TenderCommand::RaiseObjection(body))) => {
                self.look_at_evidence(&body.evidence).await
            }
            Request::Tender(_, Command::Tender(TenderCommand::FileComplaint(body))) => {
                self.look_at_evidence(&body.evidence).await
            }
            Request::Centre(CentreCommand::RotateLogKey(body)) => self.ledger.is_prepared(body).await,
            Request::Tender(_, Command::Tender(_) | Command::Lot(..)) | Request::Centre(_) => Ok(()),
        }
    }
}

/// A fault of the database while an act was looked at.
fn failed(error: store::Error) -> Rejected {
    Rejected::Failed(Arc::new(LedgerError::from(error)))
}
