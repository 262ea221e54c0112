//! What the platform does by itself when its time has come: cover, close, release, unseal, draw, read on.
//!
//! A lot has two works: its course (close, draws, statements, reading out) and the opening of its documents. Each work
//! of each lot goes on by itself, so that neither gigabytes of documents nor custodians who are away hold up the
//! reading out, or another lot.
//!
//! *Invariant*: a job keeps no state of its own that matters. Each turn looks at the committed state and does the next
//! step, so a restart at any instant goes on where the log stands.

mod clock;
mod contents;
mod cover;
mod custodians;
mod floor;
mod opening;
mod release;
mod unseal;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::base::{Instant, LotId, Span, TenderId};
use crate::custody::Custody;
use crate::files::Files;
use crate::files::text::TextReader;
use crate::ledger::{Ledger, Rejected};
use crate::tender::{Command, LotCommand, Phase, Tender};
use crate::timestamp::TimeSources;

pub use floor::Relays;
use opening::At;

/// The longest that a job waits before it looks at the clock again.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How the platform paces itself.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two statements that are read out.
    pub reading: Span,
    /// Between two batches of cover in a lot's last day, on average. None: there are none, for a test that counts entries.
    pub cover: Option<Span>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { reading: Span::seconds(2), cover: Some(Span::seconds(60)) }
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
    /// Too few witnesses have cosigned what custodians must be shown; it goes on by itself when they have.
    #[error("the witnesses have not cosigned the newest head yet")]
    AwaitsWitnesses,
    /// Too few custodians answered a moment ago; they are asked again in a moment.
    #[error("the custodians are asked again in a moment")]
    AskedJustNow,
    /// The task of a step broke off.
    #[error("a task broke off: {0}")]
    BrokeOff(#[from] tokio::task::JoinError),
}

/// What goes on by itself, beside everything else.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Work {
    /// Close, draws, statements, reading out of a lot.
    Course(TenderId, LotId),
    /// The opening of a lot's documents.
    Documents(TenderId, LotId),
    /// Asking for the keys of a lot again.
    AskAgain(TenderId, LotId),
    /// Showing the custodians when a tender opens.
    Schedule(TenderId),
    /// Fetching the beacon that a tender's opening waits for.
    Floor(TenderId),
    /// The rehearsals of the custodians in office.
    Rehearsal,
    /// Readings of the clocks of others.
    Clocks,
    /// Steps of the signer's clock that its keepers have accepted.
    ClockSteps,
    /// Cover for sealed acts.
    Cover,
}

/// The jobs of the platform.
pub struct Jobs {
    hands: Hands,
    custody: Option<Custody>,
    relays: Relays,
    times: Option<TimeSources>,
    pace: Pace,
    /// How others' clocks stood to ours before an opening, and when they were read. Not a fact.
    compared: tokio::sync::Mutex<HashMap<TenderId, (Instant, clock::Others)>>,
    /// The moment of the next batch of cover. Not a fact.
    cover_at: Mutex<Option<Instant>>,
    /// When something with a pace of its own was done last: reading out, asking custodians again. Not a fact.
    last_done: Mutex<HashMap<Work, Instant>>,
    /// What was said last of a lane that cannot go on, so that it is said once.
    said: Mutex<HashMap<Work, String>>,
}

/// What the opening of one envelope needs, in a task of its own.
#[derive(Clone)]
struct Hands {
    ledger: Ledger,
    files: Files,
    texts: Option<Arc<TextReader>>,
}

impl Jobs {
    /// Jobs over `ledger`. Without custody nothing can be opened, and the room says so.
    pub fn new(
        ledger: Ledger,
        files: Files,
        custody: Option<Custody>,
        relays: Relays,
        texts: Option<Arc<TextReader>>,
        pace: Pace,
    ) -> Self {
        let hands = Hands { ledger, files, texts };
        Self {
            hands,
            custody,
            relays,
            times: None,
            pace,
            compared: tokio::sync::Mutex::default(),
            cover_at: Mutex::default(),
            last_done: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// Reads the clocks of witnesses and of these authorities into the log.
    #[must_use]
    pub fn with_times(self, times: TimeSources) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Runs until `stop`. What is under way then breaks off; the next start goes on from the log.
    pub async fn run(self, stop: CancellationToken) {
        let mut grown = self.hands.ledger.grown();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut running = FuturesUnordered::new();
        let mut busy = HashSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Some((is_done, work)) = running.next() => {
                    if is_done {
                        running.push(self.turn_of(work));
                    } else {
                        busy.remove(&work);
                    }
                    continue;
                }
                changed = grown.changed() => if changed.is_err() { return },
                _ = look.tick() => {}
                () = self.cover_moment() => {}
            }
            let idle = self.work().into_iter().filter(|work| busy.insert(work.clone()));
            running.extend(idle.map(|work| self.turn_of(work)));
        }
    }

