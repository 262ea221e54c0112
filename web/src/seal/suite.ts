/**
 * Which algorithms an envelope is sealed with: the suite byte of its core (docs/formats.md 3 and 4).
 *
 * The lock and the names of things are the same in both suites. What a suite decides is how everything below the lock is derived
 * and encrypted. *Invariant*: the suite stands in the core and is never guessed.
 */
import { type Bytes } from "../acts/bytes";
import { standard } from "./suiteStandard";

/** `standard` is HKDF-SHA256 and AES-256-GCM, `national` HKDF with SM3 and SM4-GCM. */
export type Suite = "standard" | "national";

/** HKDF-Expand (RFC 5869) of what was extracted: at most 32 bytes. */
export type Expand = (info: Bytes, length: number) => Promise<Bytes>;

/** What a suite consists of. */
export interface SuiteAlgorithms {
  /** Bytes of a payload's key. */
  readonly payloadKeyBytes: 16 | 32;
  /** The hash of the parts, one after another: 32 bytes. */
  digest(...parts: readonly Uint8Array[]): Promise<Bytes>;
  /** HKDF-Extract (RFC 5869). */
  extract(salt: Bytes, material: Bytes): Promise<Expand>;
  /** The cipher under a payload's key; see [`cipherOf`], which checks its length. */
  cipher(payloadKey: Bytes): Promise<SegmentCipher>;
}

/** GCM under one key, with nonces of 12 bytes and the tag behind the ciphertext. */
export interface SegmentCipher {
  /** Segments that are worth making at the same time. */
  readonly inFlight: number;
  seal(nonce: Bytes, associated: Bytes, plaintext: Bytes): Promise<Bytes>;
  /** The plaintext, or undefined if nobody with the key sealed it so. */
  open(nonce: Bytes, associated: Bytes, ciphertext: Bytes): Promise<Bytes | undefined>;
}

/** The key of a payload. */
export interface PayloadKey {
  readonly suite: Suite;
  readonly bytes: Bytes;
}

const SUITE_BYTES = { standard: 1, national: 2 } as const satisfies Record<Suite, number>;

/** The byte in a core. */
export function suiteByte(suite: Suite): number {
  return SUITE_BYTES[suite];
}

/** The suite of a byte in a core, if there is one. */
export function suiteOfByte(byte: number): Suite | undefined {
  return (["standard", "national"] as const).find((suite) => SUITE_BYTES[suite] === byte);
}

/** The algorithms of a suite. The national ones are a script of their own, which only an envelope of that suite loads. */
export async function algorithmsOf(suite: Suite): Promise<SuiteAlgorithms> {
  switch (suite) {
    case "standard":
      return standard;
    case "national":
      return (await import("./suiteNational")).national;
  }
}

/** The cipher of a payload. Throws a RangeError for a key of another length, which the ciphers themselves would take. */
export async function cipherOf({ suite, bytes }: PayloadKey): Promise<SegmentCipher> {
  const algorithms = await algorithmsOf(suite);
  if (bytes.length !== algorithms.payloadKeyBytes) throw new RangeError(`not a payload key of the ${suite} suite`);
  return algorithms.cipher(bytes);
}
