// The opening: what each act of a lot leads to from the close to the signed record (docs/log.md, 9.3).
import { hexOf, require } from './bytes.mjs'
import { digestOf } from './canonical.mjs'
import { isOpened, standingBid, standingOf } from './lot.mjs'
import { published } from './notice.mjs'
import { rank } from './review.mjs'
import { hostOf, isSame, ofOrganisation, permit, personAs, system } from './rules.mjs'
import { drawSetOf, fieldsOf, normalDecimals, opensFirst } from './terms.mjs'

export const OPENING_ACTS = {
  HoldOpening: ['agreeing:count apart_ms:integer asked:count', hold],
  CloseLot: ['bids:count root:digest', close],
  RecordDraw: ['coefficient:text? label_key:text order:id[]', draw],
  RecordSealCheck: ['mismatched:id[]', checkSeals],
  RecordRelease: ['answered:count[] envelope:count epoch:count failed:Fault[]', release],
  RecordWaiting: ['answered:count[] epoch:count failed:Fault[]', wait],
  RecordUnsealed: ['bid:id envelope:count result:Result submission:submission', unseal],
  StartReading: ['', startReading],
  ReadBid: ['bid:id', read],
  ConfirmReading: ['bid:id', confirm],
  ObjectInRoom: ['bid:id text:long', object],
  AnswerObjection: ['bid:id text:long', answer],
  SignRecord: ['record_sha256:digest', sign],
  StartSecondOpening: ['', startSecond],
}

const isOpening = ({ stage }) => stage === 'opening' || stage === 'second_opening'

function current({ lot }) {
  require(isOpening(lot) && lot.openings.length > 0, 'no_opening')
  return lot.openings.at(-1)
}

function currentAt(place, step) {
  const opening = current(place)
  require(opening.step === step, 'wrong_step')
  return opening
}

function due({ tender, lot }, act) {
  system(act)
  require(lot.stage === 'receiving', 'wrong_stage')
  require(act.now >= tender.opening, 'before_deadline')
}

function hold(place, { agreeing, apart_ms, asked }, act) {
  due(place, act)
  require(!isSame(place.lot.held, { agreeing, asked }), 'already_said')
  return [{ kind: 'opening_held', agreeing, apart_ms, asked }]
}

function close(place, { bids: count, root }, act) {
  due(place, act)
  const { terms, lot } = place
  const bids = standingOf(lot).map(({ id, org }) => ({ bid: id, org }))
  require(bids.length === count, 'bid_count')
  const closed = { kind: 'lot_closed', bids, checked_in: [...lot.checkedIn].sort(), root }
  return bids.length < terms.min_bids ? [closed, { kind: 'lot_failed', reason: 'too_few_bids' }] : [closed]
}

function draw({ terms, lot }, { coefficient, label_key, order }, act) {
  system(act)
  require(lot.stage === 'opening', 'wrong_stage')
  require(lot.order.length === 0, 'already_drawn')
  require(isSame([...order].sort(), standingOf(lot).map(({ id }) => id)), 'order_differs')
  const among = drawSetOf(terms)
  const drawn = normalDecimals(coefficient)
  require(drawn === null ? among.length === 0 : among.includes(drawn), 'coefficient_not_announced')
  return [{ kind: 'opening_drawn', coefficient: drawn, label_key, order }]
}

function checkSeals(place, { mismatched }, act) {
  system(act)
  const opening = current(place)
  require(!opening.isChecked, 'already_checked')
  for (const bid of mismatched) standingBid(place.lot, bid)
  return [{ kind: 'seals_checked', bids: opening.bids.length, mismatched }]
}

function release({ lot }, body, act) {
  system(act)
  require(lot.order.length > 0, 'not_drawn')
  return [{ kind: 'keys_released', ...body }]
}

function wait({ lot }, body, act) {
  system(act)
  require(isOpening(lot), 'wrong_stage')
  require(lot.awaited === null || !isSame(lot.awaited, body), 'already_said')
  return [{ kind: 'custodians_awaited', ...body }]
}

function unseal({ tender, terms, lot }, { bid: id, envelope, result, submission }, act) {
  system(act)
  const bid = standingBid(lot, id)
  const procedure = published(tender)
  const opening = lot.openings.at(-1)
  require(opening, 'no_opening')
  const isFirst = opensFirst(procedure, envelope)
  require(lot.openings.length === 1 ? isFirst : !isFirst && opening.bids.includes(id), 'envelope_stays_sealed')
  const line = bid.manifest.find((each) => each.envelope === envelope)
  require(line, 'unknown_envelope')
  require(line.submission === submission, 'other_submission')
  require(!bid.contents.has(envelope), 'already_unsealed')
  if (result.outcome === 'opened') checkStatement(fieldsOf(terms, envelope), result.statement ?? [])
  const failure = result.outcome === 'opened' ? null : result.code
  return [
    { kind: 'envelope_unsealed', bid: id, envelope, failure },
    { kind: 'contents_recorded', bid: id, envelope, result },
  ]
}

