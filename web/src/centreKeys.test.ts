import { describe, expect, it } from "vitest";

import type { Centre } from "@/wire";
import { keyChanges } from "./centreKeys";

const CENTRE = {
  origin: "kaibiao.example/log", log_key: "log+1", group_key: "aa", threshold: 2,
  custodians: [{ index: 1, name: "甲", identity: "k1" }, { index: 2, name: "乙", identity: "k2" }, { index: 3, name: "丙", identity: "k3" }],
} as unknown as Centre;

describe("keys of the centre", () => {
  it("are unchanged where nothing is remembered, or another log's centre is", () => {
    expect(keyChanges(undefined, CENTRE)).toEqual([]);
    expect(keyChanges({ ...CENTRE, origin: "other.example/log", log_key: "x" }, CENTRE)).toEqual([]);
    expect(keyChanges(CENTRE, { ...CENTRE, name: "renamed" })).toEqual([]);
  });

  it("are new, not changed, with the first committee", () => {
    const { threshold: _none, ...founded } = CENTRE;
    expect(keyChanges({ ...founded, group_key: null, custodians: [] }, CENTRE)).toEqual([]);
  });

  it("name each one that is another", () => {
    const [first, , third] = CENTRE.custodians;
    const custodians = [first, { index: 2, name: "乙", identity: "k9" }, third, { index: 4, name: "丁", identity: "k4" }];
    expect(keyChanges(CENTRE, { ...CENTRE, log_key: "log+2", group_key: "bb", threshold: 3, custodians } as Centre)).toEqual([
      { kind: "log", index: 0, before: "log+1", after: "log+2" },
      { kind: "group", index: 0, before: "aa", after: "bb" },
      { kind: "threshold", index: 0, before: "2", after: "3" },
      { kind: "identity", index: 2, before: "k2", after: "k9" },
      { kind: "identity", index: 4, before: "", after: "k4" },
    ]);
  });

  it("are changed where a committee has vanished", () => {
    expect(keyChanges(CENTRE, { ...CENTRE, group_key: null, custodians: [] }).map(({ kind }) => kind)).toEqual(["group", "identity", "identity", "identity"]);
  });
});
