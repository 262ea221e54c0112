// After the award: report, fallen winners, the contract, its changes, what was done under it (docs/log.md, 9.6).
import { standingCandidates } from './aftermath.mjs'
import { require } from './bytes.mjs'
import { standingBid } from './lot.mjs'
import { published } from './notice.mjs'
import { unremedied } from './objection.mjs'
import { buyerOf, permit, personAs } from './rules.mjs'

export const CONTRACT_ACTS = {
  ReturnToPanel: ['objection:id reason:long', returnToPanel],
  ReportAward: ['text:long', report],
  ReportWinnerFallen: ['bid:id reason:fall text:long', fall],
  DeclareRetender: ['reason:long', retender],
  SignContract: ['contract_sha256:digest price_minor:integer', sign],
  AmendContract: ['amendment_sha256:digest number:count text:long', amend],
  RecordPerformance: ['is_on_time:flag text:long', perform],
}

const MOST = 200

const byBuyer = ({ tender }, act) => buyerOf(published(tender), act)

function at({ lot }, stage) {
  require(lot.stage === stage, 'wrong_stage')
}

function winnerOf(lot) {
  require(lot.awarded !== null, 'wrong_stage')
  return standingBid(lot, lot.awarded)
}

function returnToPanel(place, { objection, reason }, act) {
  byBuyer(place, act)
  at(place, 'candidates')
  const { tender } = place
  require(published(tender).procedure === 'one_stage', 'prices_known')
  const upheld = unremedied(tender, act.lot)
  require(upheld && tender.objections.get(objection) === upheld, 'not_upheld')
  return [{ kind: 'returned_to_panel', objection, reason }]
}

function report(place, { text }, act) {
  byBuyer(place, act)
  winnerOf(place.lot)
  const { isReported, reportBy } = place.lot
  require(!isReported, 'already_said')
  return [{ kind: 'award_reported', is_late: reportBy !== null && act.now > reportBy, text }]
}

function fall(place, { bid, reason, text }, act) {
  byBuyer(place, act)
  const { lot } = place
  require(['candidates', 'awarded', 'completed'].includes(lot.stage), 'wrong_stage')
  const first = lot.stage === 'candidates' ? standingCandidates(lot)[0] : lot.awarded
  require(bid === first, 'not_first_candidate')
  return [{ kind: 'winner_fallen', bid, org: standingBid(lot, bid).org, reason, text }]
}

function retender(place, { reason }, act) {
  byBuyer(place, act)
  at(place, 'candidates')
  const isUpheld = unremedied(place.tender, act.lot) !== undefined
  require(isUpheld || place.lot.fallen.length > 0, 'no_ground_to_retender')
  return [
    { kind: 'retender_declared', reason },
    { kind: 'lot_failed', reason: isUpheld ? 'upheld_objection' : 'winner_fallen' },
  ]
}

/** The acting person, if of the buyer or of the winner. */
function partyOf(place, act) {
  if (act.actor.role === 'buyer') return byBuyer(place, act)
  const bidder = personAs(act, 'bidder')
  const { awarded, bids } = place.lot
  permit(awarded !== null && bids.get(awarded)?.org === bidder.org, 'not_a_party')
  return bidder
}

function sign(place, { contract_sha256: digest, price_minor: price }, act) {
  const { org, role } = partyOf(place, act)
  at(place, 'completed')
  const { lot } = place
  const { id: bid } = winnerOf(lot)
  require(lot.review.ranking.find((result) => result.bid === bid)?.price_minor === price, 'contract_price')
  require(lot.signBy !== null && act.now <= lot.signBy, 'too_late_to_sign')
  const signed = { kind: 'contract_signed', contract_sha256: digest, org, price_minor: price, role }
  if (role === 'buyer') {
    require(lot.contract === null, 'already_signed')
    return [signed]
  }
  require(lot.contract, 'buyer_signs_first')
  require(lot.contract.digest === digest, 'contract_differs')
  return [signed, { kind: 'contract_concluded', bid, contract_sha256: digest, org, price_minor: price }]
}

function amend(place, { amendment_sha256: digest, number, text }, act) {
  const { org, role } = partyOf(place, act)
  at(place, 'contracted')
  const { amendments } = place.lot.contract
  const pending = amendments.find(({ signed }) => signed.length < 2)
  const next = amendments.length + (pending ? 0 : 1)
  require(number === next, 'amendment_number')
  const signed = { kind: 'amendment_signed', amendment_sha256: digest, number, org, role, text }
  if (!pending) {
    require(next <= MOST, 'contract_entries')
    return [signed]
  }
  require(!pending.signed.includes(role), 'already_signed')
  require(pending.digest === digest && pending.text === text, 'contract_differs')
  return [signed, { kind: 'contract_amended', amendment_sha256: digest, number }]
}

function perform(place, { is_on_time, text }, act) {
  byBuyer(place, act)
  at(place, 'contracted')
  require(place.lot.contract.performed < MOST, 'contract_entries')
  return [{ kind: 'performance_recorded', is_on_time, text }]
}
