/** What was checked about the custodians' key, in words. */
import { changedKeys } from "@/centre";
import { catalogue, language } from "@/i18n";
import type { Check } from "@/parts/checks";
import type { Custodian } from "@/wire";
import type { CommitteeReport, SignatureStanding } from "./committee";

export { examineCommittee } from "./committee";

const c = catalogue({
  zh: {
    id: "摘要由共同公钥算出",
    "id.detail": "SHA-256(“TL1/committee” 与公钥)，由本页计算，与中心给出的比对",
    notice: "公告所用的就是托管人的公钥",
    "notice.detail": "公告中的公钥与摘要，与中心公布的逐字比对",
    majority: "门限超过半数",
    "majority.detail": "共 {count} 位托管人，需要 {threshold} 位",
    signatures: "托管人各自的签名",
    "signatures.detail": "{good} 位的身份公钥签过这一摘要，至少需要 {threshold} 位",
    memory: "身份公钥与本机记住的一致",
    "memory.detail": "第一次见到时记住；以后若有变化，密封停止，直到您确认",
    "memory.changed": "与本机记住的不同",
    "standing.good": "有效",
    "standing.forged": "不是这把公钥的签名",
    "standing.missing": "没有签名",
    "standing.unreadable": "无法辨认",
    "standing.twice": "重复，不计",
  },
  en: {
    id: "The digest belongs to the group key",
    "id.detail": "SHA-256 of \"TL1/committee\" and the key, computed by this page and compared with what the centre states",
    notice: "The notice is locked with the custodians' key",
    "notice.detail": "key and digest in the notice compared with those the centre publishes",
    majority: "More than half are needed",
    "majority.detail": "{threshold} of {count} custodians",
    signatures: "Each custodian's own signature",
    "signatures.detail": "{good} identity keys have signed this digest; at least {threshold} are needed",
    memory: "Identity keys as this device remembers them",
    "memory.detail": "remembered when first seen; if one changes, sealing stops until you confirm",
    "memory.changed": "not the ones this device remembers",
    "standing.good": "good",
    "standing.forged": "not a signature by this key",
    "standing.missing": "no signature",
    "standing.unreadable": "cannot be read",
    "standing.twice": "listed twice, not counted",
  },
});

/** The standing of a custodian's signature in words. */
export function standingText(standing: SignatureStanding): string {
  return c(`standing.${standing}`);
}

/** The checks of a committee. */
export function committeeChecks(report: CommitteeReport, custodians: readonly Custodian[]): readonly Check[] {
  const verdict = (isGood: boolean) => (isGood ? "passed" : "failed");
  const { isNoticeSame, threshold, goodCount } = report;
  const isChanged = changedKeys.value.length > 0;
  const named = ({ name, name_en }: Custodian) => (language.value === "en" && name_en) || name;
  const evidence = custodians.map((custodian, at) => `${named(custodian)}\n${custodian.identity ?? "–"}\n${standingText(report.standings[at] ?? "missing")}`);
  return [
    { title: c("id"), verdict: verdict(report.isIdRight), detail: c("id.detail"), ...(report.id ? { evidence: report.id } : {}) },
    ...(isNoticeSame === undefined ? [] : [{ title: c("notice"), verdict: verdict(isNoticeSame), detail: c("notice.detail") } as const]),
    { title: c("majority"), verdict: verdict(report.isMajority), detail: c("majority.detail", { count: custodians.length, threshold }) },
    {
      title: c("signatures"), verdict: verdict(goodCount >= threshold && report.isMajority),
      detail: c("signatures.detail", { good: goodCount, threshold }), evidence: evidence.join("\n\n"),
    },
    { title: c("memory"), verdict: verdict(!isChanged), detail: isChanged ? c("memory.changed") : c("memory.detail") },
  ];
}
