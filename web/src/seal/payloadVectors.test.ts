/** The vectors of payloads and manifests, which hold the other implementation as well; failures fail with the same code. */
import { describe, expect, it } from "vitest";

import { type Bytes, concat, sha256, toHex, utf8 } from "../acts/bytes";
import { parseCanonicalObject } from "../acts/canonical";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { parseCore } from "./coreParts";
import { type EnvelopeKind } from "./label";
import { closedRoot, parseManifest, refuseClosed, writeManifest } from "./manifest";
import { CIPHERTEXT_SEGMENT_BYTES, PayloadSealer } from "./payload";
import { openPayload } from "./payloadOpening";
import { padme, PayloadPlan } from "./payloadPlan";
import { type PayloadKey } from "./suite";

interface PayloadCase {
  name: string;
  envelope: EnvelopeKind;
  head: string;
  document_sizes: number[];
  core: string;
  payload_key: string;
  ciphertext: string | null;
  ciphertext_sha256: string;
  segment_sha256: string[];
  root: string;
  total_len: number;
}
interface Edit {
  flip_lowest_bit_at?: number;
  keep_first_bytes?: number;
  swap_segments?: [number, number];
}

const payloads = vectorsOf<{
  padme: [number, number][];
  cases: PayloadCase[];
  edited: { name: string; case: string; code: string; edit: Edit }[];
  forged: { name: string; core: string; payload_key: string; ciphertext: string; code: string }[];
}>("tl1_payload.json");
const manifests = vectorsOf<{
  manifests: { text: string; sha256: string }[];
  closed_root: string;
  closed_root_of_none: string;
  closed_root_of_the_first: string;
  proofs: { manifest_sha256: string; proof: { index: number; size: number; path: string[] } }[];
  failures: { name: string; text: string; code: string }[];
}>("tl1_manifest.json");

describe("payloads", () => {
  it.each(payloads.padme)("pads %d to %d", (length, padded) => {
    expect(padme(length)).toBe(padded);
  });

  it.each(payloads.cases)("seals and opens: $name", async (vector) => {
    const { plan, ciphertext, digests } = await sealed(vector);
    expect(new TextDecoder().decode(plan.head)).toBe(vector.head);
    expect(toHex(await sha256(ciphertext))).toBe(vector.ciphertext_sha256);
    expect(digests).toEqual(vector.segment_sha256);
    expect(plan.ciphertextLength).toBe(vector.total_len);
    expect(toHex(ciphertext)).toBe(vector.ciphertext ?? toHex(ciphertext));
    const [key, coreSha256] = [keyOf(vector), await sha256(hexBytes(vector.core))];
    const opened = await openPayload(vector.envelope, key, coreSha256, new Blob([ciphertext]));
    expect(opened.statement).toEqual(parseCanonicalObject(utf8(vector.head))["statement"]);
    expect(opened.documents.map(({ file }) => file.size)).toEqual(vector.document_sizes);
    for (const { file } of opened.documents) {
      expect(toHex(await sha256(new Uint8Array(await file.arrayBuffer())))).toBe(toHex(await sha256(documentBytes(file.size))));
    }
  });

  it.each(payloads.edited)("refuses: $name", async ({ case: name, code, edit }) => {
    const vector = payloads.cases.find((known) => known.name === name);
    if (!vector) throw new Error(`no case ${name}`);
    const ciphertext = edited((await sealed(vector)).ciphertext, edit);
    const [key, coreSha256] = [keyOf(vector), await sha256(hexBytes(vector.core))];
    const opening = openPayload(vector.envelope, key, coreSha256, new Blob([ciphertext]));
    await expect(opening).rejects.toMatchObject({ code });
  });

  it.each(payloads.forged)("refuses the forgery: $name", async ({ core, payload_key, ciphertext, code }) => {
    const kind = parseCore(hexBytes(core)).context.envelope;
    const opening = openPayload(kind, keyOf({ payload_key }), await sha256(hexBytes(core)), new Blob([hexBytes(ciphertext)]));
    await expect(opening).rejects.toMatchObject({ code });
  });
});

describe("manifests", () => {
  const digests = manifests.manifests.map(({ sha256: digest }) => hexBytes(digest));

  it.each(manifests.manifests)("reads and writes $sha256", async ({ text, sha256: digest }) => {
    const lines = parseManifest(utf8(text));
    expect(writeManifest([...lines].reverse())).toEqual(utf8(text));
    expect(toHex(await sha256(utf8(text)))).toBe(digest);
  });

  it("closes a lot", async () => {
    expect(toHex(await closedRoot(digests))).toBe(manifests.closed_root);
    expect(toHex(await closedRoot([]))).toBe(manifests.closed_root_of_none);
    expect(toHex(await closedRoot(digests.slice(0, 1)))).toBe(manifests.closed_root_of_the_first);
  });

  it.each(manifests.proofs)("finds $manifest_sha256 in the closed root", async ({ manifest_sha256, proof }) => {
    const [digest, root, path] = [hexBytes(manifest_sha256), hexBytes(manifests.closed_root), proof.path.map(hexBytes)];
    expect(await refuseClosed(digest, proof.index, proof.size, path, root)).toBeUndefined();
    expect(await refuseClosed(await sha256(digest), proof.index, proof.size, path, root)).toBe("root_mismatch");
  });

  it.each(manifests.failures)("refuses: $name", async ({ text, code }) => {
    const parse = async () => parseManifest(utf8(text));
    await expect(parse()).rejects.toMatchObject({ code });
  });
});

function keyOf({ payload_key }: { readonly payload_key: string }): PayloadKey {
  return { suite: "standard", bytes: hexBytes(payload_key) };
}

function documentBytes(size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, at) => at % 251);
}

async function sealed(vector: PayloadCase) {
  const { documents, statement } = parseCanonicalObject(utf8(vector.head)) as unknown as {
    documents: { name: string; media_type: string }[];
    statement: Record<string, string> | null;
  };
  const files = documents.map(({ name, media_type }, at) => {
    const file = new Blob([documentBytes(vector.document_sizes[at] ?? 0)]);
    return { name, mediaType: media_type, file };
  });
  const plan = await PayloadPlan.lay(vector.envelope, { documents: files, statement });
  const sealer = await PayloadSealer.of(plan, keyOf(vector), await sha256(hexBytes(vector.core)));
  const [segments, digests]: [Bytes[], string[]] = [[], []];
  for await (const { ciphertext, digest } of sealer.segments(0, plan.segmentCount)) {
    segments.push(ciphertext);
    digests.push(toHex(digest));
  }
  return { plan, ciphertext: concat(...segments), digests };
}

function edited(ciphertext: Bytes, { flip_lowest_bit_at, keep_first_bytes, swap_segments }: Edit): Bytes {
  if (flip_lowest_bit_at !== undefined) {
    const changed = ciphertext.slice();
    changed[flip_lowest_bit_at] = (changed[flip_lowest_bit_at] as number) ^ 1;
    return changed;
  }
  if (keep_first_bytes !== undefined) return ciphertext.slice(0, keep_first_bytes);
  const parts: Bytes[] = [];
  for (let at = 0; at < ciphertext.length; at += CIPHERTEXT_SEGMENT_BYTES) {
    parts.push(ciphertext.slice(at, at + CIPHERTEXT_SEGMENT_BYTES));
  }
  const [one, other] = swap_segments ?? [0, 0];
  [parts[one], parts[other]] = [parts[other] as Bytes, parts[one] as Bytes];
  return concat(...parts);
}
