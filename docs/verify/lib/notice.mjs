// A tender up to its deadline, and what is said of it as a whole (docs/log.md, 8.2 and 9.2).
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { hexOf, require, u64 } from './bytes.mjs'
import { digestOf } from './canonical.mjs'
import { committeeIdOf, isSignedByIdentity } from './centre.mjs'
import { isSettled } from './aftermath.mjs'
import { APPLY_DIRECTIVES, answer as answerDirective, issue, isUnanswered } from './directive.mjs'
import { ends, latestStart } from './law.mjs'
import { applyLot, newLot } from './lot.mjs'
import * as cases from './objection.mjs'
import { ascends, buyerOf, decideBy, hostOf, isSame, personAs, system } from './rules.mjs'
import { checkTerms, normalTerms } from './terms.mjs'

/** drand quicknet, the one network of F3. */
const GENESIS = 1692803367
const PERIOD = 3
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

export function newTender() {
  return {
    phase: 'none',
    revision: 0,
    terms: null,
    documents: [],
    notice: null,
    groupKey: null,
    committee: null,
    sealing: null,
    firstOpening: null,
    opening: null,
    addenda: [],
    enquiries: new Map(),
    directives: [],
    objections: new Map(),
    complaints: new Map(),
    pinned: null,
    beacons: new Set(),
    hasRecovery: false,
    lots: new Map(),
  }
}

/** The terms of a tender that is published; a cancelled one refuses. */
export function published({ phase, terms }) {
  require(phase !== 'cancelled', 'tender_cancelled')
  require(phase === 'published' || phase === 'archived', 'unknown_tender')
  return terms
}

/** The terms of a tender that is published and not archived. */
export function running(tender) {
  require(tender.phase !== 'archived', 'tender_archived')
  return published(tender)
}

const ofCase = (decide) => (tender, centre, body, act) => decide(tender, centre, running(tender), body, act)
const CASE = 'argument:long claim:long evidence:digest[] remedy:long'

const CASE_ACTS = {
  RaiseObjection: [`about:about objection:id scope:text? ${CASE}`, ofCase(cases.raise)],
  WithdrawObjection: ['objection:id', ofCase(cases.withdrawObjection)],
  DecideObjection: ['decision:decision objection:id text:long', ofCase(cases.decideObjection)],
  FileComplaint: [`complaint:id ground:Ground ${CASE}`, ofCase(cases.file)],
  AcceptComplaint: ['complaint:id', ofCase(cases.accept)],
  RefuseComplaint: ['complaint:id reason:long', ofCase(cases.refuse)],
  DecideComplaint: ['complaint:id decision:decision text:long', ofCase(cases.decideComplaint)],
}

const ACTS = {
  DraftTender: ['terms:object', draft],
  ReviseTender: ['terms:object', revise],
  AddDocument: ['document:Document', addDocument],
  NameRetender: ['of_lot:text of_tender:id', nameRetender],
  ApproveTender: ['documents:digest[] revision:count terms_sha256:digest', approve],
  PublishTender: ['committee:digest documents:digest[] group_key:text opening_at:count revision:count sealing:object terms_sha256:digest', publish],
  IssueAddendum: ['affects_bids:flag documents:Document[] number:count opening_at:count? text:long', issueAddendum],
  AskEnquiry: ['enquiry:id text:long', ask],
  AnswerEnquiry: ['enquiry:id text:long', answer],
  CancelTender: ['reason:long', cancel],
  RecordSchedule: ['pins:Pin[] schedule:Schedule', recordSchedule],
  RecordFloorKey: ['key:object', recordFloorKey],
  Tick: ['head:text tokens:text[]', readClocks],
  ArchiveTender: ['note:short?', archive],
  IssueDirective: ['directive:id order:order reason:long scope:text?', (tender, _, body, act) => issue(tender, running(tender), body, act)],
  ...CASE_ACTS,
  AnswerDirective: ['directive:id text:long', (tender, _, body, act) => answerDirective(tender, running(tender), body, act)],
}

export const decideTender = (tender, centre, act) => decideBy(ACTS, act, tender, centre)

function draft(tender, _, { terms }, act) {
  require(tender.phase === 'none', 'tender_exists')
  const { person: host } = hostOf(terms, act)
  checkTerms(terms)
  return [{ kind: 'tender_drafted', host, terms: normalTerms(terms) }]
}

function drafted({ phase, terms }) {
  require(phase !== 'none', 'unknown_tender')
  require(phase === 'draft' || phase === 'approved', 'already_published')
  return terms
}

