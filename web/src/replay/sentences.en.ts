/** What happened, in English sentences. */
import type { sentencesZh } from "./sentences.zh";

/** By kind of event, and by its ways. */
export const sentencesEn: Readonly<Record<keyof typeof sentencesZh, string>> = {
  document_added: "Document added: {name}", tender_published: "Notice published; the opening is at {moment}", addendum_issued: "Addendum {number} issued", postponed: "Addendum {number} issued; the opening moves to {moment}",
  schedule_pinned: "{count} custodians pinned the schedule", named: "{what} {how}: {text}", is_suspend: "(suspend)", is_resume: "(resume)", is_correct: "(correct)", is_upheld: "(upheld)", is_partly_upheld: "(upheld in part)", is_rejected: "(rejected)",
  opening_held: "Opening held: only {agreeing} of {asked} clocks of others agree with the platform's", bid_submitted: "{org} submitted a bid", bid_replaced: "{org} replaced its bid", bid_withdrawn: "{org} withdrew its bid", bid_reconfirmed: "{org} confirmed the bid under the newest addendum", checked_in: "{org} checked in",
  lot_closed: "Closed with {count} bids", opening_drawn: "Reading order of {count} and coefficient {coefficient} drawn", order_drawn: "Reading order of {count} drawn", seals_checked: "Seals checked: {count} match their receipts",
  seals_differ: "Seals checked: {count} differ from their receipts ({names})", keys_released: "{count} custodians released keys: {envelope}", but: "; not released: {faults}", custodians_awaited: "Waiting for custodians: {count} answered; {faults}",
  envelope_unsealed: "Unsealed of {org}: {envelope}", envelope_failed: "Not unsealed of {org}: {envelope}: {why}", contents_recorded: "Contents recorded of {org}: {envelope}", bid_read: "Read out, place {position}: {org}", price_read: "Read out, place {position}: {org}, {price}",
  line_confirmed: "{org} confirmed its line", objection_raised: "{org} objects: {text}", objection_answered: "Answer to {org}: {text}", record_signed: "Record signed by the {role} ({org})", seat_taken: "{person} took seat {seat}",
  expert_recused: "An expert is recused: {reason}", of_seat: "Seat {seat}: {what}", all_accepted: "Preliminary review: all accepted", rejected: "Preliminary review: rejected {names}", stage_passed: "{count} passed the technical stage", bids_ranked: "Scored and ranked: first {org}, {total} points",
  dissent: "Seat {seat} signed the report with a dissent: {text}", candidates_published: "Candidates published: {names}", award_confirmed: "Awarded to {org}", letter_winner: "Letter of award to {org}", letter_issued: "Letter of result to {org}", letters_issued: "All letters issued: {count}",
};
