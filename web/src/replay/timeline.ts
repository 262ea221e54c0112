/**
 * The timeline of a replay: where entries stand on it, what they are, where the next step and the next irregularity are. Pure.
 */
import type { EventKind } from "@/i18n/events";
import type { Event } from "@/protocol";
import type { PlayEntry } from "./source";

/** Groups of markers, by what an entry is; `irregular` wins over all. Of what is withheld nothing is known. */
export type MarkerKind = "withheld" | "notice" | "bid" | "close" | "keys" | "opening" | "statement" | "review" | "award" | "irregular";
/** All of them, as a legend names them. */
export const MARKER_KINDS: readonly MarkerKind[] = ["withheld", "notice", "bid", "close", "keys", "opening", "statement", "review", "award", "irregular"];

/** A marker: the entries that stand so close together that they are one to the eye. */
export interface Marker {
  readonly kind: MarkerKind;
  /** In thousandths of the length. */
  readonly place: number;
  /** The first entry of its kind here. */
  readonly at: number;
  readonly count: number;
}

/** While silence is skipped, no gap between two entries is longer than this. */
export const GAP_MAX_MS = 3000;
/** Markers stand on so many places at most: ten thousand of them would not be told apart. */
const PLACES = 500;

/** The offset of each entry from the first, in milliseconds; with silence cut out where wanted. */
export function offsetsOf(entries: readonly PlayEntry[], isSilenceSkipped: boolean): readonly number[] {
  let offset = 0;
  return entries.map(({ ts }, at) => {
    const gap = at === 0 ? 0 : Math.max(0, ts - (entries[at - 1]?.ts ?? ts));
    offset += isSilenceSkipped ? Math.min(gap, GAP_MAX_MS) : gap;
    return offset;
  });
}

/** How many entries have happened at this offset. */
export function happenedAt(offsets: readonly number[], playheadMs: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= playheadMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The moment at an offset: between two entries time passes evenly, also where silence was cut. */
export function momentAt(entries: readonly PlayEntry[], offsets: readonly number[], playheadMs: number): number {
  const next = happenedAt(offsets, playheadMs);
  const [before, after] = [entries[next - 1], entries[next]];
  if (!before) return entries[0]?.ts ?? 0;
  if (!after) return before.ts;
  const [from, to] = [offsets[next - 1] ?? 0, offsets[next] ?? 0];
  return to === from ? before.ts : Math.round(before.ts + ((playheadMs - from) / (to - from)) * (after.ts - before.ts));
}

const KIND_OF: Readonly<Partial<Record<EventKind, MarkerKind>>> = {
  bid_submitted: "bid", bid_withdrawn: "bid", bid_reconfirmed: "bid", checked_in: "bid", opening_held: "close", lot_closed: "close", opening_drawn: "keys", seals_checked: "opening",
  keys_released: "keys", custodians_awaited: "keys", envelope_unsealed: "opening", contents_recorded: "opening", reading_started: "opening", bid_read: "statement",
  reading_finished: "opening", line_confirmed: "opening", objection_raised: "opening", objection_answered: "opening",
  record_signed: "opening", opening_recorded: "opening", second_opening_started: "opening", candidates_published: "award",
  award_confirmed: "award", letter_issued: "award", letters_issued: "award", tender_archived: "award", tender_drafted: "notice",
  tender_revised: "notice", document_added: "notice", tender_approved: "notice", tender_published: "notice", addendum_issued: "notice",
  enquiry_asked: "notice", enquiry_answered: "notice", tender_cancelled: "notice", schedule_pinned: "notice", floor_key_recorded: "keys",
  directive_issued: "notice", directive_answered: "notice",
  objection_filed: "notice", objection_withdrawn: "notice", objection_decided: "notice",
  complaint_filed: "notice", complaint_accepted: "notice", complaint_refused: "notice", complaint_decided: "notice",
  returned_to_panel: "award", award_reported: "award", winner_fallen: "award", retender_declared: "award", contract_signed: "award",
  amendment_signed: "award", performance_recorded: "award",
};

/** Events with which the procedure comes to its next step. */
const STEPS: ReadonlySet<EventKind> = new Set([
  "tender_published", "lot_closed", "lot_failed", "opening_drawn", "reading_started", "reading_finished", "opening_recorded", "review_started", "preliminary_concluded",
  "scores_concluded", "stage_passed", "second_opening_started", "bids_ranked", "report_closed", "candidates_published", "award_confirmed", "letters_issued",
  "tender_cancelled", "tender_archived",
]);

/** What kind of marker an entry is. */
export function markerOf({ events, withheld = 0 }: PlayEntry): MarkerKind {
  if (events.length === 0 && withheld > 0) return "withheld";
  if (events.some(isIrregular)) return "irregular";
  const [first] = events;
  return (first && KIND_OF[first.kind]) ?? "review";
}

/** The markers of a timeline, the tall ones last so that they stand in front. */
export function markersOf(entries: readonly PlayEntry[], offsets: readonly number[], isShown: (at: number) => boolean, hasFailed: (at: number) => boolean): readonly Marker[] {
  const length = offsets.at(-1) ?? 0;
  const found = new Map<string, Marker>();
  entries.forEach((entry, at) => {
    if (!isShown(at)) return;
    const kind = hasFailed(at) ? "irregular" : markerOf(entry);
    const place = length === 0 ? 0 : Math.round(((offsets[at] ?? 0) / length) * PLACES) * (1000 / PLACES);
    const key = `${kind} ${place}`;
    const known = found.get(key);
    found.set(key, known ? { ...known, count: known.count + 1 } : { kind, place, at, count: 1 });
  });
  return [...found.values()].sort((left, right) => MARKER_KINDS.indexOf(left.kind) - MARKER_KINDS.indexOf(right.kind));
}

/** Whether an entry is a step of the procedure. */
function isStep({ events }: PlayEntry): boolean {
  return events.some(({ kind }) => STEPS.has(kind));
}

/** Whether an event is something that a supervisor wants to look at. */
function isIrregular(event: Event): boolean {
  switch (event.kind) {
    case "keys_released":
      return event.failed.length > 0;
    case "seals_checked":
      return event.mismatched.length > 0;
    case "envelope_unsealed":
      return event.failure !== null;
    case "directive_issued":
    case "objection_filed":
    case "opening_held":
    case "custodians_awaited":
    case "objection_raised":
    case "lot_failed":
    case "tender_cancelled":
    case "expert_recused":
      return true;
    case "report_signed":
      return event.dissent !== null;
    case "scores_concluded":
      return event.scores.some(({ void_seats }) => void_seats.length > 0);
    default:
      return false;
  }
}

/** The place of the next irregular entry from `from` on, going round once; undefined if there is none. */
export function nextIrregular(entries: readonly PlayEntry[], from: number, alsoFailed: (at: number) => boolean): number | undefined {
  const places = entries.flatMap((entry, at) => (alsoFailed(at) || markerOf(entry) === "irregular" ? [at] : []));
  return places.find((at) => at >= from) ?? places[0];
}

/** The nearest step of the procedure behind or before an entry; undefined if there is none that way. */
export function nearestStep(entries: readonly PlayEntry[], from: number, way: 1 | -1): number | undefined {
  for (let at = from + way; at >= 0 && at < entries.length; at += way) {
    const entry = entries[at];
    if (entry && isStep(entry)) return at;
  }
  return undefined;
}
