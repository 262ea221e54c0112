/**
 * The timeline of a replay: where entries stand on it, what they are, where the next irregularity is. Pure.
 */
import type { EventKind } from "@/i18n/events";
import type { Event } from "@/protocol";
import type { ReplayEntry } from "@/wire";

/** Groups of markers, by the stage an entry belongs to; `irregular` wins over all. */
export type MarkerKind = "notice" | "bid" | "opening" | "review" | "award" | "irregular";

/** While silence is skipped, no gap between two entries is longer than this. */
export const GAP_MAX_MS = 3000;

/** The offset of each entry from the first, in milliseconds; with silence cut out where wanted. */
export function offsetsOf(entries: readonly ReplayEntry[], isSilenceSkipped: boolean): readonly number[] {
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
export function momentAt(entries: readonly ReplayEntry[], offsets: readonly number[], playheadMs: number): number {
  const next = happenedAt(offsets, playheadMs);
  const [before, after] = [entries[next - 1], entries[next]];
  if (!before) return entries[0]?.ts ?? 0;
  if (!after) return before.ts;
  const [from, to] = [offsets[next - 1] ?? 0, offsets[next] ?? 0];
  return to === from ? before.ts : Math.round(before.ts + ((playheadMs - from) / (to - from)) * (after.ts - before.ts));
}

const KIND_OF: Readonly<Partial<Record<EventKind, MarkerKind>>> = {
  bid_submitted: "bid", bid_withdrawn: "bid", checked_in: "bid", lot_closed: "opening", opening_drawn: "opening", seals_checked: "opening",
  keys_released: "opening", custodians_awaited: "opening", envelope_unsealed: "opening", contents_recorded: "opening", reading_started: "opening", bid_read: "opening",
  reading_finished: "opening", line_confirmed: "opening", objection_raised: "opening", objection_answered: "opening",
  record_signed: "opening", opening_recorded: "opening", second_opening_started: "opening", candidates_published: "award",
  award_confirmed: "award", letter_issued: "award", letters_issued: "award", tender_archived: "award", tender_drafted: "notice",
  tender_revised: "notice", document_added: "notice", tender_approved: "notice", tender_published: "notice", addendum_issued: "notice",
  enquiry_asked: "notice", enquiry_answered: "notice", tender_cancelled: "notice", schedule_pinned: "notice", floor_key_recorded: "opening",
};

/** What kind of marker an entry is. */
export function markerOf({ events }: ReplayEntry): MarkerKind {
  if (events.some(isIrregular)) return "irregular";
  const [first] = events;
  return (first && KIND_OF[first.kind]) ?? "review";
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

/** The place of the next irregular entry behind `from`, going round once; undefined if there is none. */
export function nextIrregular(entries: readonly ReplayEntry[], from: number, alsoFailed: (at: number) => boolean): number | undefined {
  const places = entries.flatMap((entry, at) => (markerOf(entry) === "irregular" || alsoFailed(at) ? [at] : []));
  return places.find((at) => at >= from) ?? places[0];
}
