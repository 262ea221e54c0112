import { describe, expect, it } from "vitest";

import { EMPTY_ROOM, lineOf } from "@/opening/fold";
import type { Event, Terms } from "@/protocol";
import { directoryOf } from "./directory";
import { differences, factsOf } from "./facts";
import { EMPTY_STATE, foldReplay, type ReplayState, standingOf } from "./fold";
import { History } from "./history";
import { readLink, writeLink } from "./momentLink";
import type { PlayEntry } from "./source";

const FIELD = { id: "price_minor", kind: "price", label: { zh: "报价", en: "Price" } };
// As much of the terms as is shown; the rest does not matter here.
const TERMS = { lots: [{ id: "1", statement_fields: [], price_fields: [FIELD] }] } as unknown as Terms;
const submitted = (bid: string, org: string, replaces: string | null = null): Event =>
  ({ lot: "1", kind: "bid_submitted", bid, document_set: 0, key: "", manifest: [], org, person: "p", replaces });
const read = (bid: string, position: number, price: number): Event =>
  ({ lot: "1", kind: "bid_read", bid, org: "o", position, label_key: "", statement: [{ id: "price_minor", value: price }] });
const STORY: readonly Event[] = [
  { kind: "tender_drafted", host: "h", terms: TERMS }, { kind: "tender_approved", revision: 1 },
  { kind: "tender_published", committee: "", group_key: "", notice: "", opening_at: 1000, sealing: {} as never, short_period: null },
  { kind: "enquiry_asked", enquiry: "e", text: "?" }, { kind: "enquiry_answered", enquiry: "e", question: "?", text: "!" },
  submitted("b1", "o1"), submitted("b2", "o2"), submitted("b3", "o1", "b1"), { lot: "1", kind: "bid_withdrawn", bid: "b2", org: "o2" },
  { lot: "1", kind: "checked_in", org: "o1" },
  { lot: "1", kind: "lot_closed", bids: [{ bid: "b3", org: "o1" }], checked_in: ["o1"], root: "ab" },
  { lot: "1", kind: "reading_started", opening: 1 }, read("b3", 1, 12_345), { lot: "1", kind: "line_confirmed", bid: "b3" },
  { lot: "1", kind: "seat_taken", commitment: "", person: "x", seat: 1 }, { lot: "1", kind: "scores_committed", commitment: "", seat: 1 }, { lot: "1", kind: "scores_committed", commitment: "", seat: 1 },
  { lot: "1", kind: "report_signed", seat: 1, dissent: "no" },
];
const folded = (events: readonly Event[], lot = "1"): ReplayState => events.reduce((state, event, at) => foldReplay(state, event, at, lot), EMPTY_STATE);
const entry = (event: Event, index: number): PlayEntry => ({ index, ts: index, sseq: index, type: "", actor: "system", role: "", events: [event] });

