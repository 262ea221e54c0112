import { describe, expect, it } from "vitest";

import type { Event } from "@/protocol";
import { isHeard } from "./audience";
import type { PlayEntry } from "./source";
import { GAP_MAX_MS, happenedAt, markerOf, markersOf, momentAt, nearestStep, nextIrregular, offsetsOf } from "./timeline";

const entry = (index: number, ts: number, ...events: Event[]): PlayEntry =>
  ({ index, ts, sseq: index, type: "", actor: "system", role: "system", events });
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
    expect(markerOf({ ...entry(0, 0), withheld: 1 })).toBe("withheld");
    expect(nextIrregular(entries, 0, () => false)).toBe(2);
    expect(nextIrregular(entries, 3, () => false)).toBe(2);
    expect(nextIrregular(entries, 3, (at) => at === 3)).toBe(3);
    expect(nextIrregular([], 0, () => false)).toBeUndefined();
  });

  it("draws what stands close together as one marker, irregular ones last and so in front", () => {
    const many = Array.from({ length: 2000 }, (_, at) => entry(at, at));
    const markers = markersOf(many, offsetsOf(many, false), () => true, (at) => at === 1000);
    expect(markers.length).toBeLessThan(520);
    expect(markers.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
    expect(markers.at(-1)).toEqual({ kind: "irregular", place: 500, at: 1000, count: 1 });
    expect(markersOf(many, offsetsOf(many, false), (at) => at === 3, () => false).map(({ at }) => at)).toEqual([3]);
  });

  it("knows the steps of the procedure behind and before", () => {
    const finished: Event = { lot: "1", kind: "reading_finished", opening: 1 };
    const steps = [entry(0, 0, READ), entry(1, 1), entry(2, 2, finished)];
    expect([nearestStep(steps, 0, 1), nearestStep(steps, 2, -1), nearestStep(steps, 2, 1), nearestStep(steps, -1, 1)]).toEqual([2, 0, undefined, 0]);
  });
});

describe("as seen by", () => {
  const heard = (event: Event) => (["public", "host", "panel", "supervisor", "everything", "bidder:o1"] as const).filter((who) => isHeard(event, who));
  const submitted: Event = { lot: "1", kind: "bid_submitted", bid: "b", document_set: 0, key: "", manifest: [], org: "o1", person: "p", replaces: null };

  it("shows a bid to nobody but its owner, and points to the panel before the host", () => {
    expect(heard(submitted)).toEqual(["everything", "bidder:o1"]);
    expect(heard({ ...submitted, org: "o2" })).toEqual(["everything"]);
    expect(heard({ lot: "1", kind: "scores_concluded", scores: [] })).toEqual(["panel", "supervisor", "everything"]);
    expect(heard({ lot: "1", kind: "report_closed", report_sha256: "" })).toEqual(["host", "panel", "supervisor", "everything"]);
    expect(heard({ lot: "1", kind: "scores_revealed", scores: [], seat: 1 })).toEqual(["everything"]);
    expect(heard(READ)).toEqual(["public", "host", "panel", "supervisor", "everything", "bidder:o1"]);
  });
});