function revise(tender, _, { terms }, act) {
  hostOf(drafted(tender), act)
  hostOf(terms, act)
  checkTerms(terms)
  return [{ kind: 'tender_revised', revision: tender.revision + 1, terms: normalTerms(terms) }]
}

function addDocument(tender, _, { document }, act) {
  hostOf(drafted(tender), act)
  require(tender.documents.length < 64, 'documents_count')
  require(tender.documents.every(({ sha256 }) => sha256 !== document.sha256), 'document_twice')
  return [{ kind: 'document_added', document }]
}

function nameRetender(tender, _, { of_lot, of_tender }, act) {
  hostOf(drafted(tender), act)
  require(of_tender !== act.tender, 'retender_of_itself')
  return [{ kind: 'retender_named', of_lot, of_tender }]
}

function approve(tender, _, body, act) {
  buyerOf(drafted(tender), act)
  require(tender.documents.length > 0, 'documents_missing')
  checkRevision(tender, body)
  return [{ kind: 'tender_approved', revision: body.revision }]
}

function checkRevision(tender, { documents, revision, terms_sha256: digest }) {
  require(revision === tender.revision, 'revision_changed')
  require(digest === hexOf(digestOf(tender.terms)), 'terms_changed')
  require(isSame(documents, tender.documents.map(({ sha256 }) => sha256).sort()), 'documents_changed')
}

function publish(tender, centre, body, act) {
  const terms = drafted(tender)
  hostOf(terms, act)
  require(tender.phase === 'approved', 'not_approved')
  checkRevision(tender, body)
  const { committee, group_key: groupKey, opening_at: opening, sealing } = body
  require(groupKey === centre.inOffice && committee === committeeIdOf(groupKey), 'other_committee')
  const { suite, beacon } = centre.policy
  require(sealing.suite === suite && (sealing.floor?.network ?? null) === beacon, 'other_sealing')
  require(opening === terms.opening_at, 'opening_differs')
  require(opening >= ends(centre.law, terms.regime, 'notice_to_deadline', act.now), 'period_too_short')
  const shortPeriod = centre.law.limits.reason
  return [{ kind: 'tender_published', committee, group_key: groupKey, notice: act.digest, opening_at: opening, sealing, short_period: shortPeriod }]
}

function beforeDeadline({ opening }, { now }) {
  require(opening !== null && now <= opening, 'deadline_passed')
}

function issueAddendum(tender, { law }, body, act) {
  const { regime } = published(tender)
  hostOf(tender.terms, act)
  beforeDeadline(tender, act)
  require(tender.addenda.length < 100, 'addenda_count')
  require(body.number === tender.addenda.length + 1, 'addendum_number')
  require(body.opening_at === null || body.opening_at > tender.opening, 'deadline_earlier')
  const latest = latestStart(law, regime, 'change_before_deadline', body.opening_at ?? tender.opening)
  require(!body.affects_bids || act.now <= latest, 'change_too_late')
  return [{ kind: 'addendum_issued', ...body }]
}

function ask(tender, _, { enquiry, text }, act) {
  published(tender)
  personAs(act, 'bidder')
  beforeDeadline(tender, act)
  require(tender.enquiries.size < 1000, 'enquiries_count')
  require(!tender.enquiries.has(enquiry), 'enquiry_twice')
  return [{ kind: 'enquiry_asked', enquiry, text }]
}

function answer(tender, _, { enquiry, text }, act) {
  hostOf(published(tender), act)
  beforeDeadline(tender, act)
  const asked = tender.enquiries.get(enquiry)
  require(asked, 'unknown_enquiry')
  require(!asked.isAnswered, 'already_answered')
  return [{ kind: 'enquiry_answered', enquiry, question: asked.question, text }]
}

function cancel(tender, _, { reason }, act) {
  const terms = published(tender)
  require(tender.phase === 'published', 'tender_archived')
  buyerOf(terms, act)
  const isAwarded = [...tender.lots.values()].some(({ stage }) => ['awarded', 'completed', 'contracted'].includes(stage))
  require(!isAwarded, 'already_awarded')
  return [{ kind: 'tender_cancelled', reason }]
}

function recordSchedule(tender, centre, { pins, schedule }, act) {
  system(act)
  const inForce = { is_cancelled: tender.phase === 'cancelled', notice: tender.notice, opening_at: tender.opening }
  require(tender.notice !== null && isSame(schedule, inForce), 'other_schedule')
  require(tender.phase !== 'archived', 'tender_archived')
  const { custodians, epoch, threshold } = centre.committees.get(tender.groupKey)
  const message = Buffer.concat([
    Buffer.from('KB/custodian schedule\0'),
    Buffer.from(schedule.notice, 'hex'),
    u64(schedule.opening_at),
    Buffer.from([Number(schedule.is_cancelled)]),
  ])
  const isPinned = ({ index, signature }) => {
    const custodian = custodians.find((each) => each.index === index)
    return custodian && isSignedByIdentity(custodian.identity, message, signature)
  }
  const isEnough = custodians.length - pins.length < threshold && pins.every(isPinned)
  require(isEnough && ascends(pins.map(({ index }) => index)), 'pin_signature')
  const isKnown = tender.pinned && isSame(tender.pinned.schedule, schedule) && tender.pinned.epoch >= epoch
  require(!isKnown, 'already_pinned')
  return [{ kind: 'schedule_pinned', epoch, pins, schedule }]
}

