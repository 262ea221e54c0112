/**
 * A document of an envelope, read from its file in segments of 1 MiB (docs/formats.md 4).
 *
 * Never the whole file in memory. *Invariant*: a byte is handed on only from a segment whose digest is the one of the first
 * reading, so a file that changes meanwhile can never put a second plaintext under the same key.
 */
import { type Bytes, sameBytes, sha256 } from "../acts/bytes";
import { rootOfDigests } from "../acts/tree";

/** Bytes of a plaintext segment. */
export const SEGMENT_BYTES = 1_048_576;
/** Checked segments kept for the neighbouring payload segments, which straddle their ends. */
const SEGMENTS_KEPT = 8;

/** A file as the bidder chose it. */
export interface ChosenDocument {
  readonly name: string;
  readonly mediaType: string;
  /** In a browser a `File`. */
  readonly file: Blob;
}

/** The file is not what it was when it was read first. */
export class DocumentChanged extends Error {
  constructor(readonly documentName: string) {
    super(`the file changed while it was sealed: ${documentName}`);
    this.name = "DocumentChanged";
  }
}

/** A document whose segments' digests are known. */
export class HashedDocument {
  private readonly kept = new Map<number, Promise<Bytes>>();

  private constructor(
    readonly chosen: ChosenDocument,
    private readonly digests: readonly Bytes[],
    /** RFC 6962 tree head over the digests. */
    readonly root: Bytes,
  ) {}

  /** Reads the file once. `onBytes` hears the number of bytes of each segment. */
  static async read(chosen: ChosenDocument, onBytes: (bytes: number) => void, signal?: AbortSignal): Promise<HashedDocument> {
    const digests: Bytes[] = [];
    do {
      signal?.throwIfAborted();
      const segment = await readSegment(chosen, digests.length);
      digests.push(await sha256(segment));
      onBytes(segment.length);
    } while (digests.length * SEGMENT_BYTES < chosen.file.size);
    return new HashedDocument(chosen, digests, await rootOfDigests(digests));
  }

  /** Length of the file in bytes. */
  get size(): number {
    return this.chosen.file.size;
  }

  /** The bytes from `start` to `end` of the file. Throws [`DocumentChanged`]. */
  async bytes(start: number, end: number): Promise<readonly Bytes[]> {
    const parts: Bytes[] = [];
    for (let at = start; at < end; ) {
      const index = Math.floor(at / SEGMENT_BYTES);
      const base = index * SEGMENT_BYTES;
      const segment = await this.checked(index);
      parts.push(segment.subarray(at - base, Math.min(end - base, SEGMENT_BYTES)));
      at = base + SEGMENT_BYTES;
    }
    return parts;
  }

  private checked(index: number): Promise<Bytes> {
    const present = this.kept.get(index);
    if (present !== undefined) return present;
    const reading = this.readChecked(index);
    this.kept.set(index, reading);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= SEGMENTS_KEPT) break;
      this.kept.delete(oldest);
    }
    return reading;
  }

  private async readChecked(index: number): Promise<Bytes> {
    const segment = await readSegment(this.chosen, index);
    if (!sameBytes(await sha256(segment), this.digests[index] as Bytes)) throw new DocumentChanged(this.chosen.name);
    return segment;
  }
}

async function readSegment({ name, file }: ChosenDocument, index: number): Promise<Bytes> {
  const start = index * SEGMENT_BYTES;
  try {
    return new Uint8Array(await file.slice(start, start + SEGMENT_BYTES).arrayBuffer());
  } catch (error) {
    // Browsers refuse to read a file that was changed or removed after it was chosen.
    if (error instanceof DOMException && error.name === "NotReadableError") throw new DocumentChanged(name);
    throw error;
  }
}
