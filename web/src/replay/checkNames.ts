/** What is looked at of an entry and of a file, by stable names, with their words. */
import { catalogue } from "@/i18n";
import type { ReceiptCheckName } from "@/acts/receipt";
import type { Check } from "@/parts/checks";
import { inWords as receiptInWords } from "@/verify/receiptChecks";

/** Checks that a receipt has too. */
type ReceiptName = ReceiptCheckName | "outcome" | "sprev";
/** Checks that only a replay has. */
export type ReplayCheckName =
  | "framing" | "payload" | "place" | "stream" | "key" | "body" | "nonce" | "seen" | "clock" | "heads" | "crc" | "count" | "keys_own" | "documents" | "withheld";

/** One check. `not_checked` says what was missing for it. */
export interface NamedCheck {
  readonly name: ReceiptName | ReplayCheckName;
  readonly verdict: "passed" | "failed" | "not_checked";
  /** A stable word for the reason; empty if passed. */
  readonly reason: string;
}

/** A check that found nothing wrong. */
export function passed(name: NamedCheck["name"]): NamedCheck {
  return { name, verdict: "passed", reason: "" };
}

/** A check that passed unless there is a reason. */
export function judged(name: NamedCheck["name"], refusal: string | undefined): NamedCheck {
  return refusal === undefined ? passed(name) : { name, verdict: "failed", reason: refusal };
}

/** A check for which something is missing. */
export function notChecked(name: NamedCheck["name"], reason: string): NamedCheck {
  return { name, verdict: "not_checked", reason };
}

/** One check for a page. */
export function checkInWords(check: NamedCheck): Check {
  const { name, verdict, reason } = check;
  if (!isOwn(name)) return receiptInWords({ name, verdict, reason });
  const known = KNOWN.find((word) => word === reason);
  const why = known ? word(`why.${known}`) : reason;
  return { title: word(name), verdict, detail: why === "" ? word(`about.${name}`) : why };
}

function isOwn(name: NamedCheck["name"]): name is ReplayCheckName {
  return OWN.some((own) => own === name);
}

const OWN: readonly ReplayCheckName[] = [
  "framing", "payload", "place", "stream", "key", "body", "nonce", "seen", "clock", "heads", "crc", "count", "keys_own", "documents", "withheld",
];
const KNOWN = [
  "sequence_gap", "out_of_order", "other_stream", "other_origin", "unknown_key", "other_person", "key_does_not_count", "role_not_held", "nonce_reused",
  "unknown_head", "time_runs_back", "entries_missing_at_end", "system_act", "no_entry", "public_bundle", "still_running", "body_missing", "body_mismatch", "reading_stopped", "outcome_form",
] as const;

const word = catalogue({
  zh: {
    framing: "条目的字节", payload: "签名内容的格式", place: "在流中的次序", stream: "属于本日志、本项目", key: "办理人的密钥", body: "附带的正文", nonce: "编号不重复",
    seen: "见过的日志头", clock: "时间不倒退", heads: "历次日志头前后一致", crc: "文件自带的校验码", count: "条目数目", keys_own: "所用公钥的来历", documents: "所带文件的摘要", withheld: "不公开的条目",
    "about.framing": "严格按条目格式读取，多一个字节也不接受", "about.payload": "被签名的文本是规范 JSON，字段齐全", "about.place": "编号连续，位置递增",
    "about.stream": "条目写明的日志、项目与本文件一致", "about.key": "该密钥在此之前已登记在办理人名下、有效，办理人有此身份", "about.body": "正文的摘要与签名内容所写一致",
    "about.nonce": "同一办理人没有用过同一编号", "about.seen": "办理人签名时见过的日志头在本文件中，并有一致性证明", "about.clock": "时刻不早于日志中的前一条",
    "about.heads": "每个日志头都是末尾日志头的开端（RFC 9162）", "about.crc": "与 zip 中的校验码一致", "about.count": "与文件所写的数目一致", "about.keys_own": "日志公钥由您从别处提供",
    "about.documents": "每份文件的 SHA-256 与其名称一致", "about.withheld": "公众的证据包只含其叶哈希",
    "why.sequence_gap": "编号不连续：此处缺条目", "why.out_of_order": "次序颠倒", "why.other_stream": "属于另一个流", "why.other_origin": "属于另一个日志",
    "why.unknown_key": "登记册里没有这把密钥", "why.other_person": "密钥登记在别人名下", "why.key_does_not_count": "密钥当时无效（未生效或已撤销）", "why.role_not_held": "办理人当时没有这一身份",
    "why.nonce_reused": "编号已被用过", "why.unknown_head": "所称见过的日志头不在本文件中", "why.time_runs_back": "早于前一条", "why.entries_missing_at_end": "条目比所写的少或多",
    "why.system_act": "平台按规则自动记录的事项，没有人的签名", "why.no_entry": "条目不可读", "why.public_bundle": "公众的证据包不含登记册全文，此处无从核对",
    "why.still_running": "还在核对", "why.body_missing": "正文不在文件中", "why.body_mismatch": "正文与签名内容不符", "why.reading_stopped": "读到中途读不下去", "why.outcome_form": "结果不是可读的文本",
  },
  en: {
    framing: "Bytes of the entry", payload: "Form of what was signed", place: "Order in the stream", stream: "Of this log and tender", key: "The person's key", body: "Detached body", nonce: "Number used once",
    seen: "Head that was seen", clock: "Time does not run back", heads: "Earlier heads are consistent", crc: "The file's own checksum", count: "Number of entries", keys_own: "Where the key is from", documents: "Digests of the documents", withheld: "Withheld entries",
    "about.framing": "read strictly as an entry; not one byte more is accepted", "about.payload": "the signed text is canonical JSON with all its fields", "about.place": "numbered without a gap, places rising",
    "about.stream": "the entry names this file's log and tender", "about.key": "registered to this person before, in force, and the person held the role", "about.body": "the body's digest is the one that was signed",
    "about.nonce": "the same person has not used the number before", "about.seen": "the head that the signer had seen is in the file with its consistency proof", "about.clock": "not before the log's previous entry",
    "about.heads": "each is a beginning of the last one (RFC 9162)", "about.crc": "as the zip says", "about.count": "as the file says", "about.keys_own": "the log's key was given by you, from elsewhere",
    "about.documents": "the SHA-256 of each is its name", "about.withheld": "the public's bundle has their leaf hashes only",
    "why.sequence_gap": "numbers are missing here", "why.out_of_order": "out of order", "why.other_stream": "of another stream", "why.other_origin": "of another log",
    "why.unknown_key": "the register does not have this key", "why.other_person": "the key is registered to somebody else", "why.key_does_not_count": "the key did not count then (not yet, or revoked)", "why.role_not_held": "the person did not hold the role then",
    "why.nonce_reused": "the number was used before", "why.unknown_head": "the head it names is not in the file", "why.time_runs_back": "before the entry in front of it", "why.entries_missing_at_end": "fewer or more entries than announced",
    "why.system_act": "recorded by the platform by a published rule; nobody signs it", "why.no_entry": "the entry cannot be read", "why.public_bundle": "the public's bundle does not carry the whole register; it cannot be checked here",
    "why.still_running": "still being checked", "why.body_missing": "the body is not in the file", "why.body_mismatch": "the body is not the one that was signed", "why.reading_stopped": "nothing can be read from here on", "why.outcome_form": "the outcome is no readable text",
  },
});
