/**
 * The state of a lot's room: the pure fold of its facts. Used by the room and by the replay.
 *
 * Not the rules: the server decided; this only shows what happened. *Invariant*: the same facts in the same order give
 * the same state; an event that is unknown or of another lot changes nothing.
 */
import type {
  BidId, BidStatus, Candidate, CustodianFault, Event, LotFact, OrgId, RankedBid, Role, Stage, StatementValue, TenderEvent, Trace, UnsealFailure,
} from "@/protocol";
import type { Envelope } from "@/wire";

/** One bid as the room knows it. */
export interface BidLine {
  readonly bid: BidId;
  readonly org: OrgId;
  /** Envelopes that opened. */
  readonly opened: readonly Envelope[];
  /** Envelopes that did not, and why. */
  readonly failures: Readonly<Partial<Record<Envelope, UnsealFailure>>>;
}

/** One line of an opening: what was read out, and what its bidder said to it. */
export interface ReadLine {
  readonly bid: BidId;
  /** Place in the reading order, from 1. */
  readonly position: number;
  readonly statement: readonly StatementValue[];
  /** Key of the statement's label: anyone can open the statement with it. */
  readonly labelKey: string;
  readonly isConfirmed: boolean;
  readonly objection: { readonly text: string; readonly answer: string | null } | null;
}

/** How far an opening is. */
export type Step = "unsealing" | "reading" | "confirming" | "recorded";

/** One of the openings of a lot. */
export interface OpeningState {
  readonly number: 1 | 2;
  readonly statement: Envelope;
  /** Bids of this opening, in reading order. */
  readonly bids: readonly BidId[];
  readonly step: Step;
  readonly read: readonly ReadLine[];
  /** Releases of keys, in order. */
  readonly releases: readonly Release[];
  readonly signatures: readonly { readonly role: Role; readonly org: OrgId }[];
  readonly record: { readonly sha256: string; readonly notConfirmed: readonly BidId[] } | null;
}

/** Custodians' answer for one kind of envelope. */
export interface Release {
  readonly envelope: Envelope;
  /** Of which dealing of the shares the indices are. */
  readonly epoch: number;
  readonly answered: readonly number[];
  readonly failed: readonly CustodianFault[];
}

/** Whom an opening waits for: fewer custodians answered than are needed. */
export interface Awaited {
  /** Of which dealing of the shares the indices are. */
  readonly epoch: number;
  /** Custodians who answered rightly. */
  readonly answered: readonly number[];
  /** The others, and why. */
  readonly failed: readonly CustodianFault[];
}

/** The own bid, from the own stream. */
export interface OwnBid {
  readonly bid: BidId;
  readonly status: BidStatus;
  readonly atMs: number;
}

/** The state of a room. */
export interface RoomState {
  readonly stage: Stage;
  /** Deadline and opening in force; null until a fact or the notice says. */
  readonly openingAtMs: number | null;
  readonly cancelled: string | null;
  /** How many clocks agree, while the opening waits for them to; null while it does not. */
  readonly held: { readonly agreeing: number; readonly asked: number } | null;
  readonly closedAtMs: number | null;
  readonly closedRoot: string | null;
  readonly checkedIn: readonly OrgId[];
  readonly coefficient: string | null;
  readonly drawKey: string | null;
  readonly seals: { readonly bids: number; readonly mismatched: readonly BidId[] } | null;
  /** A list: it is copied at every envelope of thousands of bids, and a table by id would take a hundred times as long. */
  readonly bids: readonly BidLine[];
  /** Whom the opening waits for; null while it goes on. */
  readonly awaited: Awaited | null;
  readonly openings: readonly OpeningState[];
  readonly passed: readonly BidId[] | null;
  readonly ranking: readonly RankedBid[];
  /** The price that prices were measured against, in minor units, rounded for display. */
  readonly benchmarkMinor: number | null;
  readonly candidates: readonly Candidate[];
  readonly candidatesUntilMs: number | null;
  readonly awarded: BidId | null;
  /** Own bids, the newest last. */
  readonly own: readonly OwnBid[];
  readonly isOwnCheckedIn: boolean;
}

/** A room of which nothing has been heard yet. */
export const EMPTY_ROOM: RoomState = {
  stage: { stage: "receiving" },
  openingAtMs: null,
  cancelled: null,
  held: null,
  closedAtMs: null,
  closedRoot: null,
  checkedIn: [],
  coefficient: null,
  drawKey: null,
  seals: null,
  bids: [],
  awaited: null,
  openings: [],
  passed: null,
  ranking: [],
  benchmarkMinor: null,
  candidates: [],
  candidatesUntilMs: null,
  awarded: null,
  own: [],
  isOwnCheckedIn: false,
};

/** The state after `event`, which happened at `atMs`, for the room of `lot`. */
export function fold(room: RoomState, event: Event, atMs: number, lot: string): RoomState {
  if (!("lot" in event)) return foldTender(room, event);
  return event.lot === lot ? foldLot(room, event, atMs) : room;
}

