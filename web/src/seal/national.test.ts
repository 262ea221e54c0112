/** The national suite against the other implementation's vectors, RFC 8998, and every mix of the two suites. */
import { describe, expect, it } from "vitest";

import { type Bytes, concat, sha256, toHex } from "../acts/bytes";
import { type CanonicalObject } from "../acts/canonical";
import { rootOfDigests } from "../acts/tree";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { buildCore, checkCore, type Locks, openCore } from "./core";
import { parseCore } from "./coreParts";
import { Derivation } from "./derivation";
import { SEGMENT_BYTES } from "./document";
import { contextOf, type ContextVector, keysOf, locksOf, type OpeningVector, openByAll } from "./envelopeVectors";
import { contextBytes } from "./label";
import { CIPHERTEXT_SEGMENT_BYTES, PayloadSealer, segmentNonce } from "./payload";
import { openPayload } from "./payloadOpening";
import { type EnvelopeContent, PayloadPlan } from "./payloadPlan";
import { cipherOf, type PayloadKey, type Suite, suiteByte, suiteOfByte } from "./suite";
import { patternDocument } from "./trial";

type EnvelopeVector = OpeningVector & {
  suite: Suite;
  context: ContextVector;
  seed: string;
  core_sha256: string;
  payload_key: string;
  statement: CanonicalObject;
  root: string;
  total_len: number;
  ciphertext_head: string;
  ciphertext_tag: string;
};
interface SegmentVector {
  key: string;
  core_sha256: string;
  index: number;
  is_last: boolean;
  plaintext: string;
  ciphertext: string;
}

/** The suite of a vector's locks is the one of its envelope. */
const envelopes = vectorsOf<{ envelopes: EnvelopeVector[] }>("national.json").envelopes.map((vector) => ({
  ...vector,
  locks: { ...vector.locks, suite: vector.suite },
}));
const { segments } = vectorsOf<{ segments: SegmentVector[] }>("national_peer.json");
const statementOf = ({ statement }: EnvelopeVector): EnvelopeContent => ({ documents: [], statement });

describe("envelopes of the national suite", () => {
  it.each(envelopes)("seal and open: $name", async (vector) => {
    const [context, locks, seed] = [contextOf(vector.context), locksOf(vector.locks), hexBytes(vector.seed)];
    const core = await buildCore(seed, context, locks);
    expect(toHex(core)).toBe(vector.core);
    expect(parseCore(core).suite).toBe("national");
    await checkCore(parseCore(core), context, locks);
    const coreSha256 = await sha256(core);
    expect(toHex(coreSha256)).toBe(vector.core_sha256);
    const payloadKey = await (await Derivation.of("national", seed, contextBytes(context))).payloadKey();
    expect(payloadKey).toEqual({ suite: "national", bytes: hexBytes(vector.payload_key) });
    const { ciphertext, digests } = await sealed(await PayloadPlan.lay(3, statementOf(vector)), payloadKey, coreSha256);
    expect(toHex(await rootOfDigests(digests))).toBe(vector.root);
    expect(ciphertext.length).toBe(vector.total_len);
    expect(toHex(ciphertext.slice(0, 256))).toBe(vector.ciphertext_head);
    expect(toHex(ciphertext.slice(-16))).toBe(vector.ciphertext_tag);
    for (const opened of await openByAll(vector)) {
      expect([toHex(opened.seed), opened.payloadKey]).toEqual([vector.seed, payloadKey]);
      const { statement } = await openPayload(3, opened.payloadKey, coreSha256, new Blob([ciphertext]));
      expect(statement).toEqual(vector.statement);
    }
  });

  it.each(envelopes)("are not taken for the standard ones: $name", async (vector) => {
    const [context, national] = [contextOf(vector.context), locksOf(vector.locks)];
    const standard: Locks = { ...national, suite: "standard" };
    const cores = { national: hexBytes(vector.core), standard: await buildCore(hexBytes(vector.seed), context, standard) };
    await expectCode(checkCore(parseCore(cores.national), context, standard), "wrong_lock");
    await expectCode(checkCore(parseCore(cores.standard), context, national), "wrong_lock");
    for (const keys of keysOf(vector)) {
      await expectCode(openCore(cores.national, standard, keys), "wrong_lock");
      // The byte alone makes no core of the other suite.
      await expectCode(openCore(relabelled(cores.national, suiteByte("standard")), standard, keys), "malformed");
      await expectCode(openCore(relabelled(cores.standard, suiteByte("national")), national, keys), "malformed");
    }
  });

  it("are of the only other suite that there is", async () => {
    const known = Array.from({ length: 256 }, (_, byte) => suiteOfByte(byte)).filter((suite) => suite !== undefined);
    expect(known).toEqual(["standard", "national"]);
    const core = hexBytes(envelopes[0]?.core ?? "");
    for (const byte of [0, 3, 255]) {
      await expectCode((async () => parseCore(relabelled(core, byte)))(), "malformed");
    }
  });

  function relabelled(core: Bytes, byte: number): Bytes {
    const changed = core.slice();
    changed[4] = byte;
    return changed;
  }

  async function expectCode(attempt: Promise<unknown>, code: string): Promise<void> {
    await expect(attempt).rejects.toMatchObject({ name: "CoreError", code });
  }
});