describe("the fold of a replay", () => {
  it("knows the notice, the bids with their fate, and each seat's work", () => {
    const state = folded(STORY);
    expect([state.phase, state.enquiries, state.answers, state.terms]).toEqual(["published", 1, 1, TERMS]);
    const standing = STORY.map((_, at) => standingOf(folded(STORY.slice(0, at + 1)).fates));
    expect(standing).toEqual([0, 0, 0, 0, 0, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(state.checkedIn).toBe(1);
    expect(state.panel).toMatchObject({ seats: { 1: "x" }, committed: [1], reportSigned: [1], dissents: [1] });
    expect(state.room.openings[0]?.read).toHaveLength(1);
  });

  it("leaves out what is of another lot, and forgets nothing that was before", () => {
    const other = folded(STORY, "2");
    expect([other.phase, other.fates, other.panel.seats, other.room]).toEqual(["published", null, {}, { ...EMPTY_ROOM, openingAtMs: 1000 }]);
    const before = folded(STORY.slice(0, 8));
    const copy = structuredClone(before);
    folded(STORY.slice(8));
    expect(before).toEqual(copy);
  });
});

describe("the difference of two moments", () => {
  it("names what changed, once each, with the value before and after", () => {
    const [before, after] = [folded(STORY.slice(0, 6)), folded(STORY.slice(0, 14))];
    const told = differences(before, after, "1").map(({ name, bid, before: old, after: now }) => [name, bid, old && "value" in old ? old.value : undefined, now && "value" in now ? now.value : now?.unit]);
    expect(told).toEqual([
      ["stage", undefined, '{"stage":"receiving"}', '{"stage":"opening"}'], ["checked_in", undefined, undefined, 1], ["closed_root", undefined, undefined, "ab"],
      ["unsealed", "b3", undefined, "yes"], ["read", "b3", undefined, 1], ["price", "b3", undefined, 12_345], ["confirmed", "b3", undefined, "yes"],
    ]);
    expect(differences(after, after, "1")).toEqual([]);
    expect(differences(after, before, "1")).toHaveLength(told.length);
  });

  it("says nothing of what is nothing yet", () => {
    expect(factsOf(EMPTY_STATE, "1").map(({ name }) => name)).toEqual(["phase", "stage"]);
  });
});

describe("the history", () => {
  it("gives the same state whichever way one came to a moment", () => {
    const many = Array.from({ length: 300 }, (_, at) => entry(STORY[at % STORY.length] as Event, at));
    const [forwards, jumping] = [new History(many, "1", "everything"), new History(many, "1", "everything")];
    const states = many.map((_, at) => forwards.at(at));
    for (const at of [299, 0, 128, 127, 64, 200]) expect(jumping.at(at), `${at}`).toEqual(states[at]);
  });

  it("shows a reader only what that reader heard, and goes on behind an event that is none", () => {
    const entries = STORY.map(entry);
    expect(new History(entries, "1", "public").at(entries.length).fates).toBe(null);
    expect(new History(entries, "1", "bidder:o2").at(entries.length).fates).toEqual({ bid: "b2", status: "withdrawn", before: { bid: "b2", status: "standing", before: null } });
    const broken = { lot: "1", kind: "lot_closed" } as unknown as Event;
    const state = new History([entry(broken, 0), ...entries], "1", "everything").at(entries.length + 1);
    expect(state.panel.dissents).toEqual([1]);
  });
});

describe("what a file for the public shows", () => {
  const closed = { lot: "1", kind: "lot_closed", bids: [{ bid: "b3", org: "o1" }], checked_in: [], root: "ab" } as const satisfies Event;
  const started = { lot: "1", kind: "reading_started", opening: 1 } as const satisfies Event;

  it("lets a statement be unsealed that was read, though nobody said so", () => {
    const { room } = folded([closed, started, read("b3", 1, 12_345)]);
    expect(lineOf(room, "b3")?.opened).toEqual([3]);
    const told = folded([closed, { lot: "1", kind: "envelope_unsealed", bid: "b3", envelope: 3, failure: null }, started, read("b3", 1, 12_345)]);
    expect(lineOf(told.room, "b3")?.opened).toEqual([3]);
    expect(folded([closed, started, read("nobody", 1, 12_345)]).room.bids.map(({ bid }) => bid)).toEqual(["b3"]);
  });

  it("knows the lots and what was read out without terms, and nothing of the kind where there are terms", () => {
    const second: Event = { lot: "1", kind: "second_opening_started", bids: ["b3"] };
    const { heard, terms } = directoryOf([closed, started, { ...read("b3", 1, 5), statement: [{ id: "days", value: 5 }] } as Event, second, read("b3", 1, 6), { lot: "2", kind: "lot_failed", reason: "too_few_bids" } as Event].map(entry));
    expect(terms).toBeUndefined();
    expect(heard.map(({ id, statement_fields, price_fields }) => [id, statement_fields.map((field) => field.id), price_fields.map((field) => field.id)])).toEqual([["1", ["days"], ["price_minor"]], ["2", [], []]]);
    expect(directoryOf(STORY.map(entry)).heard).toEqual([]);
  });
});

describe("a link to a moment", () => {
  it("is read back, and anything else is nothing", () => {
    const file = "a".repeat(64);
    expect(readLink(writeLink(12, `f=${file}&`))).toEqual({ index: 12, file });
    expect(readLink("#e=-1&f=zz")).toEqual({ index: undefined, file: undefined });
    expect(readLink("#main")).toEqual({ index: undefined, file: undefined });
  });
});
