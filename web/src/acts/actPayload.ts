/**
 * The payload of an act, read strictly (docs/formats.md 2).
 *
 * *Invariant*: what is returned here writes the same bytes again; a payload with other fields or impossible values is refused.
 */
import { type Bytes, fromHex, toHex } from "./bytes";
import { type Canonical, type CanonicalObject, isObject, parseCanonical, writeCanonical } from "./canonical";

/** The longest payload, in bytes. */
export const PAYLOAD_BYTES_MAX = 4096;
/** The longest entry of the log with an act in it, in bytes. */
export const ENTRY_BYTES_MAX = 8192;
/** A body with a longer canonical text, in bytes, travels detached. */
export const BODY_INLINE_BYTES_MAX = 2048;
/** The longest body, in bytes. */
export const DETACHED_BODY_BYTES_MAX = 1_048_576;
/** The actor of an act that nobody signs. */
export const SYSTEM_ACTOR = "system";

/** A log head that the signer has seen. */
export interface SeenHead {
  /** Number of entries. */
  readonly size: number;
  /** The head, 32 bytes. */
  readonly root: Bytes;
}

/** The fields of a payload. */
export interface ActPayload {
  /** The person's id, or [`SYSTEM_ACTOR`]. */
  readonly actor: string;
  readonly body: CanonicalObject | null;
  readonly bodySha256: Bytes | null;
  readonly clientTimeMs: number;
  readonly lot: string | null;
  readonly nonce: string;
  readonly origin: string;
  readonly prev: Bytes | null;
  readonly role: string;
  readonly seen: SeenHead | null;
  readonly tender: string | null;
  readonly type: string;
}

/** Why an act is not accepted. */
export type ActCode =
  | "payload_size" | "payload_fields" | "payload_value" | "wire_fields" | "unknown_algorithm" | "author" | "other_key"
  | "bad_signature" | "body_size" | "body_form" | "body_missing" | "body_unnamed" | "body_mismatch";

/** An act that cannot be built or read. */
export class ActError extends Error {
  constructor(readonly code: ActCode) {
    super(`act: ${code}`);
    this.name = "ActError";
  }
}

const KEYS = "actor,body,body_sha256,client_time,lot,nonce,origin,prev,role,seen,tender,type,v";
/** A UUID in its one written form. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The fields of a payload. Throws an [`ActError`] or a `CanonicalError` for everything that is not exactly one. */
export function parsePayload(payload: Uint8Array): ActPayload {
  if (payload.length > PAYLOAD_BYTES_MAX) throw new ActError("payload_size");
  const fields = parseCanonical(payload);
  if (!isObject(fields)) throw new ActError("payload_fields");
  if (Object.keys(fields).join() !== KEYS) throw new ActError("payload_fields");
  const parsed: ActPayload = {
    actor: text(fields["actor"]),
    body: null,
    bodySha256: nullable(fields["body_sha256"], (value) => hex(value, 32)),
    clientTimeMs: count(fields["client_time"]),
    lot: nullable(fields["lot"], text),
    nonce: toHex(hex(fields["nonce"], 16)),
    origin: text(fields["origin"]),
    prev: nullable(fields["prev"], (value) => hex(value, 32)),
    role: text(fields["role"]),
    seen: nullable(fields["seen"], seenHead),
    tender: nullable(fields["tender"], text),
    type: text(fields["type"]),
  };
  checkValues(parsed, count(fields["v"]));
  return { ...parsed, body: inlineBody(fields["body"], parsed.bodySha256) };
}

function checkValues({ actor, tender, lot, role, type, origin }: ActPayload, version: number): void {
  const isGood =
    (actor === SYSTEM_ACTOR || UUID.test(actor)) &&
    (tender === null || UUID.test(tender)) &&
    (lot === null || /^[A-Za-z0-9-]{1,16}$/.test(lot)) &&
    /^[a-z_]{1,32}$/.test(role) &&
    /^[A-Za-z0-9]{1,64}$/.test(type) &&
    /^[!-*,-~]{1,128}$/.test(origin) &&
    version === 1;
  if (!isGood) throw new ActError("payload_value");
}

/** A body stands inside or travels detached, never both; a long one is always detached; an act may have none. */
function inlineBody(body: Canonical | undefined, bodySha256: Bytes | null): CanonicalObject | null {
  if (body === null || body === undefined) return null;
  if (!isObject(body)) throw new ActError("body_form");
  if (bodySha256 !== null || writeCanonical(body).length > BODY_INLINE_BYTES_MAX) throw new ActError("body_size");
  return body;
}

function seenHead(value: Canonical | undefined): SeenHead {
  if (!isObject(value) || Object.keys(value).join() !== "root,size") throw new ActError("payload_fields");
  return { root: hex(value["root"], 32), size: count(value["size"]) };
}

function nullable<Value>(value: Canonical | undefined, read: (value: Canonical | undefined) => Value): Value | null {
  return value === null ? null : read(value);
}

function text(value: Canonical | undefined): string {
  if (typeof value !== "string") throw new ActError("payload_fields");
  return value;
}

function count(value: Canonical | undefined): number {
  if (typeof value !== "number" || value < 0) throw new ActError("payload_fields");
  return value;
}

function hex(value: Canonical | undefined, length: number): Bytes {
  const bytes = fromHex(text(value), length);
  if (!bytes) throw new ActError("payload_fields");
  return bytes;
}
