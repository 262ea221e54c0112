/**
 * Who heard an event when it happened: the display's copy of the server's table (`src/tender/audience.rs`).
 *
 * For the replay's "as seen by" only; the server decides what anybody gets. *Invariant*: every kind of event is named,
 * so that a new kind is a type error here until it has been placed.
 */
import type { EventKind } from "@/i18n/events";
import type { Event, OrgId } from "@/protocol";

/** A group of readers. */
export type GroupView = "everything" | "public" | "host" | "panel" | "supervisor";
/** From whose eyes one looks; `everything` is the whole record, which nobody saw at the time. */
export type Viewpoint = GroupView | `bidder:${OrgId}`;
/** The groups, in the order in which they are offered. */
export const GROUP_VIEWS: readonly GroupView[] = ["everything", "public", "host", "panel", "supervisor"];

type Group = "everybody" | "host" | "host_and_supervisor" | "owner_and_supervisor" | "review" | "review_and_host" | "owner" | "nobody";

const GROUP: Readonly<Record<EventKind, Group>> = {
  tender_drafted: "host",
  tender_revised: "host",
  document_added: "host",
  retender_named: "host",
  tender_approved: "host",
  enquiry_asked: "host",
  tender_published: "everybody",
  addendum_issued: "everybody",
  enquiry_answered: "everybody",
  tender_cancelled: "everybody",
  schedule_pinned: "everybody",
  floor_key_recorded: "everybody",
  tender_archived: "everybody",
  directive_issued: "everybody",
  directive_answered: "everybody",
  objection_filed: "everybody",
  objection_argued: "host_and_supervisor",
  objector_named: "owner",
  objection_withdrawn: "everybody",
  objection_decided: "everybody",
  complaint_filed: "owner_and_supervisor",
  complaint_accepted: "everybody",
  complaint_refused: "owner_and_supervisor",
  complaint_decided: "everybody",
  report_due: "everybody",
  contract_due: "everybody",
  returned_to_panel: "everybody",
  award_reported: "host_and_supervisor",
  winner_fallen: "everybody",
  retender_declared: "everybody",
  contract_signed: "everybody",
  contract_concluded: "everybody",
  amendment_signed: "everybody",
  contract_amended: "everybody",
  performance_recorded: "everybody",
  bid_submitted: "owner",
  bid_withdrawn: "owner",
  bid_reconfirmed: "owner",
  checked_in: "owner",
  letter_issued: "owner",
  opening_held: "everybody",
  lot_closed: "everybody",
  lot_failed: "everybody",
  opening_drawn: "everybody",
  seals_checked: "everybody",
  keys_released: "everybody",
  custodians_awaited: "everybody",
  envelope_unsealed: "everybody",
  reading_started: "everybody",
  bid_read: "everybody",
  reading_finished: "everybody",
  line_confirmed: "everybody",
  objection_raised: "everybody",
  objection_answered: "everybody",
  record_signed: "everybody",
  opening_recorded: "everybody",
  review_started: "everybody",
  stage_passed: "everybody",
  second_opening_started: "everybody",
  candidates_published: "everybody",
  award_confirmed: "everybody",
  letters_issued: "everybody",
  contents_recorded: "review",
  preliminary_concluded: "review",
  scores_committed: "review",
  scores_concluded: "review",
  stage_signed: "review",
  bids_ranked: "review_and_host",
  report_signed: "review_and_host",
  report_closed: "review_and_host",
  clock_read: "nobody",
  panel_called: "nobody",
  panel_drawn: "nobody",
  seat_taken: "nobody",
  expert_recused: "nobody",
  preliminary_judged: "nobody",
  scores_revealed: "nobody",
};

const HEARS: Readonly<Record<GroupView, ReadonlySet<Group>>> = {
  everything: new Set(["everybody", "host", "host_and_supervisor", "owner_and_supervisor", "review", "review_and_host", "owner", "nobody"]),
  public: new Set(["everybody"]),
  host: new Set(["everybody", "host", "host_and_supervisor", "review_and_host"]),
  panel: new Set(["everybody", "review", "review_and_host"]),
  supervisor: new Set(["everybody", "host_and_supervisor", "owner_and_supervisor", "review", "review_and_host"]),
};

/** Whether an event was heard from this viewpoint. */
export function isHeard(event: Event, viewpoint: Viewpoint): boolean {
  const group = GROUP[event.kind] ?? "nobody";
  if (isGroup(viewpoint)) return HEARS[viewpoint].has(group);
  return group === "everybody" || (group.startsWith("owner") && "org" in event && viewpoint === `bidder:${event.org}`);
}

function isGroup(viewpoint: Viewpoint): viewpoint is GroupView {
  return !viewpoint.startsWith("bidder:");
}
