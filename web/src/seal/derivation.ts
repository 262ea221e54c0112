/**
 * What a seed becomes under one context: HKDF-SHA256 (RFC 5869) as the envelope uses it (docs/formats.md 3).
 *
 * *Invariant*: the salt is a digest of the context, so one seed under two contexts shares no derived byte.
 */
import { type Bytes, concat, sha256, u16, utf8 } from "../acts/bytes";

/** Bytes of a seed. */
export const SEED_BYTES = 32;

/** Everything in a core is derived here from (seed, context). */
export class Derivation {
  private constructor(
    private readonly seed: CryptoKey,
    private readonly salt: Bytes,
  ) {}

  /** For a seed of 32 bytes and the bytes of a context. */
  static async of(seed: Bytes, context: Bytes): Promise<Derivation> {
    if (seed.length !== SEED_BYTES) throw new RangeError("a seed has 32 bytes");
    return new Derivation(await hkdfKey(seed), await contextSalt(context));
  }

  /** s_i: what lock `i` hides. */
  lockSecret(lock: number): Promise<Bytes> {
    return this.expand(concat(utf8("TL1 lock"), Uint8Array.of(lock)), 16);
  }

  /** sigma_i: the randomness of the capsule of lock `i`. */
  sigma(lock: number): Promise<Bytes> {
    return this.expand(concat(utf8("TL1 sigma"), Uint8Array.of(lock)), 16);
  }

  /** eph_i: the ephemeral X25519 secret of lock `i`. */
  ephemeral(lock: number): Promise<Bytes> {
    return this.expand(concat(utf8("TL1 eph"), Uint8Array.of(lock)), 32);
  }

  /** The commitment at the end of a core. */
  commit(): Promise<Bytes> {
    return this.expand(utf8("TL1 commit"), 32);
  }

  /** The 32 bytes of the payload's key. */
  payloadKey(): Promise<Bytes> {
    return this.expand(utf8("TL1 payload"), 32);
  }

  private expand(info: Bytes, length: number): Promise<Bytes> {
    return expand(this.seed, this.salt, info, length);
  }
}

/** cs = SHA-256("TL1/ctx\0" || ctx). */
function contextSalt(context: Bytes): Promise<Bytes> {
  return sha256(utf8("TL1/ctx\0"), context);
}

/** What the seed is masked with in the box of a path; `secrets` are those of the path's locks, in lock order. */
export async function boxMask(context: Bytes, path: number, mask: number, secrets: readonly Bytes[]): Promise<Bytes> {
  const info = concat(utf8("TL1 box"), Uint8Array.of(path), u16(mask));
  return expand(await hkdfKey(concat(...secrets)), await contextSalt(context), info, 32);
}

/** What the secret of a recovery lock is masked with. */
export async function recoveryMask(shared: Bytes, ephemeral: Bytes, recovery: Bytes): Promise<Bytes> {
  const info = concat(utf8("TL1 x25519"), ephemeral, recovery);
  return expand(await hkdfKey(shared), new Uint8Array(0), info, 16);
}

function hkdfKey(material: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits"]);
}

async function expand(key: CryptoKey, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const scheme = { name: "HKDF", hash: "SHA-256", salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(scheme, key, 8 * length));
}
