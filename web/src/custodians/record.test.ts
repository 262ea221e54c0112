import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";

import { concat, sha256, toBase64, toHex, utf8 } from "@/acts/bytes";
import { type Canonical, writeCanonical } from "@/acts/canonical";
import { ed25519Spki } from "@/acts/signature";
import type { SignedLine } from "@/protocol";
import { brokenPromises, type Deed, isAbout, newestFirst, readRecord } from "./record";

const SECRET = new Uint8Array(32).fill(7);
const IDENTITY = toBase64(ed25519Spki(ed25519.getPublicKey(SECRET)));
const [NOTICE, OTHER] = ["aa".repeat(32), "bb".repeat(32)];
const DEEDS: readonly Deed[] = [
  { kind: "share_taken", committee: "cc".repeat(32), epoch: 0, transcript: "dd".repeat(32) },
  { kind: "schedule_pinned", notice: NOTICE, opening_at: 5000 },
  { kind: "released", labels: 3, lot: "1", notice: NOTICE, subject: "ee".repeat(32), what: "3" },
  { kind: "cancellation_pinned", notice: OTHER },
  { kind: "rehearsed", date: "2026-01-20" },
];

/** A record as a custodian writes it; times are 0, 3000, 6000 … */
async function written(deeds: readonly Deed[], secret = SECRET): Promise<SignedLine[]> {
  const lines: SignedLine[] = [];
  let prev: string | null = null;
  for (const [seq, deed] of deeds.entries()) {
    const line = { at: seq * 3000, deed, prev, seq, v: 1 };
    const digest = await sha256(writeCanonical(line as unknown as Canonical));
    const signature = toBase64(ed25519.sign(concat(utf8("KB/custodian record\0"), digest), secret));
    lines.push({ line, signature });
    prev = toHex(digest);
  }
  return lines;
}

const paged = (lines: readonly SignedLine[], size = 2) => async (from: number) => lines.slice(from, from + size);
const examined = async (lines: readonly SignedLine[], identity = IDENTITY) => {
  const { lines: good, broken } = await readRecord(paged(lines), identity);
  return [good.length, broken];
};
const changed = (lines: readonly SignedLine[], at: number, change: (line: SignedLine) => SignedLine) => lines.map((line, place) => (place === at ? change(line) : line));

describe("a custodian's record", () => {
  it("holds over all its pages, with the digest of its last line", async () => {
    const lines = await written(DEEDS);
    const report = await readRecord(paged(lines), IDENTITY);
    expect([report.lines, report.broken]).toEqual([lines, undefined]);
    expect(report.head).toBe(toHex(await sha256(writeCanonical(lines.at(-1)?.line as unknown as Canonical))));
    expect(await readRecord(paged([]), IDENTITY)).toEqual({ lines: [], head: undefined, broken: undefined });
  });

  it("hashes a line by its canonical text", async () => {
    const [first] = await written([{ kind: "cancellation_pinned", notice: "00".repeat(32) }]);
    const text = `{"at":0,"deed":{"kind":"cancellation_pinned","notice":"${"00".repeat(32)}"},"prev":null,"seq":0,"v":1}`;
    expect(new TextDecoder().decode(writeCanonical(first?.line as unknown as Canonical))).toBe(text);
  });

  it("breaks where a line was changed, left out, put in another place or signed by another", async () => {
    const lines = await written(DEEDS);
    expect(await examined(changed(lines, 2, (one) => ({ ...one, line: { ...one.line, at: 99 } })))).toEqual([2, { at: 2, flaw: "signature" }]);
    expect(await examined(lines.toSpliced(1, 1))).toEqual([1, { at: 1, flaw: "number" }]);
    expect(await examined(lines.slice(1))).toEqual([0, { at: 0, flaw: "number" }]);
    const forged = await written(DEEDS, new Uint8Array(32).fill(8));
    expect(await examined([...lines.slice(0, 3), ...forged.slice(3)])).toEqual([3, { at: 3, flaw: "signature" }]);
    const elsewhere = await written(DEEDS.map((deed, at) => (at === 0 ? DEEDS[4] as Deed : deed)));
    expect(await examined([...lines.slice(0, 2), ...elsewhere.slice(2)])).toEqual([2, { at: 2, flaw: "chain" }]);
    expect(await examined(forged)).toEqual([0, { at: 0, flaw: "signature" }]);
  });

  it("survives what cannot be read, and says of which kind it is", async () => {
    const lines = await written(DEEDS);
    for (const line of [null, 5, { ...lines[1]?.line, v: 2 }, { ...lines[1]?.line, deed: 1.5 }, { ...lines[1]?.line, at: 2 ** 53 - 1 }, { ...lines[1]?.line, deed: null }]) {
      expect(await examined(changed(lines, 1, (one) => ({ ...one, line: line as unknown as SignedLine["line"] })))).toEqual([1, { at: 1, flaw: "form" }]);
    }
    expect(await examined(changed(lines, 1, (one) => ({ ...one, signature: "###" })))).toEqual([1, { at: 1, flaw: "signature" }]);
    for (const identity of ["", "###", toBase64(utf8("no key"))]) expect(await examined(lines, identity)).toEqual([0, { at: 0, flaw: "key" }]);
    await expect(readRecord(() => Promise.reject(new Error("gone")), IDENTITY)).rejects.toThrow("gone");
  });

  it("shows which tender a line is about", () => {
    expect(DEEDS.map((deed) => isAbout(deed, NOTICE))).toEqual([false, true, true, false, false]);
  });

  it("is told newest first, with repeated answers to one request put together", async () => {
    const released = (what: string, subject: string): Deed => ({ kind: "released", labels: 1, lot: "1", notice: NOTICE, subject, what });
    const lines = await written([DEEDS[1] as Deed, released("3", "a"), released("3", "a"), released("3", "a"), released("3", "b"), released("1", "b"), released("3", "a")]);
    expect(newestFirst(lines).map(({ first, last, times }) => [first.seq, last.seq, times])).toEqual([[6, 6, 1], [5, 5, 1], [4, 4, 1], [1, 3, 3], [0, 0, 1]]);
    const pins = await written([DEEDS[1] as Deed, DEEDS[1] as Deed]);
    expect(newestFirst(pins)).toHaveLength(2);
  });

  it("shows releases that break a promise, and no others", async () => {
    const released = (what: string, notice = NOTICE): Deed => ({ kind: "released", labels: 1, lot: "1", notice, subject: "ee".repeat(32), what });
    const lines = await written([
      { kind: "schedule_pinned", notice: NOTICE, opening_at: 9000 },
      released("3"), released("panel_draw"), released("3"), released("3", OTHER),
      { kind: "schedule_pinned", notice: NOTICE, opening_at: 90_000 },
      released("opening_draw"), { kind: "cancellation_pinned", notice: OTHER }, released("1", OTHER),
    ]);
    expect([...brokenPromises(lines)]).toEqual([1, 6, 8]);
  });
});
