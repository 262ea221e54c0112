/**
 * Signatures of people and of the log: the check by algorithm number, and the key's name (docs/formats.md 2).
 *
 * *Invariant*: a signature is checked only against a key whose SubjectPublicKeyInfo is exactly of the algorithm named.
 */
import { ed25519 } from "@noble/curves/ed25519.js";

import { type Bytes, concat, sameBytes, sha256, toHex } from "./bytes";

/** 1 = Ed25519, 2 = ECDSA P-256 with SHA-256, 3 = SM2 with SM3; all have signatures of 64 bytes. */
export type SignatureAlgorithm = 1 | 2 | 3;
/** Bytes of a signature of each algorithm. */
export const SIGNATURE_BYTES = 64;

/** The SubjectPublicKeyInfo of an Ed25519 key is this and 32 bytes (RFC 8410). */
const ED25519_SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
/** The same up to and with the mark 04 of an uncompressed P-256 point (RFC 5480). */
const P256_SPKI = Uint8Array.of(
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
  0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
);
/** The same of an SM2 point (GM/T 0006, RFC 8998). */
const SM2_SPKI = Uint8Array.of(
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01,
  0x82, 0x2d, 0x03, 0x42, 0x00, 0x04,
);
/** The distinguishing identifier under which every SM2 signature is made (GM/T 0009). */
export const SM2_SIGNER_ID = "1234567812345678";
const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Why a public key is not accepted. */
export type KeyCode = "public_key_form" | "weak_key";

/** SHA-256 of the SubjectPublicKeyInfo (DER): how a key is known everywhere. */
export function keyIdOf(spki: Uint8Array): Promise<Bytes> {
  return sha256(spki);
}

/** The SubjectPublicKeyInfo of a raw Ed25519 public key of 32 bytes. */
export function ed25519Spki(publicKey: Uint8Array): Bytes {
  return concat(ED25519_SPKI, publicKey);
}

/**
 * The algorithm of a SubjectPublicKeyInfo, or why it is refused: another form, or a key under which one signature fits many messages.
 * Whether a P-256 or SM2 point is on its curve is checked with each signature.
 */
export function algorithmOf(spki: Uint8Array): SignatureAlgorithm | KeyCode {
  const beginsWith = (prefix: Uint8Array) => sameBytes(spki.subarray(0, prefix.length), prefix);
  if (beginsWith(P256_SPKI) && spki.length === P256_SPKI.length + 64) return 2;
  if (beginsWith(SM2_SPKI) && spki.length === SM2_SPKI.length + 64) return 3;
  if (!beginsWith(ED25519_SPKI) || spki.length !== ED25519_SPKI.length + 32) return "public_key_form";
  return isWeak(spki.subarray(ED25519_SPKI.length)) ? "weak_key" : 1;
}

/** The SubjectPublicKeyInfo of an SM2 point: 04, x, y. */
export function spkiOfSm2(point: Bytes): Bytes {
  return Uint8Array.of(...SM2_SPKI, ...point.subarray(1));
}

/** Whether `signature` is by the key `spki` over `message`. Never throws on hostile input. */
export async function isSignedBy(
  algorithm: SignatureAlgorithm,
  spki: Bytes,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES || algorithmOf(spki) !== algorithm) return false;
  if (algorithm === 1) return isEd25519Signed(spki.slice(ED25519_SPKI.length), message, signature);
  if (algorithm === 3) return isSm2Signed(spki.subarray(SM2_SPKI.length - 1), message, signature);
  try {
    const key = await crypto.subtle.importKey("spki", spki, P256, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, message);
  } catch {
    return false;
  }
}

/** The same for SM2, in script: no browser has it. Only a page that meets such a signature loads the script. */
async function isSm2Signed(point: Uint8Array, message: Bytes, signature: Bytes): Promise<boolean> {
  const { sm2 } = await import("sm-crypto-v2");
  try {
    const options = { der: false, hash: true, userId: SM2_SIGNER_ID };
    return sm2.doVerifySignature(message, toHex(signature), toHex(point), options);
  } catch {
    return false;
  }
}

/** Whether `signature` is by the raw Ed25519 key over `message`: by WebCrypto, or in script where a browser lacks it. */
export async function isEd25519Signed(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== SIGNATURE_BYTES || isWeak(publicKey)) return false;
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  } catch {
    return isEd25519SignedInScript(publicKey, message, signature);
  }
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

/** The same check without WebCrypto, by the strict rules of RFC 8032. */
export function isEd25519SignedInScript(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** Whether a raw Ed25519 key is no point, a coordinate that is not reduced, or a point of small order. */
function isWeak(publicKey: Uint8Array): boolean {
  try {
    return ed25519.Point.fromBytes(publicKey).isSmallOrder();
  } catch {
    return true;
  }
}
