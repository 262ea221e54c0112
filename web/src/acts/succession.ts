/**
 * How one key of a log follows another: both sign a note, an act brings it into the log, and the receipt of that act under
 * a head with its quorum leads whoever knows the old key to the new one. The twin of `crypto/src/succession.rs`.
 *
 * *Invariant*: every size of a log has one key; what the old key signs of a later size is not by the log.
 */
import { type Bytes, sameBytes } from "./bytes";
import { parseEntry, readEntryAct } from "./entry";
import { type CheckpointPolicy, isSignedBy, parseNote, parseVerifierKey, type VerifierKey } from "./note";
import { parseReceipt, type ReceiptReport, verifyReceipt } from "./receipt";

/** The keys of one log in their order, each with the size of the first head that it signs. */
export type LogKeys = readonly { readonly key: VerifierKey; readonly from: number }[];

/** An entry that brings a succession, and its place in the log. */
export interface Rotation {
  readonly entry: Bytes;
  readonly index: number;
}

const MARK = "kaibiao/log-key-succession/v1";

/** The key that signs heads of this size. */
export function keyAt(keys: LogKeys, size: number): VerifierKey | undefined {
  return keys.filter(({ from }) => size >= from).at(-1)?.key;
}

/** Whether it is one of the log's keys. */
export function knows(keys: LogKeys, key: VerifierKey): boolean {
  return keys.some((known) => isSame(known.key, key));
}

/** The keys that these rotations lead through; undefined if one of them does not follow the one before it. */
export async function follow(rotations: readonly Rotation[]): Promise<LogKeys | undefined> {
  let keys: LogKeys = [];
  for (const { entry, index } of rotations) {
    const succession = await successionOf(entry);
    if (!succession) return undefined;
    const { from, to } = succession;
    if (keys.length === 0) keys = [{ key: from, from: 0 }];
    const last = keys.at(-1);
    if (!last || !isSame(last.key, from) || index < last.from || knows(keys, to)) return undefined;
    keys = [...keys, { key: to, from: index + 1 }];
  }
  return keys;
}

/** The keys that receipts of rotations prove to whoever trusts one of them and these witnesses. */
export async function provenKeys(policy: CheckpointPolicy, rotations: readonly string[]): Promise<LogKeys | undefined> {
  if (rotations.length === 0) return [{ key: policy.log, from: 0 }];
  const receipts = rotations.map(parseReceipt);
  const keys = await follow(receipts.filter((receipt) => typeof receipt !== "string"));
  if (!keys || keys.length !== rotations.length + 1 || !knows(keys, policy.log)) return undefined;
  for (const rotation of rotations) if (!(await verifyUnder(rotation, keys, policy)).isValid) return undefined;
  return keys;
}

/** Checks a receipt by the key that signs heads of its size. */
export async function verifyUnder(receipt: string, keys: LogKeys, policy: CheckpointPolicy): Promise<ReceiptReport> {
  const report = await verifyReceipt(receipt, policy);
  const log = report.checkpoint && keyAt(keys, report.checkpoint.size);
  return log && !isSame(log, policy.log) ? verifyReceipt(receipt, { ...policy, log }) : report;
}

/** The two keys that an entry's act names, if both have signed that. */
async function successionOf(bytes: Bytes): Promise<{ readonly from: VerifierKey; readonly to: VerifierKey } | undefined> {
  const act = readAct(bytes);
  const text = act?.type === "RotateLogKey" && act.tender === null ? act.body?.["succession"] : undefined;
  const note = typeof text === "string" ? parseNote(text) : undefined;
  if (!note || typeof note === "string") return undefined;
  const [origin, mark, old = "", next = "", end, ...more] = note.text.split("\n");
  const [from, to] = [await parseVerifierKey(old), await parseVerifierKey(next)];
  const isForm = mark === MARK && end === "" && more.length === 0 && origin === act?.origin;
  if (!isForm || !from || !to || from.name !== origin || to.name !== origin || isSame(from, to)) return undefined;
  return (await isSignedBy(note, from)) && (await isSignedBy(note, to)) ? { from, to } : undefined;
}

function readAct(bytes: Bytes): ReturnType<typeof readEntryAct> | undefined {
  try {
    const entry = parseEntry(bytes);
    return entry.kind === "act" ? readEntryAct(entry) : undefined;
  } catch {
    // Whatever is no entry with an act brings no succession.
    return undefined;
  }
}

function isSame(one: VerifierKey, other: VerifierKey): boolean {
  return one.name === other.name && sameBytes(one.publicKey, other.publicKey);
}
