/** Words of oversight: directives, objections, complaints. */
import { catalogue } from "@/i18n";

/** Looks up a word of oversight. */
export const o = catalogue({
  zh: {
    title: "监督、异议与投诉",
    none: "没有监督指令",
    whole: "整个项目",
    lot: "标段 {lot}",
    banner: "监督部门已暂停{scope}",
    "banner.what": "在监督部门恢复之前，截标、开标、评标、定标都不进行；截止之前仍可递交与撤回投标，异议、投诉与答复照常。",
    "order.suspend": "暂停",
    "order.resume": "恢复",
    "order.correct": "责令改正",
    lifted: "已恢复",
    answered: "已答复",
    unanswered: "待答复",
    issue: "发出监督指令",
    "issue.order": "内容",
    "issue.scope": "范围",
    "issue.reason": "理由；责令改正时写明改正什么",
    "issue.what": "指令由您签署，立即约束主持人、招标人和平台，并向所有人公布。",
    "answer.text": "答复",
    "answer.go": "签署并答复",
  },
  en: {
    title: "Supervision, objections and complaints",
    none: "No directives",
    whole: "the whole tender",
    lot: "lot {lot}",
    banner: "Suspended by the supervisor: {scope}",
    "banner.what": "Until the supervisor resumes it nothing is closed, opened, evaluated or awarded. Bids may be submitted and withdrawn until the deadline; objections, complaints and answers go on.",
    "order.suspend": "Suspend",
    "order.resume": "Resume",
    "order.correct": "Correct",
    lifted: "resumed",
    answered: "answered",
    unanswered: "to be answered",
    issue: "Issue a directive",
    "issue.order": "Order",
    "issue.scope": "Scope",
    "issue.reason": "Reason; of a correction also what is to be corrected",
    "issue.what": "You sign it; it binds host, buyer and platform at once, and everybody can read it.",
    "answer.text": "Answer",
    "answer.go": "Sign and answer",
  },
});

/** What a directive or a case is about. */
export function scopeText(scope: string | null): string {
  return scope === null ? o("whole") : o("lot", { lot: scope });
}
