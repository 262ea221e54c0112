import { describe, expect, it } from "vitest";

import type { LotFact } from "@/protocol";
import { currentOpening, dealtWith, EMPTY_ROOM, epochOf, faultsOf, fold, lineOf, litCustodians, type RoomState, waitsForDocuments } from "./fold";

/** A lot's event without the lot, as the helpers below write it. */
type LotEvent = LotFact extends infer Fact ? (Fact extends unknown ? Omit<Fact, "lot"> & Pick<Fact & { kind: string }, "kind"> : never) : never;

const T0 = 1_769_000_000_000;
const A = { bid: "bid-a", org: "org-a" };
const B = { bid: "bid-b", org: "org-b" };
const C = { bid: "bid-c", org: "org-c" };

function after(events: readonly LotEvent[], start: RoomState = EMPTY_ROOM): RoomState {
  return events.reduce((room, event, at) => fold(room, { lot: "1", ...event } as LotFact, T0 + at, "1"), start);
}

const CLOSED: LotEvent = { kind: "lot_closed", bids: [A, B, C], checked_in: ["org-a"], root: "r0" };
const DRAWN: LotEvent = { kind: "opening_drawn", coefficient: "0.97", label_key: "k0", order: ["bid-c", "bid-a", "bid-b"] };
const read = (bid: string, org: string, position: number, price: number): LotEvent =>
  ({ kind: "bid_read", bid, org, position, label_key: `key-${bid}`, statement: [{ id: "price", value: price }] });
const RECORDED: LotEvent = { kind: "opening_recorded", not_confirmed: ["bid-b"], opening: 1, record_sha256: "d1" };

