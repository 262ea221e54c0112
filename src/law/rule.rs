//! The rules of time and their provisions: how much, by which article, since when. Data, one file a regime.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::amount::Amount;
use super::day::Day;
use crate::base::{Regime, Text2};

/// A rule that sets a limit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// 招标文件发出至投标截止: at least.
    NoticeToDeadline,
    /// 公告期限: at least.
    NoticePublicity,
    /// 招标文件发售期: at least.
    DocumentIssue,
    /// 可能影响投标文件编制的澄清修改，距投标截止: at least, else the deadline is postponed.
    ChangeBeforeDeadline,
    /// 对招标文件提出异议，距投标截止: at least.
    DocumentObjection,
    /// 答复异议: at most.
    ObjectionAnswer,
    /// 收到评标报告至公示候选人: at most.
    CandidatePublicityStart,
    /// 候选人公示期: at least.
    CandidatePublicity,
    /// 投诉，自知道之日: at most.
    ComplaintFiling,
    /// 决定是否受理投诉: at most.
    ComplaintAcceptance,
    /// 作出投诉处理决定: at most.
    ComplaintDecision,
    /// 投标保证金占估算价: at most.
    BidSecurityShare,
    /// 签订合同后退还投标保证金: at most.
    BidSecurityRefund,
    /// 采购人确定中标人，自收到评审报告: at most.
    AwardDecision,
    /// 公告中标结果，自确定中标人: at most.
    ResultNotice,
    /// 发出中标通知书至签订合同: at most.
    ContractSigning,
    /// 向监督部门提交书面报告，自确定中标人: at most.
    AwardReport,
    /// 更换签名密钥后，生效前: at least. The house's own.
    KeyReplacement,
}

/// What a body of law says to a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// How much.
    pub amount: Amount,
    /// Where it stands.
    pub article: Text2,
    /// What is to be known of it.
    pub note: Option<Text2>,
    /// To what.
    pub rule: Rule,
    /// The first day that it is in force.
    pub valid_from: Day,
    /// The last one, if it is not any more.
    pub valid_to: Option<Day>,
}

static BIDDING: LazyLock<Vec<Provision>> = LazyLock::new(|| read(include_str!("bidding.json")));
static PROCUREMENT: LazyLock<Vec<Provision>> = LazyLock::new(|| read(include_str!("procurement.json")));

fn read(text: &str) -> Vec<Provision> {
    serde_json::from_str(text).expect("the law is JSON")
}

/// All provisions of a body of law, those of one rule by their dates.
pub fn provisions(regime: Regime) -> &'static [Provision] {
    match regime {
        Regime::Bidding => &BIDDING,
        Regime::Procurement => &PROCUREMENT,
    }
}

/// The provision to `rule` that is in force on `day`: the last that has begun by then, else the first there was.
pub fn provision(regime: Regime, rule: Rule, day: Day) -> &'static Provision {
    let of_rule = || provisions(regime).iter().filter(move |provision| provision.rule == rule);
    let begun = of_rule().rfind(|provision| provision.valid_from <= day);
    begun.or_else(|| of_rule().next()).expect("each body of law has each rule")
}
