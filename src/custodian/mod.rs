//! A custodian: holds one share of the committee's key and releases partial keys by its own clock and policy.
//!
//! It shares nothing with the platform but the written formats and the request. It believes no state of the platform:
//! every fact comes as an entry of the log under a head that it checks with keys it pinned itself, and its clock is its
//! own. *Invariant*: it signs labels only — of submissions in the closed box after the opening time, of price envelopes
//! only after the panel's signed stage, of draws only once the rule that uses them stands in the log.
//!
//! Not yet: daemons over the network, ceremony, resharing, beacons. The share of a demo lies in one file per custodian.

mod evidence;
pub mod local;
mod pins;
mod request;

pub use request::{Evidence, Item, LABELS_MAX, ReleaseRequest, Released, ShownAct, Wanted};

use std::path::PathBuf;
use std::sync::Arc;

use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::{DrawSubject, EnvelopeKind, Label, LotId};
use kaibiao_crypto::threshold::{Committee, Share};

use evidence::Shown;
use pins::Pins;

use crate::base::Instant;

/// Why a custodian releases nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseRefused {
    /// Before the opening, by the custodian's own clock.
    #[error("not before {opening_at}; it is {now} here")]
    NotYet {
        /// The latest opening that was shown.
        opening_at: Instant,
        /// What the custodian's clock shows.
        now: Instant,
    },
    /// Evidence that is missing, not under a signed head, or of another tender.
    #[error("the evidence does not show it: {0}")]
    Evidence(&'static str),
    /// A second closed root for a lot.
    #[error("another closed root was shown before")]
    OtherRoot,
    /// A submission that is not in the closed box.
    #[error("a submission is not in the closed box")]
    NotInBox,
    /// A price envelope of a bid that did not pass.
    #[error("the panel has not passed this bid")]
    NotPassed,
    /// The notice names another committee.
    #[error("sealed to another committee")]
    OtherCommittee,
    /// Too many labels at once.
    #[error("at most {LABELS_MAX} labels at once")]
    TooMany,
    /// The custodian's own state cannot be read or kept.
    #[error("the custodian's state cannot be read or kept")]
    State,
    /// The disk of the custodian.
    #[error("the custodian's disk failed")]
    Disk(#[from] std::io::Error),
}

impl ReleaseRefused {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotYet { .. } => "not_yet",
            Self::Evidence(_) => "evidence_insufficient",
            Self::OtherRoot => "other_root",
            Self::NotInBox => "not_in_box",
            Self::NotPassed => "not_passed",
            Self::OtherCommittee => "other_committee",
            Self::TooMany => "too_many_labels",
            Self::State | Self::Disk(_) => "custodian_fault",
        }
    }
}

/// What a custodian trusts: set up by its own people, never taken from a request.
pub struct Trust {
    /// Key of the log.
    pub log: NoteVerifier,
    /// Keys of the witnesses.
    pub witnesses: Vec<NoteVerifier>,
    /// How many of them must have cosigned a head.
    pub quorum: usize,
}

/// The custodian's own clock.
pub type OwnClock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A custodian.
pub struct Custodian {
    share: Share,
    committee: Committee,
    trust: Trust,
    clock: OwnClock,
    pins: Pins,
}

impl Custodian {
    /// A custodian with its share, keeping its pins in `state`.
    pub fn open(
        share: Share,
        committee: Committee,
        trust: Trust,
        clock: OwnClock,
        state: PathBuf,
    ) -> Result<Self, ReleaseRefused> {
        Ok(Self { share, committee, trust, clock, pins: Pins::open(state)? })
    }

    /// Index in the committee, from 1.
    pub fn index(&self) -> u8 {
        self.share.index()
    }

    /// Partial keys for what is wanted, if the evidence and the own clock allow it; all or none.
    pub fn release(&self, request: &ReleaseRequest) -> Result<Released, ReleaseRefused> {
        let shown = Shown::read(&request.evidence, &request.lot, &self.trust)?;
        if shown.committee != self.committee.group_key().committee_id() {
            return Err(ReleaseRefused::OtherCommittee);
        }
        let labels = match &request.wanted {
            Wanted::Envelopes { envelope, items } => {
                self.envelope_labels(&shown, &request.lot, *envelope, items)?
            }
            Wanted::OpeningDraw => {
                let root = self.closed_root(&shown, &request.lot)?;
                vec![draw(&shown, &request.lot, DrawSubject::Opening(root))]
            }
            Wanted::PanelDraw { call } => {
                let pool = evidence::called_pool(call, &shown, &request.lot, &self.trust)?;
                vec![draw(&shown, &request.lot, DrawSubject::Panel(pool))]
            }
        };
        let kind = match &request.wanted {
            Wanted::Envelopes { envelope, .. } => envelope.number().to_string(),
            Wanted::OpeningDraw => "opening".to_owned(),
            Wanted::PanelDraw { .. } => "panel".to_owned(),
        };
        self.pins.count(format!("{}/{}/{kind}", shown.notice, request.lot), labels.len())?;
        Ok(labels.iter().map(|label| self.share.partial(label)).collect())
    }

    fn envelope_labels(
        &self,
        shown: &Shown,
        lot: &LotId,
        envelope: EnvelopeKind,
        items: &[Item],
    ) -> Result<Vec<Label>, ReleaseRefused> {
        if items.len() > LABELS_MAX {
            return Err(ReleaseRefused::TooMany);
        }
        let root = self.closed_root(shown, lot)?;
        let passed = if shown.opens_first(envelope) { None } else { Some(shown.passed()?) };
        let label = |item: &Item| {
            let digest = item.manifest.digest();
            item.proof.verify(&digest, root).map_err(|_| ReleaseRefused::NotInBox)?;
            let line = item.manifest.line(envelope).filter(|line| line.submission == item.submission);
            line.ok_or(ReleaseRefused::NotInBox)?;
            if let Some(passed) = &passed {
                let bid = evidence::bid_of(item, shown, &self.trust)?;
                if !passed.contains(&bid) {
                    return Err(ReleaseRefused::NotPassed);
                }
            }
            Ok(Label::Submission {
                tender: shown.notice,
                lot: lot.clone(),
                envelope,
                submission: item.submission,
            })
        };
        items.iter().map(label).collect()
    }

    /// The closed root of the lot, once the opening time has come here and the root is pinned.
    fn closed_root(&self, shown: &Shown, lot: &LotId) -> Result<Digest, ReleaseRefused> {
        let opening_at = Instant(self.pins.opening(shown.notice, shown.opening_at.0)?);
        let now = (self.clock)();
        if now < opening_at {
            return Err(ReleaseRefused::NotYet { opening_at, now });
        }
        let root = shown.closed_root.ok_or(ReleaseRefused::Evidence("no close of this lot"))?;
        self.pins.root(shown.notice, lot.as_str(), root)?;
        Ok(root)
    }
}

fn draw(shown: &Shown, lot: &LotId, subject: DrawSubject) -> Label {
    Label::Draw { tender: shown.notice, lot: lot.clone(), subject }
}
