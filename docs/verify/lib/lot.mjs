// What the events of a lot set (docs/log.md, 8.3). Applying them cannot fail.
import { APPLY_CONTRACT, newAfter } from './aftermath.mjs'
import { require } from './bytes.mjs'

export function newLot() {
  return {
    stage: 'receiving',
    bids: new Map(),
    checkedIn: new Set(),
    held: null,
    closedRoot: null,
    closedAt: null,
    order: [],
    coefficient: null,
    awaited: null,
    openings: [],
    pool: [],
    ranked: [],
    recused: new Set(),
    seats: new Map(),
    review: newReview(),
    candidates: [],
    until: null,
    awarded: null,
    fallen: [],
    ...newAfter(),
  }
}

function newReview() {
  return {
    bids: [],
    judged: new Map(),
    isPreliminaryConcluded: false,
    rejected: [],
    commitments: new Map(),
    sheets: new Map(),
    scores: [],
    stageSigned: new Set(),
    passed: [],
    ranking: [],
    trace: null,
    reportSigned: new Set(),
  }
}

/** Standing bids, ascending by id. */
export function standingOf({ bids }) {
  const standing = [...bids.values()].filter(({ status }) => status === 'standing')
  return standing.sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** A bid that must be standing. */
export function standingBid({ bids }, id) {
  const bid = bids.get(id)
  require(bid?.status === 'standing', 'unknown_bid')
  return bid
}

/** Bids under review that are not rejected, in the order of the review. */
export function validOf({ review }) {
  return review.bids.filter((bid) => review.rejected.every((rejected) => rejected.bid !== bid))
}

export const seatOf = ({ seats }, person) => [...seats].find(([, held]) => held.person === person)?.[0]

export const isOpened = (bid, envelope) => bid?.contents.get(envelope)?.outcome === 'opened'

function newOpening(statement, bids) {
  return { step: 'unsealing', statement, bids, isChecked: false, released: new Set(), read: [], confirmed: new Set(), objections: new Map(), signatures: [] }
}

export function applyLot(lot, event, now) {
  if (lot && Object.hasOwn(APPLY, event.kind)) APPLY[event.kind](lot, event, now)
}

const nobodyAwaited = (lot) => {
  lot.awaited = null
}
const withOpening = (change) => (lot, event) => {
  const opening = lot.openings.at(-1)
  if (opening) change(opening, event)
}
const withReview = (change) => (lot, event) => change(lot.review, event)

const APPLY = {
  bid_submitted: (lot, { bid, document_set: set, org, person, key, manifest, replaces }) => {
    setStatus(lot, replaces, 'replaced')
    lot.bids.set(bid, { id: bid, set, org, person, key, manifest, status: 'standing', contents: new Map() })
  },
  bid_withdrawn: (lot, { bid }) => setStatus(lot, bid, 'withdrawn'),
  bid_reconfirmed: (lot, { bid, document_set: set }) => Object.assign(lot.bids.get(bid) ?? {}, { set }),
  checked_in: (lot, { org }) => lot.checkedIn.add(org),
  opening_held: (lot, { agreeing, asked }) => Object.assign(lot, { held: { agreeing, asked } }),
  lot_closed: (lot, { bids, root }, now) => {
    Object.assign(lot, { held: null, stage: 'opening', closedRoot: root, closedAt: now })
    lot.openings.push(newOpening(3, bids.map(({ bid }) => bid)))
  },
  lot_failed: (lot) => Object.assign(lot, { stage: 'failed' }),
  opening_drawn: (lot, { coefficient, order }) => {
    Object.assign(lot, { coefficient, order, awaited: null })
    withOpening((opening) => Object.assign(opening, { bids: order }))(lot)
  },
  seals_checked: withOpening((opening) => Object.assign(opening, { isChecked: true })),
  keys_released: (lot, { envelope }) => {
    nobodyAwaited(lot)
    withOpening((opening) => opening.released.add(envelope))(lot)
  },
  custodians_awaited: (lot, { answered, epoch, failed }) => Object.assign(lot, { awaited: { answered, epoch, failed } }),
  envelope_unsealed: nobodyAwaited,
  contents_recorded: (lot, { bid, envelope, result }) => {
    lot.bids.get(bid)?.contents.set(envelope, result)
    withOpening((opening) => {
      const isDone = opening.bids.every((id) => lot.bids.get(id)?.contents.has(opening.statement))
      if (opening.step === 'unsealing' && isDone) opening.step = 'unsealed'
    })(lot)
  },
  reading_started: withOpening((opening) => Object.assign(opening, { step: 'reading' })),
  bid_read: withOpening((opening, { bid }) => opening.read.push(bid)),
  reading_finished: withOpening((opening) => Object.assign(opening, { step: 'confirming' })),
  line_confirmed: withOpening((opening, { bid }) => opening.confirmed.add(bid)),
  objection_raised: withOpening((opening, { bid, text }) => opening.objections.set(bid, { text, isAnswered: false })),
  objection_answered: withOpening((opening, { bid }) => Object.assign(opening.objections.get(bid) ?? {}, { isAnswered: true })),
  record_signed: withOpening((opening, { org, role }) => opening.signatures.push({ org, role })),
  opening_recorded: (lot) => {
    lot.stage = lot.stage === 'opening' ? 'opened' : 'reporting'
    withOpening((opening) => Object.assign(opening, { step: 'recorded' }))(lot)
  },
  second_opening_started: (lot, { bids }) => {
    lot.stage = 'second_opening'
    lot.openings.push(newOpening(4, lot.order.filter((bid) => bids.includes(bid))))
  },
  panel_called: (lot, { commitments }) => Object.assign(lot, { pool: commitments }),
  panel_drawn: (lot, { ranked }) => Object.assign(lot, { ranked }),
  seat_taken: (lot, { commitment, person, seat }) => lot.seats.set(seat, { commitment, person }),
  expert_recused: (lot, { commitment }) => {
    lot.recused.add(commitment)
    for (const [seat, held] of lot.seats) if (held.commitment === commitment) lot.seats.delete(seat)
  },
  review_started: (lot, { bids }) => {
    lot.stage = 'reviewing'
    lot.review.bids = bids
  },
  preliminary_judged: withReview((review, { seat, verdicts }) => review.judged.set(seat, verdicts)),
  preliminary_concluded: withReview((review, { rejected }) => Object.assign(review, { rejected, isPreliminaryConcluded: true })),
  scores_committed: withReview((review, { commitment, seat }) => review.commitments.set(seat, commitment)),
  scores_revealed: withReview((review, { scores, seat }) => review.sheets.set(seat, scores)),
  scores_concluded: withReview((review, { scores }) => Object.assign(review, { scores })),
  stage_signed: withReview((review, { seat }) => review.stageSigned.add(seat)),
  stage_passed: (lot, { passed }) => {
    lot.stage = 'passed'
    lot.review.passed = passed
  },
  bids_ranked: (lot, { ranking, trace }) => {
    lot.stage = 'reporting'
    Object.assign(lot.review, { ranking, trace })
  },
  report_signed: withReview((review, { seat }) => review.reportSigned.add(seat)),
  report_closed: (lot) => Object.assign(lot, { stage: 'reported' }),
  candidates_published: (lot, { candidates, until }) => Object.assign(lot, { stage: 'candidates', candidates, until }),
  award_confirmed: (lot, { bid }) => Object.assign(lot, { stage: 'awarded', awarded: bid }),
  returned_to_panel: (lot) =>
    Object.assign(lot, newAfter(), { stage: 'reviewing', review: { ...newReview(), bids: lot.review.bids }, candidates: [], until: null, awarded: null, fallen: [] }),
  ...APPLY_CONTRACT,
  letters_issued: (lot) => Object.assign(lot, { stage: 'completed' }),
}

function setStatus(lot, id, status) {
  const bid = lot.bids.get(id)
  if (bid) bid.status = status
}
