/**
 * The payload: segments of 1 MiB, sealed with the cipher of the suite (docs/formats.md 4).
 *
 * *Invariant*: the nonce of a segment is its place, and a key has one plaintext (see `resume.ts`), so no nonce ever meets two
 * plaintexts.
 */
import { type Bytes, concat, sha256, u32 } from "../acts/bytes";
import { SEGMENT_BYTES } from "./document";
import { type PayloadPlan, TAG_BYTES } from "./payloadPlan";
import { cipherOf, type PayloadKey, type SegmentCipher } from "./suite";

/** Bytes of a full ciphertext segment. */
export const CIPHERTEXT_SEGMENT_BYTES = SEGMENT_BYTES + TAG_BYTES;

/** A sealed segment and the digest under which it stands in the payload's tree. */
export interface SealedSegment {
  readonly index: number;
  readonly ciphertext: Bytes;
  readonly digest: Bytes;
}

/** Seals the segments of one plan, each whenever it is asked for: the same bytes every time. */
export class PayloadSealer {
  private constructor(
    private readonly plan: PayloadPlan,
    private readonly cipher: SegmentCipher,
    private readonly coreSha256: Bytes,
  ) {}

  /** With the payload's key and SHA-256 of the core. */
  static async of(plan: PayloadPlan, payloadKey: PayloadKey, coreSha256: Bytes): Promise<PayloadSealer> {
    return new PayloadSealer(plan, await cipherOf(payloadKey), coreSha256);
  }

  /** Segment `index` (from 0). */
  async segment(index: number): Promise<SealedSegment> {
    const plaintext = await this.plan.segment(index);
    const nonce = segmentNonce(index, index === this.plan.segmentCount - 1);
    const ciphertext = await this.cipher.seal(nonce, this.coreSha256, plaintext);
    return { index, ciphertext, digest: await sha256(ciphertext) };
  }

  /** The segments from `first` up to before `stop`, in order, as many in the making as the cipher is worth. */
  async *segments(first: number, stop: number): AsyncGenerator<SealedSegment> {
    const making: Promise<SealedSegment>[] = [];
    let next = first;
    for (;;) {
      while (next < stop && making.length < this.cipher.inFlight) {
        const segment = this.segment(next);
        // If the reader stops early, a failure of a segment nobody waits for is nobody's.
        segment.catch(() => undefined);
        making.push(segment);
        next += 1;
      }
      const oldest = making.shift();
      if (oldest === undefined) return;
      yield await oldest;
    }
  }
}

/** The nonce of a segment: 7 zero bytes || u32 index || u8 last. Its associated data is SHA-256 of the core. */
export function segmentNonce(index: number, isLast: boolean): Bytes {
  return concat(new Uint8Array(7), u32(index), Uint8Array.of(isLast ? 1 : 0));
}
