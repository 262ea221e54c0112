/**
 * Log entries: an act with the place and the outcome the log gave it (docs/formats.md 7).
 *
 * *Invariant*: an entry is read whole or not at all; trailing bytes, unknown flags and algorithms are refused.
 */
import { ActError, type ActPayload, ENTRY_BYTES_MAX, parsePayload, PAYLOAD_BYTES_MAX, SYSTEM_ACTOR, UUID } from "./actPayload";
import { ByteReader, type Bytes, fromHex, sameBytes, utf8 } from "./bytes";
import { type Canonical, type CanonicalCode, CanonicalError, type CanonicalObject, isObject, parseCanonical } from "./canonical";
import { SIGNATURE_BYTES, type SignatureAlgorithm } from "./signature";
import { leafHash } from "./tree";

/** Bytes of a cover: its mark and 92 random bytes. */
const COVER_BYTES = 96;
/** Version of the rules that this release knows: what others decided, it cannot vouch for. */
export const RULES = 3;
/** The stream of organisations, people, keys and roles; every other stream is a tender's id. */
const CENTRE_STREAM = "centre";

/** What the log says about an act. */
export interface EntryHead {
  /** SHA-256 of the canonical array of the events the act led to. */
  readonly outcome: Bytes;
  /** Version of the rules that decided. */
  readonly rules: number;
  /** Leaf hash of the stream's previous entry. */
  readonly sprev: Bytes | null;
  /** Number of the entry in its stream, from 0. */
  readonly sseq: number;
  /** `centre` or the tender's id. */
  readonly stream: string;
  /** When the act's last byte was read, unix milliseconds. */
  readonly tsMs: number;
}

/** An act in the log. */
export interface ActEntry {
  readonly kind: "act";
  /** 0 = a system act without signature. */
  readonly algorithm: 0 | SignatureAlgorithm;
  readonly keyId: Bytes;
  readonly signature: Bytes;
  readonly head: EntryHead;
  /** The exact bytes that were signed; see [`readEntryAct`]. */
  readonly payload: Bytes;
}

/** An entry that hides the pace of sealed acts and means nothing. */
export interface CoverEntry {
  readonly kind: "cover";
}

/** Why bytes are not an entry. */
export type EntryCode =
  | "entry_size" | "entry_magic" | "entry_unexpected_end" | "entry_trailing_bytes" | "entry_flags" | "entry_signature" | "entry_header";

/** Bytes that are not an entry. */
export class EntryError extends Error {
  constructor(readonly code: EntryCode | CanonicalCode) {
    super(`entry: ${code}`);
    this.name = "EntryError";
  }
}

/** The leaf hash under which an entry stands in the tree. */
export function entryLeafHash(entry: Uint8Array): Promise<Bytes> {
  return leafHash(entry);
}

/** Reads an entry. Throws an [`EntryError`]; the payload is read by [`readEntryAct`]. */
export function parseEntry(bytes: Uint8Array): ActEntry | CoverEntry {
  if (startsWith(bytes, "TLC1")) {
    if (bytes.length === COVER_BYTES) return { kind: "cover" };
    throw new EntryError(bytes.length < COVER_BYTES ? "entry_unexpected_end" : "entry_trailing_bytes");
  }
  if (bytes.length > ENTRY_BYTES_MAX) throw new EntryError("entry_size");
  if (!startsWith(bytes, "TLE1")) throw new EntryError("entry_magic");
  const reader = new ByteReader(bytes.subarray(4));
  const algorithm = demand(reader.u8());
  const flags = demand(reader.u8());
  const keyId = demand(reader.take(32));
  const signature = demand(reader.lengthPrefixed());
  const head = parseHead(demand(reader.lengthPrefixed()));
  const payload = demand(reader.lengthPrefixed());
  if (!reader.isAtEnd()) throw new EntryError("entry_trailing_bytes");
  if (flags !== 0) throw new EntryError("entry_flags");
  if (payload.length > PAYLOAD_BYTES_MAX) throw new EntryError("entry_size");
  const signatureLength = algorithm === 0 ? 0 : SIGNATURE_BYTES;
  const isFitting = signature.length === signatureLength && (algorithm !== 0 || keyId.every((byte) => byte === 0));
  if ((algorithm !== 0 && algorithm !== 1 && algorithm !== 2 && algorithm !== 3) || !isFitting) throw new EntryError("entry_signature");
  return { kind: "act", algorithm, keyId, signature, head, payload };
}

/** The act of an entry. Throws an `ActError` (`author` if actor and algorithm do not fit) or a `CanonicalError`. */
export function readEntryAct(entry: ActEntry): ActPayload {
  const act = parsePayload(entry.payload);
  if ((act.actor === SYSTEM_ACTOR) !== (entry.algorithm === 0)) throw new ActError("author");
  return act;
}

function parseHead(bytes: Bytes): EntryHead {
  const fields = headFields(bytes);
  const isWhole = Object.keys(fields).join() === "outcome,rules,sprev,sseq,stream,ts";
  const { outcome, rules, sprev, sseq, stream, ts } = fields;
  const outcomeBytes = typeof outcome === "string" ? fromHex(outcome, 32) : undefined;
  const sprevBytes = typeof sprev === "string" ? fromHex(sprev, 32) : sprev === null ? null : undefined;
  if (!isWhole || !outcomeBytes || sprevBytes === undefined || !isCount(rules) || rules > 0xffff_ffff || !isCount(sseq) || !isCount(ts)) {
    throw new EntryError("entry_header");
  }
  const isStream = typeof stream === "string" && (stream === CENTRE_STREAM || UUID.test(stream));
  // Only the first entry of a stream has none before it.
  if (!isStream || (sprevBytes !== null) !== sseq > 0) throw new EntryError("entry_header");
  return { outcome: outcomeBytes, rules, sprev: sprevBytes, sseq, stream, tsMs: ts };
}

function headFields(bytes: Bytes): CanonicalObject {
  try {
    const value = parseCanonical(bytes);
    if (isObject(value)) return value;
  } catch (error) {
    if (error instanceof CanonicalError) throw new EntryError(error.code);
    throw error;
  }
  throw new EntryError("entry_header");
}

function startsWith(bytes: Uint8Array, mark: string): boolean {
  return sameBytes(bytes.subarray(0, mark.length), utf8(mark));
}

function isCount(value: Canonical | undefined): value is number {
  return typeof value === "number" && value >= 0;
}

function demand<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new EntryError("entry_unexpected_end");
  return value;
}
