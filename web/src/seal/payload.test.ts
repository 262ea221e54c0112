import { describe, expect, it } from "vitest";

import { type Bytes, concat, sha256, toHex, u32 } from "../acts/bytes";
import { type Canonical, writeCanonical } from "../acts/canonical";
import { rootOfDigests } from "../acts/tree";
import { DocumentChanged, HashedDocument, SEGMENT_BYTES } from "./document";
import { type EnvelopeKind } from "./label";
import { CIPHERTEXT_SEGMENT_BYTES, PayloadSealer, segmentNonce } from "./payload";
import { openPayload } from "./payloadOpening";
import { padme, PayloadPlan } from "./payloadPlan";
import { type PayloadKey } from "./suite";
import { patternBytes, patternDocument } from "./trial";

const key: PayloadKey = { suite: "standard", bytes: new Uint8Array(32).fill(5) };
const coreSha256 = new Uint8Array(32).fill(6);

describe("padding", () => {
  it.each([
    [0, 0], [1, 1], [2, 2], [3, 3], [9, 10], [100, 104], [1_048_577, 1_081_344], [2 ** 33 + 1, 2 ** 33 + 2 ** 27],
  ])("makes %d bytes %d", (length, padded) => {
    expect(padme(length)).toBe(padded);
  });

  it("is at most 12 % and never shorter, and padding again changes nothing", () => {
    for (let length = 1; length < 5_000_000; length = Math.ceil(length * 1.37)) {
      expect(padme(length)).toBeGreaterThanOrEqual(length);
      expect(padme(length)).toBeLessThanOrEqual(length * 1.12 + 1);
      expect(padme(padme(length))).toBe(padme(length));
    }
  });
});

