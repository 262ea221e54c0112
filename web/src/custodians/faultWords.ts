/**
 * Why a custodian did not answer, in words: the one place for all pages that show it.
 *
 * The codes are those of the custodian's own refusals (`src/custodian/refusal.rs`) and of the platform that asked it
 * (`src/custody`). *Invariant*: a code of a later release is shown as it came, never as nothing.
 */
import { catalogue } from "@/i18n";

const zh = {
  not_yet: "按它自己的时钟，开标时刻还没有到",
  beacon_needed: "还没有见到开标时刻的公共信标",
  evidence_insufficient: "交给它的日志证据不足以说明可以放出",
  other_root: "此前向它出示过另一份截止清单",
  not_in_box: "有一份投标不在截止清单之中",
  not_passed: "有一份投标没有通过评审",
  cancelled: "它已锁定：招标终止，永不放出",
  other_committee: "它没有这一共同公钥的份额",
  other_day: "按它自己的时钟，不是演练的那一天",
  too_many_labels: "一次请求的密钥过多",
  custodian_fault: "它自己的程序出了故障",
  no_address: "平台没有它的联系地址",
  unreachable: "联系不上",
  slow: "没有在规定时间内应答",
  wrong_answer: "应答的格式不对",
  bad_partial: "放出的部分密钥经核对不正确",
  other_epoch: "它持有的是另一次分发的份额",
} as const;

/** A code that has words. */
export type FaultCode = keyof typeof zh;

const en: Readonly<Record<FaultCode, string>> = {
  not_yet: "by its own clock it is before the opening",
  beacon_needed: "it has not seen the public beacon of the opening",
  evidence_insufficient: "the evidence from the log does not show that it may release",
  other_root: "another list of closed bids was shown to it before",
  not_in_box: "a bid is not in the list of closed bids",
  not_passed: "a bid did not pass the evaluation",
  cancelled: "it has pinned that the tender was cancelled, and never releases",
  other_committee: "it holds no share of this group key",
  other_day: "by its own clock it is not the day of the rehearsal",
  too_many_labels: "too many keys were asked for at once",
  custodian_fault: "its own program has failed",
  no_address: "the platform has no address of it",
  unreachable: "it cannot be reached",
  slow: "it did not answer in time",
  wrong_answer: "its answer has not the right form",
  bad_partial: "the partial key that it released was found wrong",
  other_epoch: "it holds a share that was dealt another time",
};

/** Every code that has words. */
export const FAULT_CODES = Object.keys(zh) as readonly FaultCode[];

const words = catalogue<FaultCode>({ zh, en });

/** What a code means, in the language in force. */
export function faultText(code: string): string {
  return Object.hasOwn(zh, code) ? words(code as FaultCode) : code;
}
