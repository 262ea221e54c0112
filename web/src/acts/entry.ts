/**
 * Log entries: an act with the place and the outcome the log gave it (docs/formats.md 7).
 *
 * *Invariant*: an entry is read whole or not at all; trailing bytes, unknown flags and algorithms are refused.
 */
import { ByteReader, type Bytes, fromHex } from "./bytes";
import { CanonicalError, parseCanonicalObject } from "./canonical";
import { ActError, type ActPayload, parsePayload } from "./act";
import { SIGNATURE_BYTES } from "./signature";
import { leafHash } from "./tree";

/** The longest entry, in bytes. */
export const ENTRY_BYTES_MAX = 8192;
/** Bytes of a cover: its mark and 92 random bytes. */
export const COVER_BYTES = 96;

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
  readonly algorithm: 0 | 1 | 2;
  readonly keyId: Bytes;
  readonly signature: Bytes;
  readonly head: EntryHead;
  readonly payload: Bytes;
  readonly act: ActPayload;
}

/** An entry that hides the pace of sealed acts and means nothing. */
export interface CoverEntry {
  readonly kind: "cover";
}

/** Why bytes are not an entry. */
export type EntryCode =
  | "entry_too_long" | "unknown_mark" | "unknown_algorithm" | "unknown_flags" | "cut_short" | "trailing_bytes"
  | "signature_length" | "system_form" | "head_shape" | "payload_shape";

/** Bytes that are not an entry. */
export class EntryError extends Error {
  constructor(readonly code: EntryCode) {
    super(`entry: ${code}`);
    this.name = "EntryError";
  }
}

/** The leaf hash under which an entry stands in the tree. */
export function entryLeafHash(entry: Uint8Array): Promise<Bytes> {
  return leafHash(entry);
}

/** Reads an entry. Throws an [`EntryError`]. */
export function parseEntry(bytes: Uint8Array): ActEntry | CoverEntry {
  if (bytes.length > ENTRY_BYTES_MAX) throw new EntryError("entry_too_long");
  const reader = new ByteReader(bytes);
  const mark = new TextDecoder().decode(demand(reader.take(4)));
  if (mark === "TLC1") {
    if (bytes.length === COVER_BYTES) return { kind: "cover" };
    throw new EntryError(bytes.length < COVER_BYTES ? "cut_short" : "trailing_bytes");
  }
  if (mark !== "TLE1") throw new EntryError("unknown_mark");
  const algorithm = demand(reader.u8());
  if (algorithm !== 0 && algorithm !== 1 && algorithm !== 2) throw new EntryError("unknown_algorithm");
  if (demand(reader.u8()) !== 0) throw new EntryError("unknown_flags");
  const keyId = demand(reader.take(32));
  const signature = demand(reader.lengthPrefixed());
  const headBytes = demand(reader.lengthPrefixed());
  const payload = demand(reader.lengthPrefixed());
  if (!reader.isAtEnd()) throw new EntryError("trailing_bytes");
  if (signature.length !== (algorithm === 0 ? 0 : SIGNATURE_BYTES)) throw new EntryError("signature_length");
  const act = parseActPayload(payload);
  const isSystem = act.actor === "system";
  if (isSystem !== (algorithm === 0) || (isSystem && keyId.some((byte) => byte !== 0))) throw new EntryError("system_form");
  return { kind: "act", algorithm, keyId, signature, head: parseHead(headBytes), payload, act };
}

function parseActPayload(payload: Bytes): ActPayload {
  try {
    return parsePayload(payload);
  } catch (error) {
    if (error instanceof ActError || error instanceof CanonicalError) throw new EntryError("payload_shape");
    throw error;
  }
}

function parseHead(bytes: Bytes): EntryHead {
  const fields = readObject(bytes);
  const isWhole = Object.keys(fields).join() === "outcome,rules,sprev,sseq,stream,ts";
  const { outcome, rules, sprev, sseq, stream, ts } = fields;
  const outcomeBytes = typeof outcome === "string" ? fromHex(outcome, 32) : undefined;
  const sprevBytes = typeof sprev === "string" ? fromHex(sprev, 32) : sprev === null ? null : undefined;
  if (!isWhole || !outcomeBytes || sprevBytes === undefined || typeof stream !== "string" || !isCount(rules) || !isCount(sseq) || !isCount(ts)) {
    throw new EntryError("head_shape");
  }
  return { outcome: outcomeBytes, rules, sprev: sprevBytes, sseq, stream, tsMs: ts };
}

function readObject(bytes: Bytes) {
  try {
    return parseCanonicalObject(bytes);
  } catch {
    throw new EntryError("head_shape");
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

function demand<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new EntryError("cut_short");
  return value;
}
