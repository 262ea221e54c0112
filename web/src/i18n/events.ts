/** What happened, in a few words: one name per kind of event, for logs, markers and announcements. */
import type { Event } from "@/protocol";

import { catalogue } from "./index";

/** Every kind of event. */
export type EventKind = Event["kind"];

const zh: Readonly<Record<EventKind, string>> = {
  tender_drafted: "起草",
  tender_revised: "修改草稿",
  document_added: "加入文件",
  tender_approved: "招标人核准",
  tender_published: "发布公告",
  addendum_issued: "发出补遗",
  enquiry_asked: "收到提问",
  enquiry_answered: "公开答复",
  tender_cancelled: "终止招标",
  schedule_pinned: "托管人锁定开标安排",
  floor_key_recorded: "收到公共信标",
  clock_read: "读取他方时钟",
  tender_archived: "归档",
  directive_issued: "监督指令",
  directive_answered: "答复监督指令",
  bid_submitted: "递交投标",
  bid_withdrawn: "撤回投标",
  checked_in: "签到",
  lot_closed: "截止递交",
  lot_failed: "流标",
  opening_drawn: "抽取系数与唱标次序",
  seals_checked: "核对封存",
  keys_released: "托管人放出解封密钥",
  opening_held: "时钟不一致，暂缓开标",
  custodians_awaited: "等待托管人应答",
  envelope_unsealed: "解封信封",
  contents_recorded: "登记信封内容",
  reading_started: "开始唱标",
  bid_read: "唱标",
  reading_finished: "唱标完毕",
  line_confirmed: "投标人确认",
  objection_raised: "现场异议",
  objection_answered: "答复异议",
  record_signed: "签署开标记录",
  opening_recorded: "开标记录成立",
  panel_called: "发起专家抽取",
  panel_drawn: "抽出专家",
  seat_taken: "专家就座",
  expert_recused: "专家回避",
  review_started: "开始评标",
  preliminary_judged: "初步评审意见",
  preliminary_concluded: "初步评审结论",
  scores_committed: "提交评分承诺",
  scores_revealed: "公开评分",
  scores_concluded: "评分汇总",
  stage_signed: "签署技术评审结果",
  stage_passed: "技术评审通过",
  second_opening_started: "开始第二次开标",
  bids_ranked: "计算得分与排序",
  report_signed: "签署评标报告",
  report_closed: "评标报告成立",
  candidates_published: "公示候选人",
  award_confirmed: "定标",
  letter_issued: "发出通知书",
  letters_issued: "通知书全部发出",
};

/** The name of a kind of event. */
export const eventName = catalogue<EventKind>({ zh, en: () => import("./events.en").then(({ eventsEn }) => eventsEn) });
