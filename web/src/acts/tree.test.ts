import { describe, expect, it } from "vitest";

import { toHex, utf8 } from "./bytes";
import { leafHash, refuseConsistency, refuseInclusion, rootOfLeaves } from "./tree";
import { hexBytes, vectorsOf } from "./vectors";

const vectors = vectorsOf<{
  inputs: string[];
  heads: string[];
  numbered: { size: number; root: string }[];
  inclusion: { leaf: string; index: number; size: number; proof: string[]; root: string; code: string | null }[];
  consistency: { old_size: number; old_root: string; new_size: number; new_root: string; proof: string[]; code: string | null }[];
}>("log_tree.json");

describe("vectors", () => {
  it("makes every head", async () => {
    const leaves = await Promise.all(vectors.inputs.map((input) => leafHash(hexBytes(input))));
    for (const [size, head] of vectors.heads.entries()) expect(toHex(await rootOfLeaves(leaves.slice(0, size)))).toBe(head);
  });

  it.each(vectors.numbered)("makes the head of $size numbers", async ({ size, root }) => {
    const leaves = await Promise.all(Array.from({ length: size }, (_, number) => leafHash(utf8(`${number}`))));
    expect(toHex(await rootOfLeaves(leaves))).toBe(root);
  });

  it.each(vectors.inclusion)("judges inclusion of $index in $size: $code", async ({ leaf, index, size, proof, root, code }) => {
    const refusal = await refuseInclusion(hexBytes(leaf), index, size, proof.map(hexBytes), hexBytes(root));
    expect(refusal ?? null).toBe(code);
  });

  it.each(vectors.consistency)("judges $old_size in $new_size: $code", async (vector) => {
    const older = { size: vector.old_size, root: hexBytes(vector.old_root) };
    const newer = { size: vector.new_size, root: hexBytes(vector.new_root) };
    expect((await refuseConsistency(older, newer, vector.proof.map(hexBytes))) ?? null).toBe(vector.code);
  });
});
