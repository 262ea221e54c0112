/**
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature): what the log and its witnesses sign.
 *
 * Not a trust decision of its own: the caller brings the keys and the quorum.
 * *Invariant*: a line that claims to be by a known key and is not good spoils the whole note.
 */
import { type Bytes, concat, fromBase64, fromHex, sameBytes, sha256, toBase64, toHex, utf8 } from "./bytes";
import { algorithmOf, ed25519Spki, isEd25519Signed } from "./signature";
import { type TreeHead } from "./tree";

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

/** Why a text is no note or no checkpoint. */
export type NoteCode = "note_size" | "note_form" | "checkpoint_form";
/** Why the signatures on a checkpoint do not suffice. `verifier_form`: the policy has a key of the wrong type. */
export type SignatureRefusal = "signature_missing" | "bad_signature" | "other_origin" | "quorum" | "verifier_form";

/** What the signatures on a checkpoint are worth. */
export interface CheckpointVerdict {
  readonly checkpoint: Checkpoint;
  /** The log signed it under its own name. */
  readonly isLogSigned: boolean;
  /** Why it did not; undefined if it did. */
  readonly logRefusal: SignatureRefusal | undefined;
  /** The policy's quorum of different witnesses cosigned it, and no known witness's line is bad. */
  readonly isQuorumReached: boolean;
  /** Why not; undefined if so. */
  readonly witnessRefusal: SignatureRefusal | undefined;
  /** Witnesses whose cosignature is good, with the time they state, unix seconds. */
  readonly cosignatures: readonly { readonly name: string; readonly unixSeconds: number }[];
}

/** The longest note read, in bytes, and the most signatures on it. */
export const NOTE_BYTES_MAX = 131_072;
const NOTE_SIGNATURES_MAX = 64;

/** Reads a verifier key `name+hash+base64(type || key)`; undefined unless the hash is right and the key is a good one. */
export async function parseVerifierKey(text: string): Promise<VerifierKey | undefined> {
  const [, name, hashText, keyText] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? [];
  const [hash, key] = [fromHex(hashText ?? "", 4), fromBase64(keyText ?? "")];
  if (name === undefined || !isKeyName(name) || !hash || key?.length !== 33) return undefined;
  const type = key[0];
  if ((type !== 1 && type !== 4) || algorithmOf(ed25519Spki(key.slice(1))) !== 1) return undefined;
  const made = await verifierKey(name, type, key.slice(1));
  return sameBytes(made.hash, hash) ? made : undefined;
}

/** The verifier key of a raw Ed25519 key under a name. */
async function verifierKey(name: string, type: NoteKeyType, publicKey: Bytes): Promise<VerifierKey> {
  const hash = (await sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).slice(0, 4);
  return { name, type, hash, publicKey };
}

/** Takes a signed note apart, or says why it is none. */
export function parseNote(note: string): Note | NoteCode {
  if (utf8(note).length > NOTE_BYTES_MAX) return "note_size";
  const split = note.lastIndexOf("\n\n");
  // Control characters other than newline have no place in a note.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || split < 0 || !note.endsWith("\n")) return "note_form";
  const lines = note.slice(split + 2).split("\n").slice(0, -1);
  if (lines.length > NOTE_SIGNATURES_MAX) return "note_size";
  const signatures = lines.map(parseSignatureLine);
  const isWhole = lines.length > 0 && signatures.every((signature) => signature !== undefined);
  return isWhole ? { text: note.slice(0, split + 1), signatures } : "note_form";
}

/** Reads the text of a note as a checkpoint of exactly three lines; undefined unless it is one. */
function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, sizeText, rootText, after, ...more] = text.split("\n");
  const root = fromBase64(rootText ?? "");
  const isSizeGood = sizeText !== undefined && /^(?:0|[1-9][0-9]{0,15})$/.test(sizeText);
  if (origin === undefined || !isKeyName(origin) || !isSizeGood || root?.length !== 32 || after !== "" || more.length > 0) return undefined;
  const size = Number(sizeText);
  return Number.isSafeInteger(size) ? { origin, size, root } : undefined;
}

