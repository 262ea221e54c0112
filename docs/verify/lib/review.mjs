// Panel, review and award: what each act of a lot leads to after its opening, and the draw of its panel (docs/log.md, 9.4).
import { standingCandidates } from './aftermath.mjs'
import { hexOf, require, sha256, uuidBytes } from './bytes.mjs'
import { digestOf, write } from './canonical.mjs'
import { ends } from './law.mjs'
import { isOpened, seatOf, standingBid, standingOf, validOf } from './lot.mjs'
import { published } from './notice.mjs'
import { ascends, buyerOf, hostOf, isSame, permit, personAs, system } from './rules.mjs'
import { concludeScores, rankBids, rejectedBids } from './scores.mjs'
import { envelopesOf, fieldsOf, opensFirst, priceStatementOf } from './terms.mjs'

export const REVIEW_ACTS = {
  CallPanel: ['commitments:digest[]', call],
  RecordPanelDraw: ['label_key:text ranked:digest[]', draw],
  TakeSeat: ['commitment:digest salt:text', takeSeat],
  RecuseSelf: ['commitment:digest reason:short salt:text', recuse],
  StartReview: ['', start],
  JudgePreliminary: ['verdicts:Verdict[]', judge],
  CommitScores: ['commitment:digest', commit],
  RevealScores: ['salt:text scores:Score[]', reveal],
  SignStage: ['passed:id[]', signStage],
  SignReport: ['dissent:long? report_sha256:digest', signReport],
  PublishCandidates: ['', publishCandidates],
  ConfirmAward: ['bid:id', confirmAward],
  IssueLetters: ['', issueLetters],
}

/** 32 bytes in hexadecimal digits of either case. */
const SALT = /^[0-9a-f]{64}$/i

/** Null where the salt is none: nothing opens to that. */
const commitmentTo = (salt, ...body) => (SALT.test(salt) ? hexOf(sha256(Buffer.from([2]), Buffer.from(salt, 'hex'), ...body)) : null)
export const personCommitment = (salt, person) => commitmentTo(salt, uuidBytes(person))
export const scoresCommitment = (salt, scores) => commitmentTo(salt, write(scores))

const atStage = ({ stage }, ...wanted) => require(wanted.includes(stage), 'wrong_stage')

function call({ tender, terms, lot }, { commitments }, act) {
  hostOf(published(tender), act)
  atStage(lot, 'receiving')
  require(lot.pool.length === 0, 'panel_called')
  require(ascends(commitments), 'pool_not_sorted')
  require(commitments.length >= terms.panel.size && commitments.length <= 2000, 'pool_too_small')
  return [{ kind: 'panel_called', commitments }]
}

function draw({ lot }, { label_key, ranked }, act) {
  system(act)
  require(lot.pool.length > 0, 'panel_not_called')
  require(lot.ranked.length === 0, 'already_drawn')
  require(isSame([...ranked].sort(), lot.pool), 'pool_differs')
  return [{ kind: 'panel_drawn', label_key, ranked }]
}

/** The acting expert, if the commitment is invited and opens to this person before the review. */
function invited({ terms, lot }, { commitment, salt }, act) {
  const { person } = personAs(act, 'expert')
  const drawn = lot.ranked.filter((each) => !lot.recused.has(each)).slice(0, terms.panel.size)
  require(personCommitment(salt, person) === commitment && drawn.includes(commitment), 'not_invited')
  require(['receiving', 'opening', 'opened'].includes(lot.stage), 'review_started')
  return person
}

function takeSeat(place, body, act) {
  const { terms, lot } = place
  const person = invited(place, body, act)
  require(seatOf(lot, person) === undefined, 'seat_taken')
  let seat = 1
  while (lot.seats.has(seat)) seat += 1
  require(seat <= terms.panel.size, 'panel_full')
  return [{ kind: 'seat_taken', commitment: body.commitment, person, seat }]
}

function recuse(place, body, act) {
  invited(place, body, act)
  return [{ kind: 'expert_recused', commitment: body.commitment, reason: body.reason }]
}