describe("documents", () => {
  it("has one empty segment for an empty file", async () => {
    const { root, size } = await HashedDocument.read(patternDocument("a.pdf", 0), () => undefined);
    expect(size).toBe(0);
    expect(root).toEqual(await rootOfDigests([await sha256(new Uint8Array(0))]));
  });

  it.each([1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES])("hashes %d bytes", async (length) => {
    const bytes = patternBytes(length);
    const digests: Bytes[] = [];
    for (let at = 0; at < length; at += SEGMENT_BYTES) digests.push(await sha256(bytes.slice(at, at + SEGMENT_BYTES)));
    let read = 0;
    const document = await HashedDocument.read(patternDocument("a.pdf", length), (count) => (read += count));
    expect(document.root).toEqual(await rootOfDigests(digests));
    expect(read).toBe(length);
  });

  it("hands on no byte of a file that changed", async () => {
    const file = new ChangingFile([patternBytes(3 * SEGMENT_BYTES, 1), patternBytes(3 * SEGMENT_BYTES, 2)]);
    const document = await HashedDocument.read({ name: "a.pdf", mediaType: "application/pdf", file }, () => undefined);
    await document.bytes(0, 10);
    file.change();
    await document.bytes(0, 10);
    await expect(document.bytes(SEGMENT_BYTES, SEGMENT_BYTES + 1)).rejects.toBeInstanceOf(DocumentChanged);
  });

  it("stops reading when it is told to", async () => {
    const stop = new AbortController();
    const reading = HashedDocument.read(patternDocument("a.pdf", 3 * SEGMENT_BYTES), () => stop.abort(), stop.signal);
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a payload of three segments", () => {
  const documents = [
    patternDocument("技术标.pdf", SEGMENT_BYTES + 12_345, 3),
    patternDocument("empty.pdf", 0),
    patternDocument("资格.pdf", SEGMENT_BYTES - 777, 4),
  ];

  it("opens to the same documents", async () => {
    const { plan, ciphertext } = await sealed(1, { documents, statement: null });
    expect(plan.segmentCount).toBe(3);
    const opened = await openPayload(1, key, coreSha256, new Blob([ciphertext]));
    expect(opened.statement).toBeNull();
    expect(opened.documents.map(({ name }) => name)).toEqual(documents.map(({ name }) => name));
    for (const [at, { file }] of documents.entries()) {
      expect(await digestOf(opened.documents[at]?.file)).toBe(await digestOf(file));
    }
  });

  it("is the one that the format describes", async () => {
    const { plan, ciphertext } = await sealed(1, { documents, statement: null });
    const files = await Promise.all(documents.map(async ({ file }) => new Uint8Array(await file.arrayBuffer())));
    const front = concat(u32(plan.head.length), plan.head, ...files);
    const plaintext = concat(front, new Uint8Array(padme(front.length) - front.length));
    expect(toHex(await sha256(ciphertext))).toBe(toHex(await sha256(await sealedBytes(plaintext))));
    expect(plan.ciphertextLength).toBe(ciphertext.length);
  });

  it("gives every segment alone and in any order the same", async () => {
    const { sealer, ciphertext } = await sealed(1, { documents, statement: null });
    for (const index of [2, 0, 1, 2]) {
      const { ciphertext: alone, digest } = await sealer.segment(index);
      const start = index * CIPHERTEXT_SEGMENT_BYTES;
      expect(toHex(await sha256(ciphertext.slice(start, start + CIPHERTEXT_SEGMENT_BYTES)))).toBe(toHex(digest));
      expect(alone.length).toBe(Math.min(CIPHERTEXT_SEGMENT_BYTES, ciphertext.length - start));
    }
  });

  it("refuses damage in any segment, exchanged, missing and repeated segments", async () => {
    const { ciphertext } = await sealed(1, { documents, statement: null });
    const part = (index: number) => ciphertext.slice(index * CIPHERTEXT_SEGMENT_BYTES, (index + 1) * CIPHERTEXT_SEGMENT_BYTES);
    for (const at of [0, CIPHERTEXT_SEGMENT_BYTES + 3, ciphertext.length - 1]) {
      const changed = ciphertext.slice();
      changed[at] = (changed[at] as number) ^ 0x80;
      await expectCode(changed, "payload_segment");
    }
    await expectCode(concat(part(1), part(0), part(2)), "payload_segment");
    await expectCode(concat(part(0), part(0), part(2)), "payload_segment");
    await expectCode(part(0), "payload_segment");
    await expectCode(concat(part(0), part(1)), "payload_length");
    await expectCode(concat(part(0), part(1), part(1), part(2)), "payload_length");
    await expectCode(ciphertext.slice(0, -1), "payload_length");
    await expectCode(concat(part(0), part(1), new Uint8Array(16)), "payload_length");
    await expectCode(new Uint8Array(0), "payload_length");
    await expect(openPayload(1, { ...key, bytes: new Uint8Array(32) }, coreSha256, new Blob([ciphertext]))).rejects.toMatchObject({ code: "payload_segment" });
    await expect(openPayload(1, key, new Uint8Array(32), new Blob([ciphertext]))).rejects.toMatchObject({ code: "payload_segment" });
  });

  async function expectCode(ciphertext: Bytes, code: string): Promise<void> {
    await expect(openPayload(1, key, coreSha256, new Blob([ciphertext]))).rejects.toMatchObject({ code });
  }
});

describe("statements", () => {
  const statement = { currency: "CNY", price_minor: 12_345_678_900 };

  it("are all of one length", async () => {
    const { ciphertext } = await sealed(3, { documents: [], statement });
    expect(ciphertext.length).toBe(65_536 + 16);
    expect((await openPayload(3, key, coreSha256, new Blob([ciphertext]))).statement).toEqual(statement);
    expect((await sealed(4, { documents: [], statement: { note: "x".repeat(60_000) } })).ciphertext.length).toBe(65_552);
  });

  it("stand in their own kinds of envelope only", async () => {
    await expect(sealed(1, { documents: [], statement })).rejects.toMatchObject({ code: "documents_expected" });
    await expect(sealed(3, { documents: [], statement: null })).rejects.toMatchObject({ code: "statement_expected" });
    await expect(sealed(3, { documents: [patternDocument("a", 1)], statement })).rejects.toMatchObject({ code: "statement_expected" });
    await expect(sealed(3, { documents: [], statement: { note: "x".repeat(66_000) } })).rejects.toMatchObject({ code: "head_too_long" });
    const { ciphertext } = await sealed(3, { documents: [], statement });
    await expect(openPayload(1, key, coreSha256, new Blob([ciphertext]))).rejects.toMatchObject({ code: "payload_head" });
  });

  it.each(["", ".", "..", "a/b", "a\\b", "a\nb", "x".repeat(256)])("has no document of the name %j", async (name) => {
    const document = { ...patternDocument("a", 1), name };
    await expect(sealed(1, { documents: [document], statement: null })).rejects.toMatchObject({ code: "document_name" });
  });
});

describe("what a dishonest sealer could make", () => {
  const line = async (size: number, root?: string) => {
    const honest = toHex(await rootOfDigests([await sha256(patternBytes(size))]));
    return { media_type: "application/pdf", name: "a.pdf", root: root ?? honest, size };
  };

  it.each<[string, string, () => Promise<Bytes>]>([
    ["padding that is not zeros", "payload_padding", async () => crafted({ documents: [await line(1000)] }, (bytes) => bytes.fill(1, -1))],
    ["a wrong root", "payload_document", async () => crafted({ documents: [await line(1000, "00".repeat(32))] })],
    ["a shorter padding", "payload_length", async () => crafted({ documents: [await line(1000)] }, (bytes) => bytes.slice(0, -1))],
    ["more documents than bytes", "payload_length", async () => crafted({ documents: [{ ...(await line(1000)), size: 900_000 }] })],
    ["a field too many", "payload_head", async () => crafted({ documents: [await line(1000)], more: 1 })],
    ["another version", "payload_head", async () => crafted({ documents: [await line(1000)], v: 2 })],
    ["a head beyond the payload", "payload_head", async () => crafted({}, (bytes) => concat(u32(60_000), bytes.slice(4)))],
    ["a head that is not canonical", "payload_head", async () => crafted({}, (bytes) => bytes.fill(0x20, 4, 5))],
    ["a name that leaves its folder", "payload_head", async () => crafted({ documents: [{ ...(await line(1000)), name: "../a" }] })],
    ["nothing at all", "payload_head", () => sealedBytes(new Uint8Array(0))],
  ])("is refused: %s", async (_, code, make) => {
    const ciphertext = new Blob([await make()]);
    await expect(openPayload(1, key, coreSha256, ciphertext)).rejects.toMatchObject({ name: "PayloadError", code });
  });

  async function crafted(fields: Record<string, Canonical>, spoil: (bytes: Bytes) => Bytes = (bytes) => bytes): Promise<Bytes> {
    const head = writeCanonical({ documents: [], statement: null, v: 1, ...fields });
    const front = concat(u32(head.length), head, patternBytes(1000));
    return sealedBytes(spoil(concat(front, new Uint8Array(padme(front.length) - front.length))));
  }
});

async function sealed(kind: EnvelopeKind, content: Parameters<typeof PayloadPlan.lay>[1]) {
  const plan = await PayloadPlan.lay(kind, content);
  const sealer = await PayloadSealer.of(plan, key, coreSha256);
  const segments: Bytes[] = [];
  for await (const { ciphertext } of sealer.segments(0, plan.segmentCount)) segments.push(ciphertext);
  return { plan, sealer, ciphertext: concat(...segments) };
}

/** Any plaintext, sealed segment by segment as the format says, without the code under test. */
async function sealedBytes(plaintext: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key.bytes, "AES-GCM", false, ["encrypt"]);
  const count = Math.max(1, Math.ceil(plaintext.length / SEGMENT_BYTES));
  const segments: Bytes[] = [];
  for (let index = 0; index < count; index += 1) {
    const segment = plaintext.slice(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES);
    const scheme = { name: "AES-GCM", iv: segmentNonce(index, index === count - 1), additionalData: coreSha256 };
    segments.push(new Uint8Array(await crypto.subtle.encrypt(scheme, imported, segment)));
  }
  return concat(...segments);
}

async function digestOf(file: Blob | undefined): Promise<string> {
  return toHex(await sha256(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0))));
}

/** A file whose bytes are exchanged on the disk, with the same length. */
class ChangingFile extends Blob {
  private now = 0;

  constructor(private readonly versions: readonly Bytes[]) {
    super([versions[0] as Bytes]);
  }

  change(): void {
    this.now += 1;
  }

  override slice(start?: number, end?: number): Blob {
    return new Blob([this.versions[this.now] as Bytes]).slice(start, end);
  }
}