/** Checks a signed checkpoint; undefined if it has not the form of one. */
export async function verifyCheckpoint(note: string, policy: CheckpointPolicy): Promise<CheckpointVerdict | undefined> {
  const verdict = await examineCheckpoint(note, policy);
  return typeof verdict === "string" ? undefined : verdict;
}

/** Checks a signed checkpoint, or says why it is none. Lines by unknown keys mean nothing, neither good nor bad. */
export async function examineCheckpoint(note: string, policy: CheckpointPolicy): Promise<CheckpointVerdict | NoteCode> {
  const parsed = parseNote(note);
  if (typeof parsed === "string") return parsed;
  const checkpoint = parseCheckpoint(parsed.text);
  if (!checkpoint) return "checkpoint_form";
  const logRefusal = await refuseLog(parsed, checkpoint, policy.log);
  const witnessed = await checkWitnesses(parsed, policy);
  const isQuorumReached = witnessed.witnessRefusal === undefined;
  return { checkpoint, isLogSigned: logRefusal === undefined, logRefusal, isQuorumReached, ...witnessed };
}

/** Whether the key that signs texts, not heads alone, has signed a note. */
export async function isSignedBy(note: Note, key: VerifierKey): Promise<boolean> {
  return key.type === 1 && (await signedTime(note, key)) === 0;
}

async function refuseLog(note: Note, checkpoint: Checkpoint, log: VerifierKey): Promise<SignatureRefusal | undefined> {
  if (log.type !== 1) return "verifier_form";
  const time = await signedTime(note, log);
  if (time === undefined || typeof time === "string") return time ?? "signature_missing";
  return checkpoint.origin === log.name ? undefined : "other_origin";
}

async function checkWitnesses(
  note: Note,
  { witnesses, quorum }: CheckpointPolicy,
): Promise<Pick<CheckpointVerdict, "witnessRefusal" | "cosignatures">> {
  // Each key counts once, under whatever names it goes.
  const counted = new Map<string, { readonly name: string; readonly unixSeconds: number }>();
  let witnessRefusal: SignatureRefusal | undefined;
  for (const witness of witnesses) {
    const time = witness.type === 4 ? await signedTime(note, witness) : "verifier_form";
    if (typeof time === "string") witnessRefusal ??= time;
    else if (time !== undefined) counted.set(toHex(witness.publicKey), { name: witness.name, unixSeconds: time });
  }
  const cosignatures = [...counted.values()];
  if (cosignatures.length < quorum) witnessRefusal ??= "quorum";
  return { witnessRefusal, cosignatures };
}

/** The time that the key's line states (0 for a log's), undefined if it has none. Of two lines by one key the first counts. */
async function signedTime({ text, signatures }: Note, key: VerifierKey): Promise<number | "bad_signature" | undefined> {
  const line = signatures.find(({ name, hash }) => name === key.name && sameBytes(hash, key.hash));
  if (line === undefined) return undefined;
  const { signature } = line;
  if (key.type === 1) return (await isEd25519Signed(key.publicKey, utf8(text), signature)) ? 0 : "bad_signature";
  if (signature.length !== 72) return "bad_signature";
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return "bad_signature";
  const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
  return (await isEd25519Signed(key.publicKey, message, signature.slice(8))) ? Number(time) : "bad_signature";
}

/** The text of a verifier key. */
export function writeVerifierKey(key: VerifierKey): string {
  return `${key.name}+${toHex(key.hash)}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`;
}

function parseSignatureLine(line: string): Note["signatures"][number] | undefined {
  const [, name, base64] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(base64 ?? "");
  if (name === undefined || !isKeyName(name) || !bytes || bytes.length < 5) return undefined;
  return { name, hash: bytes.slice(0, 4), signature: bytes.slice(4) };
}

function isKeyName(name: string): boolean {
  return name !== "" && !/[\p{White_Space}\p{Cc}+]/u.test(name);
}
