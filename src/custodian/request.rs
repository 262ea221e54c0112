//! What a custodian is asked, and the evidence that comes with it. It signs no bytes of anybody: it rebuilds the labels.

use kaibiao_crypto::label::{EnvelopeKind, LotId, SubmissionId};
use kaibiao_crypto::manifest::{ClosedProof, Manifest};
use kaibiao_crypto::threshold::Partial;
use serde::{Deserialize, Serialize};

/// Most labels of one request.
pub const LABELS_MAX: usize = 4096;

/// A structured request for partial keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// What shows that they may be released.
    pub evidence: Evidence,
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

/// Acts that show what may be released.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// `IssueAddendum` acts, all of them.
    pub addenda: Vec<ShownAct>,
    /// The `CloseLot` act of the lot, for everything but the draw of a panel.
    pub close: Option<ShownAct>,
    /// The `PublishTender` act: its digest is the tender's name in every label.
    pub notice: ShownAct,
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