function start({ tender, terms, lot }, _, act) {
  const procedure = published(tender)
  hostOf(procedure, act)
  atStage(lot, 'opened')
  require(lot.seats.size === terms.panel.size, 'panel_not_seated')
  const first = envelopesOf(procedure).filter((envelope) => opensFirst(procedure, envelope))
  require(standingOf(lot).every(({ contents }) => first.every((envelope) => contents.has(envelope))), 'still_unsealing')
  const bids = lot.order.filter((id) => first.every((envelope) => isOpened(lot.bids.get(id), envelope)))
  return failedIf(bids.length === 0, [{ kind: 'review_started', bids }])
}

const NO_VALID_BID = { kind: 'lot_failed', reason: 'no_valid_bid' }
const failedIf = (hasFailed, events) => (hasFailed ? [...events, NO_VALID_BID] : events)

function seatOfActor(lot, act) {
  const { person } = personAs(act, 'expert')
  const seat = seatOf(lot, person)
  permit(seat !== undefined, 'not_on_panel')
  return seat
}

/** Every bid with every criterion, each exactly once. */
function checkCover(bids, criteria, given) {
  const wanted = bids.flatMap((bid) => criteria.map(({ code }) => `${bid} ${code}`)).sort()
  require(isSame(given.map(({ bid, criterion }) => `${bid} ${criterion}`).sort(), wanted), 'incomplete')
}

function judge({ terms, lot }, { verdicts }, act) {
  const seat = seatOfActor(lot, act)
  atStage(lot, 'reviewing')
  const { bids, judged } = lot.review
  require(!judged.has(seat), 'already_judged')
  checkCover(bids, terms.criteria.filter(({ part }) => part === 'preliminary'), verdicts)
  require(verdicts.every(({ is_met, reason }) => is_met === (reason === null)), 'reason_missing')
  const events = [{ kind: 'preliminary_judged', seat, verdicts }]
  const all = new Map([...judged, [seat, verdicts]])
  if (all.size < terms.panel.size) return events
  const rejected = rejectedBids(terms.panel.size, bids, all)
  return failedIf(rejected.length === bids.length, [...events, { kind: 'preliminary_concluded', rejected }])
}

function commit({ terms, lot }, { commitment }, act) {
  const seat = seatOfActor(lot, act)
  atStage(lot, 'reviewing')
  require(lot.review.isPreliminaryConcluded, 'preliminary_not_concluded')
  require(lot.review.commitments.size < terms.panel.size, 'all_committed')
  return [{ kind: 'scores_committed', commitment, seat }]
}

function reveal({ terms, lot }, { salt, scores }, act) {
  const seat = seatOfActor(lot, act)
  atStage(lot, 'reviewing')
  const { commitments, sheets } = lot.review
  require(commitments.size === terms.panel.size, 'not_all_committed')
  require(!sheets.has(seat), 'already_revealed')
  require(scoresCommitment(salt, scores) === commitments.get(seat), 'commitment_differs')
  const criteria = terms.criteria.filter(({ part }) => part !== 'preliminary')
  checkCover(validOf(lot), criteria, scores)
  const most = new Map(criteria.map(({ code, judging }) => [code, judging.max]))
  const isWithin = ({ criterion, points }) => Number.isInteger(points) && points >= 0 && points <= most.get(criterion)
  require(scores.every(isWithin), 'points_out_of_range')
  const events = [{ kind: 'scores_revealed', scores, seat }]
  const all = new Map([...sheets, [seat, scores]])
  if (all.size < terms.panel.size) return events
  return [...events, { kind: 'scores_concluded', scores: concludeScores(terms, validOf(lot), all) }]
}

function signStage(place, { passed }, act) {
  const { tender, terms, lot } = place
  const seat = seatOfActor(lot, act)
  atStage(lot, 'reviewing')
  const { scores, stageSigned } = lot.review
  require(scores.length > 0, 'scores_not_concluded')
  require(!stageSigned.has(seat), 'already_signed')
  const valid = validOf(lot).sort()
  require(isSame(passed, valid), 'passed_differs')
  const events = [{ kind: 'stage_signed', seat }]
  if ((stageSigned.size + 1) * 2 <= terms.panel.size) return events
  events.push({ kind: 'stage_passed', passed: valid })
  return published(tender).procedure === 'one_stage' ? [...events, rank(place)] : events
}

