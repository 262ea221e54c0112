import { describe, expect, it } from "vitest";

import { openBundle } from "@/bundle/reader";
import { sourceOf } from "@/bundle/source";
import { entriesOf } from "./entries";
import type { PlayEntry } from "./source";
import { makeLog, START_MS, type TestLog, writeBundle } from "./testBundle";

const ACTS = ["tender_approved", "tender_approved", "tender_archived"].map((kind) => ({ type: "X", events: [{ kind }] }));

async function played(spoil: (log: TestLog) => void): Promise<readonly PlayEntry[]> {
  const log = makeLog(ACTS);
  spoil(log);
  const source = sourceOf(new Blob([writeBundle(log)]));
  const entries: PlayEntry[] = [];
  for await (const piece of entriesOf(source, (await openBundle(source)).tender, 2)) entries.push(...piece.map(({ entry }) => entry));
  return entries;
}

describe("the entries of a file", () => {
  it("are played with what they say", async () => {
    const entries = await played(() => undefined);
    expect(entries.map(({ ts, type, events }) => [ts, type, events.length])).toEqual([3, 4, 5].map((index) => [START_MS + index * 1000, "X", 1]));
  });

  it("take place with their neighbours where they are withheld", async () => {
    const entries = await played(({ tender: [first, , last] }) => {
      for (const record of [first, last]) if (record) record.entry = undefined;
    });
    expect(entries.map(({ ts, withheld }) => [ts, withheld])).toEqual([[START_MS + 4000, 1], [START_MS + 4000, undefined], [START_MS + 4000, 1]]);
  });
});
