//! The checks by name. The ids are those of the log's design; D and S are draws and seals.
//!
//! *Invariant*: an id is never given to another check.

use serde::{Serialize, Serializer};

/// A text in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Said {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Said {
    /// Both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

macro_rules! checks {
    ($($id:ident: $zh:literal, $en:literal; $zh_fail:literal, $en_fail:literal;)*) => {
        /// A check.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum CheckId { $(#[doc = $en] $id,)* }

        impl CheckId {
            /// All checks, in the order of the report.
            pub const ALL: &[Self] = &[$(Self::$id,)*];

            /// The id as it is written.
            pub fn code(self) -> &'static str {
                match self { $(Self::$id => stringify!($id),)* }
            }

            /// What is checked.
            pub fn name(self) -> Said {
                match self { $(Self::$id => Said::new($zh, $en),)* }
            }

            /// What it means that the check fails.
            pub fn failure(self) -> Said {
                match self { $(Self::$id => Said::new($zh_fail, $en_fail),)* }
            }
        }
    };
}

checks! {
    C1: "日志流从首条开始", "streams begin with their first entry";
        "日志流的开头不完整", "the beginning of a stream is missing";
    C2: "日志流无缺号、无乱序", "streams have no gap and no disorder";
        "条目缺失、多余或次序被改", "an entry is missing, added or out of order";
    C3: "每条均接上一条", "each entry names the one before it";
        "条目未接上一条", "an entry does not follow the one before it";
    C4: "行为人自身的签名链", "each signer's own chain of acts";
        "签名人所指的上一行为不是其更早的行为", "an act names as its signer's previous one what is not";
    C5: "所引内容齐全、长度相符", "what is referred to is there, with its length";
        "所引内容缺失或长度不符", "something referred to is missing or has another length";
    C6: "必经步骤齐全", "every mandatory step is recorded";
        "缺少必经步骤，而后续步骤已在", "a mandatory step is missing though later ones are there";
    C7: "签名人见过的日志头均可追溯", "every head that a signer has seen is known";
        "签名人见过的日志头不在本日志中", "a head that a signer has seen is not of this log";
    A1: "日志头由日志密钥签名", "the head is signed by the log's key";
        "日志头的签名不成立", "the head is not signed by the log's key";
    A2: "见证人数达到规定", "enough witnesses cosigned the head";
        "见证签名不足", "too few witnesses cosigned the head";
    A3: "签名者均为已知且不重复", "every signature of the head is by a known key, once";
        "日志头上有未知或重复的签名", "the head has a signature that is unknown or given twice";
    A4: "行为人签名", "each act is signed by its actor";
        "行为的签名不成立", "the signature of an act does not hold";
    A5: "密钥先登记后使用", "keys are registered before they are used";
        "使用了未登记的密钥", "a key was used that is not registered";
    A6: "使用时密钥有效", "keys count when they are used";
        "密钥已被撤销或尚未生效", "a key was used that was revoked or did not count yet";
    A7: "行为人有相应角色", "actors hold the role that the act needs";
        "行为人没有相应的角色", "an actor does not hold the role that the act needs";
    A9: "时间戳由登记的机构签发", "time-stamps are by the authorities that the centre named";
        "时间戳不成立", "a time-stamp does not hold";
    A10: "须两人办理的，两人均已签署", "what needs two persons was signed by two";
        "须两人办理的事只有一人签署", "what needs two persons was not signed by two";
    A11: "标签密钥与公告中的托管公钥相符", "label keys fit the group key of the notice";
        "标签密钥与托管公钥不符", "a label key is not that of its label under the committee's key";
    A12: "日志密钥的轮换前后相接", "the log's keys follow one another";
        "日志密钥的轮换不成立", "a rotation of the log's key does not hold";
    I4: "每条均在日志头之下", "every entry stands under the head";
        "条目不在日志头之下", "an entry does not stand under the head";
    I5: "各日志头前后一致", "all heads shown are beginnings of the head";
        "有日志头与本日志头不一致", "a head shown is no beginning of the head";
    I6: "行为内容为规范文本", "payloads are canonical";
        "行为内容不是规范文本", "a payload is not canonical";
    I7: "条目格式严格", "entries have exactly their form";
        "条目格式不符", "an entry has not the form of an entry";
    I8: "承诺与揭示相符", "commitments open to what was revealed";
        "揭示的内容与承诺不符", "what was revealed is not what was committed to";
    I9: "随附文件与摘要相符", "carried files have their digests";
        "随附文件与摘要不符", "a carried file is not the one that its digest names";
    K1: "均属同一日志", "everything is of one log";
        "有条目属于另一日志", "something belongs to another log";
    K2: "均属本项目或中心", "every act belongs to this tender or to the centre";
        "有条目属于另一项目", "an act belongs to another tender or stream";
    K3: "行为编号不重复", "no act is used twice";
        "同一行为编号出现两次", "a nonce was used twice by one actor";
    K4: "按规则重新裁决，结果逐字节相同", "every act decided again leads to the same events, byte for byte";
        "重新裁决的结果不同", "an act decided again leads to something else";
    K5: "归档后无新条目", "nothing follows the archiving";
        "归档后仍有条目", "an entry follows the archiving";
    K6: "截止时间与延期", "deadlines and postponements";
        "时限不符", "a moment is on the wrong side of its deadline";
    K7: "封存根与投标数", "closed root and number of bids";
        "封存根或投标数不符", "the closed root or the number of bids is another";
    K8: "评审范围等于开标范围减去否决", "the bids under review are those opened, less those rejected";
        "评审范围不符", "other bids were reviewed than those opened and not rejected";
    K9: "得分复算", "scores computed again";
        "得分不同", "scores come out otherwise";
    K10: "排序、候选与中标复算", "ranking, candidates and award computed again";
        "排序、候选或中标不同", "ranking, candidates or award come out otherwise";
    K13: "规则版本已知", "the version of the rules is known";
        "规则版本未知", "an entry was accepted by rules that this verifier does not know";
    K14: "替换与撤回合规", "replacements and withdrawals are by the rules";
        "替换或撤回不合规", "a replacement or withdrawal is against the rules";
    D1: "唱标顺序复算", "the reading order drawn again";
        "唱标顺序不同", "the reading order is not the one that was drawn";
    D2: "评标系数复算", "the coefficient drawn again";
        "评标系数不同", "the coefficient is not the one that was drawn";
    D3: "评委抽取顺序复算", "the order of the expert pool drawn again";
        "评委抽取顺序不同", "the order of the expert pool is not the one that was drawn";
    S1: "密封件可由公布的标签密钥打开", "sealed cores open with the published label keys";
        "密封件与记录不符", "a sealed core does not open as recorded";
    S2: "记录的内容重新密封后与投标时相同", "what was recorded, sealed again, is what was submitted";
        "记录的内容不是投标时密封的内容", "what was recorded is not what was sealed";
    E1: "时间不倒退", "time never runs back";
        "时间倒退", "an entry is older than the one before it";
    E2: "时间落在他方时钟之间", "times lie between the clocks of others";
        "时间与见证人、时间戳机构的时钟不符", "a time does not fit the clocks of witnesses and time authorities";
    E3: "到点截标", "the lot was closed at its deadline";
        "在截止时间之前截标", "a lot was closed before its deadline";
    E4: "截标之前无密钥公布", "no key of a bid before the close";
        "截标之前已公布密钥", "a key was released before the close";
    E5: "截标、抽取之后才开标", "opening after close and draw";
        "在截标或抽取之前开标", "an envelope was opened before the close or the draw";
    E8: "关键步骤均在见证之下", "the steps that bind stand under witnessed heads";
        "关键步骤不在见证过的日志头之下", "a step that binds stands under no witnessed head";
}

impl Serialize for CheckId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