/** The event `bids_ranked`, from the prices that were opened; `lot_failed` where no price counts. */
export function rank({ tender, terms, lot }) {
  const statement = priceStatementOf(tender.terms)
  const field = fieldsOf(terms, statement).find(({ kind }) => kind === 'price')
  const valid = new Set(validOf(lot))
  const priceOf = (id) => {
    const contents = lot.bids.get(id)?.contents.get(statement)
    const value = contents?.statement?.find((each) => each.id === field.id)?.value
    return contents?.outcome === 'opened' && Number.isInteger(value) ? value : undefined
  }
  const bids = lot.order
    .map((id, at) => ({ id, lottery: at + 1, price: priceOf(id) }))
    .filter(({ id, price }) => valid.has(id) && price !== undefined)
  const counts = bids.some(({ price }) => price <= terms.ceiling.minor)
  return counts ? { kind: 'bids_ranked', ...rankBids(terms, bids, lot.review.scores, lot.coefficient) } : NO_VALID_BID
}

function signReport({ terms, lot }, { dissent, report_sha256: digest }, act) {
  const seat = seatOfActor(lot, act)
  atStage(lot, 'reporting')
  const { reportSigned } = lot.review
  require(!reportSigned.has(seat), 'already_signed')
  require(digest === hexOf(digestOf(reportOf(lot))), 'report_changed')
  const events = [{ kind: 'report_signed', dissent, seat }]
  const isLast = reportSigned.size + 1 === terms.panel.size
  return isLast ? [...events, { kind: 'report_closed', report_sha256: digest }] : events
}

function reportOf(lot) {
  const { bids, passed, ranking, rejected, scores, trace } = lot.review
  const named = bids.map((bid) => ({ bid, org: lot.bids.get(bid).org }))
  return { bids: named, coefficient: lot.coefficient, panel: lot.seats.size, passed, ranking, rejected, scores, trace }
}

function publishCandidates({ tender, terms, lot, centre }, _, act) {
  hostOf(published(tender), act)
  atStage(lot, 'reported')
  const ranked = lot.review.ranking.filter(({ rank: place }) => place !== null).slice(0, terms.candidates_max)
  const candidates = ranked.map((result) => ({ org: lot.bids.get(result.bid).org, result }))
  const panel = [...lot.seats].map(([seat, { person }]) => ({ person, seat })).sort((one, other) => one.seat - other.seat)
  const until = ends(centre.law, tender.terms.regime, 'candidate_publicity', act.now)
  return [{ kind: 'candidates_published', candidates, panel, until }]
}

function confirmAward({ tender, lot, centre }, { bid }, act) {
  buyerOf(published(tender), act)
  atStage(lot, 'candidates')
  require(act.now >= lot.until, 'standstill')
  const [first] = standingCandidates(lot)
  require(first, 'no_candidates')
  require(first === bid, 'not_first_candidate')
  const until = ends(centre.law, tender.terms.regime, 'award_report', act.now)
  return [
    { kind: 'award_confirmed', bid, org: standingBid(lot, bid).org },
    { kind: 'report_due', until },
  ]
}

function issueLetters({ tender, lot, centre }, _, act) {
  hostOf(published(tender), act)
  atStage(lot, 'awarded')
  const letters = standingOf(lot).map(({ id, org }) => ({
    kind: 'letter_issued',
    bid: id,
    is_winner: lot.awarded === id,
    org,
    result: lot.review.ranking.find((result) => result.bid === id) ?? null,
    score: lot.review.scores.find((score) => score.bid === id) ?? null,
  }))
  const until = ends(centre.law, tender.terms.regime, 'contract_signing', act.now)
  return [...letters, { kind: 'letters_issued', letters: letters.length }, { kind: 'contract_due', until }]
}
