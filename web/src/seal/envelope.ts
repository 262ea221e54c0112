/**
 * Sealing one envelope: from content to the bytes of its upload, in a browser or headless in Node 20 and later.
 *
 * It sends nothing and remembers nothing; see `upload.ts` and `resume.ts`.
 * *Invariant*: the upload is a function of (seed, context, locks, content); every byte can be made again at any time.
 */
import { type Bytes, randomBytes, sha256, toHex } from "../acts/bytes";
import { rootOfDigests } from "../acts/tree";
import { buildCore, type Locks } from "./core";
import { Derivation, SEED_BYTES } from "./derivation";
import { type Context, contextBytes, SUBMISSION_BYTES, submissionText } from "./label";
import { type ManifestLine } from "./manifest";
import { CIPHERTEXT_SEGMENT_BYTES, PayloadSealer, type SealedSegment } from "./payload";
import { type EnvelopeContent, PayloadPlan } from "./payloadPlan";

/** What an envelope is for: the context without what sealing itself decides. */
export type EnvelopePurpose = Omit<Context, "submission" | "committee">;

/** What is secret and what is chosen about one sealing; the same for a resumed one. */
export interface SealIdentity {
  /** 32 random bytes. */
  readonly seed: Bytes;
  /** 16 random bytes. */
  readonly submission: Bytes;
}

/** What [`sealEnvelope`] takes. */
export interface SealInput {
  readonly purpose: EnvelopePurpose;
  readonly locks: Locks;
  readonly content: EnvelopeContent;
  /** Only to make the same bytes again; a fresh one is drawn otherwise. It must never meet another content. */
  readonly identity?: SealIdentity;
  /** Hears how many bytes of the files were read for the first time. */
  readonly onBytesRead?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** A fresh seed and submission id. */
export function newSealIdentity(): SealIdentity {
  return { seed: randomBytes(SEED_BYTES), submission: randomBytes(SUBMISSION_BYTES) };
}

/** Seals content: reads every file once, locks, and gives the upload's bytes on demand. */
export async function sealEnvelope(input: SealInput): Promise<SealedEnvelope> {
  const plan = await PayloadPlan.lay(input.purpose.envelope, input.content, input.onBytesRead, input.signal);
  return SealedEnvelope.of(plan, input.purpose, input.locks, input.identity ?? newSealIdentity());
}

/** A sealed envelope: its core, and its ciphertext whenever it is asked for. */
export class SealedEnvelope {
  /** Digests of the ciphertext segments made so far. */
  private readonly digests = new Map<number, Bytes>();
  /** The segment made last: a part of an upload ends inside it and the next begins there. */
  private last: SealedSegment | undefined;

  private constructor(
    readonly core: Bytes,
    readonly coreSha256: Bytes,
    readonly context: Context,
    private readonly plan: PayloadPlan,
    private readonly sealer: PayloadSealer,
  ) {}

  /** From a plan that is already laid. */
  static async of(plan: PayloadPlan, purpose: EnvelopePurpose, locks: Locks, identity: SealIdentity): Promise<SealedEnvelope> {
    const committee = await locks.committee.committeeId();
    const context: Context = { ...purpose, committee, submission: identity.submission };
    const core = await buildCore(identity.seed, context, locks);
    const coreSha256 = await sha256(core);
    const derived = await Derivation.of(locks.suite, identity.seed, contextBytes(context));
    const sealer = await PayloadSealer.of(plan, await derived.payloadKey(), coreSha256);
    return new SealedEnvelope(core, coreSha256, context, plan, sealer);
  }

  /** Bytes of the upload: core and ciphertext. */
  get uploadLength(): number {
    return this.core.length + this.plan.ciphertextLength;
  }

  /** The upload's bytes from `start` to `end`, made from the segment that contains `start`; nothing before it is made again. */
  async *bytes(start: number, end: number): AsyncGenerator<Bytes> {
    if (start < 0 || end > this.uploadLength) throw new RangeError("outside the upload");
    const coreLength = this.core.length;
    if (start < coreLength) yield this.core.slice(start, end);
    const [from, to] = [Math.max(0, start - coreLength), end - coreLength];
    const first = Math.floor(from / CIPHERTEXT_SEGMENT_BYTES);
    const stop = Math.ceil(to / CIPHERTEXT_SEGMENT_BYTES);
    for await (const { index, ciphertext } of this.segments(first, stop)) {
      const base = index * CIPHERTEXT_SEGMENT_BYTES;
      yield ciphertext.subarray(Math.max(0, from - base), to - base);
    }
  }

  /** The upload's bytes from `start` to `end` in one piece: a part of the upload. Throws at the signal, between two segments. */
  async part(start: number, end: number, signal?: AbortSignal): Promise<Bytes> {
    const part = new Uint8Array(end - start);
    let at = 0;
    for await (const bytes of this.bytes(start, end)) {
      signal?.throwIfAborted();
      part.set(bytes, at);
      at += bytes.length;
    }
    return part;
  }

  /** The whole upload as a stream of its bytes. */
  stream(): ReadableStream<Bytes> {
    const bytes = this.bytes(0, this.uploadLength);
    return new ReadableStream<Bytes>({
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await bytes.return(undefined);
      },
    });
  }

  /** The envelope's line of the manifest. Seals once more what was not sealed in this page, to know its digest. */
  async manifestLine(): Promise<ManifestLine> {
    const digests: Bytes[] = [];
    for (let index = 0; index < this.plan.segmentCount; index += 1) digests.push(await this.digest(index));
    return {
      core_sha256: toHex(this.coreSha256),
      envelope: this.context.envelope,
      root: toHex(await rootOfDigests(digests)),
      submission: submissionText(this.context.submission),
      total_len: this.plan.ciphertextLength,
    };
  }

  /** The digests of the first segments without a gap, to be kept for a resume. */
  knownDigests(): readonly Bytes[] {
    const known: Bytes[] = [];
    for (let digest = this.digests.get(0); digest !== undefined; digest = this.digests.get(known.length)) known.push(digest);
    return known;
  }

  /** Takes the digests kept by an earlier page, which made the same bytes. */
  adoptDigests(known: readonly Bytes[]): void {
    known.slice(0, this.plan.segmentCount).forEach((digest, index) => this.digests.set(index, digest));
  }

  private async *segments(first: number, stop: number): AsyncGenerator<SealedSegment> {
    let next = first;
    if (next < stop && this.last?.index === next) {
      yield this.last;
      next += 1;
    }
    for await (const segment of this.sealer.segments(next, stop)) {
      this.digests.set(segment.index, segment.digest);
      this.last = segment;
      yield segment;
    }
  }

  private async digest(index: number): Promise<Bytes> {
    const known = this.digests.get(index);
    if (known !== undefined) return known;
    const { digest } = await this.sealer.segment(index);
    this.digests.set(index, digest);
    return digest;
  }
}
