/**
 * One entry as the server gave it, checked in the browser: its proof, the person's signature, the outcome, the chain of its stream.
 *
 * Events are shown, not decided again here; that is what `kaibiao verify` does.
 */
import { fromBase64, sameBytes, sha256, toHex, type Bytes } from "@/acts/bytes";
import { type Canonical, CanonicalError, writeCanonical } from "@/acts/canonical";
import { entryLeafHash, RULES } from "@/acts/entry";
import type { CheckpointPolicy } from "@/acts/note";
import { parseReceipt, type ReceiptReport, verifyReceipt } from "@/acts/receipt";
import type { ReplayEntry } from "@/wire";
import { judged, type NamedCheck } from "./checkNames";
import { type EntryVerdict, SEALED_ACTOR } from "./source";

/** A verdict with the entry's leaf hash, for the check of the one after it; undefined if it could not be read. */
export interface LinkedVerdict extends EntryVerdict {
  readonly leaf: Bytes | undefined;
}

/** Checks an entry; `previousLeaf` is the leaf hash of the stream's entry before it, if that was checked. */
export async function checkEntry(entry: ReplayEntry, policy: CheckpointPolicy, previousLeaf: Bytes | undefined): Promise<LinkedVerdict> {
  if (entry.proof === undefined) return withoutProof(entry);
  const receipt = parseReceipt(entry.proof);
  const spki = entry.spki === undefined ? undefined : fromBase64(entry.spki);
  const payload = fromBase64(entry.payload);
  const report = await verifyReceipt(entry.proof, policy, { ...(spki && { spki }), ...(payload && { payload }), mayAwaitWitnesses: true });
  const named: readonly NamedCheck[] = [
    // What is shown beside the proof has to be what the proof is about.
    ...report.checks.map((check) => (check.name === "own_act" && !payload ? { ...check, verdict: "failed" as const, reason: "payload" } : check)),
    await checkOutcome(entry, report),
    checkLink(report, entry, previousLeaf),
    ...(report.entry ? [judged("rules", report.entry.head.rules === RULES ? undefined : "unknown_rules")] : []),
  ];
  const leaf = typeof receipt === "string" ? undefined : await entryLeafHash(receipt.entry);
  const isGood = report.isValid && named.every(({ verdict }) => verdict !== "failed");
  return { standing: isGood ? "good" : "failed", checks: named, leaf };
}

function withoutProof({ actor }: ReplayEntry): LinkedVerdict {
  const isWithheld = actor === SEALED_ACTOR;
  const check: NamedCheck = { name: "inclusion", verdict: isWithheld ? "not_checked" : "failed", reason: isWithheld ? "withheld" : "no_proof" };
  return { standing: isWithheld ? "withheld" : "failed", checks: [check], leaf: undefined };
}

async function checkOutcome(entry: ReplayEntry, report: ReceiptReport): Promise<NamedCheck> {
  const outcome = report.entry?.head.outcome;
  if (!outcome) return { name: "outcome", verdict: "not_checked", reason: "no_entry" };
  try {
    const digest = await sha256(writeCanonical(entry.events as unknown as Canonical));
    const isSame = sameBytes(digest, outcome);
    return { name: "outcome", verdict: isSame ? "passed" : "failed", reason: isSame ? "" : toHex(digest) };
  } catch (error) {
    if (error instanceof CanonicalError) return { name: "outcome", verdict: "failed", reason: error.code };
    throw error;
  }
}

function checkLink({ entry }: ReceiptReport, shown: ReplayEntry, previousLeaf: Bytes | undefined): NamedCheck {
  const at = (verdict: NamedCheck["verdict"], reason = ""): NamedCheck => ({ name: "sprev", verdict, reason });
  if (!entry) return at("not_checked", "no_entry");
  const { sseq, sprev, stream, tsMs } = entry.head;
  if (sseq !== shown.sseq || stream !== shown.stream || tsMs !== shown.ts) return at("failed", "header");
  if (sseq === 0) return at(sprev === null ? "passed" : "failed", sprev === null ? "" : "first");
  if (!previousLeaf) return at("not_checked", "no_entry");
  return sprev && sameBytes(sprev, previousLeaf) ? at("passed") : at("failed", "link");
}
