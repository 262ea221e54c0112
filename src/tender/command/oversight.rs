//! What supervisors order, what bidders object to and complain of, and what they are answered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{DirectiveId, LongText, LotId};

bodies! {
    /// See [`super::TenderCommand::IssueDirective`].
    IssueDirective {
        /** Its id. */ directive: DirectiveId,
        /** What is ordered. */ order: DirectiveOrder,
        /** Why; of a correction also what. */ reason: LongText,
        /** The lot that it concerns; none: the whole tender. */ #[ts(type = "string | null")] scope: Option<LotId>,
    }
    /// See [`super::TenderCommand::AnswerDirective`].
    AnswerDirective { /** Which. */ directive: DirectiveId, /** What was done. */ text: LongText, }
}

/// What a directive orders.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectiveOrder {
    /// 暂停: nothing goes forward.
    Suspend,
    /// 恢复: the suspension ends.
    Resume,
    /// 责令改正: the host corrects something and answers.
    Correct,
}