function foldTender(room: RoomState, event: TenderEvent): RoomState {
  switch (event.kind) {
    case "tender_published":
      return { ...room, openingAtMs: event.opening_at };
    case "addendum_issued":
      return event.opening_at === null ? room : { ...room, openingAtMs: event.opening_at };
    case "tender_cancelled":
      return { ...room, cancelled: event.reason };
    default:
      return room;
  }
}

function foldLot(room: RoomState, event: LotFact, atMs: number): RoomState {
  switch (event.kind) {
    case "bid_submitted":
      return { ...room, own: [...retired(room.own, event.replaces), { bid: event.bid, status: "standing", atMs }] };
    case "bid_withdrawn":
      return { ...room, own: room.own.map((own) => (own.bid === event.bid ? { ...own, status: "withdrawn" } : own)) };
    case "checked_in":
      return { ...room, isOwnCheckedIn: true };
    case "opening_held":
      return { ...room, held: { agreeing: event.agreeing, asked: event.asked } };
    case "lot_closed":
      return {
        ...room,
        held: null,
        stage: { stage: "opening" },
        closedAtMs: atMs,
        closedRoot: event.root,
        checkedIn: event.checked_in,
        bids: event.bids.map(({ bid, org }) => ({ bid, org, opened: [], failures: {} })),
        openings: [begun(1, event.bids.map(({ bid }) => bid))],
      };
    case "lot_failed":
      return { ...room, stage: { stage: "failed", reason: event.reason } };
    case "opening_drawn":
      return { ...inOpening(room, (opening) => ({ ...opening, bids: event.order })), coefficient: event.coefficient, drawKey: event.label_key, awaited: null };
    case "seals_checked":
      return { ...room, seals: { bids: event.bids, mismatched: event.mismatched } };
    case "custodians_awaited":
      return { ...room, awaited: { epoch: event.epoch, answered: event.answered, failed: event.failed } };
    case "keys_released":
      return { ...inOpening(room, (opening) => ({ ...opening, releases: [...opening.releases, releaseOf(event)] })), awaited: null };
    case "envelope_unsealed":
      return { ...room, bids: room.bids.map((line) => (line.bid === event.bid ? unsealed(line, event.envelope, event.failure) : line)), awaited: null };
    case "opening_recorded":
    case "second_opening_started":
    case "review_started":
    case "stage_passed":
    case "bids_ranked":
    case "report_closed":
    case "candidates_published":
    case "award_confirmed":
    case "letters_issued":
      return foldProgress(room, event);
    default:
      return foldReading(room, event);
  }
}

/** Reading out, confirming, objecting, signing: always of the opening that runs. */
function foldReading(room: RoomState, event: LotFact): RoomState {
  switch (event.kind) {
    case "reading_started":
      return inOpening(room, (opening) => ({ ...opening, step: "reading" }));
    case "bid_read": {
      const { bid, position, statement, label_key } = event;
      const line: ReadLine = { bid, position, statement, labelKey: label_key, isConfirmed: false, objection: null };
      return inOpening(room, (opening) => ({ ...opening, read: [...opening.read, line] }));
    }
    case "reading_finished":
      return inOpening(room, (opening) => ({ ...opening, step: "confirming" }));
    case "line_confirmed":
      return inLine(room, event.bid, (line) => ({ ...line, isConfirmed: true }));
    case "objection_raised":
      return inLine(room, event.bid, (line) => ({ ...line, objection: { text: event.text, answer: null } }));
    case "objection_answered":
      return inLine(room, event.bid, (line) => ({ ...line, objection: line.objection && { ...line.objection, answer: event.text } }));
    case "record_signed":
      return inOpening(room, (opening) => ({ ...opening, signatures: [...opening.signatures, { role: event.role, org: event.org }] }));
    default:
      return room;
  }
}

/** What moves the lot from one stage to the next. */
function foldProgress(room: RoomState, event: LotFact): RoomState {
  switch (event.kind) {
    case "opening_recorded": {
      const record = { sha256: event.record_sha256, notConfirmed: event.not_confirmed };
      const recorded = inOpening(room, (opening) => ({ ...opening, step: "recorded", record }));
      return { ...recorded, stage: { stage: event.opening === 1 ? "opened" : "reporting" } };
    }
    case "second_opening_started":
      return { ...room, stage: { stage: "second_opening" }, openings: [...room.openings, begun(2, inOrder(room, event.bids))] };
    case "review_started":
      return { ...room, stage: { stage: "reviewing" } };
    case "stage_passed":
      return { ...room, stage: { stage: "passed" }, passed: event.passed };
    case "bids_ranked":
      return { ...room, stage: { stage: "reporting" }, ranking: event.ranking, benchmarkMinor: benchmarkOf(event.trace) };
    case "report_closed":
      return { ...room, stage: { stage: "reported" } };
    case "candidates_published":
      return { ...room, stage: { stage: "candidates" }, candidates: event.candidates, candidatesUntilMs: event.until };
    case "award_confirmed":
      return { ...room, stage: { stage: "awarded" }, awarded: event.bid };
    case "letters_issued":
      return { ...room, stage: { stage: "completed" } };
    default:
      return room;
  }
}

