/**
 * Acts: what a person does, as signed bytes (docs/formats.md 2).
 *
 * *Invariant*: what is signed is the stored payload, byte for byte; nothing is written twice.
 */
import { type ActCode, ActError, BODY_INLINE_BYTES_MAX, DETACHED_BODY_BYTES_MAX, parsePayload, type SeenHead, SYSTEM_ACTOR } from "./actPayload";
import { type Bytes, fromBase64, fromHex, randomBytes, sameBytes, sha256, toBase64, toHex } from "./bytes";
import {
  type CanonicalObject, isObject, normalised, parseCanonical, parseCanonicalObject, writeCanonical,
} from "./canonical";
import { preAuthentication } from "./pae";
import { algorithmOf, isSignedBy, type KeyCode, keyIdOf, type SignatureAlgorithm } from "./signature";

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

/** Builds the payload of a draft with a fresh nonce, and signs it. */
export async function signAct(draft: ActDraft, signer: Signer, nonce: Bytes = randomBytes(16)): Promise<SignedAct> {
  const bodyBytes = writeCanonical(normalised(draft.body));
  const isDetached = bodyBytes.length > BODY_INLINE_BYTES_MAX;
  if (bodyBytes.length > DETACHED_BODY_BYTES_MAX) throw new ActError("body_size");
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
  // The strict reader knows every rule of a payload, so nothing is signed that the server would refuse by its form.
  parsePayload(payload);
  const signature = await signer.sign(preAuthentication(payload));
  const detachedBody = isDetached ? bodyBytes : null;
  return { algorithm: signer.algorithm, keyId: signer.keyId, payload, signature, detachedBody, nonce: toHex(nonce) };
}

/** Why the act is not by the key with this SubjectPublicKeyInfo; undefined if it is. */
export async function refuseActSignature(act: SignedAct, spki: Bytes): Promise<ActCode | KeyCode | undefined> {
  const algorithm = algorithmOf(spki);
  if (algorithm === "public_key_form" || algorithm === "weak_key") return algorithm;
  if (algorithm !== act.algorithm || !sameBytes(await keyIdOf(spki), act.keyId)) return "other_key";
  return (await isSignedBy(algorithm, spki, preAuthentication(act.payload), act.signature)) ? undefined : "bad_signature";
}

/** The act's body, wherever it stands; null if it has none. Throws an [`ActError`] or a `CanonicalError`. */
export async function readActBody(act: SignedAct): Promise<CanonicalObject | null> {
  const { body, bodySha256 } = parsePayload(act.payload);
  const { detachedBody } = act;
  if (bodySha256 === null) {
    if (detachedBody !== null) throw new ActError("body_unnamed");
    return body;
  }
  if (detachedBody === null) throw new ActError("body_missing");
  const isSized = detachedBody.length > BODY_INLINE_BYTES_MAX && detachedBody.length <= DETACHED_BODY_BYTES_MAX;
  if (!isSized) throw new ActError("body_size");
  if (!sameBytes(await sha256(detachedBody), bodySha256)) throw new ActError("body_mismatch");
  const value = parseCanonical(detachedBody);
  if (!isObject(value)) throw new ActError("body_form");
  return value;
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

/** A person's act as it travelled. Throws an [`ActError`] or a `CanonicalError`; checks no signature. */
export function parseWire(wire: Uint8Array): SignedAct {
  const fields = parseCanonicalObject(wire);
  const { alg, body, key_id, payload, sig } = fields;
  const keyId = typeof key_id === "string" ? fromHex(key_id, 32) : undefined;
  const payloadBytes = typeof payload === "string" ? fromBase64(payload) : undefined;
  const signature = typeof sig === "string" ? fromBase64(sig) : undefined;
  const detachedBody = body === null ? null : typeof body === "string" ? fromBase64(body) : undefined;
  const isWhole = Object.keys(fields).join() === "alg,body,key_id,payload,sig";
  if (!isWhole || !keyId || !payloadBytes || !signature || detachedBody === undefined) throw new ActError("wire_fields");
  if (alg !== 1 && alg !== 2 && alg !== 3) throw new ActError("unknown_algorithm");
  const { actor, nonce } = parsePayload(payloadBytes);
  if (actor === SYSTEM_ACTOR) throw new ActError("author");
  return { algorithm: alg, keyId, payload: payloadBytes, signature, detachedBody, nonce };
}
