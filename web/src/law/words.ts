/** Words of the limits of time. */
import { catalogue } from "@/i18n";
import type { Rule, Unit } from "@/protocol";

type Word = Rule | `unit.${Unit}` | "title" | "lead" | "article" | "own" | "own.none" | "law" | "valid" | "reason" | "holidays" | "holidays.lead" | "holidays.free" | "holidays.worked";

/** Looks up a word of the limits. */
export const l = catalogue<Word>({
  zh: {
    title: "时限与依据",
    lead: "期间自次日起算；末日为休息日的，顺延至其后第一个工作日。各时刻由平台按裁决所用的同一规则计算。",
    article: "依据", own: "本中心所定", "own.none": "全部适用法定时限。", law: "法定", valid: "自 {from} 起施行", reason: "与法定不同的理由",
    holidays: "放假与调休", "holidays.lead": "未列出的年份尚未公布，只计周末。", "holidays.free": "放假", "holidays.worked": "上班",
    "unit.calendar_days": "{count} 日", "unit.working_days": "{count} 个工作日", "unit.hours": "{count} 小时", "unit.minutes": "{count} 分钟", "unit.seconds": "{count} 秒", "unit.per_mille": "{count}‰",
    notice_to_deadline: "招标文件发出至投标截止，不少于",
    notice_publicity: "公告期限，不少于",
    document_issue: "招标文件发售期，不少于",
    change_before_deadline: "可能影响投标的变更，距截止不少于",
    document_objection: "对招标文件提出异议，距截止不少于",
    objection_answer: "答复异议，不超过",
    candidate_publicity_start: "收到评标报告至公示候选人，不超过",
    candidate_publicity: "候选人公示，不少于",
    complaint_filing: "投诉，自知道之日起不超过",
    complaint_acceptance: "决定是否受理投诉，不超过",
    complaint_decision: "作出投诉处理决定，不超过",
    bid_security_share: "投标保证金占估算价，不超过",
    bid_security_refund: "签订合同后退还投标保证金，不超过",
    award_decision: "收到报告至确定中标人，不超过",
    result_notice: "确定中标人至公告结果，不超过",
    contract_signing: "发出中标通知书至签订合同，不超过",
    award_report: "确定中标人至向监督部门报告，不超过",
    key_replacement: "更换签名密钥后生效，不少于",
  },
  en: {
    title: "Limits of time and their articles",
    lead: "The first day is not counted; a period whose last day is not worked ends with the next working day. Every moment is computed by the rule that decides.",
    article: "Article", own: "This centre's own", "own.none": "The law's limits apply throughout.", law: "Law", valid: "in force since {from}", reason: "Why they differ from the law's",
    holidays: "Holidays and working days", "holidays.lead": "Of years not listed nothing is announced yet: weekends only.", "holidays.free": "Free", "holidays.worked": "Worked",
    "unit.calendar_days": "{count} days", "unit.working_days": "{count} working days", "unit.hours": "{count} hours", "unit.minutes": "{count} minutes", "unit.seconds": "{count} seconds", "unit.per_mille": "{count} ‰",
    notice_to_deadline: "Document issued to deadline, at least",
    notice_publicity: "Notice in public, at least",
    document_issue: "Document on offer, at least",
    change_before_deadline: "A change that may affect bids, before the deadline at least",
    document_objection: "Objection to the document, before the deadline at least",
    objection_answer: "Answer to an objection, at most",
    candidate_publicity_start: "Report to candidates in public, at most",
    candidate_publicity: "Candidates in public, at least",
    complaint_filing: "Complaint, since it was known at most",
    complaint_acceptance: "Acceptance of a complaint, at most",
    complaint_decision: "Decision on a complaint, at most",
    bid_security_share: "Bid security, share of the estimate at most",
    bid_security_refund: "Refund of the bid security after the contract, at most",
    award_decision: "Report to award, at most",
    result_notice: "Award to notice of the result, at most",
    contract_signing: "Award letter to contract, at most",
    award_report: "Award to report to the supervisor, at most",
    key_replacement: "Before a replaced signing key counts, at least",
  },
});
