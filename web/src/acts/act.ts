/**
 * Acts: what a person does, as signed bytes (docs/formats.md 2).
 *
 * *Invariant*: what is signed is the stored payload, byte for byte; nothing is written twice.
 */
import { type Bytes, fromBase64, fromHex, randomBytes, sha256, toBase64, toHex } from "./bytes";
import { type Canonical, type CanonicalObject, isObject, normalised, parseCanonicalObject, writeCanonical } from "./canonical";
import { preAuthentication } from "./pae";
import { isSignedBy, keyIdOf, SIGNATURE_BYTES, type SignatureAlgorithm } from "./signature";

/** The longest payload, in bytes. */
export const PAYLOAD_BYTES_MAX = 4096;
/** A body with a longer canonical text, in bytes, travels detached. */
export const BODY_INLINE_BYTES_MAX = 2048;

/** A log head that the signer has seen. */
export interface SeenHead {
  /** Number of entries. */
  readonly size: number;
  /** The head, 32 bytes. */
  readonly root: Bytes;
}

/** What the caller says about an act; the rest is filled in by [`signAct`]. */
export interface ActDraft {
  /** The command, for example `SubmitBid`. */
  readonly type: string;
  /** The command's own fields; strings are brought into NFC. */
  readonly body: CanonicalObject;
  /** The person's id. */
  readonly actor: string;
  /** The role in which the person acts. */
  readonly role: string;
  /** The log's origin. */
  readonly origin: string;
  /** The tender's id, null for acts of the centre. */
  readonly tender: string | null;
  /** The lot's id, null where the act is about the whole tender. */
  readonly lot: string | null;
  /** The newest log head that the signer has seen. */
  readonly seen: SeenHead | null;
  /** SHA-256 of the signer's previous payload. */
  readonly prev: Bytes | null;
  /** The signer's clock, unix milliseconds. */
  readonly clientTimeMs: number;
}

/** Signs for one person; the private key stays where it is. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly keyId: Bytes;
  /** A signature of 64 bytes over the message. */
  sign(message: Bytes): Promise<Bytes>;
}

/** An act with its signature. */
export interface SignedAct {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: Bytes;
  /** Canonical JSON, the bytes that are signed. */
  readonly payload: Bytes;
  readonly signature: Bytes;
  /** The canonical text of a detached body. */
  readonly detachedBody: Bytes | null;
  /** 32 hexadecimal digits; with the actor it names the act. */
  readonly nonce: string;
}