const roundAt = (ms) => (ms < GENESIS * 1000 ? null : Math.floor((Math.floor(ms / 1000) - GENESIS) / PERIOD) + 1)

function recordFloorKey(tender, _, { key }, act) {
  system(act)
  published(tender)
  require(act.now >= tender.opening, 'before_deadline')
  if (key.kind === 'beacon') {
    require(tender.sealing.floor && [tender.firstOpening, tender.opening].map(roundAt).includes(key.round), 'other_round')
    require(!tender.beacons.has(key.round), 'already_said')
    act.skip('K4', '信标签名需 BLS12-381', 'the signature of a beacon needs BLS12-381')
  } else {
    require(!tender.hasRecovery, 'already_said')
    require(tender.sealing.floor && x25519PublicOf(key.secret) === tender.sealing.floor.recovery, 'floor_key')
  }
  return [{ kind: 'floor_key_recorded', key }]
}

function x25519PublicOf(secret) {
  const key = createPrivateKey({ key: Buffer.concat([X25519_PKCS8, Buffer.from(secret, 'hex')]), format: 'der', type: 'pkcs8' })
  return hexOf(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32))
}

function readClocks(tender, _, __, act) {
  system(act)
  published(tender)
  require(tender.phase === 'published', 'tender_archived')
  return [{ kind: 'clock_read' }]
}

function archive(tender, _, { note }, act) {
  hostOf(published(tender), act)
  require([...tender.lots.values()].every(isSettled), 'lots_not_completed')
  require(!cases.hasOpenCase(tender), 'case_open')
  require(!tender.directives.some(isUnanswered), 'directive_unanswered')
  require(tender.phase === 'published', 'tender_archived')
  return [{ kind: 'tender_archived', note }]
}

const APPLY = {
  tender_drafted: (tender, { terms }) => Object.assign(tender, { phase: 'draft', revision: 1, terms }),
  tender_revised: (tender, { revision, terms }) => Object.assign(tender, { phase: 'draft', revision, terms }),
  document_added: (tender, { document }) => Object.assign(tender, { phase: 'draft', documents: [...tender.documents, document] }),
  retender_named: (tender) => Object.assign(tender, { phase: 'draft' }),
  tender_approved: (tender) => Object.assign(tender, { phase: 'approved' }),
  tender_published: (tender, { committee, group_key: groupKey, notice, opening_at: opening, sealing }) => {
    const lots = new Map((tender.terms?.lots ?? []).map(({ id }) => [id, newLot()]))
    Object.assign(tender, { phase: 'published', committee, groupKey, notice, sealing, firstOpening: opening, opening, lots })
  },
  addendum_issued: (tender, event) =>
    Object.assign(tender, { addenda: [...tender.addenda, event], opening: event.opening_at ?? tender.opening }),
  enquiry_asked: (tender, { enquiry, text }) => tender.enquiries.set(enquiry, { question: text, isAnswered: false }),
  enquiry_answered: (tender, { enquiry }) => Object.assign(tender.enquiries.get(enquiry) ?? {}, { isAnswered: true }),
  tender_cancelled: (tender) => Object.assign(tender, { phase: 'cancelled' }),
  schedule_pinned: (tender, { epoch, schedule }) => Object.assign(tender, { pinned: { epoch, schedule } }),
  floor_key_recorded: (tender, { key }) => (key.kind === 'beacon' ? tender.beacons.add(key.round) : Object.assign(tender, { hasRecovery: true })),
  tender_archived: (tender) => Object.assign(tender, { phase: 'archived' }),
  ...APPLY_DIRECTIVES,
  ...cases.APPLY_CASES,
}

export function applyTender(tender, event, now) {
  if (Object.hasOwn(event, 'lot')) {
    applyLot(tender.lots.get(event.lot), event, now)
    if (event.kind === 'returned_to_panel' || event.kind === 'retender_declared') cases.remedy(tender, event.lot)
  }
  else if (Object.hasOwn(APPLY, event.kind)) APPLY[event.kind](tender, event, now)
}
