/**
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature): what the log and its witnesses sign.
 *
 * Not a trust decision of its own: the caller brings the keys and the quorum.
 * *Invariant*: a signature that claims to be by a known key and is not good spoils the whole note.
 */
import { type Bytes, concat, fromBase64, fromHex, sameBytes, sha256, toBase64, utf8 } from "./bytes";
import { type TreeHead } from "./tree";
import { isEd25519Signed } from "./signature";

/** 1 signs the note's text (the log), 4 cosigns a checkpoint with a time (a witness). */
export type NoteKeyType = 1 | 4;

/** A key that notes are checked against. */
export interface VerifierKey {
  /** The name on the signature line; for a log it is the origin. */
  readonly name: string;
  readonly type: NoteKeyType;
  /** First four bytes of SHA-256(name || "\n" || type || public key). */
  readonly hash: Bytes;
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Bytes;
}

/** Whose signatures a checkpoint needs. */
export interface CheckpointPolicy {
  readonly log: VerifierKey;
  readonly witnesses: readonly VerifierKey[];
  /** How many different witnesses must have cosigned. */
  readonly quorum: number;
}

/** A signed note, taken apart; nothing is checked yet. */
export interface Note {
  /** The text with its last newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly hash: Bytes; readonly signature: Bytes }[];
}

/** A tree head with the log it is of. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

/** What the signatures on a checkpoint are worth. */
export interface CheckpointVerdict {
  readonly checkpoint: Checkpoint;
  /** The origin is the log's name and its signature is good. */
  readonly isLogSigned: boolean;
  /** Witnesses whose cosignature is good, with the time they state, unix seconds. */
  readonly cosignatures: readonly { readonly name: string; readonly unixSeconds: number }[];
  /** At least the policy's quorum of different witnesses. */
  readonly isQuorumReached: boolean;
  /** Known names whose signature is not good: evidence of forgery or damage. */
  readonly badSignatures: readonly string[];
}

/** The longest note read, in bytes, and the most signatures on it. */
export const NOTE_BYTES_MAX = 65_536;
export const NOTE_SIGNATURES_MAX = 100;

/** Reads a verifier key `name+hash+base64(type || key)`; undefined unless the hash is right. */
export async function parseVerifierKey(text: string): Promise<VerifierKey | undefined> {
  const [, name, hashText, keyText] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? [];
  const [hash, key] = [fromHex(hashText ?? "", 4), fromBase64(keyText ?? "")];
  if (name === undefined || !hash || key?.length !== 33) return undefined;
  const type = key[0];
  if (type !== 1 && type !== 4) return undefined;
  const made = await verifierKey(name, type, key.slice(1));
  return sameBytes(made.hash, hash) ? made : undefined;
}

/** The verifier key of a raw Ed25519 key under a name. */
export async function verifierKey(name: string, type: NoteKeyType, publicKey: Bytes): Promise<VerifierKey> {
  const hash = (await sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).slice(0, 4);
  return { name, type, hash, publicKey };
}

/** Takes a signed note apart; undefined unless it has exactly the form of one. */
export function parseNote(note: string): Note | undefined {
  // Control characters other than newline have no place in a note.
  // eslint-disable-next-line no-control-regex
  if (utf8(note).length > NOTE_BYTES_MAX || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return undefined;
  const split = note.lastIndexOf("\n\n");
  if (split <= 0 || !note.endsWith("\n")) return undefined;
  const lines = note.slice(split + 2).split("\n").slice(0, -1);
  if (lines.length === 0 || lines.length > NOTE_SIGNATURES_MAX) return undefined;
  const signatures = lines.map(parseSignatureLine);
  if (!signatures.every((signature) => signature !== undefined)) return undefined;
  return { text: note.slice(0, split + 1), signatures };
}

/** Reads the text of a note as a checkpoint; undefined unless it is one. Extension lines are allowed and ignored. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.split("\n");
  const [origin, sizeText, rootText] = lines;
  const root = fromBase64(rootText ?? "");
  const isSizeGood = sizeText !== undefined && /^(?:0|[1-9][0-9]{0,15})$/.test(sizeText);
  const areLinesGood = lines.pop() === "" && lines.length >= 3 && lines.every((line) => line !== "");
  if (!origin || !isSizeGood || root?.length !== 32 || !areLinesGood) return undefined;
  const size = Number(sizeText);
  return Number.isSafeInteger(size) ? { origin, size, root } : undefined;
}

/** Checks a signed checkpoint; undefined if it has not the form of one. */
export async function verifyCheckpoint(note: string, policy: CheckpointPolicy): Promise<CheckpointVerdict | undefined> {
  const parsed = parseNote(note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  if (!parsed || !checkpoint) return undefined;
  const badSignatures: string[] = [];
  const cosigned = new Map<string, number>();
  let isLogSigned = false;
  for (const line of parsed.signatures) {
    const key = [policy.log, ...policy.witnesses].find((known) => known.name === line.name && sameBytes(known.hash, line.hash));
    // Signatures by unknown keys mean nothing, neither good nor bad.
    if (key === undefined) continue;
    const time = await checkedTime(key, parsed.text, line.signature);
    if (time === undefined) badSignatures.push(key.name);
    else if (key.type === 4) cosigned.set(key.name, time);
    else if (key === policy.log) isLogSigned = checkpoint.origin === key.name;
  }
  const cosignatures = [...cosigned].map(([name, unixSeconds]) => ({ name, unixSeconds }));
  return { checkpoint, isLogSigned, cosignatures, isQuorumReached: cosignatures.length >= policy.quorum, badSignatures };
}

/** The text of a verifier key. */
export function writeVerifierKey(key: VerifierKey): string {
  const hash = Array.from(key.hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${key.name}+${hash}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`;
}

/** The time a good signature states (0 for a log's), undefined for a bad one. */
async function checkedTime(key: VerifierKey, text: string, signature: Bytes): Promise<number | undefined> {
  if (key.type === 1) return (await isEd25519Signed(key.publicKey, utf8(text), signature)) ? 0 : undefined;
  if (signature.length !== 72) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
  return (await isEd25519Signed(key.publicKey, message, signature.slice(8))) ? Number(time) : undefined;
}

function parseSignatureLine(line: string): Note["signatures"][number] | undefined {
  const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(base64 ?? "");
  if (name === undefined || !bytes || bytes.length < 5) return undefined;
  return { name, hash: bytes.slice(0, 4), signature: bytes.slice(4) };
}
