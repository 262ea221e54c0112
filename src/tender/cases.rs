//! Objections and complaints as one reader may see them.
//!
//! Everybody reads what is claimed and what is answered. Why and by what evidence, those read who decide or supervise;
//! who objects, only once the lots are closed, because before that a name would tell of a bidder.

use serde::Serialize;
use ts_rs::TS;

use super::Tender;
use super::command::ObjectionAbout;
use super::complaint::{Complaint, ComplaintStatus};
use super::objection::{Argued, CaseAnswer, Objection};
use super::view::Reach;
use crate::base::{ComplaintId, Instant, LongText, LotId, ObjectionId, OrgId};

/// An objection before the buyer.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ObjectionCase {
    /// Its id.
    pub objection: ObjectionId,
    /// What it is about.
    pub about: ObjectionAbout,
    /// The lot; none where it is about the document.
    #[ts(type = "string | null")]
    pub scope: Option<LotId>,
    /// What is claimed.
    pub claim: LongText,
    /// Why, by what evidence, and what is asked for.
    pub argued: Option<Argued>,
    /// Who objects.
    pub org: Option<OrgId>,
    /// Whether it is the reader's own.
    pub is_mine: bool,
    /// When it was raised.
    pub raised_at: Instant,
    /// By when the buyer must answer.
    pub answer_by: Instant,
    /// Whether it was taken back.
    pub is_withdrawn: bool,
    /// What the buyer decided.
    pub answer: Option<CaseAnswer>,
    /// Whether it was upheld and nothing has followed yet.
    pub is_unremedied: bool,
}

/// A complaint before the supervisor.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ComplaintCase {
    /// Its id.
    pub complaint: ComplaintId,
    /// What is claimed.
    pub claim: LongText,
    /// Why, by what evidence, and what is asked for.
    pub argued: Option<Argued>,
    /// Who complains.
    pub org: Option<OrgId>,
    /// Whether it is the reader's own.
    pub is_mine: bool,
    /// When it was filed.
    pub filed_at: Instant,
    /// By when it is accepted or refused.
    pub accept_by: Instant,
    /// How far it is.
    #[serde(flatten)]
    pub status: ComplaintStatus,
}

impl Tender {
    pub(super) fn objection_cases(&self, reach: &Reach) -> Vec<ObjectionCase> {
        let is_closed = self.lots.values().all(|lot| lot.closed_at.is_some());
        let is_told = reach.is_house || reach.is_supervisor;
        let case = |one: &Objection| {
            let is_mine = one.org.is_some() && one.org == reach.bidder();
            ObjectionCase {
                objection: one.objection,
                about: one.about,
                scope: one.scope.clone(),
                claim: one.claim.clone(),
                argued: one.argued.clone().filter(|_| is_told || is_mine),
                org: one.org.filter(|_| is_mine || (is_told && is_closed)),
                is_mine,
                raised_at: one.raised_at,
                answer_by: one.answer_by,
                is_withdrawn: one.is_withdrawn,
                answer: one.answer.clone(),
                is_unremedied: one.is_unremedied(),
            }
        };
        self.notice.objections.iter().map(case).collect()
    }

    pub(super) fn complaint_cases(&self, reach: &Reach) -> Vec<ComplaintCase> {
        let case = |one: &Complaint| {
            let is_mine = reach.bidder() == Some(one.org);
            let is_told = is_mine || reach.is_supervisor;
            (is_told || one.is_public()).then(|| ComplaintCase {
                complaint: one.complaint,
                claim: one.claim.clone(),
                argued: is_told.then(|| one.argued.clone()),
                org: is_told.then_some(one.org),
                is_mine,
                filed_at: one.filed_at,
                accept_by: one.accept_by,
                status: one.status.clone(),
            })
        };
        self.notice.complaints.iter().filter_map(case).collect()
    }
}