/** The fields of a parsed payload. */
export interface ActPayload {
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

/** Why an act is not one. */
export type ActCode = "payload_too_long" | "payload_shape" | "wire_shape";

/** An act that cannot be built or read. */
export class ActError extends Error {
  constructor(readonly code: ActCode) {
    super(`act: ${code}`);
    this.name = "ActError";
  }
}

/** Builds the payload of a draft with a fresh nonce, and signs it. */
export async function signAct(draft: ActDraft, signer: Signer, nonce: Bytes = randomBytes(16)): Promise<SignedAct> {
  const bodyBytes = writeCanonical(normalised(draft.body));
  const isDetached = bodyBytes.length > BODY_INLINE_BYTES_MAX;
  const payload = writeCanonical({
    actor: draft.actor,
    body: isDetached ? null : normalised(draft.body),
    body_sha256: isDetached ? toHex(await sha256(bodyBytes)) : null,
    client_time: draft.clientTimeMs,
    lot: draft.lot,
    nonce: toHex(nonce),
    origin: draft.origin,
    prev: draft.prev && toHex(draft.prev),
    role: draft.role,
    seen: draft.seen && { root: toHex(draft.seen.root), size: draft.seen.size },
    tender: draft.tender,
    type: draft.type,
    v: 1,
  });
  if (payload.length > PAYLOAD_BYTES_MAX) throw new ActError("payload_too_long");
  const signature = await signer.sign(preAuthentication(payload));
  const detachedBody = isDetached ? bodyBytes : null;
  return { algorithm: signer.algorithm, keyId: signer.keyId, payload, signature, detachedBody, nonce: toHex(nonce) };
}

/** Whether the act is signed by the key with this SubjectPublicKeyInfo, and names it. */
export async function isActSignedBy(act: SignedAct, spki: Bytes): Promise<boolean> {
  if (toHex(await keyIdOf(spki)) !== toHex(act.keyId)) return false;
  return isSignedBy(act.algorithm, spki, preAuthentication(act.payload), act.signature);
}

/** The act as it travels. */
export function writeWire(act: SignedAct): Bytes {
  return writeCanonical({
    alg: act.algorithm,
    body: act.detachedBody && toBase64(act.detachedBody),
    key_id: toHex(act.keyId),
    payload: toBase64(act.payload),
    sig: toBase64(act.signature),
  });
}

/** An act as it travelled. Throws an [`ActError`] or a `CanonicalError`; checks no signature. */
export function parseWire(wire: Uint8Array): SignedAct {
  const fields = parseCanonicalObject(wire);
  demandKeys(fields, ["alg", "body", "key_id", "payload", "sig"], "wire_shape");
  const { alg, body, key_id, payload, sig } = fields;
  const keyId = typeof key_id === "string" ? fromHex(key_id, 32) : undefined;
  const payloadBytes = typeof payload === "string" ? fromBase64(payload) : undefined;
  const signature = typeof sig === "string" ? fromBase64(sig) : undefined;
  const detachedBody = body === null ? null : typeof body === "string" ? fromBase64(body) : undefined;
  if ((alg !== 1 && alg !== 2) || !keyId || !payloadBytes || signature?.length !== SIGNATURE_BYTES || detachedBody === undefined) {
    throw new ActError("wire_shape");
  }
  const { nonce } = parsePayload(payloadBytes);
  return { algorithm: alg, keyId, payload: payloadBytes, signature, detachedBody, nonce };
}

/** The fields of a payload. Throws an [`ActError`] or a `CanonicalError` for everything that is not exactly one. */
export function parsePayload(payload: Uint8Array): ActPayload {
  if (payload.length > PAYLOAD_BYTES_MAX) throw new ActError("payload_too_long");
  const fields = parseCanonicalObject(payload);
  demandKeys(fields, PAYLOAD_KEYS, "payload_shape");
  const body = fields["body"] as Canonical;
  const bodySha256 = optionalHex(fields["body_sha256"], 32);
  // A body stands inline or travels detached, never both; a long one is always detached. A system act may have none.
  const isInline = isObject(body) && bodySha256 === null && writeCanonical(body).length <= BODY_INLINE_BYTES_MAX;
  if (!(isInline || body === null) || fields["v"] !== 1) throw new ActError("payload_shape");
  return {
    actor: demandText(fields["actor"]),
    body: isObject(body) ? body : null,
    bodySha256,
    clientTimeMs: demandInteger(fields["client_time"]),
    lot: optionalText(fields["lot"]),
    nonce: toHex(demandHex(fields["nonce"], 16)),
    origin: demandText(fields["origin"]),
    prev: optionalHex(fields["prev"], 32),
    role: demandText(fields["role"]),
    seen: parseSeen(fields["seen"]),
    tender: optionalText(fields["tender"]),
    type: demandText(fields["type"]),
  };
}

const PAYLOAD_KEYS = [
  "actor", "body", "body_sha256", "client_time", "lot", "nonce", "origin", "prev", "role", "seen", "tender", "type", "v",
] as const;

function parseSeen(value: Canonical | undefined): SeenHead | null {
  if (value === null) return null;
  if (!isObject(value)) throw new ActError("payload_shape");
  demandKeys(value, ["root", "size"], "payload_shape");
  return { root: demandHex(value["root"], 32), size: demandInteger(value["size"]) };
}

function demandKeys(fields: CanonicalObject, keys: readonly string[], code: ActCode): void {
  const present = Object.keys(fields);
  if (present.length !== keys.length || keys.some((key) => !Object.hasOwn(fields, key))) throw new ActError(code);
}

function demandText(value: Canonical | undefined): string {
  if (typeof value !== "string") throw new ActError("payload_shape");
  return value;
}

function optionalText(value: Canonical | undefined): string | null {
  return value === null ? null : demandText(value);
}

function demandInteger(value: Canonical | undefined): number {
  if (typeof value !== "number" || value < 0) throw new ActError("payload_shape");
  return value;
}

function demandHex(value: Canonical | undefined, length: number): Bytes {
  const bytes = fromHex(demandText(value), length);
  if (!bytes) throw new ActError("payload_shape");
  return bytes;
}

function optionalHex(value: Canonical | undefined, length: number): Bytes | null {
  return value === null ? null : demandHex(value, length);
}
