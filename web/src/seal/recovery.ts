/**
 * The recovery lock's agreement: X25519 (RFC 7748). Its secret is kept offline and opens nothing without the committee.
 *
 * *Invariant*: no agreement with a key that is not canonical or has small order.
 */
import { x25519 } from "@noble/curves/ed25519.js";

import { type Bytes } from "../acts/bytes";
import { LockError } from "./lock";

const FIELD_MODULUS = (1n << 255n) - 19n;

/** Throws a [`LockError`] `recovery_key` for a public key that is not canonical or has small order. */
export function checkRecoveryKey(publicKey: Bytes): void {
  const number = publicKey.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  if (publicKey.length !== 32 || number >= FIELD_MODULUS) throw new LockError("recovery_key");
  // Any clamped scalar takes exactly the points of small order to zero, which the agreement refuses.
  agree(new Uint8Array(32).fill(1), publicKey);
}

/** The public key of a secret of 32 bytes. */
export function recoveryPublicKey(secret: Bytes): Bytes {
  return new Uint8Array(x25519.getPublicKey(secret));
}

/** The shared secret of 32 bytes. Throws a [`LockError`] `recovery_key` for a key of small order. */
export function agree(secret: Bytes, publicKey: Bytes): Bytes {
  try {
    return new Uint8Array(x25519.getSharedSecret(secret, publicKey));
  } catch {
    throw new LockError("recovery_key");
  }
}
