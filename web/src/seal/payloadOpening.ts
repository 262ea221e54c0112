/**
 * Opening a payload with its key: for the page that checks an opened envelope, and for the trial seal (docs/formats.md 4).
 *
 * *Invariant*: nothing is returned of a payload of which any byte is wrong: tags, head, padding and roots are all checked.
 */
import { ByteReader, type Bytes, fromHex, sameBytes, sha256 } from "../acts/bytes";
import { CanonicalError, type CanonicalObject, isArray, isObject, parseCanonicalObject } from "../acts/canonical";
import { rootOfDigests } from "../acts/tree";
import { SEGMENT_BYTES } from "./document";
import { type EnvelopeKind, isStatement } from "./label";
import { CIPHERTEXT_SEGMENT_BYTES, segmentNonce } from "./payload";
import { HEAD_BYTES_MAX, isDocumentNamed, padme, STATEMENT_BYTES, TAG_BYTES } from "./payloadPlan";
import { cipherOf, type PayloadKey, type SegmentCipher } from "./suite";

/** What is wrong with a payload: all of it is provable by anyone who holds the key. */
export type PayloadCode = "payload_segment" | "payload_length" | "payload_head" | "payload_padding" | "payload_document";

/** A payload that is refused. */
export class PayloadError extends Error {
  constructor(readonly code: PayloadCode) {
    super(`payload: ${code}`);
    this.name = "PayloadError";
  }
}

/** A document of an opened envelope. */
export interface OpenedDocument {
  readonly name: string;
  readonly mediaType: string;
  readonly file: Blob;
}

/** What an envelope held. */
export interface OpenedPayload {
  readonly statement: CanonicalObject | null;
  readonly documents: readonly OpenedDocument[];
}

interface HeadLine {
  readonly name: string;
  readonly mediaType: string;
  readonly root: Bytes;
  readonly size: number;
}

/** Opens a whole ciphertext. Throws a [`PayloadError`]. */
export async function openPayload(
  kind: EnvelopeKind,
  payloadKey: PayloadKey,
  coreSha256: Bytes,
  ciphertext: Blob,
): Promise<OpenedPayload> {
  const segments = await SegmentOpener.of(payloadKey, coreSha256, ciphertext);
  const first = await segments.open(0);
  const { lines, statement, end: start } = readFront(kind, first);
  const end = lines.reduce((length, { size }) => length + size, start);
  // The head of the first segment says how long the rest must be, before anything of it is decrypted.
  if (segments.plaintextLength !== (isStatement(kind) ? STATEMENT_BYTES : padme(end))) throw new PayloadError("payload_length");
  const plaintext = new Blob([first, ...(await segments.rest())]);
  const documents: OpenedDocument[] = [];
  let at = start;
  for (const { name, mediaType, root, size } of lines) {
    const file = plaintext.slice(at, at + size, mediaType);
    if (!sameBytes(await rootOfFile(file), root)) throw new PayloadError("payload_document");
    documents.push({ name, mediaType, file });
    at += size;
  }
  await checkZeros(plaintext.slice(at));
  return { statement, documents };
}

/** Decrypts the segments of one ciphertext. */
class SegmentOpener {
  private constructor(
    private readonly cipher: SegmentCipher,
    private readonly coreSha256: Bytes,
    private readonly ciphertext: Blob,
    private readonly count: number,
  ) {}

  static async of(payloadKey: PayloadKey, coreSha256: Bytes, ciphertext: Blob): Promise<SegmentOpener> {
    const count = Math.ceil(ciphertext.size / CIPHERTEXT_SEGMENT_BYTES);
    const lastLength = ciphertext.size - (count - 1) * CIPHERTEXT_SEGMENT_BYTES;
    // Only a payload of nothing at all may end in an empty segment: one plaintext, one ciphertext.
    if (count === 0 || lastLength < (count > 1 ? TAG_BYTES + 1 : TAG_BYTES)) throw new PayloadError("payload_length");
    return new SegmentOpener(await cipherOf(payloadKey), coreSha256, ciphertext, count);
  }

  get plaintextLength(): number {
    return this.ciphertext.size - this.count * TAG_BYTES;
  }

  async open(index: number): Promise<Bytes> {
    const start = index * CIPHERTEXT_SEGMENT_BYTES;
    const segment = new Uint8Array(await this.ciphertext.slice(start, start + CIPHERTEXT_SEGMENT_BYTES).arrayBuffer());
    const opened = await this.cipher.open(segmentNonce(index, index === this.count - 1), this.coreSha256, segment);
    if (opened === undefined) throw new PayloadError("payload_segment");
    return opened;
  }

  async rest(): Promise<readonly Bytes[]> {
    const segments: Bytes[] = [];
    for (let index = 1; index < this.count; index += 1) segments.push(await this.open(index));
    return segments;
  }
}

interface Front {
  readonly lines: readonly HeadLine[];
  readonly statement: CanonicalObject | null;
  /** Where the documents begin. */
  readonly end: number;
}

/** The head at the beginning of the first segment. */
function readFront(kind: EnvelopeKind, segment: Bytes): Front {
  const headLength = new ByteReader(segment).u32();
  if (headLength === undefined || headLength > HEAD_BYTES_MAX || 4 + headLength > segment.length) throw new PayloadError("payload_head");
  const { lines, statement } = parseHead(segment.slice(4, 4 + headLength));
  const isFitting = isStatement(kind) ? statement !== null && lines.length === 0 : statement === null;
  if (!isFitting) throw new PayloadError("payload_head");
  return { lines, statement, end: 4 + headLength };
}

async function rootOfFile(file: Blob): Promise<Bytes> {
  const digests: Bytes[] = [];
  do {
    const start = digests.length * SEGMENT_BYTES;
    digests.push(await sha256(new Uint8Array(await file.slice(start, start + SEGMENT_BYTES).arrayBuffer())));
  } while (digests.length * SEGMENT_BYTES < file.size);
  return rootOfDigests(digests);
}

async function checkZeros(padding: Blob): Promise<void> {
  for (let start = 0; start < padding.size; start += SEGMENT_BYTES) {
    const bytes = new Uint8Array(await padding.slice(start, start + SEGMENT_BYTES).arrayBuffer());
    if (bytes.some((byte) => byte !== 0)) throw new PayloadError("payload_padding");
  }
}

function parseHead(bytes: Bytes): { readonly lines: readonly HeadLine[]; readonly statement: CanonicalObject | null } {
  const fields = headObject(bytes);
  const { documents, statement, v } = fields;
  const isWhole = Object.keys(fields).join() === "documents,statement,v" && v === 1;
  if (!isWhole || !isArray(documents) || !(statement === null || isObject(statement))) throw new PayloadError("payload_head");
  return { lines: documents.map((line) => parseLine(isObject(line) ? line : {})), statement };
}

function parseLine(line: CanonicalObject): HeadLine {
  const { media_type, name, root, size } = line;
  const isWhole = Object.keys(line).join() === "media_type,name,root,size";
  const isTyped = typeof name === "string" && typeof media_type === "string" && typeof root === "string" && typeof size === "number";
  if (!isWhole || !isTyped || size < 0 || !isDocumentNamed(name, media_type)) throw new PayloadError("payload_head");
  const rootBytes = fromHex(root, 32);
  if (!rootBytes) throw new PayloadError("payload_head");
  return { name, mediaType: media_type, root: rootBytes, size };
}

function headObject(bytes: Bytes): CanonicalObject {
  try {
    return parseCanonicalObject(bytes);
  } catch (error) {
    if (error instanceof CanonicalError) throw new PayloadError("payload_head");
    throw error;
  }
}
