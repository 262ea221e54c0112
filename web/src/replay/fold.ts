/**
 * What a tender had come to at a moment of its replay: the room's state and what happened beside the room. Pure.
 *
 * For display only (ruling 26). *Invariant*: the same events give the same state; what is of another lot changes nothing.
 */
import { currentOpening, EMPTY_ROOM, fold as foldRoom, lineOf, type RoomState } from "@/opening/fold";
import type { BidId, BidScore, BidStatus, Event, LotFact, PersonId, Phase, RejectedBid, TenderEvent, Terms, Trace } from "@/protocol";

/** What became of a bid, before the close. States share what is behind: thousands of submissions cost no copies. */
export interface Fate {
  readonly bid: BidId;
  readonly status: BidStatus;
  readonly before: Fate | null;
}

/** The panel's work. Seats are in the order in which they acted. */
export interface PanelState {
  readonly isCalled: boolean;
  readonly isDrawn: boolean;
  readonly seats: Readonly<Record<number, PersonId>>;
  readonly recused: number;
  readonly judged: readonly number[];
  readonly rejected: readonly RejectedBid[];
  readonly committed: readonly number[];
  readonly revealed: readonly number[];
  readonly scores: readonly BidScore[];
  readonly stageSigned: readonly number[];
  readonly reportSigned: readonly number[];
  readonly dissents: readonly number[];
}

/** The state at a moment. */
export interface ReplayState {
  readonly room: RoomState;
  readonly phase: Phase;
  /** The newest terms; null before the draft, or where the reader was not told. */
  readonly terms: Terms | null;
  /** Group key of the notice; null before it. */
  readonly groupKey: string | null;
  readonly documents: number;
  readonly addenda: number;
  readonly enquiries: number;
  readonly answers: number;
  /** Custodians who pinned the schedule in force. */
  readonly pinned: number;
  /** The last thing that became of a bid; null if none was handed in. */
  readonly fates: Fate | null;
  readonly checkedIn: number;
  readonly panel: PanelState;
  /** Why the ranking is as it is. */
  readonly trace: Trace<BidId> | null;
  readonly letters: number;
}

const EMPTY_PANEL: PanelState = {
  isCalled: false, isDrawn: false, seats: {}, recused: 0, judged: [], rejected: [], committed: [], revealed: [], scores: [], stageSigned: [], reportSigned: [], dissents: [],
};

/** Before the first entry. */
export const EMPTY_STATE: ReplayState = {
  room: EMPTY_ROOM, phase: "draft", terms: null, groupKey: null, documents: 0, addenda: 0, enquiries: 0, answers: 0, pinned: 0, fates: null, checkedIn: 0, panel: EMPTY_PANEL, trace: null, letters: 0,
};

/** What a room keeps of the reader's own bid. A replay has no such reader, and hears it of thousands of bids. */
const OF_READER: ReadonlySet<Event["kind"]> = new Set(["bid_submitted", "bid_withdrawn", "bid_reconfirmed", "checked_in"]);

/** The state after `event`, which happened at `atMs`, for `lot`. */
export function foldReplay(state: ReplayState, event: Event, atMs: number, lot: string): ReplayState {
  const room = OF_READER.has(event.kind) ? state.room : foldRoom(unsealedIfRead(state.room, event, lot), event, atMs, lot);
  const after = room === state.room ? state : { ...state, room };
  if (!("lot" in event)) return foldTender(after, event);
  return event.lot === lot ? foldPanel(foldLot(after, event), event) : state;
}

/** A statement that is read out was unsealed, also where a file for the public withholds the entry that said so. */
function unsealedIfRead(room: RoomState, event: Event, lot: string): RoomState {
  if (event.kind !== "bid_read" || event.lot !== lot) return room;
  const envelope = currentOpening(room)?.statement ?? 3;
  return lineOf(room, event.bid)?.opened.includes(envelope) ? room : foldRoom(room, { kind: "envelope_unsealed", lot, bid: event.bid, envelope, failure: null }, 0, lot);
}