describe("SM4-GCM", () => {
  it("is that of RFC 8998, appendix A.1", async () => {
    const cipher = await cipherOf({ suite: "national", bytes: hexBytes("0123456789abcdeffedcba9876543210") });
    const [nonce, associated] = [hexBytes("00001234567800000000abcd"), hexBytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")];
    const plaintext = concat(...["aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa"].map((byte) => hexBytes(byte.repeat(8))));
    const ciphertext = hexBytes(
      "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15" +
        "a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
    );
    expect(await cipher.seal(nonce, associated, plaintext)).toEqual(ciphertext);
    expect(await cipher.open(nonce, associated, ciphertext)).toEqual(plaintext);
  });

  it.each(segments)("seals and opens segment $index, and nothing that was changed", async (vector) => {
    const cipher = await cipherOf({ suite: "national", bytes: hexBytes(vector.key) });
    const [nonce, core] = [segmentNonce(vector.index, vector.is_last), hexBytes(vector.core_sha256)];
    const [plaintext, ciphertext] = [hexBytes(vector.plaintext), hexBytes(vector.ciphertext)];
    expect(await cipher.seal(nonce, core, plaintext)).toEqual(ciphertext);
    expect(await cipher.open(nonce, core, ciphertext)).toEqual(plaintext);
    expect(await cipher.open(segmentNonce(vector.index, !vector.is_last), core, ciphertext)).toBeUndefined();
    expect(await cipher.open(nonce, await sha256(core), ciphertext)).toBeUndefined();
    for (let at = 0; at < ciphertext.length; at += 1) {
      const changed = ciphertext.slice();
      changed[at] = (changed[at] as number) ^ 0x10;
      expect(await cipher.open(nonce, core, changed)).toBeUndefined();
      expect(await cipher.open(nonce, core, ciphertext.slice(0, at))).toBeUndefined();
    }
  });

  it.each<PayloadKey>([
    { suite: "standard", bytes: new Uint8Array(16) },
    { suite: "national", bytes: new Uint8Array(32) },
  ])("takes no key of the other suite: $suite", async (key) => {
    await expect(cipherOf(key)).rejects.toBeInstanceOf(RangeError);
  });
});

describe("a payload of the national suite", () => {
  const key: PayloadKey = { suite: "national", bytes: new Uint8Array(16).fill(5) };
  const coreSha256 = new Uint8Array(32).fill(6);

  it("opens to its documents, and not once a segment is changed, missing or out of place", async () => {
    const document = patternDocument("技术标.pdf", SEGMENT_BYTES + 12_345, 3);
    const { ciphertext } = await sealed(await PayloadPlan.lay(1, { documents: [document], statement: null }), key, coreSha256);
    const open = (bytes: Bytes) => openPayload(1, key, coreSha256, new Blob([bytes]));
    const [opened] = (await open(ciphertext)).documents;
    expect(await digestOf(opened?.file)).toBe(await digestOf(document.file));
    const [first, second] = [ciphertext.slice(0, CIPHERTEXT_SEGMENT_BYTES), ciphertext.slice(CIPHERTEXT_SEGMENT_BYTES)];
    const changed = ciphertext.slice();
    changed[CIPHERTEXT_SEGMENT_BYTES + 3] = (changed[CIPHERTEXT_SEGMENT_BYTES + 3] as number) ^ 0x80;
    for (const spoilt of [changed, first, second, concat(second, second)]) {
      await expect(open(spoilt)).rejects.toMatchObject({ code: "payload_segment" });
    }
  });
});

async function sealed(plan: PayloadPlan, payloadKey: PayloadKey, coreSha256: Bytes) {
  const sealer = await PayloadSealer.of(plan, payloadKey, coreSha256);
  const [parts, digests]: [Bytes[], Bytes[]] = [[], []];
  for await (const { ciphertext, digest } of sealer.segments(0, plan.segmentCount)) {
    parts.push(ciphertext);
    digests.push(digest);
  }
  return { ciphertext: concat(...parts), digests };
}

async function digestOf(file: Blob | undefined): Promise<string> {
  return toHex(await sha256(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0))));
}