describe("the fold of a room", () => {
  it("knows nothing of bids before the close, but the own one", () => {
    const room = after([
      { kind: "bid_submitted", bid: "x1", document_set: 0, key: "", manifest: [], org: "org-a", person: "p", replaces: null },
      { kind: "bid_submitted", bid: "x2", document_set: 0, key: "", manifest: [], org: "org-a", person: "p", replaces: "x1" },
      { kind: "bid_withdrawn", bid: "x2", org: "org-a" },
      { kind: "checked_in", org: "org-a" },
    ]);
    expect(room.own.map(({ bid, status }) => [bid, status])).toEqual([["x1", "replaced"], ["x2", "withdrawn"]]);
    expect([room.bids, room.openings, room.isOwnCheckedIn]).toEqual([[], [], true]);
  });

  it("takes the reading order from the draw and lights custodians of statements only", () => {
    const room = after([
      CLOSED, DRAWN,
      { kind: "seals_checked", bids: 3, mismatched: [] },
      { kind: "keys_released", epoch: 0, answered: [1, 4], envelope: 3, failed: [{ code: "bad_share", index: 2 }] },
      { kind: "keys_released", epoch: 0, answered: [5], envelope: 1, failed: [] },
      { kind: "envelope_unsealed", bid: "bid-a", envelope: 3, failure: null },
      { kind: "envelope_unsealed", bid: "bid-b", envelope: 3, failure: "custodians_unavailable" },
    ]);
    const opening = currentOpening(room);
    expect(opening?.bids).toEqual(["bid-c", "bid-a", "bid-b"]);
    expect(opening && [...litCustodians(opening)]).toEqual([1, 4]);
    expect(lineOf(room, "bid-a")?.opened).toEqual([3]);
    expect(lineOf(room, "bid-b")?.failures).toEqual({ 3: "custodians_unavailable" });
    expect([room.coefficient, room.closedAtMs, room.closedRoot]).toEqual(["0.97", T0, "r0"]);
  });

  it("waits for custodians until what was waited for has come", () => {
    const awaited = { epoch: 0, answered: [2], failed: [{ code: "unreachable", index: 1 }, { code: "slow", index: 3 }] };
    const room = after([CLOSED, { kind: "custodians_awaited", ...awaited }]);
    expect(room.awaited).toEqual(awaited);
    expect(after([{ kind: "custodians_awaited", epoch: 0, answered: [2], failed: [] }], room).awaited).toEqual({ epoch: 0, answered: [2], failed: [] });
    const come: readonly LotEvent[] = [
      DRAWN, { kind: "keys_released", epoch: 0, answered: [1, 2, 4], envelope: 3, failed: [] }, { kind: "envelope_unsealed", bid: "bid-a", envelope: 3, failure: null },
    ];
    for (const event of come) expect(after([event], room).awaited).toBeNull();
    expect(after([{ kind: "checked_in", org: "org-a" }], room).awaited).toBe(room.awaited);
    expect(fold(room, { lot: "2", ...DRAWN } as LotFact, T0, "1").awaited).toBe(room.awaited);
  });

  it("lights those who answered while it waits, and keeps the last fault of the others", () => {
    const room = after([
      CLOSED, DRAWN,
      { kind: "keys_released", epoch: 0, answered: [4], envelope: 3, failed: [{ code: "slow", index: 3 }, { code: "slow", index: 5 }] },
      { kind: "custodians_awaited", epoch: 0, answered: [2], failed: [{ code: "unreachable", index: 3 }, { code: "not_yet", index: 4 }] },
    ]);
    const opening = currentOpening(room);
    expect(opening && [...litCustodians(opening, room.awaited)]).toEqual([4, 2]);
    expect(opening && faultsOf(opening, room.awaited)).toEqual([{ code: "unreachable", index: 3 }, { code: "slow", index: 5 }]);
    expect(opening && faultsOf(opening)).toEqual([{ code: "slow", index: 3 }, { code: "slow", index: 5 }]);
  });

  it("shows the custodians of the dealing that was heard of last", () => {
    const room = after([
      CLOSED, DRAWN,
      { kind: "keys_released", epoch: 0, answered: [1, 2, 4], envelope: 3, failed: [{ code: "slow", index: 3 }] },
      { kind: "custodians_awaited", epoch: 1, answered: [2], failed: [{ code: "not_yet", index: 1 }] },
    ]);
    const opening = currentOpening(room);
    expect(opening && [epochOf(opening), epochOf(opening, room.awaited)]).toEqual([0, 1]);
    expect(opening && [...litCustodians(opening, room.awaited)]).toEqual([2]);
    expect(opening && faultsOf(opening, room.awaited)).toEqual([{ code: "not_yet", index: 1 }]);
  });

  it("tells a wait for documents from one for the statements", () => {
    const unseal = (bid: string): LotEvent => ({ kind: "envelope_unsealed", bid, envelope: 3, failure: null });
    const isForDocuments = (...events: LotEvent[]) => {
      const room = after([CLOSED, DRAWN, ...events, { kind: "custodians_awaited", epoch: 0, answered: [], failed: [] }]);
      const opening = currentOpening(room);
      return opening && waitsForDocuments(room, opening);
    };
    expect([isForDocuments(), isForDocuments(unseal("bid-a"), unseal("bid-b"))]).toEqual([false, false]);
    expect(isForDocuments(unseal("bid-a"), unseal("bid-b"), unseal("bid-c"))).toBe(true);
  });

  it("forgets a failure once the envelope opens after all", () => {
    const room = after([
      CLOSED,
      { kind: "envelope_unsealed", bid: "bid-b", envelope: 3, failure: "custodians_unavailable" },
      { kind: "envelope_unsealed", bid: "bid-b", envelope: 3, failure: null },
    ]);
    expect(lineOf(room, "bid-b")).toMatchObject({ opened: [3], failures: {} });
  });

  it("reads out, confirms, disputes and records", () => {
    const room = after([
      CLOSED, DRAWN, { kind: "reading_started", opening: 1 },
      read("bid-c", "org-c", 1, 300), read("bid-a", "org-a", 2, 100), { kind: "reading_finished", opening: 1 },
      { kind: "line_confirmed", bid: "bid-c" },
      { kind: "objection_raised", bid: "bid-a", text: "t" }, { kind: "objection_answered", bid: "bid-a", text: "u" },
      { kind: "record_signed", org: "agency", role: "host" }, { kind: "record_signed", org: "agency", role: "recorder" }, RECORDED,
    ]);
    const opening = currentOpening(room);
    expect(opening?.step).toBe("recorded");
    expect(opening?.read.map(({ bid, isConfirmed, objection }) => [bid, isConfirmed, objection])).toEqual([
      ["bid-c", true, null], ["bid-a", false, { text: "t", answer: "u" }],
    ]);
    expect(opening?.signatures.map(({ role }) => role)).toEqual(["host", "recorder"]);
    expect(opening?.record).toEqual({ sha256: "d1", notConfirmed: ["bid-b"] });
    expect(room.stage).toEqual({ stage: "opened" });
  });

  it("begins a second opening with those who passed, in the drawn order, and leaves the first as recorded", () => {
    const room = after([
      CLOSED, DRAWN, { kind: "reading_started", opening: 1 }, RECORDED, { kind: "review_started", bids: [] },
      { kind: "stage_passed", passed: ["bid-a", "bid-c"] }, { kind: "second_opening_started", bids: ["bid-a", "bid-c"] },
      { kind: "reading_started", opening: 2 }, read("bid-c", "org-c", 1, 300),
    ]);
    expect(room.openings.map(({ number, statement, bids, step, read: lines }) => [number, statement, bids, step, lines.length])).toEqual([
      [1, 3, ["bid-c", "bid-a", "bid-b"], "recorded", 0],
      [2, 4, ["bid-c", "bid-a"], "reading", 1],
    ]);
    expect(room.stage).toEqual({ stage: "second_opening" });
  });

  it("goes on to the award", () => {
    const room = after([
      CLOSED, { kind: "candidates_published", candidates: [], panel: [], until: T0 + 9 },
      { kind: "award_confirmed", bid: "bid-a", org: "org-a" }, { kind: "letters_issued", letters: 3 },
    ]);
    expect([room.stage, room.awarded, room.candidatesUntilMs]).toEqual([{ stage: "completed" }, "bid-a", T0 + 9]);
  });

  it("takes the benchmark from the trace of the price rule", () => {
    const amount = (decimal: string) => ({ unit: "amount", value: { decimal, fraction: null } }) as const;
    const trace = { steps: [
      { code: "base_price", subject: null, terms: [{ name: "result", value: amount("100") }] },
      { code: "benchmark", subject: null, terms: [{ name: "coefficient", value: amount("9") }, { name: "result", value: amount("97.6") }] },
      { code: "bid_score", subject: "bid-a", terms: [{ name: "result", value: amount("1") }] },
    ] } satisfies Extract<LotFact, { kind: "bids_ranked" }>["trace"];
    expect(after([{ kind: "bids_ranked", ranking: [], trace }])).toMatchObject({ benchmarkMinor: 98, stage: { stage: "reporting" } });
  });

  it("counts what has been dealt with, opened or not", () => {
    const room = after([
      CLOSED, { kind: "envelope_unsealed", bid: "bid-a", envelope: 3, failure: null },
      { kind: "envelope_unsealed", bid: "bid-b", envelope: 3, failure: "malformed" },
      { kind: "envelope_unsealed", bid: "bid-c", envelope: 1, failure: null },
    ]);
    const opening = currentOpening(room);
    expect(opening && dealtWith(room, opening)).toBe(2);
  });

  it("fails with its reason and follows a postponement", () => {
    expect(after([CLOSED, { kind: "lot_failed", reason: "too_few_bids" }]).stage).toEqual({ stage: "failed", reason: "too_few_bids" });
    const published = fold(EMPTY_ROOM, { kind: "tender_published", committee: "", group_key: "", notice: "", opening_at: T0, sealing: { floor: null, suite: "standard" }, short_period: null }, T0, "1");
    const postponed = fold(published, { kind: "addendum_issued", affects_bids: false, documents: [], number: 1, opening_at: T0 + 5, text: "" }, T0, "1");
    const unmoved = fold(postponed, { kind: "addendum_issued", affects_bids: false, documents: [], number: 2, opening_at: null, text: "" }, T0, "1");
    expect([published.openingAtMs, postponed.openingAtMs, unmoved.openingAtMs]).toEqual([T0, T0 + 5, T0 + 5]);
  });

  it("ignores other lots, unknown kinds and lines that are not there", () => {
    const room = after([CLOSED, DRAWN]);
    expect(fold(room, { lot: "2", kind: "lot_failed", reason: "too_few_bids" }, T0, "1")).toBe(room);
    expect(fold(room, { lot: "1", kind: "of_a_later_release" } as unknown as LotFact, T0, "1")).toBe(room);
    expect(after([{ kind: "envelope_unsealed", bid: "nobody", envelope: 3, failure: null }], room).bids).toEqual(room.bids);
  });

  it("never changes a state that was given out", () => {
    const before = after([CLOSED, DRAWN, { kind: "reading_started", opening: 1 }]);
    const copy = structuredClone(before);
    after([read("bid-c", "org-c", 1, 5), { kind: "line_confirmed", bid: "bid-c" }, RECORDED], before);
    expect(before).toEqual(copy);
  });
});
