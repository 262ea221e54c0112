import { describe, expect, it } from "vitest";

import { type Bytes, concat, toHex, u64 } from "@/acts/bytes";
import { leafHash, rootOfLeaves } from "@/acts/tree";
import { Tree, writeSteps } from "@/replay/testBundle";
import { BundleError } from "./error";
import { type Heads, readHeads } from "./heads";
import { sourceOf } from "./source";

const LEAVES = await Promise.all(Array.from({ length: 70 }, (_, place) => leafHash(Uint8Array.of(place))));

function read(bytes: Bytes): Promise<Heads> {
  return readHeads(sourceOf(new Blob([bytes])), { from: 0, to: bytes.length, crc: 0 });
}

async function codeOf(bytes: Bytes): Promise<string> {
  return read(bytes).then(() => "", (error: unknown) => (error instanceof BundleError ? error.code : String(error)));
}

describe("the heads of a bundle", () => {
  it("have the roots of the tree as it grew", async () => {
    for (const sizes of [[70], [1, 2, 3, 4, 5, 6, 7, 8, 70], [3, 31, 32, 33, 64, 69, 70]]) {
      const heads = await read(writeSteps(new Tree(LEAVES), sizes));
      expect(heads.count).toBe(sizes.length);
      for (const size of sizes) {
        const root = await rootOfLeaves(LEAVES.slice(0, size));
        expect(heads.has({ size, root }), `${size}`).toBe(true);
        expect(heads.has({ size: size + 1, root })).toBe(false);
        expect(heads.has({ size, root: root.map((byte) => byte ^ 1) as Bytes })).toBe(false);
      }
      expect(toHex(heads.last()?.root ?? new Uint8Array(0))).toBe(toHex(await rootOfLeaves(LEAVES)));
    }
  });

  it("are refused when they end early, stand still, or promise more than there is", async () => {
    const steps = writeSteps(new Tree(LEAVES), [5, 70]);
    const first = 8 + 2 * 32;
    for (let length = 1; length < steps.length; length += 7) {
      expect(await codeOf(steps.slice(0, length)), `${length}`).toBe(length === first ? "" : "bundle_record");
    }
    expect(await codeOf(concat(steps, u64(70n)))).toBe("bundle_record");
    expect(await codeOf(u64(2n ** 53n - 1n))).toBe("bundle_record");
    expect(await codeOf(u64(2n ** 64n - 1n))).toBe("bundle_record");
    expect(await codeOf(new Uint8Array(0))).toBe("");
  });
});
