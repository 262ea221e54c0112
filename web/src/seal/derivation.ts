/**
 * What a seed becomes in one suite and under one context: HKDF (RFC 5869) as the envelope uses it (docs/formats.md 3).
 *
 * *Invariant*: the salt is a digest of the context, so one seed under two contexts shares no derived byte.
 */
import { type Bytes, concat, u16, utf8 } from "../acts/bytes";
import { algorithmsOf, type Expand, type PayloadKey, type Suite, type SuiteAlgorithms } from "./suite";

/** Bytes of a seed. */
export const SEED_BYTES = 32;

/** Everything in a core is derived here from (suite, seed, context). */
export class Derivation {
  private constructor(
    readonly suite: Suite,
    private readonly payloadKeyBytes: number,
    private readonly expand: Expand,
  ) {}

  /** For a seed of 32 bytes and the bytes of a context. */
  static async of(suite: Suite, seed: Bytes, context: Bytes): Promise<Derivation> {
    if (seed.length !== SEED_BYTES) throw new RangeError("a seed has 32 bytes");
    const algorithms = await algorithmsOf(suite);
    const expand = await algorithms.extract(await contextSalt(algorithms, context), seed);
    return new Derivation(suite, algorithms.payloadKeyBytes, expand);
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

  /** The payload's key: 32 bytes for AES-256, 16 for SM4. */
  async payloadKey(): Promise<PayloadKey> {
    return { suite: this.suite, bytes: await this.expand(utf8("TL1 payload"), this.payloadKeyBytes) };
  }
}

/** cs = H("TL1/ctx\0" || ctx), H the hash of the suite. */
function contextSalt(algorithms: SuiteAlgorithms, context: Bytes): Promise<Bytes> {
  return algorithms.digest(utf8("TL1/ctx\0"), context);
}

/** What the seed is masked with in the box of a path; `secrets` are those of the path's locks, in lock order. */
export async function boxMask(suite: Suite, context: Bytes, path: number, mask: number, secrets: readonly Bytes[]): Promise<Bytes> {
  const algorithms = await algorithmsOf(suite);
  const expand = await algorithms.extract(await contextSalt(algorithms, context), concat(...secrets));
  return expand(concat(utf8("TL1 box"), Uint8Array.of(path), u16(mask)), 32);
}

/** What the secret of a recovery lock is masked with. */
export async function recoveryMask(suite: Suite, shared: Bytes, ephemeral: Bytes, recovery: Bytes): Promise<Bytes> {
  const expand = await (await algorithmsOf(suite)).extract(new Uint8Array(0), shared);
  return expand(concat(utf8("TL1 x25519"), ephemeral, recovery), 16);
}
