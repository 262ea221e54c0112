/** What is looked at of an entry and of a file, by stable names, with their words. */
import { catalogue } from "@/i18n";
import type { ReceiptCheckName } from "@/acts/receipt";
import type { Check } from "@/parts/checks";
import { inWords as receiptInWords } from "@/verify/receiptChecks";
import { checksZh } from "./checks.zh";

/** Checks that a receipt has too. */
type ReceiptName = ReceiptCheckName | "outcome" | "sprev";
/** Checks that only a replay has. */
export type ReplayCheckName =
  | "framing" | "payload" | "place" | "stream" | "key" | "body" | "nonce" | "seen" | "clock" | "heads" | "crc" | "count" | "keys_own" | "documents" | "withheld" | "rules" | "public";

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
  "framing", "payload", "place", "stream", "key", "body", "nonce", "seen", "clock", "heads", "crc", "count", "keys_own", "documents", "withheld", "rules", "public",
];
const KNOWN = [
  "sequence_gap", "out_of_order", "other_stream", "other_origin", "unknown_key", "other_person", "key_does_not_count", "role_not_held", "nonce_reused",
  "unknown_head", "time_runs_back", "entries_missing_at_end", "system_act", "no_entry", "public_bundle", "still_running", "body_missing", "body_mismatch", "reading_stopped", "outcome_form", "unknown_rules", "not_for_the_public",
] as const;

const word = catalogue<keyof typeof checksZh>({ zh: checksZh, en: () => import("./checks.en").then(({ checksEn }) => checksEn) });
