//! The story, chapter by chapter: each does over HTTP what its people would do, and says what happened.

mod award;
mod bids;
mod evidence;
mod notice;
mod opening;
mod review;

pub use evidence::export;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use uuid::Uuid;

use super::cast::Player;
use super::narrator::Narrator;
use super::stage::Stage;
use crate::base::{BidId, LotId, TenderId};
use crate::tender::{Lot, Tender};

/// Looks at the platform's state this often while waiting for it.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A wait that takes longer than this beyond its moment is a failure.
const PATIENCE: Duration = Duration::from_secs(180);

/// How far the story is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, clap::ValueEnum)]
pub enum Chapter {
    /// The tender is public and the panel is seated.
    Published,
    /// All bids are received.
    Submitted,
    /// The first opening is recorded.
    Opened,
    /// The technical stage is signed.
    Evaluated,
    /// To the end.
    Verified,
}

/// The story as it stands.
pub struct Story {
    pub(super) stage: Stage,
    pub(super) narrator: Narrator,
    pub(super) tender: TenderId,
    pub(super) lot: LotId,
    /// Bids, by the bidder's key in the story.
    pub(super) bids: BTreeMap<String, BidId>,
    pub(super) period: crate::base::Span,
}

impl Story {
    /// A story on a set stage.
    pub fn new(stage: Stage, narrator: Narrator, period: crate::base::Span) -> Result<Self> {
        let lot = "1".parse().ok().context("a lot")?;
        Ok(Self { stage, narrator, tender: TenderId(Uuid::new_v4()), lot, bids: BTreeMap::new(), period })
    }

    /// Tells it up to `until`.
    pub async fn tell(&mut self, until: Chapter) -> Result<()> {
        self.publish().await?;
        self.seat_panel().await?;
        if until == Chapter::Published {
            return Ok(());
        }
        self.submit_bids().await?;
        if until == Chapter::Submitted {
            return Ok(());
        }
        self.open().await?;
        if until == Chapter::Opened {
            return Ok(());
        }
        self.evaluate().await?;
        if until == Chapter::Evaluated {
            return Ok(());
        }
        self.open_prices().await?;
        self.award().await?;
        self.verify().await
    }

    /// The tender's id.
    pub fn tender_id(&self) -> TenderId {
        self.tender
    }

    /// The stage.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    async fn enter(&self, id: &str) -> Result<Player> {
        self.stage.cast.enter(id).await
    }

    fn state(&self) -> Result<Arc<Tender>> {
        self.stage.platform.ledger.tender(self.tender).context("the tender is gone")
    }

    /// Waits until the platform's own jobs have brought the lot so far.
    async fn wait_for(&self, what: &str, is_there: impl Fn(&Lot) -> bool) -> Result<Arc<Tender>> {
        let wait = async {
            loop {
                let state = self.state()?;
                if state.lots.get(&self.lot).is_some_and(&is_there) {
                    return Ok(state);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        match tokio::time::timeout(PATIENCE + self.slack(), wait).await {
            Ok(state) => state,
            Err(_) => bail!("{what} did not come in time"),
        }
    }

    /// What may pass before a moment of the schedule comes.
    fn slack(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.period.0).unwrap_or(0))
    }
}
