/**
 * Receipts: the proof that an act stands in the log, as C2SP tlog-proof text (docs/formats.md 8).
 *
 * The report names every check, so that a page can show each one and what was not looked at.
 * *Invariant*: a receipt is valid only if no check failed and the log's signature and the inclusion passed.
 */
import { ActError, type ActPayload, ENTRY_BYTES_MAX } from "./actPayload";
import { type Bytes, fromBase64, sameBytes, utf8 } from "./bytes";
import { CanonicalError } from "./canonical";
import { type ActEntry, entryLeafHash, EntryError, parseEntry, readEntryAct } from "./entry";
import { type Checkpoint, type CheckpointPolicy, examineCheckpoint, NOTE_BYTES_MAX } from "./note";
import { preAuthentication } from "./pae";
import { isSignedBy, keyIdOf } from "./signature";
import { refuseInclusion } from "./tree";

/** What is looked at, in this order. */
export type ReceiptCheckName =
  | "format" | "log_signature" | "witnesses" | "inclusion" | "entry" | "actor_signature" | "own_act";

/** One check. `not_checked` says what was missing for it. */
export interface ReceiptCheck {
  readonly name: ReceiptCheckName;
  readonly verdict: "passed" | "failed" | "not_checked";
  /** A stable word for the reason; empty if passed. */
  readonly reason: string;
}

/** The result of checking a receipt. */
export interface ReceiptReport {
  readonly checks: readonly ReceiptCheck[];
  readonly isValid: boolean;
  /** Where the act stands in the log, from 0. */
  readonly index: number | undefined;
  readonly entry: ActEntry | undefined;
  /** The fields of the entry's payload. */
  readonly act: ActPayload | undefined;
  readonly checkpoint: Checkpoint | undefined;
  /** The signed checkpoint, for the head memory. */
  readonly checkpointNote: string | undefined;
}

/** What the reader knows about the act beforehand. */
export interface ReceiptExpectation {
  /** SubjectPublicKeyInfo of the actor's key. */
  readonly spki?: Bytes;
  /** The payload that this browser signed. */
  readonly payload?: Bytes;
  /** The act may be so young that witnesses have not cosigned it: then their check is open (`awaits_witnesses`), not failed. */
  readonly mayAwaitWitnesses?: boolean;
}

/** Why the check of the witnesses is still open. */
export const AWAITS_WITNESSES = "awaits_witnesses";

/** The parts of a receipt. */
export interface Receipt {
  readonly entry: Bytes;
  readonly index: number;
  readonly proof: readonly Bytes[];
  readonly checkpointNote: string;
}

/** The longest receipt, in bytes: note, entry in base64, hashes. */
export const RECEIPT_BYTES_MAX = NOTE_BYTES_MAX + 2 * ENTRY_BYTES_MAX;
/** One hash for each level of the largest tree. */
const PROOF_HASHES_MAX = 63;

/** Takes a receipt apart, or says why it is none. */
export function parseReceipt(text: string): Receipt | "receipt_size" | "receipt_form" {
  if (utf8(text).length > RECEIPT_BYTES_MAX) return "receipt_size";
  const split = text.indexOf("\n\n");
  if (split < 0) return "receipt_form";
  const [mark, extra, indexLine, ...hashLines] = text.slice(0, split).split("\n");
  const entry = extra?.startsWith("extra ") ? fromBase64(extra.slice(6)) : undefined;
  const [, indexText] = /^index (0|[1-9][0-9]{0,15})$/.exec(indexLine ?? "") ?? [];
  const proof = hashLines.map((line) => fromBase64(line));
  const isProof = proof.every((hash): hash is Bytes => hash?.length === 32);
  const index = Number(indexText);
  if (mark !== "c2sp.org/tlog-proof@v1" || !entry || !Number.isSafeInteger(index) || !isProof) return "receipt_form";
  if (proof.length > PROOF_HASHES_MAX || entry.length > ENTRY_BYTES_MAX) return "receipt_size";
  return { entry, index, proof, checkpointNote: text.slice(split + 2) };
}

