//! What a custodian is asked and answers, and the evidence that comes with a question. It signs no bytes of anybody: it
//! rebuilds the labels.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::{PublicKey, SigningKey};
use kaibiao_crypto::label::{EnvelopeKind, LotId, RehearsalDate, SubmissionId};
use kaibiao_crypto::manifest::{ClosedProof, Manifest};
use kaibiao_crypto::threshold::{Epoch, Partial};
use serde::{Deserialize, Serialize};

use super::ShareId;
use crate::base::Instant;
use crate::replay::evidence;
use crate::tender::{FloorKey, Schedule};

/// Most labels of one request.
pub const LABELS_MAX: usize = 4096;

/// A structured request for partial keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// Which dealing of the shares the partials are to be of: that of the committee as the register has it.
    pub epoch: Epoch,
    /// What shows that they may be released.
    pub evidence: Evidence,
    /// For a tender with a beacon: a round of it from the opening in force on, or the recovery key.
    pub floor_key: Option<FloorKey>,
    /// The lot.
    pub lot: LotId,
    /// What is asked for.
    pub wanted: Wanted,
}

/// An act of the log with its proof, under a head that the custodian checks itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownAct {
    /// The detached body, if the act has one.
    pub body: Option<serde_json::Value>,
    /// The entry with its inclusion proof and the signed head (C2SP `tlog-proof`).
    pub receipt: String,
}

/// Acts that show when a tender opens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRequest {
    /// `IssueAddendum` acts, all of them.
    pub addenda: Vec<ShownAct>,
    /// The `CancelTender` act, if there is one.
    pub cancellation: Option<ShownAct>,
    /// The `PublishTender` act: its digest is the tender's name in every label.
    pub notice: ShownAct,
    /// Receipts of the rotations of the log's key, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rotations: Vec<String>,
}

/// Acts that show what may be released.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// When the tender opens.
    pub schedule: ScheduleRequest,
    /// The `CloseLot` act of the lot, for everything but the draw of a panel.
    pub close: Option<ShownAct>,
    /// `SignStage` acts of the lot, for envelopes that wait for the technical stage.
    pub stage: Vec<ShownAct>,
    /// The terms, whose digest the notice names.
    pub terms: serde_json::Value,
}

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Wanted {
    /// Keys of envelopes of one kind.
    Envelopes {
        /// The kind.
        envelope: EnvelopeKind,
        /// The submissions.
        items: Vec<Item>,
    },
    /// The public value of the opening.
    OpeningDraw,
    /// The public value that draws the panel.
    PanelDraw {
        /// The `CallPanel` act: the rule that uses the value stands in the log.
        call: ShownAct,
    },
}

/// One submission.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The `SubmitBid` act, for envelopes that wait for the technical stage.
    pub bid: Option<ShownAct>,
    /// The bid's manifest.
    pub manifest: Manifest,
    /// That it stands in the closed root.
    pub proof: ClosedProof,
    /// Which of its submissions.
    pub submission: SubmissionId,
}

/// Partial keys, in the order of the request.
pub type Released = Vec<Partial>;

impl Wanted {
    /// How the custodian's record names it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Envelopes { envelope, .. } => envelope.number().to_string(),
            Self::OpeningDraw => "opening_draw".to_owned(),
            Self::PanelDraw { .. } => "panel_draw".to_owned(),
        }
    }
}

/// What a custodian has pinned of a tender's schedule: it releases nothing before its opening, and never if cancelled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSeen {
    /// What is pinned.
    pub schedule: Schedule,
    /// By the identity key over [`evidence::schedule_message`], base64.
    pub signature: String,
}

impl ScheduleSeen {
    pub(super) fn sign(schedule: Schedule, identity: &SigningKey) -> Self {
        let signature = STANDARD.encode(identity.sign(&evidence::schedule_message(&schedule)));
        Self { schedule, signature }
    }

    /// Whether `identity` said so.
    pub fn is_signed_by(&self, identity: &PublicKey) -> bool {
        evidence::is_pinned_by(identity, &self.schedule, &self.signature)
    }
}

/// Asks for the key of a rehearsal's label, which opens nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RehearsalRequest {
    /// The committee that rehearses.
    pub committee: Digest,
    /// The day.
    pub date: RehearsalDate,
    /// Which dealing of the shares.
    pub epoch: Epoch,
}

impl RehearsalRequest {
    /// Whether the day is today, yesterday or tomorrow by the clock that shows `now`.
    pub(super) fn is_near(&self, now: Instant) -> bool {
        const DAY_MS: i64 = 86_400_000;
        let date = self.date.to_string();
        // RFC 3339 begins with the date.
        [-1, 0, 1].into_iter().any(|offset| Instant(now.0 + offset * DAY_MS).to_string().starts_with(&date))
    }
}

/// What a custodian says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    /// What its clock shows.
    pub now: Instant,
    /// The shares that it holds, with its index in each committee.
    pub shares: BTreeMap<ShareId, u8>,
}
