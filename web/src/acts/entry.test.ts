import { describe, expect, it } from "vitest";

import { toHex } from "./bytes";
import { type ActEntry, entryLeafHash, EntryError, parseEntry, readEntryAct } from "./entry";
import { hexBytes, vectorsOf } from "./vectors";

const vectors = vectorsOf<{
  good: { name: string; hex: string; leaf_hash: string }[];
  cover: { hex: string; leaf_hash: string };
  bad: { name: string; hex: string; code: string }[];
}>("log_entry.json");

describe("vectors", () => {
  it.each(vectors.good)("reads: $name", async ({ hex, leaf_hash }) => {
    const entry = parseEntry(hexBytes(hex));
    expect(entry.kind).toBe("act");
    expect(readEntryAct(entry as ActEntry).actor === "system").toBe((entry as ActEntry).algorithm === 0);
    expect(toHex(await entryLeafHash(hexBytes(hex)))).toBe(leaf_hash);
  });

  it("reads a cover", async () => {
    expect(parseEntry(hexBytes(vectors.cover.hex))).toEqual({ kind: "cover" });
    expect(toHex(await entryLeafHash(hexBytes(vectors.cover.hex)))).toBe(vectors.cover.leaf_hash);
  });

  it.each(vectors.bad)("refuses: $name", ({ hex, code }) => {
    expect(codeOf(hex)).toBe(code);
  });

  it.each(vectors.good)("refuses every cut of: $name", ({ hex }) => {
    for (let length = 0; length < hex.length / 2; length += 1) expect(codeOf(hex.slice(0, 2 * length))).not.toBe("accepted");
  });
});

function codeOf(hex: string): string {
  try {
    parseEntry(hexBytes(hex));
  } catch (error) {
    if (error instanceof EntryError) return error.code;
    throw error;
  }
  return "accepted";
}
