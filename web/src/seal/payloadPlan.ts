/**
 * The plaintext of an envelope: head, documents, padding, cut into segments (docs/formats.md 4).
 *
 * *Invariant*: the head names every byte of the documents by digest, so two plans with one head have one plaintext.
 */
import { type Bytes, concat, sha256, toHex, u32, utf8 } from "../acts/bytes";
import { type CanonicalObject, normalised, writeCanonical } from "../acts/canonical";
import { type ChosenDocument, HashedDocument, SEGMENT_BYTES } from "./document";
import { type EnvelopeKind, isStatement } from "./label";

/** The longest head, in bytes. */
export const HEAD_BYTES_MAX = 65_532;
/** Bytes of the plaintext of a statement. */
export const STATEMENT_BYTES = 65_536;
const NAME_BYTES_MAX = 255;
/** Bytes that GCM adds to a segment. */
export const TAG_BYTES = 16;

/** What goes into an envelope: documents for kinds 1 and 2, a statement for kinds 3 and 4. */
export interface EnvelopeContent {
  readonly documents: readonly ChosenDocument[];
  readonly statement: CanonicalObject | null;
}

/** Why content does not fit an envelope. */
export type ContentCode = "statement_expected" | "documents_expected" | "head_too_long" | "document_name";

/** Content that no envelope of this kind can hold. */
export class ContentError extends Error {
  constructor(readonly code: ContentCode) {
    super(`content: ${code}`);
    this.name = "ContentError";
  }
}

/** The plaintext of one envelope, to be read segment by segment. */
export class PayloadPlan {
  private constructor(
    /** The canonical JSON of the directory. */
    readonly head: Bytes,
    /** SHA-256 of the head: with the context it names the plaintext. */
    readonly headSha256: Bytes,
    private readonly documents: readonly HashedDocument[],
    /** Bytes of the whole plaintext with its padding. */
    readonly plaintextLength: number,
  ) {}

  /** Reads every file once and lays out the plaintext. Throws a [`ContentError`]. */
  static async lay(
    kind: EnvelopeKind,
    content: EnvelopeContent,
    onBytes: (bytes: number) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<PayloadPlan> {
    checkContent(kind, content);
    const documents: HashedDocument[] = [];
    for (const document of content.documents) documents.push(await HashedDocument.read(document, onBytes, signal));
    const head = writeHead(documents, content.statement);
    if (head.length > HEAD_BYTES_MAX) throw new ContentError("head_too_long");
    const used = documents.reduce((length, document) => length + document.size, 4 + head.length);
    const length = isStatement(kind) ? STATEMENT_BYTES : padme(used);
    return new PayloadPlan(head, await sha256(head), documents, length);
  }

  /** Number of segments; at least one. */
  get segmentCount(): number {
    return Math.ceil(this.plaintextLength / SEGMENT_BYTES);
  }

  /** Bytes of the whole ciphertext. */
  get ciphertextLength(): number {
    return this.plaintextLength + this.segmentCount * TAG_BYTES;
  }

  /** The plaintext of segment `index`. Throws `DocumentChanged`. */
  async segment(index: number): Promise<Bytes> {
    const start = index * SEGMENT_BYTES;
    const end = Math.min(start + SEGMENT_BYTES, this.plaintextLength);
    const segment = new Uint8Array(end - start);
    // The padding is what nobody writes.
    const place = (offset: number, part: Uint8Array) => segment.set(part, offset - start);
    const front = concat(u32(this.head.length), this.head);
    if (start < front.length) place(start, front.subarray(start, end));
    let base = front.length;
    for (const document of this.documents) {
      let at = Math.max(start, base);
      const stop = Math.min(end, base + document.size);
      if (at < stop) {
        for (const part of await document.bytes(at - base, stop - base)) {
          place(at, part);
          at += part.length;
        }
      }
      base += document.size;
    }
    return segment;
  }
}

/** Padmé (Nikitin et al., PETS 2019): the length up to the next with few significant bits; at most 12 % more. */
export function padme(length: number): number {
  if (length < 2) return length;
  // Counted in binary digits: a logarithm of a large number may round up to the next power.
  const exponent = length.toString(2).length - 1;
  const significant = exponent.toString(2).length;
  const step = 2 ** (exponent - significant);
  return Math.ceil(length / step) * step;
}

/** Whether a document may be called so: a name becomes a file's name on other people's machines, and stays in its folder. */
export function isDocumentNamed(name: string, mediaType: string): boolean {
  const isShort = (text: string) => text !== "" && utf8(text).length <= NAME_BYTES_MAX;
  const isFileName = isShort(name) && name !== "." && name !== ".." && !/[/\\\p{Cc}]/u.test(name);
  return isFileName && isShort(mediaType) && /^[\x21-\x7e]+$/.test(mediaType);
}

function checkContent(kind: EnvelopeKind, { documents, statement }: EnvelopeContent): void {
  if (isStatement(kind) && (statement === null || documents.length > 0)) throw new ContentError("statement_expected");
  if (!isStatement(kind) && statement !== null) throw new ContentError("documents_expected");
  const isNamed = documents.every(({ name, mediaType }) => isDocumentNamed(name.normalize("NFC"), mediaType));
  if (!isNamed) throw new ContentError("document_name");
}

function writeHead(documents: readonly HashedDocument[], statement: CanonicalObject | null): Bytes {
  const lines = documents.map(({ chosen, root, size }) => ({
    media_type: chosen.mediaType,
    name: chosen.name.normalize("NFC"),
    root: toHex(root),
    size,
  }));
  return writeCanonical({ documents: lines, statement: statement && normalised(statement), v: 1 });
}
