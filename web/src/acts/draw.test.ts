import { describe, expect, it } from "vitest";

import { toHex } from "./bytes";
import { drawChoice, drawOrder, drawValue } from "./draw";
import { hexBytes, vectorsOf } from "./vectors";

const vectors = vectorsOf<{
  label_key: string;
  randomness: string;
  order: { ids: string[]; drawn: number[] };
  choose: { purpose: string; n: number; k: number; drawn: number[] }[];
}>("log_draw.json");
const value = hexBytes(vectors.randomness);

describe("vectors", () => {
  it("takes the random value from the label key", async () => {
    expect(toHex(await drawValue(hexBytes(vectors.label_key)))).toBe(vectors.randomness);
  });

  it("orders", async () => {
    const { ids, drawn } = vectors.order;
    const order = await drawOrder(value, ids.map(hexBytes));
    expect(order.map(toHex)).toEqual(drawn.map((position) => ids[position]));
  });

  it.each(vectors.choose)("chooses $k of $n for $purpose", async ({ purpose, n, k, drawn }) => {
    const pool = Array.from({ length: n }, (_, number) => number);
    expect(await drawChoice(value, purpose, pool, k)).toEqual(drawn);
  });
});
