/** What was checked about a head of the log, in words. */
import { catalogue } from "@/i18n";
import type { CheckedHead } from "@/logHead";
import type { Check } from "@/parts/checks";
import { momentText } from "@/parts/time";

const t = catalogue({
  zh: {
    log: "日志的签名",
    "log.detail": "用中心公布的日志公钥核对，日志名 {origin}",
    witnesses: "见证人的联署",
    "witnesses.detail": "{names}",
    memory: "与本机记住的日志头一致",
    first: "这是本机第一次见到这个日志，从现在起记住它",
    same: "与上次相同",
    grown: "由第 {from} 条续长而来，一致性证明有效",
    older: "是本机已记住的日志头的前段，一致性证明有效",
    unsigned: "签名不足，未作比较",
    inconsistent: "日志给出了两个互相矛盾的历史（{reason}）。请保存本页并告知监督部门。",
  },
  en: {
    log: "Signature of the log",
    "log.detail": "checked with the log key that the centre has published; name {origin}",
    witnesses: "Cosignatures of witnesses",
    "witnesses.detail": "{names}",
    memory: "Consistent with the head this browser remembers",
    first: "This browser sees the log for the first time and remembers it from now on",
    same: "the same as last time",
    grown: "grown from {from} entries; the consistency proof is good",
    older: "a beginning of the remembered head; the consistency proof is good",
    unsigned: "too few signatures; nothing was compared",
    inconsistent: "The log has shown two contradicting histories ({reason}). Save this page and tell the supervisor.",
  },
});

/** The checks of a head. */
export function headChecks({ checkpoint, signatures, memory, note }: CheckedHead): readonly Check[] {
  const named = signatures.cosignatures.map(({ name, unixSeconds }) => `${name} ${momentText(unixSeconds * 1000)}`).join("; ");
  return [
    { title: t("log"), verdict: signatures.isLogSigned ? "passed" : "failed", detail: t("log.detail", { origin: checkpoint.origin }), evidence: note },
    { title: t("witnesses"), verdict: signatures.isQuorumReached ? "passed" : "failed", detail: t("witnesses.detail", { names: named }) },
    { title: t("memory"), ...memoryCheck(memory) },
  ];
}

function memoryCheck(memory: CheckedHead["memory"]): Omit<Check, "title"> {
  switch (memory.kind) {
    case "first":
    case "same":
    case "older":
      return { verdict: "passed", detail: t(memory.kind) };
    case "grown":
      return { verdict: "passed", detail: t("grown", { from: memory.from }) };
    case "unsigned":
      return { verdict: "not_checked", detail: t("unsigned") };
    case "inconsistent":
      return { verdict: "failed", detail: t("inconsistent", { reason: memory.reason }), evidence: `${memory.remembered}\n----\n${memory.shown}` };
  }
}
