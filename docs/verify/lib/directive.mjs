// Directives of the supervisor: what they order, and what goes on while something is suspended (docs/log.md, 9.5).
import { require } from './bytes.mjs'
import { hostOf, personAs } from './rules.mjs'

/** Acts that go on while everything else is suspended. */
const GOES_ON = new Set([
  'AnswerEnquiry',
  'IssueDirective',
  'AnswerDirective',
  'RaiseObjection',
  'WithdrawObjection',
  'DecideObjection',
  'FileComplaint',
  'AcceptComplaint',
  'RefuseComplaint',
  'DecideComplaint',
  'RecordSchedule',
  'RecordFloorKey',
  'Tick',
  'SubmitBid',
  'WithdrawBid',
  'ReconfirmBid',
  'ObjectInRoom',
  'AnswerObjection',
  'RecordSealCheck',
  'RecordUnsealed',
  'RecordWaiting',
])

const isSuspending = ({ order, lifted }) => order === 'suspend' && lifted === null
const concerns = ({ scope }, lot) => scope === null || scope === lot

/** Refuses what must wait while the tender, or the lot that is asked of (null: none), is suspended. */
export function permitted({ directives }, { type, lot, body }) {
  const isSuspended = directives.some((each) => isSuspending(each) && concerns(each, lot))
  const postpones = type === 'IssueAddendum' && Number.isInteger(body?.opening_at)
  require(!isSuspended || GOES_ON.has(type) || postpones, 'suspended')
}

/** Whether the lot was suspended at `moment`. */
export function suspendedAt({ directives }, lot, moment) {
  const wasInForce = ({ issued, lifted }) => issued <= moment && (lifted === null || lifted >= moment)
  return directives.some((each) => each.order === 'suspend' && concerns(each, lot) && wasInForce(each))
}

export const isUnanswered = ({ order, isAnswered }) => order === 'correct' && !isAnswered

/** The supervisor's order, about a tender whose terms are `terms`. */
export function issue({ directives }, terms, { directive, order, reason, scope }, act) {
  personAs(act, 'supervisor')
  require(scope === null || terms.lots.some(({ id }) => id === scope), 'unknown_lot')
  require(directives.length < 200, 'directives_count')
  require(directives.every((each) => each.directive !== directive), 'directive_twice')
  const isSuspended = directives.some((each) => isSuspending(each) && each.scope === scope)
  if (order === 'suspend') require(!isSuspended, 'already_suspended')
  if (order === 'resume') require(isSuspended, 'not_suspended')
  return [{ kind: 'directive_issued', directive, order, reason, scope }]
}

export function answer({ directives }, terms, { directive, text }, act) {
  hostOf(terms, act)
  const asked = directives.find((each) => each.directive === directive)
  require(asked, 'unknown_directive')
  require(asked.order === 'correct', 'no_answer_asked')
  require(!asked.isAnswered, 'already_answered')
  return [{ kind: 'directive_answered', directive, text }]
}

export const APPLY_DIRECTIVES = {
  directive_issued: ({ directives }, { directive, order, scope }, now) => {
    const ended = directives.filter((each) => order === 'resume' && isSuspending(each) && each.scope === scope)
    for (const each of ended) each.lifted = now
    directives.push({ directive, order, scope, issued: now, lifted: null, isAnswered: false })
  },
  directive_answered: ({ directives }, { directive }) => {
    const asked = directives.find((each) => each.directive === directive)
    if (asked) asked.isAnswered = true
  },
}
