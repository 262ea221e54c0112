// Objections to the buyer and complaints to the supervisor (docs/log.md, 9.5).
import { require } from './bytes.mjs'
import { ends, latestStart } from './law.mjs'
import { ascends, buyerOf, permit, personAs } from './rules.mjs'

/** Steps that an open objection could overturn. */
const WAITS = new Set(['CloseLot', 'SignRecord', 'PublishCandidates', 'ConfirmAward', 'SignContract'])
const MOST = 500
const MOST_EACH = 20

const isOpen = ({ isWithdrawn, answer }) => !isWithdrawn && answer === null
const concerns = ({ scope }, lot) => scope === null || scope === lot

/** An upheld objection to the candidates of `lot` that nothing has followed from yet. */
export const unremedied = ({ objections }, lot) =>
  [...objections.values()].find((each) => each.about === 'candidates' && each.answer?.decision === 'upheld' && !each.isRemedied && concerns(each, lot))

/** Refuses the steps that an open objection could overturn, and an award against one that was upheld. */
export function permittedByObjections(tender, { type, lot }) {
  if (lot === null) return
  const isAwaited = [...tender.objections.values()].some((each) => isOpen(each) && concerns(each, lot))
  require(!isAwaited || !WAITS.has(type), 'objection_open')
  require(type !== 'ConfirmAward' || !unremedied(tender, lot), 'objection_upheld')
}

/** Whether the lot waited at `moment` for the answer to an objection. */
export const awaitedAnswerAt = ({ objections }, lot, moment) =>
  [...objections.values()].some((each) => concerns(each, lot) && each.raised <= moment && (each.ended === null || each.ended >= moment))

export const hasOpenCase = ({ objections, complaints }) =>
  [...objections.values()].some(isOpen) || [...complaints.values()].some(({ status }) => status === 'filed' || status === 'accepted')

function checkEvidence(evidence) {
  require(evidence.length <= 8 && ascends(evidence), 'evidence_list')
}

function checkCount(cases, id, org, word) {
  require(!cases.has(id), `${word}_twice`)
  const own = [...cases.values()].filter((each) => each.org === org).length
  require(cases.size < MOST && own < MOST_EACH, `${word}s_count`)
}

export function raise(tender, centre, terms, body, act) {
  const { about, argument, claim, evidence, objection, remedy, scope } = body
  const { org } = personAs(act, 'bidder')
  permit(org !== terms.agency && org !== terms.buyer, 'bidder_is_party')
  checkCount(tender.objections, objection, org, 'objection')
  checkEvidence(evidence)
  checkStanding(tender, centre, terms, body, org, act)
  const answerBy = ends(centre.law, terms.regime, 'objection_answer', act.now)
  return [
    { kind: 'objection_filed', about, answer_by: answerBy, claim, objection, scope },
    { kind: 'objection_argued', argument, evidence, objection, remedy },
    { kind: 'objector_named', objection, org },
  ]
}

function checkStanding(tender, centre, terms, { about, scope }, org, { now }) {
  require((about === 'document') === (scope === null), 'other_scope')
  if (about === 'document') {
    return require(now <= latestStart(centre.law, terms.regime, 'document_objection', tender.opening), 'too_late_to_object')
  }
  const lot = tender.lots.get(scope)
  require(lot, 'unknown_lot')
  permit(lot.closedAt !== null && [...lot.bids.values()].some((bid) => bid.status === 'standing' && bid.org === org), 'no_standing')
  if (about === 'opening') return require(lot.stage === 'opening' || lot.stage === 'second_opening', 'too_late_to_object')
  require(lot.until !== null, 'no_candidates')
  return require(lot.stage === 'candidates' && now < lot.until, 'too_late_to_object')
}

function objectionOf({ objections }, id) {
  require(objections.has(id), 'unknown_objection')
  return objections.get(id)
}

export function withdrawObjection(tender, _, __, { objection }, act) {
  const { org } = personAs(act, 'bidder')
  const own = objectionOf(tender, objection)
  permit(own.org === org, 'other_organisation')
  require(isOpen(own), 'already_answered')
  return [{ kind: 'objection_withdrawn', objection }]
}

