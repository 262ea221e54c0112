//! What the platform does by itself when its time has come: close, release, unseal, draw, read on.
//!
//! *Invariant*: a job keeps no state of its own that matters. Each turn looks at the committed state and does the next
//! step, so a restart at any instant goes on where the log stands.

mod contents;
mod opening;
mod release;
mod unseal;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::base::{Instant, LotId, Span, TenderId};
use crate::custody::Custody;
use crate::files::Files;
use crate::files::text::TextReader;
use crate::ledger::{Ledger, Rejected};
use crate::tender::{Command, LotCommand, Phase, Tender};

/// The longest that a job waits before it looks at the clock again.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How the platform paces itself.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two statements that are read out.
    pub reading: Span,
}

impl Default for Pace {
    fn default() -> Self {
        Self { reading: Span::seconds(2) }
    }
}

/// A step that could not be done; it is tried again in the next turn.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The ledger refused or failed.
    #[error("the step was not accepted: {0}")]
    Rejected(#[from] Rejected),
    /// The ledger's store.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    /// The database.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// Files.
    #[error(transparent)]
    Files(#[from] crate::files::Error),
    /// Custodians.
    #[error(transparent)]
    Custody(#[from] crate::custody::TooFewCustodians),
    /// The state does not hold what a step needs.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// The jobs of the platform.
pub struct Jobs {
    ledger: Ledger,
    files: Files,
    custody: Option<Custody>,
    texts: Option<Arc<TextReader>>,
    pace: Pace,
    /// When the last statement of a lot was read: the pace of reading, not a fact.
    last_read: HashMap<(TenderId, LotId), Instant>,
    /// What was said last of a lot that cannot go on, so that it is said once.
    said: HashMap<(TenderId, LotId), String>,
}

impl Jobs {
    /// Jobs over `ledger`. Without custody nothing can be opened, and the room says so.
    pub fn new(
        ledger: Ledger,
        files: Files,
        custody: Option<Custody>,
        texts: Option<Arc<TextReader>>,
        pace: Pace,
    ) -> Self {
        Self { ledger, files, custody, texts, pace, last_read: HashMap::new(), said: HashMap::new() }
    }

    /// Runs until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut grown = self.ledger.grown();
        loop {
            while !stop.is_cancelled() && self.turn().await {}
            tokio::select! {
                () = stop.cancelled() => return,
                changed = grown.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Does every step that is due now; whether there was one.
    pub async fn turn(&mut self) -> bool {
        let mut is_busy = false;
        for tender in self.ledger.tenders() {
            if tender.notice.phase != Phase::Published {
                continue;
            }
            for lot in tender.lots.keys() {
                is_busy |= self.turn_of(&tender, lot).await;
            }
        }
        is_busy
    }

    async fn turn_of(&mut self, tender: &Tender, lot: &LotId) -> bool {
        let place = (tender.id, lot.clone());
        match self.step(tender, lot).await {
            Ok(is_done) => {
                self.said.remove(&place);
                is_done
            }
            Err(error) => {
                let text = error.to_string();
                if self.said.get(&place) != Some(&text) {
                    tracing::warn!(tender.id = %tender.id, lot.id = %lot, error = %text, "a step must wait");
                    self.said.insert(place, text);
                }
                false
            }
        }
    }

    async fn system(&self, tender: &Tender, lot: &LotId, command: LotCommand) -> Result<(), JobError> {
        self.ledger.system(tender.id, Command::Lot(lot.clone(), command)).await?;
        Ok(())
    }
}