function foldTender(state: ReplayState, event: TenderEvent): ReplayState {
  switch (event.kind) {
    case "tender_drafted":
    case "tender_revised":
      return { ...state, terms: event.terms };
    case "document_added":
      return { ...state, documents: state.documents + 1 };
    case "tender_approved":
      return { ...state, phase: "approved" };
    case "tender_published":
      return { ...state, phase: "published", groupKey: event.group_key };
    case "addendum_issued":
      return { ...state, addenda: state.addenda + 1, documents: state.documents + event.documents.length };
    case "enquiry_asked":
      return { ...state, enquiries: state.enquiries + 1 };
    case "enquiry_answered":
      return { ...state, answers: state.answers + 1 };
    case "schedule_pinned":
      return { ...state, pinned: event.pins.length };
    case "tender_cancelled":
      return { ...state, phase: "cancelled" };
    case "tender_archived":
      return { ...state, phase: "archived" };
    default:
      return state;
  }
}

function foldLot(state: ReplayState, event: LotFact): ReplayState {
  switch (event.kind) {
    case "returned_to_panel": {
      const room = { ...state.room, stage: { stage: "reviewing" as const }, ranking: [], candidates: [], candidatesUntilMs: null, passed: null };
      const { seats, recused } = state.panel;
      return { ...state, room, panel: { ...EMPTY_PANEL, isCalled: true, isDrawn: true, seats, recused }, trace: null };
    }
    case "winner_fallen":
      return { ...state, room: { ...state.room, stage: { stage: "candidates" }, awarded: null } };
    case "contract_concluded":
      return { ...state, room: { ...state.room, stage: { stage: "contracted" } } };
    case "bid_submitted":
      return { ...state, fates: { bid: event.bid, status: "standing", before: event.replaces === null ? state.fates : { bid: event.replaces, status: "replaced", before: state.fates } } };
    case "bid_withdrawn":
      return { ...state, fates: { bid: event.bid, status: "withdrawn", before: state.fates } };
    case "checked_in":
      return { ...state, checkedIn: state.checkedIn + 1 };
    case "bids_ranked":
      return { ...state, trace: event.trace };
    case "letter_issued":
      return { ...state, letters: state.letters + 1 };
    case "letters_issued":
      return { ...state, letters: event.letters };
    default:
      return state;
  }
}

function foldPanel(state: ReplayState, event: LotFact): ReplayState {
  const panel = panelAfter(state.panel, event);
  return panel === state.panel ? state : { ...state, panel };
}

function panelAfter(panel: PanelState, event: LotFact): PanelState {
  switch (event.kind) {
    case "panel_called":
      return { ...panel, isCalled: true };
    case "panel_drawn":
      return { ...panel, isDrawn: true };
    case "seat_taken":
      return { ...panel, seats: { ...panel.seats, [event.seat]: event.person } };
    case "expert_recused":
      return { ...panel, recused: panel.recused + 1 };
    case "preliminary_judged":
      return { ...panel, judged: [...panel.judged, event.seat] };
    case "preliminary_concluded":
      return { ...panel, rejected: event.rejected };
    case "scores_committed":
      return { ...panel, committed: [...panel.committed.filter((seat) => seat !== event.seat), event.seat] };
    case "scores_revealed":
      return { ...panel, revealed: [...panel.revealed, event.seat] };
    case "scores_concluded":
      return { ...panel, scores: event.scores };
    case "stage_signed":
      return { ...panel, stageSigned: [...panel.stageSigned, event.seat] };
    case "report_signed":
      return {
        ...panel, reportSigned: [...panel.reportSigned, event.seat], dissents: event.dissent === null ? panel.dissents : [...panel.dissents, event.seat],
      };
    default:
      return panel;
  }
}

/** How many bids stand. */
export function standingOf(fates: Fate | null): number {
  const last = new Map<BidId, BidStatus>();
  for (let fate = fates; fate !== null; fate = fate.before) if (!last.has(fate.bid)) last.set(fate.bid, fate.status);
  return [...last.values()].filter((status) => status === "standing").length;
}