function checkStatement(fields, values) {
  const fits = ({ id, kind }, at) => {
    const value = values[at]
    const isKind = kind === 'text' ? typeof value?.value === 'string' : Number.isInteger(value?.value) && value.value > 0
    return value?.id === id && isKind
  }
  require(values.length === fields.length && fields.every(fits), 'statement_fields')
}

/** The bids of an opening whose statement opened, in their order. */
const readable = (lot, opening) => opening.bids.filter((bid) => isOpened(lot.bids.get(bid), opening.statement))

const numberOf = ({ openings }) => openings.length

function startReading({ tender, lot }, _, act) {
  hostOf(published(tender), act)
  const opening = currentAt({ lot }, 'unsealed')
  const started = { kind: 'reading_started', opening: numberOf(lot) }
  return readable(lot, opening).length > 0 ? [started] : [started, { kind: 'reading_finished', opening: numberOf(lot) }]
}

function read(place, { bid: id }, act) {
  system(act)
  const { lot } = place
  const opening = currentAt(place, 'reading')
  const bids = readable(lot, opening)
  require(bids[opening.read.length] === id, 'not_next')
  const bid = standingBid(lot, id)
  const { label_key, statement } = bid.contents.get(opening.statement)
  const position = opening.read.length + 1
  const said = { kind: 'bid_read', bid: id, label_key, org: bid.org, position, statement: statement ?? [] }
  return position === bids.length ? [said, { kind: 'reading_finished', opening: numberOf(lot) }] : [said]
}

function ownLine(place, id, act) {
  const { org } = personAs(act, 'bidder')
  const opening = current(place)
  permit(standingBid(place.lot, id).org === org, 'other_organisation')
  require(opening.read.includes(id), 'not_read_yet')
  return opening
}

function confirm(place, { bid }, act) {
  require(!ownLine(place, bid, act).confirmed.has(bid), 'already_confirmed')
  return [{ kind: 'line_confirmed', bid }]
}

function object(place, { bid, text }, act) {
  require(!ownLine(place, bid, act).objections.has(bid), 'already_objected')
  return [{ kind: 'objection_raised', bid, text }]
}

function answer(place, { bid, text }, act) {
  hostOf(published(place.tender), act)
  const objection = current(place).objections.get(bid)
  require(objection, 'unknown_objection')
  require(!objection.isAnswered, 'already_answered')
  return [{ kind: 'objection_answered', bid, text }]
}

function sign(place, { record_sha256: digest }, act) {
  const { tender, lot } = place
  const opening = currentAt(place, 'confirming')
  const { org, role } = signerOf(published(tender), lot, act)
  require([...opening.objections.values()].every(({ isAnswered }) => isAnswered), 'objection_unanswered')
  require(digest === hexOf(digestOf(recordOf(lot, opening))), 'record_changed')
  const signatures = [...opening.signatures, { org, role }]
  require(!opening.signatures.some((each) => isSame(each, { org, role })), 'already_signed')
  const events = [{ kind: 'record_signed', org, role }]
  const has = (wanted) => signatures.some((each) => each.role === wanted)
  if (!has('host') || !has('recorder')) return events
  const notConfirmed = opening.bids.filter((bid) => !opening.confirmed.has(bid))
  events.push({ kind: 'opening_recorded', not_confirmed: notConfirmed, opening: numberOf(lot), record_sha256: digest })
  return lot.stage === 'second_opening' ? [...events, rank(place)] : events
}

function signerOf(terms, lot, act) {
  const { actor } = act
  if (actor.role === 'host' || actor.role === 'recorder') return ofOrganisation(act, actor.role, terms.agency)
  const bidder = personAs(act, 'bidder')
  permit(standingOf(lot).some(({ org }) => org === bidder.org), 'not_a_party')
  return bidder
}

function recordOf(lot, opening) {
  const lines = opening.bids.map((id) => {
    const bid = lot.bids.get(id)
    const contents = bid.contents.get(opening.statement)
    const statement = contents?.outcome === 'opened' ? (contents.statement ?? null) : null
    return { bid: id, document_set: bid.set, objection: opening.objections.get(id)?.text ?? null, org: bid.org, statement }
  })
  const { closedAt, closedRoot, coefficient } = lot
  return { closed_at: closedAt, closed_root: closedRoot, coefficient, lines, opening: numberOf(lot) }
}

function startSecond({ tender, lot }, _, act) {
  hostOf(published(tender), act)
  require(lot.stage === 'passed', 'wrong_stage')
  return [{ kind: 'second_opening_started', bids: lot.review.passed }]
}
