// What an operator cannot do even with the log's key and its witness in hand: each dishonest act is found by its check.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyBundle } from './lib/check.mjs'
import { readLogKey } from './lib/note.mjs'
import { RULES } from './lib/streams.mjs'
import { wholeFixture } from './support/fixtures.mjs'
import { rewritten } from './support/operator.mjs'

const bundle = wholeFixture()

/** Ids that fail when the log is written anew, beside those that this alone makes fail; with the entries. */
function found(change, keeps) {
  const { bytes, logKey } = rewritten(bundle, change, keeps)
  const { tally } = verifyBundle(bytes, { logKey: readLogKey(logKey) })
  // Readings of the clocks are over heads of the log that was: they are signed by another key.
  const isOfRewriting = ({ id, fault }) => id === 'C7' || id === 'A4' || (id === 'E2' && fault === 'reading_unsigned')
  return tally.failures.filter((failure) => !isOfRewriting(failure)).map(({ id, index }) => `${id} ${index}`)
}

/** Changes the act of this type, the `nth` from 0, and remembers its entry. */
function only(type, change, nth = 0) {
  let seen = 0
  const changing = (act) => {
    if (act.payload.type !== type) return
    if (seen === nth) {
      changing.index = act.index
      change(act)
    }
    seen += 1
  }
  return changing
}

test('a log written anew without a change has nothing wrong but the heads that were seen', () => {
  assert.deepEqual(found(() => {}), [])
})

const CASES = [
  ['a chosen reading order', 'D1', only('RecordDraw', ({ body }) => body.order.reverse())],
  ['a chosen coefficient', 'D2', only('RecordDraw', ({ body }) => Object.assign(body, { coefficient: body.coefficient === '0.985' ? '0.99' : '0.985' }))],
  ['a chosen panel', 'D3', only('RecordPanelDraw', ({ body }) => body.ranked.reverse())],
  ['another closed root', 'K7', only('CloseLot', ({ body }) => Object.assign(body, { root: '00'.repeat(32) }))],
  ['a close before the deadline', 'E3', only('CloseLot', ({ head }) => Object.assign(head, { ts: head.ts - 1000 }))],
  ['time that runs back', 'E1', only('StartReview', ({ head }) => Object.assign(head, { ts: head.ts - 100_000 }))],
  ['scores that nobody gave', 'K9', only('RevealScores', tampered((events) => Object.assign(events.at(-1).scores[0], { technical: 1000 })), 4)],
  ['another ranking', 'K10', only('SignRecord', tampered((events) => events.at(-1).ranking.reverse()), 3)],
  ['revealed points that were not committed', 'I8', only('RevealScores', ({ body }) => Object.assign(body.scores[0], { points: 10 }))],
  ['a role that is not held', 'A7', only('StartReview', ({ payload }) => Object.assign(payload, { role: 'buyer' }))],
  ['an award before its time', 'K10', only('ConfirmAward', ({ head }) => Object.assign(head, { ts: head.ts - 15_000 }))],
  ['a bid that is withdrawn by nobody', 'K14', only('CheckIn', withdrawn, 2)],
  ['rules of another version', 'K13', only('StartReview', ({ head }) => Object.assign(head, { rules: RULES + 1 }))],
  ['an act of another log', 'K1', only('StartReview', ({ payload }) => Object.assign(payload, { origin: 'other/1' }))],
]

function tampered(change) {
  return (act) => {
    act.events = (events) => {
      change(events)
      return events
    }
  }
}

function withdrawn(act) {
  act.events = () => [{ kind: 'bid_withdrawn', bid: '00000000-0000-4000-8000-000000000000', lot: act.payload.lot, org: act.payload.actor }]
}

for (const [what, id, change] of CASES) {
  test(`${what} is found`, () => {
    const failures = found(change)
    assert.ok(failures.includes(`${id} ${change.index}`), `${id} ${change.index} among ${failures.join(', ') || 'none'}`)
  })
}

const NEVER_DONE = [
  ['seals that are not checked', 'SignRecord', ({ payload: { type } }) => type !== 'RecordSealCheck'],
  ['price documents that are never opened', 'ConfirmAward', ({ payload: { type }, body }) => type !== 'RecordUnsealed' || body.envelope !== 2],
  ['a release that nobody heard of', 'SignRecord', ({ payload: { type }, body }) => type !== 'RecordRelease' || body.envelope !== 4],
]

for (const [what, where, keeps] of NEVER_DONE) {
  test(`${what} are found by C6`, () => {
    const places = []
    const failures = found(({ payload, index }) => {
      if (payload.type === where) places.push(`C6 ${index}`)
    }, keeps)
    // Cores of envelopes that were never opened have no place in the file either.
    const others = failures.filter((failure) => !failure.startsWith('C6') && failure !== 'C5 null')
    assert.deepEqual(others, [])
    assert.ok(failures.some((failure) => places.includes(failure)), failures.join(', '))
  })
}