export function decideObjection(tender, _, terms, { decision, objection, text }, act) {
  buyerOf(terms, act)
  const asked = objectionOf(tender, objection)
  require(isOpen(asked), 'already_answered')
  return [{ kind: 'objection_decided', decision, is_late: act.now > asked.answerBy, objection, text }]
}

export function file(tender, centre, terms, body, act) {
  const { org } = personAs(act, 'bidder')
  checkCount(tender.complaints, body.complaint, org, 'complaint')
  checkEvidence(body.evidence)
  const known = knownAt(tender, terms, body.ground, org, act)
  require(act.now <= ends(centre.law, terms.regime, 'complaint_filing', known), 'too_late_to_complain')
  const acceptBy = ends(centre.law, terms.regime, 'complaint_acceptance', act.now)
  return [{ kind: 'complaint_filed', ...body, accept_by: acceptBy, org }]
}

/** From when the time to complain runs: the answer to the own objection or the end of the time for it, or what is said. */
function knownAt(tender, terms, ground, org, { now }) {
  if (ground.from === 'objection') {
    const own = objectionOf(tender, ground.objection)
    require(own.org === org && !own.isWithdrawn, 'unknown_objection')
    require(own.answer !== null || now > own.answerBy, 'objection_open')
    return own.answer?.decidedAt ?? own.answerBy
  }
  require(ground.scope === null || terms.lots.some(({ id }) => id === ground.scope), 'unknown_lot')
  require(ground.known_at <= now, 'known_in_future')
  return ground.known_at
}

function complaintAt({ complaints }, id, act) {
  personAs(act, 'supervisor')
  require(complaints.has(id), 'unknown_complaint')
  return complaints.get(id)
}

export function accept(tender, centre, terms, { complaint }, act) {
  const { status, claim, acceptBy } = complaintAt(tender, complaint, act)
  require(status === 'filed', 'already_answered')
  const decideBy = ends(centre.law, terms.regime, 'complaint_decision', act.now)
  return [{ kind: 'complaint_accepted', claim, complaint, decide_by: decideBy, is_late: act.now > acceptBy }]
}

export function refuse(tender, _, __, { complaint, reason }, act) {
  const { status, org } = complaintAt(tender, complaint, act)
  require(status === 'filed', 'already_answered')
  return [{ kind: 'complaint_refused', complaint, org, reason }]
}

export function decideComplaint(tender, _, __, { complaint, decision, text }, act) {
  const { status, decideBy } = complaintAt(tender, complaint, act)
  require(status !== 'filed', 'complaint_not_accepted')
  require(status === 'accepted', 'already_answered')
  return [{ kind: 'complaint_decided', complaint, decision, is_late: act.now > decideBy, text }]
}

const of = (cases, id, change) => Object.assign(cases.get(id) ?? {}, change)

export const APPLY_CASES = {
  objection_filed: ({ objections }, { about, answer_by: answerBy, objection, scope }, now) =>
    objections.set(objection, { about, answerBy, scope, org: null, raised: now, ended: null, isWithdrawn: false, answer: null, isRemedied: false }),
  objector_named: ({ objections }, { objection, org }) => of(objections, objection, { org }),
  objection_withdrawn: ({ objections }, { objection }, now) => of(objections, objection, { ended: now, isWithdrawn: true }),
  objection_decided: ({ objections }, { decision, objection }, now) => of(objections, objection, { ended: now, answer: { decision, decidedAt: now } }),
  complaint_filed: ({ complaints }, { accept_by: acceptBy, claim, complaint, org }) =>
    complaints.set(complaint, { acceptBy, claim, org, status: 'filed', decideBy: null }),
  complaint_accepted: ({ complaints }, { complaint, decide_by: decideBy }) => of(complaints, complaint, { status: 'accepted', decideBy }),
  complaint_refused: ({ complaints }, { complaint }) => of(complaints, complaint, { status: 'refused' }),
  complaint_decided: ({ complaints }, { complaint }) => of(complaints, complaint, { status: 'decided' }),
}

/** What an upheld objection to the candidates asked for is done. */
export function remedy(tender, lot) {
  for (let upheld = unremedied(tender, lot); upheld; upheld = unremedied(tender, lot)) upheld.isRemedied = true
}
