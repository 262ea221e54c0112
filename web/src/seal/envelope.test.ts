import { beforeAll, describe, expect, it } from "vitest";

import { type Bytes, concat, fromHex, sha256, toHex, utf8 } from "../acts/bytes";
import { rootOfDigests } from "../acts/tree";
import { openCore } from "./core";
import { newSealIdentity, type SealedEnvelope, sealEnvelope, type SealInput } from "./envelope";
import { closedRoot, ManifestError, manifestOf, manifestSha256, writeManifest } from "./manifest";
import { CIPHERTEXT_SEGMENT_BYTES } from "./payload";
import { openPayload } from "./payloadOpening";
import { ThrowawayCommittee } from "./throwaway";
import { patternDocument, trialPurpose } from "./trial";

const committee = new ThrowawayCommittee();
const locks = committee.locks();
const content = { documents: [patternDocument("a.pdf", 2_500_001, 8)], statement: null };
const input: SealInput = { purpose: trialPurpose(1), locks, content, identity: newSealIdentity() };
let upload: Bytes;
let envelope: SealedEnvelope;

beforeAll(async () => {
  envelope = await sealEnvelope(input);
  upload = await envelope.part(0, envelope.uploadLength);
});

describe("a sealed envelope", () => {
  it("opens with the key of its label", async () => {
    const core = upload.slice(0, envelope.core.length);
    const labelKey = await committee.labelKey(envelope.context);
    const { payloadKey } = await openCore(core, locks, { kind: "committee", labelKey });
    const opened = await openPayload(1, payloadKey, await sha256(core), new Blob([upload.slice(core.length)]));
    const [file] = opened.documents;
    const bytesOf = async (blob: Blob | undefined) => new Uint8Array((await blob?.arrayBuffer()) ?? []);
    expect(digest(await bytesOf(file?.file))).toBe(digest(await bytesOf(content.documents[0]?.file)));
  });

  it("gives the same bytes from every offset, in parts of any length", async () => {
    const again = await sealEnvelope(input);
    const [core, segment] = [envelope.core.length, CIPHERTEXT_SEGMENT_BYTES];
    const edges = [0, core, core + segment, upload.length - 1].flatMap((edge) => [edge - 1, edge, edge + 1]);
    for (const start of [...edges.filter((edge) => edge >= 0), 777_777, 2_000_003]) {
      for (const length of [1, 999, segment + 1, upload.length]) {
        const end = Math.min(upload.length, start + length);
        expect(digest(await again.part(start, end))).toBe(digest(upload.slice(start, end)));
      }
    }
    await expect(again.part(0, upload.length + 1)).rejects.toBeInstanceOf(RangeError);
  });

  it("streams the same bytes, whatever the chunks of the reader", async () => {
    const chunks: Uint8Array[] = [];
    const reader = (await sealEnvelope(input)).stream().getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value);
    expect(digest(concat(...chunks))).toBe(digest(upload));
    // Odd chunks: nothing depends on where a reader cuts.
    const odd = await sealEnvelope(input);
    const parts: Bytes[] = [];
    for (let at = 0, length = 1; at < upload.length; at += length, length = Math.min(3 * length + 1, 600_001)) {
      parts.push(await odd.part(at, Math.min(upload.length, at + length)));
    }
    expect(digest(concat(...parts))).toBe(digest(upload));
  });

  it("ends a part at the signal, and gives it whole when it is asked for again", async () => {
    const again = await sealEnvelope(input);
    await expect(again.part(0, upload.length, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(digest(await again.part(0, upload.length))).toBe(digest(upload));
  });

  it("ends a stream that nobody reads further", async () => {
    const stream = (await sealEnvelope(input)).stream();
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    expect((await reader.read()).done).toBe(true);
  });

  it("has a manifest line over its segments, sealed before or not", async () => {
    const digests: Bytes[] = [];
    for (let at = envelope.core.length; at < upload.length; at += CIPHERTEXT_SEGMENT_BYTES) {
      digests.push(await sha256(upload.slice(at, at + CIPHERTEXT_SEGMENT_BYTES)));
    }
    const line = await envelope.manifestLine();
    expect(line).toEqual({
      core_sha256: toHex(await sha256(envelope.core)),
      envelope: 1,
      root: toHex(await rootOfDigests(digests)),
      submission: toHex(input.identity?.submission ?? new Uint8Array(0)),
      total_len: upload.length - envelope.core.length,
    });
    expect(await (await sealEnvelope(input)).manifestLine()).toEqual(line);
    expect(envelope.knownDigests()).toEqual(digests);
  });

  it("is another one with every fresh identity", async () => {
    const { identity: _, ...fresh } = input;
    const [one, two] = [await sealEnvelope(fresh), await sealEnvelope(fresh)];
    expect(one.context.submission).not.toEqual(two.context.submission);
    expect(one.core).not.toEqual(two.core);
  });
});

describe("manifests", () => {
  const line = { core_sha256: "aa", envelope: 1, root: "bb", submission: "cc", total_len: 5 } as const;

  it("ascend by envelope and have one line for each", () => {
    expect(manifestOf([{ ...line, envelope: 3, submission: "dd" }, line]).map(({ envelope: kind }) => kind)).toEqual([1, 3]);
    expect(() => manifestOf([line, line])).toThrow(ManifestError);
    expect(() => manifestOf([{ ...line, envelope: 3 }, line])).toThrow(ManifestError);
    expect(() => manifestOf([])).toThrow(ManifestError);
    expect(writeManifest([line])).toEqual(utf8('[{"core_sha256":"aa","envelope":1,"root":"bb","submission":"cc","total_len":5}]'));
  });

  it("close in an order that tells nothing", async () => {
    const digests = await Promise.all(
      [1, 2, 3].map(async (length) => fromHex(await manifestSha256([{ ...line, total_len: length }])) as Bytes),
    );
    const sorted = [...digests].sort((left, right) => (toHex(left) < toHex(right) ? -1 : 1));
    expect(await closedRoot(digests)).toEqual(await rootOfDigests(sorted));
    expect(await closedRoot([...digests].reverse())).toEqual(await closedRoot(digests));
  });
});

/** Comparing hashes keeps the messages of a failure short. */
function digest(bytes: Bytes): string {
  let [low, high] = [0x811c9dc5, bytes.length];
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193) >>> 0;
    high = (Math.imul(high, 31) + low) >>> 0;
  }
  return `${bytes.length}:${low}:${high}`;
}
