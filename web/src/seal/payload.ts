/**
 * The payload: AES-256-GCM over segments of 1 MiB, by WebCrypto (docs/formats.md 4).
 *
 * *Invariant*: the nonce of a segment is its place, and a key has one plaintext (see `resume.ts`), so no nonce ever meets two
 * plaintexts.
 */
import { type Bytes, concat, sha256, u32 } from "../acts/bytes";
import { SEGMENT_BYTES } from "./document";
import { type PayloadPlan, TAG_BYTES } from "./payloadPlan";

/** Segments that are sealed at the same time: WebCrypto works in threads of its own. */
const SEGMENTS_IN_FLIGHT = 4;
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
    private readonly key: CryptoKey,
    private readonly coreSha256: Bytes,
  ) {}

  /** With the payload's key (32 bytes) and SHA-256 of the core. */
  static async of(plan: PayloadPlan, payloadKey: Bytes, coreSha256: Bytes): Promise<PayloadSealer> {
    return new PayloadSealer(plan, await importPayloadKey(payloadKey, "encrypt"), coreSha256);
  }

  /** Segment `index` (from 0). */
  async segment(index: number): Promise<SealedSegment> {
    const plaintext = await this.plan.segment(index);
    const scheme = segmentScheme(index, index === this.plan.segmentCount - 1, this.coreSha256);
    const ciphertext = new Uint8Array(await crypto.subtle.encrypt(scheme, this.key, plaintext));
    return { index, ciphertext, digest: await sha256(ciphertext) };
  }

  /** The segments from `first` up to before `stop`, in order, several in the making. */
  async *segments(first: number, stop: number, inFlight = SEGMENTS_IN_FLIGHT): AsyncGenerator<SealedSegment> {
    const making: Promise<SealedSegment>[] = [];
    let next = first;
    for (;;) {
      while (next < stop && making.length < inFlight) {
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

/** The key of 32 bytes as WebCrypto takes it. */
export function importPayloadKey(payloadKey: Bytes, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", payloadKey, "AES-GCM", false, [use]);
}

/** How a segment is sealed: nonce = 7 zero bytes || u32 index || u8 last, associated data = SHA-256 of the core. */
export function segmentScheme(index: number, isLast: boolean, coreSha256: Bytes): AesGcmParams {
  const iv = concat(new Uint8Array(7), u32(index), Uint8Array.of(isLast ? 1 : 0));
  return { name: "AES-GCM", iv, additionalData: coreSha256, tagLength: 8 * TAG_BYTES };
}
