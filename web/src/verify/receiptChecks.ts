/** The checks of a receipt in words. */
import type { ReceiptCheck } from "@/acts/receipt";
import type { Check } from "@/parts/checks";
import { v } from "./words";

const KNOWN_REASONS = ["no_key", "no_payload", "system_act", "no_entry", "no_proof", "withheld"] as const;

/** A check of a receipt, or one of the two that an entry has besides. */
export type NamedCheck = Pick<ReceiptCheck, "verdict" | "reason"> & { readonly name: ReceiptCheck["name"] | "outcome" | "sprev" };

/** One check for a page; a reason that has no words of its own is shown as its stable word. */
export function inWords({ name, verdict, reason }: NamedCheck): Check {
  const known = KNOWN_REASONS.find((candidate) => candidate === reason);
  const why = known ? v(`reason.${known}`) : reason;
  return { title: v(`check.${name}`), verdict, detail: why === "" ? v(`about.${name}`) : why };
}
