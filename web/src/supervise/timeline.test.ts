import { describe, expect, it } from "vitest";

import type { Event } from "@/protocol";
import type { ReplayEntry } from "@/wire";
import { isHeard } from "./audience";
import { GAP_MAX_MS, happenedAt, markerOf, momentAt, nextIrregular, offsetsOf } from "./timeline";

const entry = (index: number, ts: number, ...events: Event[]): ReplayEntry =>
  ({ index, ts, stream: "t", sseq: index, type: "", actor: "system", role: "system", payload: "", events });
const READ: Event = { lot: "1", kind: "reading_started", opening: 1 };
const FAULT: Event = { lot: "1", kind: "keys_released", epoch: 0, answered: [1], envelope: 3, failed: [{ code: "x", index: 2 }] };
const entries = [entry(4, 1000, READ), entry(9, 1500), entry(10, 61_500, FAULT), entry(11, 61_500, READ)];

describe("the timeline of a replay", () => {
  it("keeps real time, or cuts silence to its longest gap", () => {
    expect(offsetsOf(entries, false)).toEqual([0, 500, 60_500, 60_500]);
    expect(offsetsOf(entries, true)).toEqual([0, 500, 500 + GAP_MAX_MS, 500 + GAP_MAX_MS]);
  });

  it("knows how much has happened, and when it is, on either axis", () => {
    const offsets = offsetsOf(entries, true);
    expect([-1, 0, 499, 500, 3499, 3500, 9999].map((ms) => happenedAt(offsets, ms))).toEqual([0, 1, 1, 2, 2, 4, 4]);
    expect(momentAt(entries, offsets, 250)).toBe(1250);
    expect(momentAt(entries, offsets, 500 + GAP_MAX_MS / 2)).toBe(31_500);
    expect([momentAt(entries, offsets, -5), momentAt(entries, offsets, 99_999), momentAt([], [], 0)]).toEqual([1000, 61_500, 0]);
  });

  it("marks entries by stage, irregular ones before all, and finds the next one round the end", () => {
    expect(entries.map(markerOf)).toEqual(["opening", "review", "irregular", "opening"]);
    const pinned: Event = { kind: "schedule_pinned", epoch: 0, pins: [], schedule: { is_cancelled: false, notice: "00", opening_at: 1 } };
    const awaited: Event = { lot: "1", kind: "custodians_awaited", epoch: 0, answered: [1], failed: [] };
    expect([pinned, awaited].map((event) => markerOf(entry(0, 0, event)))).toEqual(["notice", "irregular"]);
    expect(nextIrregular(entries, 0, () => false)).toBe(2);
    expect(nextIrregular(entries, 3, () => false)).toBe(2);
    expect(nextIrregular(entries, 3, (at) => at === 3)).toBe(3);
    expect(nextIrregular([], 0, () => false)).toBeUndefined();
  });
});

describe("as seen by", () => {
  it("shows a bid before the close to nobody but its owner, and scores to the panel before the host", () => {
    expect((["public", "host", "panel", "everything"] as const).map((who) => isHeard("bid_submitted", who))).toEqual([false, false, false, true]);
    expect((["public", "host", "panel", "everything"] as const).map((who) => isHeard("scores_concluded", who))).toEqual([false, false, true, true]);
    expect((["public", "host", "panel"] as const).map((who) => isHeard("bids_ranked", who))).toEqual([false, true, true]);
    expect(isHeard("lot_closed", "public")).toBe(true);
    expect([isHeard("custodians_awaited", "public"), isHeard("schedule_pinned", "public")]).toEqual([true, true]);
    expect(isHeard("scores_revealed", "panel")).toBe(false);
  });
});