/** How many statements of an opening have been dealt with: opened, or found not to open. */
export function dealtWith(room: RoomState, opening: OpeningState): number {
  return linesOf(room, opening).filter(({ opened, failures }) => opened.includes(opening.statement) || failures[opening.statement]).length;
}

/** The bids of an opening, in the order of the closing. */
export function linesOf(room: RoomState, opening: OpeningState): readonly BidLine[] {
  const bids = new Set(opening.bids);
  return room.bids.filter(({ bid }) => bids.has(bid));
}

/** A bid of the room by its id. */
export function lineOf(room: RoomState, bid: BidId): BidLine | undefined {
  return room.bids.find((line) => line.bid === bid);
}

/** Whether what is waited for is the rest of the documents: the statements have been dealt with, and reading out goes on. */
export function waitsForDocuments(room: RoomState, opening: OpeningState): boolean {
  return room.drawKey !== null && opening.bids.length > 0 && dealtWith(room, opening) === opening.bids.length;
}

/** The opening that runs, or the last one. */
export function currentOpening(room: RoomState): OpeningState | undefined {
  return room.openings.at(-1);
}

/** The dealing whose custodians an opening shows: the last that anything was heard of. */
export function epochOf(opening: OpeningState, awaited: Awaited | null = null): number {
  return awaited?.epoch ?? opening.releases.at(-1)?.epoch ?? 0;
}

/** What custodians of the dealing that is shown have released. */
const shownReleases = (opening: OpeningState, awaited: Awaited | null) => opening.releases.filter(({ epoch }) => epoch === epochOf(opening, awaited));

/** Custodians that have answered for an opening's statements, or have rightly answered while it waits for others. */
export function litCustodians(opening: OpeningState, awaited: Awaited | null = null): ReadonlySet<number> {
  const released = shownReleases(opening, awaited).filter(({ envelope }) => envelope === opening.statement).flatMap(({ answered }) => answered);
  return new Set([...released, ...(awaited?.answered ?? [])]);
}

/** Custodians that failed and have not been lit, each with what it failed with last. */
export function faultsOf(opening: OpeningState, awaited: Awaited | null = null): readonly CustodianFault[] {
  const lit = litCustodians(opening, awaited);
  const all = [...shownReleases(opening, awaited).flatMap(({ failed }) => failed), ...(awaited?.failed ?? [])];
  const last = new Map(all.map((fault) => [fault.index, fault]));
  return [...last.values()].filter(({ index }) => !lit.has(index)).sort((left, right) => left.index - right.index);
}

function begun(number: 1 | 2, bids: readonly BidId[]): OpeningState {
  return { number, statement: number === 1 ? 3 : 4, bids, step: "unsealing", read: [], releases: [], signatures: [], record: null };
}

/** Bids of the second opening are read in the order drawn for the first. */
function inOrder(room: RoomState, bids: readonly BidId[]): readonly BidId[] {
  const passed = new Set(bids);
  return room.openings[0]?.bids.filter((bid) => passed.has(bid)) ?? bids;
}

function inOpening(room: RoomState, change: (opening: OpeningState) => OpeningState): RoomState {
  const last = room.openings.length - 1;
  return { ...room, openings: room.openings.map((opening, at) => (at === last ? change(opening) : opening)) };
}

function inLine(room: RoomState, bid: BidId, change: (line: ReadLine) => ReadLine): RoomState {
  return inOpening(room, (opening) => ({ ...opening, read: opening.read.map((line) => (line.bid === bid ? change(line) : line)) }));
}

function unsealed(line: BidLine, envelope: Envelope, failure: UnsealFailure | null): BidLine {
  if (failure !== null) return { ...line, failures: { ...line.failures, [envelope]: failure } };
  const { [envelope]: _before, ...failures } = line.failures;
  return { ...line, opened: [...line.opened, envelope], failures };
}

function retired(own: readonly OwnBid[], replaces: BidId | null): readonly OwnBid[] {
  return own.map((bid) => (bid.bid === replaces ? { ...bid, status: "replaced" } : bid));
}

/** The result of the last step that fixed a benchmark, a base price or the lowest price. */
function benchmarkOf(trace: Trace<BidId>): number | null {
  const step = trace.steps.findLast(({ code }) => code === "benchmark" || code === "base_price" || code === "lowest_price");
  const result = step?.terms.find(({ name }) => name === "result")?.value;
  return result?.unit === "amount" ? Math.round(Number(result.value.decimal)) : null;
}

function releaseOf({ envelope, epoch, answered, failed }: Release): Release {
  return { envelope, epoch, answered, failed };
}
