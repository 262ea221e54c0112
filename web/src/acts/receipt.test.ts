import { beforeAll, describe, expect, it } from "vitest";

import { MemoryShelf } from "./browserStore";
import { toHex, utf8 } from "./bytes";
import { entryLeafHash } from "./entry";
import { HeadMemory, type RememberedHead } from "./head";
import { type CheckpointPolicy, parseVerifierKey, type VerifierKey, verifyCheckpoint, writeVerifierKey } from "./note";
import { parseReceipt, verifyReceipt } from "./receipt";
import { base64Bytes, vectorsOf } from "./vectors";

interface GoodReceipt {
  name: string;
  text: string;
  policy: string[];
  quorum: number;
  index: number;
  size: number;
  ts: number;
  leaf_hash: string;
  times: number[];
}
const vectors = vectorsOf<{
  log: { vkey: string; origin: string };
  witnesses: { vkey: string }[];
  checkpoint: { text: string; signed: string; time: number; cosigned: string };
  bad_vkeys: string[];
  good: GoodReceipt[];
  bad: { name: string; text: string; policy: string[]; quorum: number; code: string }[];
}>("log_receipt.json");
const acts = vectorsOf<{ keys: { name: string; spki: string }[] }>("log_act.json");
let log: VerifierKey;

beforeAll(async () => {
  log = await keyOf(vectors.log.vkey);
});

describe("vectors", () => {
  it.each(vectors.bad_vkeys)("refuses the verifier key %j", async (text) => {
    expect(await parseVerifierKey(text)).toBeUndefined();
  });

  it.each([vectors.log, ...vectors.witnesses])("writes the verifier key $vkey again", async ({ vkey }) => {
    expect(writeVerifierKey(await keyOf(vkey))).toBe(vkey);
  });

  it.each(vectors.good)("accepts: $name", async ({ text, policy, quorum, index, size, ts, leaf_hash, times }) => {
    const report = await verifyReceipt(text, await policyOf(policy, quorum));
    expect(report.checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    expect(report).toMatchObject({ isValid: true, index, checkpoint: { size }, entry: { head: { tsMs: ts } } });
    const receipt = parseReceipt(text);
    if (typeof receipt === "string") throw new Error(receipt);
    expect(toHex(await entryLeafHash(receipt.entry))).toBe(leaf_hash);
    const verdict = await verifyCheckpoint(receipt.checkpointNote, await policyOf(policy, quorum));
    expect(verdict).toMatchObject({ cosignatures: times.map((unixSeconds) => ({ unixSeconds })) });
  });

  it("leaves the witnesses open where the act may be too young for them, and only the witnesses", async () => {
    const { text, code, policy, quorum } = vectors.bad.find((bad) => bad.code === "quorum")!;
    const report = await verifyReceipt(text, await policyOf(policy, quorum), { mayAwaitWitnesses: true });
    expect(code).toBe("quorum");
    expect(report.isValid).toBe(true);
    expect(report.checks.find(({ name }) => name === "witnesses")).toEqual({ name: "witnesses", verdict: "not_checked", reason: "awaits_witnesses" });
    for (const bad of vectors.bad.filter((other) => other.code !== "quorum")) {
      const other = await verifyReceipt(bad.text, await policyOf(bad.policy, bad.quorum), { mayAwaitWitnesses: true });
      expect(other.isValid, bad.name).toBe(false);
    }
  });

  it.each(vectors.bad)("refuses: $name ($code)", async ({ text, policy, quorum, code }) => {
    const report = await verifyReceipt(text, await policyOf(policy, quorum));
    expect(report.isValid).toBe(false);
    expect(report.checks.find(({ verdict }) => verdict === "failed")?.reason).toBe(code);
  });
});

describe("what the reader knows beforehand", () => {
  const good = vectors.good[0] as GoodReceipt;
  const bidder = base64Bytes(acts.keys.find(({ name }) => name === "bidder")?.spki ?? "");
  const expert = base64Bytes(acts.keys.find(({ name }) => name === "expert")?.spki ?? "");

  it("checks the actor's key and the own payload", async () => {
    const plain = await verifyReceipt(good.text, await policyOf([], 0));
    expect(plain.checks.map(({ verdict }) => verdict).slice(5)).toEqual(["not_checked", "not_checked"]);
    const known = await verifyReceipt(good.text, await policyOf([], 0), { spki: bidder, payload: plain.entry?.payload ?? utf8("") });
    expect(known.checks.every(({ verdict }) => verdict === "passed")).toBe(true);
  });

  it("notices another key and another payload", async () => {
    const report = await verifyReceipt(good.text, await policyOf([], 0), { spki: expert, payload: utf8("{}") });
    expect(report.isValid).toBe(false);
    expect(report.checks.slice(5).map(({ reason }) => reason)).toEqual(["other_key", "other_act"]);
  });
});

describe("the memory of heads", () => {
  const { signed, cosigned } = vectors.checkpoint;
  const proves = async () => [];

  it("remembers the first head, and knows it again", async () => {
    const memory = new HeadMemory(new MemoryShelf<RememberedHead>());
    expect(await memory.show(signed, await policyOf([], 0), proves)).toEqual({ kind: "first" });
    expect(await memory.show(cosigned, await policyOf([], 0), proves)).toEqual({ kind: "same" });
    expect(await memory.newest(vectors.log.origin)).toMatchObject({ size: 13 });
  });

  it("takes no head without signature or quorum", async () => {
    const memory = new HeadMemory(new MemoryShelf<RememberedHead>());
    const witnesses = vectors.witnesses.map(({ vkey }) => vkey);
    expect(await memory.show(signed, await policyOf(witnesses, 1), proves)).toEqual({ kind: "unsigned", reason: "quorum" });
    expect(await memory.show(signed.replace("\n13\n", "\n14\n"), await policyOf([], 0), proves)).toMatchObject({ kind: "unsigned" });
    expect(await memory.newest(vectors.log.origin)).toBeUndefined();
  });

  it("demands consistency, and keeps the evidence of two histories", async () => {
    const shelf = new MemoryShelf<RememberedHead>();
    const remembered = { size: 5, root: new Uint8Array(32), note: "the head of another history" };
    await shelf.write(vectors.log.origin, remembered);
    const memory = new HeadMemory(shelf);
    const verdict = await memory.show(signed, await policyOf([], 0), proves);
    expect(verdict).toMatchObject({ kind: "inconsistent", remembered: remembered.note, shown: signed });
    expect(await memory.newest(vectors.log.origin)).toEqual(remembered);
  });

  it("grows from the empty tree", async () => {
    const shelf = new MemoryShelf<RememberedHead>();
    const empty = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(0)));
    await shelf.write(vectors.log.origin, { size: 0, root: empty, note: "" });
    expect(await new HeadMemory(shelf).show(signed, await policyOf([], 0), proves)).toEqual({ kind: "grown", from: 0 });
  });
});

async function keyOf(vkey: string): Promise<VerifierKey> {
  const key = await parseVerifierKey(vkey);
  if (!key) throw new Error(`no verifier key: ${vkey}`);
  return key;
}

async function policyOf(witnesses: readonly string[], quorum: number): Promise<CheckpointPolicy> {
  return { log, witnesses: await Promise.all(witnesses.map(keyOf)), quorum };
}
