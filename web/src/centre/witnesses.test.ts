import { describe, expect, it } from "vitest";

import { linesOf } from "./witnesses";

const KEYS = ["court.example+0a1b2c3d+BAAA", "press.example/w2+11223344+BBBB", "bank.example+55667788+BCCC"];

describe("the lines of the witnesses", () => {
  it("name each with the digits of its key, its standing, and when it cosigned", () => {
    const lines = linesOf({ witness_keys: KEYS, witnesses: ["cosigns", "unreachable", "refuses"] }, [{ name: "court.example", unixSeconds: 1_800_000_000 }]);
    expect(lines.map(({ name, shortKey, standing, cosignedMs }) => [name, shortKey, standing, cosignedMs])).toEqual([
      ["court.example", "0a1b2c3d", "cosigns", 1_800_000_000_000], ["press.example/w2", "11223344", "unreachable", undefined], ["bank.example", "55667788", "refuses", undefined],
    ]);
    expect(lines.map(({ key }) => key)).toEqual(KEYS);
  });

  it("say nothing of a witness of which the server says nothing", () => {
    expect(linesOf({ witness_keys: KEYS.slice(0, 1) }, [])).toEqual([{ name: "court.example", key: KEYS[0], shortKey: "0a1b2c3d", standing: "unknown", cosignedMs: undefined }]);
  });
});
