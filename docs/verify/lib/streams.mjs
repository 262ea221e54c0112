// Places: the order and wholeness of each stream, and that every entry stands in the log (7.1 of docs/log.md).
import { hexOf, sha256 } from './bytes.mjs'
import { readBody, readEntry, readPayload } from './entry.mjs'
import { EMPTY_ROOT, checkInclusion } from './tree.mjs'

export const CENTRE = 'centre'
const RULES = 1

/** The records of one stream's file with what can be read of them: `act` is `{entry, payload, digest}` or undefined. */
export function readStream(records, stream, tally) {
  return records.map((record, place) => ({ ...record, stream, place, act: record.entry && readAct(record, tally) }))
}

function readAct({ index, entry: bytes }, tally) {
  const entry = tally.attempt('I7', index, () => readEntry(bytes))
  const payload = entry && tally.attempt('I6', index, () => readPayload(entry))
  return payload && { entry, payload, digest: hexOf(sha256(entry.payloadBytes)) }
}

/** C1–C3: numbered from 0 without a gap, each entry naming the leaf before it. */
export function checkStream(items, announced, tally) {
  const [first] = items
  const begins = first !== undefined && (!first.act || (first.act.entry.head.sseq === 0 && first.act.entry.head.sprev === null))
  tally.expect('C1', first?.index ?? null, begins, 'first_entry_missing')
  let before
  for (const { index, place, act, leaf } of items) {
    const ascends = before === undefined || before.index < index
    const isNumbered = !act || act.entry.head.sseq === place
    tally.expect('C2', index, ascends && isNumbered, ascends ? 'sequence_gap' : 'out_of_order')
    if (act) tally.expect('C3', index, act.entry.head.sprev === (before ? hexOf(before.leaf) : null), 'sprev_differs')
    before = { index, leaf }
  }
  const next = before ? before.index + 1n : null
  tally.expect('C2', next, items.length === announced, 'entries_missing_at_end')
}

/** All records in the order of the log: I4, K1, K2, K3, K13, E1, C4, C7. */
export function checkLog(items, { about, heads }, checkpoint, tally) {
  const carried = new Map(items.filter(({ act }) => act).map(({ act, index }) => [act.digest, { actor: act.payload.actor, index }]))
  const isKnown = headsKnown(heads, checkpoint)
  const nonces = new Set()
  let newest = 0
  for (const { index, leaf, proof, stream, act } of items) {
    if (checkpoint) tally.attempt('I4', index, () => checkInclusion(leaf, index, checkpoint.size, proof, checkpoint.root))
    if (!act) continue
    const { head } = act.entry
    const { actor, nonce, origin, tender, prev, seen } = act.payload
    tally.expect('K1', index, origin === about.origin, 'other_origin')
    tally.expect('K2', index, head.stream === stream && tender === (stream === CENTRE ? null : stream), 'other_stream')
    tally.expect('K3', index, !nonces.has(`${actor} ${nonce}`), 'nonce_reused')
    nonces.add(`${actor} ${nonce}`)
    tally.expect('K13', index, head.rules === RULES, 'unknown_rules')
    tally.expect('E1', index, head.ts >= newest, 'time_runs_back')
    newest = Math.max(newest, head.ts)
    if (prev) checkChain(carried.get(prev), actor, index, tally)
    // Nobody has seen a head that holds the act itself.
    if (seen) tally.expect('C7', index, isKnown(seen) && BigInt(seen.size) <= index, 'unknown_head')
  }
}

function checkChain(previous, actor, index, tally) {
  if (previous) {
    tally.expect('C4', index, previous.actor === actor && previous.index < index, 'prev_is_no_earlier_act')
    return
  }
  tally.note('C4', '有的行为接续签名人在其他项目中的行为，本文件不含', 'some acts follow acts of their signer in other tenders, which the file does not carry')
}

function headsKnown(heads, checkpoint) {
  const name = (size, root) => `${size} ${root}`
  const known = new Set(heads.map(({ size, root }) => name(size, root)))
  known.add(name(0, hexOf(EMPTY_ROOT)))
  if (checkpoint) known.add(name(checkpoint.size, hexOf(checkpoint.root)))
  return ({ size, root }) => known.has(name(size, root))
}

/** A file for the public: digests of the events and bodies shown, nothing decided again. */
export function checkWithheld(items, isPublic, tally) {
  for (const { index, entry, events, body, act } of items) {
    if (act) {
      tally.expect('K4', index, hexOf(sha256(events)) === act.entry.head.outcome, 'outcome_differs')
      if (body !== null || act.payload.body_sha256 !== null) tally.attempt('C5', index, () => readBody(act.payload, body))
    } else if (!entry && !isPublic) tally.fail('C5', index, 'withheld')
  }
  tally.note('K4', '公开文件不含全部行为：只核对了所示事件的摘要，未能重新裁决', 'a file for the public does not carry every act: digests of the events shown were compared, nothing was decided again')
}
