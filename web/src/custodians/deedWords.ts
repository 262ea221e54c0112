/** What a custodian put on record, in words. */
import { catalogue } from "@/i18n";
import { momentText } from "@/parts/time";
import type { Deed, Flaw } from "./record";

const w = catalogue({
  zh: {
    "deed.share_taken": "取得份额（这一公钥的第 {epoch} 次分发）",
    "deed.share_dealt": "把第 {epoch} 次分发的份额分给新的成员",
    "deed.share_destroyed": "销毁第 {epoch} 次分发的份额",
    "deed.schedule_pinned": "承诺：{time} 之前不放出密钥",
    "deed.cancellation_pinned": "承诺：招标终止，永不放出密钥",
    "deed.released": "放出 {labels} 个部分密钥：{what}（标段 {lot}）",
    "deed.rehearsed": "参加 {date} 的演练",
    "what.opening_draw": "抽取系数与唱标次序",
    "what.panel_draw": "抽取评标专家",
    "what.1": "技术信封",
    "what.2": "价格信封",
    "what.3": "开标一览表",
    "what.4": "价格一览表",
    "flaw.form": "这一行的格式不对",
    "flaw.number": "序号不连续：有行被删去、插入或调换",
    "flaw.chain": "没有写明前一行的摘要：前面的内容被换过",
    "flaw.signature": "签名不是这位托管人的身份公钥所签",
    "flaw.key": "中心没有给出可用的 Ed25519 身份公钥，无从核对",
  },
  en: {
    "deed.share_taken": "Took a share (dealing {epoch} of this key)",
    "deed.share_dealt": "Dealt its share of dealing {epoch} to new members",
    "deed.share_destroyed": "Destroyed its share of dealing {epoch}",
    "deed.schedule_pinned": "Promised to release nothing before {time}",
    "deed.cancellation_pinned": "Promised never to release: the tender was cancelled",
    "deed.released": "Released partial keys ({labels}): {what} (lot {lot})",
    "deed.rehearsed": "Took part in the rehearsal of {date}",
    "what.opening_draw": "draw of coefficient and reading order",
    "what.panel_draw": "draw of the panel",
    "what.1": "technical envelopes",
    "what.2": "price envelopes",
    "what.3": "opening statements",
    "what.4": "price statements",
    "flaw.form": "the line has not the right form",
    "flaw.number": "the numbers do not follow each other: a line was left out, put in or moved",
    "flaw.chain": "it does not name the digest of the line before: what stands before it was exchanged",
    "flaw.signature": "the signature is not by this custodian's identity key",
    "flaw.key": "the centre gives no Ed25519 identity key to check with",
  },
});

const WHAT = { opening_draw: "what.opening_draw", panel_draw: "what.panel_draw", 1: "what.1", 2: "what.2", 3: "what.3", 4: "what.4" } as const;

/** A deed in one sentence; the bare name of one that this page does not know. */
export function deedText(deed: Deed): string {
  switch (deed.kind) {
    case "share_taken":
    case "share_dealt":
    case "share_destroyed":
      return w(`deed.${deed.kind}`, { epoch: deed.epoch + 1 });
    case "schedule_pinned":
      return w("deed.schedule_pinned", { time: momentText(deed.opening_at) });
    case "released":
      return w("deed.released", { labels: deed.labels, lot: deed.lot, what: Object.hasOwn(WHAT, deed.what) ? w(WHAT[deed.what as keyof typeof WHAT]) : deed.what });
    case "rehearsed":
      return w("deed.rehearsed", { date: deed.date });
    case "cancellation_pinned":
      return w("deed.cancellation_pinned");
    default:
      return (deed satisfies never as { kind: string }).kind;
  }
}

/** What is wrong with a line. */
export function flawText(flaw: Flaw): string {
  return w(`flaw.${flaw}`);
}