/** Checks a receipt against the log's key, the witnesses and what the reader knows. Never throws on hostile input. */
export async function verifyReceipt(
  text: string,
  policy: CheckpointPolicy,
  expected: ReceiptExpectation = {},
): Promise<ReceiptReport> {
  const receipt = parseReceipt(text);
  if (typeof receipt === "string") return report([failed("format", receipt)]);
  const verdict = await examineCheckpoint(receipt.checkpointNote, policy);
  if (typeof verdict === "string") return report([failed("format", verdict)]);
  const { checkpoint, logRefusal, witnessRefusal } = verdict;
  const leaf = await entryLeafHash(receipt.entry);
  const inclusion = await refuseInclusion(leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root);
  const read = readEntry(receipt.entry);
  const checks = [
    result("format", undefined),
    result("log_signature", logRefusal),
    witnessRefusal === "quorum" && expected.mayAwaitWitnesses ? notChecked("witnesses", AWAITS_WITNESSES) : result("witnesses", witnessRefusal),
    result("inclusion", inclusion),
    result("entry", refuseEntry(read, checkpoint)),
    await checkActor(read, expected.spki),
    checkOwn(read, expected.payload),
  ];
  return report(checks, receipt, typeof read === "string" ? undefined : read, checkpoint);
}

/** An entry whose payload is an act, or the word for what is wrong with it. */
type ReadEntry = { readonly entry: ActEntry; readonly act: ActPayload } | string;

function readEntry(bytes: Bytes): ReadEntry {
  try {
    const entry = parseEntry(bytes);
    // A cover is no act, so no receipt is of one.
    return entry.kind === "act" ? { entry, act: readEntryAct(entry) } : "entry_magic";
  } catch (error) {
    if (error instanceof EntryError || error instanceof ActError || error instanceof CanonicalError) return error.code;
    throw error;
  }
}

function refuseEntry(read: ReadEntry, checkpoint: Checkpoint): string | undefined {
  if (typeof read === "string") return read;
  return read.act.origin === checkpoint.origin ? undefined : "act_origin";
}

async function checkActor(read: ReadEntry, spki: Bytes | undefined): Promise<ReceiptCheck> {
  if (typeof read === "string") return notChecked("actor_signature", "no_entry");
  const { entry } = read;
  if (entry.algorithm === 0) return notChecked("actor_signature", "system_act");
  if (spki === undefined) return notChecked("actor_signature", "no_key");
  if (!sameBytes(await keyIdOf(spki), entry.keyId)) return failed("actor_signature", "other_key");
  const isGood = await isSignedBy(entry.algorithm, spki, preAuthentication(entry.payload), entry.signature);
  return result("actor_signature", isGood ? undefined : "bad_signature");
}

function checkOwn(read: ReadEntry, payload: Bytes | undefined): ReceiptCheck {
  if (typeof read === "string") return notChecked("own_act", "no_entry");
  if (payload === undefined) return notChecked("own_act", "no_payload");
  return result("own_act", sameBytes(read.entry.payload, payload) ? undefined : "other_act");
}

function report(
  checks: readonly ReceiptCheck[],
  receipt?: Receipt,
  read?: Exclude<ReadEntry, string>,
  checkpoint?: Checkpoint,
): ReceiptReport {
  const isValid = checkpoint !== undefined && checks.every((check) => check.verdict !== "failed");
  const { index, checkpointNote } = receipt ?? { index: undefined, checkpointNote: undefined };
  return { checks, isValid, index, entry: read?.entry, act: read?.act, checkpoint, checkpointNote };
}

function result(name: ReceiptCheckName, refusal: string | undefined): ReceiptCheck {
  return refusal === undefined ? { name, verdict: "passed", reason: "" } : failed(name, refusal);
}

function failed(name: ReceiptCheckName, reason: string): ReceiptCheck {
  return { name, verdict: "failed", reason };
}

function notChecked(name: ReceiptCheckName, reason: string): ReceiptCheck {
  return { name, verdict: "not_checked", reason };
}