    /// Does every step that is due now; whether there was one.
    pub async fn turn(&self) -> bool {
        let turns = self.work().into_iter().map(|work| self.turn_of(work));
        future::join_all(turns).await.into_iter().any(|(is_done, _)| is_done)
    }

    /// All that may go on by itself.
    fn work(&self) -> Vec<Work> {
        let of_tender = |tender: Arc<Tender>| {
            let id = tender.id;
            let is_public = matches!(tender.notice.phase, Phase::Published | Phase::Cancelled);
            let lots =
                if tender.notice.phase == Phase::Published { tender.lots.keys() } else { Default::default() };
            let lanes = |lot: &LotId| [Work::Course(id, lot.clone()), Work::Documents(id, lot.clone())];
            let schedule = is_public.then_some(Work::Schedule(id));
            let floor = tender.notice.sealing.floor.map(|_| Work::Floor(id));
            lots.flat_map(lanes).chain(schedule).chain(floor).collect::<Vec<Work>>()
        };
        let tenders = self.hands.ledger.tenders().into_iter();
        tenders
            .flat_map(of_tender)
            .chain([Work::Rehearsal, Work::Clocks, Work::ClockSteps, Work::Cover])
            .collect()
    }

    /// Does the next step of a work; whether there was one.
    async fn turn_of(&self, work: Work) -> (bool, Work) {
        let done = self.step(&work).await;
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(is_done) => {
                said.remove(&work);
                (is_done, work)
            }
            Err(JobError::AskedJustNow) => (false, work),
            Err(error) => {
                let text = error.to_string();
                if said.get(&work) != Some(&text) {
                    tracing::warn!(?work, error = %text, "a step must wait");
                    said.insert(work.clone(), text);
                }
                (false, work)
            }
        }
    }

    async fn step(&self, work: &Work) -> Result<bool, JobError> {
        let (tender, lot) = match work {
            Work::Course(tender, lot) | Work::Documents(tender, lot) | Work::AskAgain(tender, lot) => {
                (tender, Some(lot))
            }
            Work::Schedule(tender) | Work::Floor(tender) => (tender, None),
            Work::Rehearsal => return self.rehearse().await,
            Work::Clocks => return self.read_clocks().await,
            Work::ClockSteps => return self.tell_clock_steps().await,
            Work::Cover => return self.cover().await,
        };
        let Some(tender) = self.hands.ledger.tender(*tender) else { return Ok(false) };
        match (lot.and_then(|lot| At::of(&tender, lot)), work) {
            (_, Work::Schedule(_)) => self.pin_schedule(&tender).await,
            (_, Work::Floor(_)) => self.floor(&tender).await,
            (Some(at), Work::Documents(..)) => self.documents(at).await,
            (Some(at), _) => self.course(at).await,
            (None, _) => Ok(false),
        }
    }

    /// Whether `work` was done less than `pace` ago. If not, it counts as done now.
    fn is_paced(&self, work: &Work, pace: Span) -> bool {
        let is_recent = self.was_done(work, pace);
        if !is_recent {
            self.done_now(work.clone());
        }
        is_recent
    }

    /// Whether `work` was done less than `pace` ago.
    fn was_done(&self, work: &Work, pace: Span) -> bool {
        let now = self.hands.ledger.clock().now();
        let last = self.last_done.lock().unwrap_or_else(PoisonError::into_inner);
        last.get(work).is_some_and(|last| now.since(*last) < pace)
    }

    fn done_now(&self, work: Work) {
        let now = self.hands.ledger.clock().now();
        self.last_done.lock().unwrap_or_else(PoisonError::into_inner).insert(work, now);
    }
}

impl Hands {
    /// Records what the platform did with a lot.
    async fn record(&self, at: At<'_>, command: LotCommand) -> Result<(), JobError> {
        self.ledger.system(at.tender.id, Command::Lot(at.id.clone(), command)).await?;
        Ok(())
    }
}
