// Places: the order and wholeness of each stream, and that every entry stands in the log (7.1 of docs/log.md).
import { fromBase64, hexOf, readable, sha256 } from './bytes.mjs'
import { parse } from './canonical.mjs'
import { checkChains } from './chains.mjs'
import { BODY_FAULTS, readBody, readEntry, readPayload } from './entry.mjs'
import { EMPTY_ROOT, checkInclusion, leafHash } from './tree.mjs'

export const CENTRE = 'centre'
export const RULES = 3

/** The records of one stream's file with what can be read of them: `act` is `{entry, payload, digest}` or undefined. */
export function readStream(records, stream, tally) {
  return records.map((record, place) => ({ ...record, stream, place, act: record.entry && readAct(record, tally) }))
}

function readAct({ index, entry: bytes, body }, tally) {
  const entry = tally.attempt('I7', index, () => readEntry(bytes))
  const payload = entry && tally.attempt('I6', index, () => readPayload(entry))
  if (payload && (body !== null || payload.body_sha256 !== null)) checkBody(index, payload, body, tally)
  return payload && { entry, payload, digest: hexOf(sha256(entry.payloadBytes)) }
}

/** C5: whether the body beside an act is the one that it names; what the body says is decided elsewhere. */
function checkBody(index, payload, body, tally) {
  const fault = faultOf(() => readBody(payload, body))
  tally.expect('C5', index, !BODY_FAULTS.includes(fault), fault)
}

function faultOf(call) {
  try {
    call()
    return undefined
  } catch (error) {
    return error.code
  }
}

/** C1–C3: numbered from 0 without a gap, each entry naming the leaf before it. */
export function checkStream(items, announced, tally) {
  const [first] = items
  const begins = first !== undefined && (!first.act || (first.act.entry.head.sseq === 0 && first.act.entry.head.sprev === null))
  if (first?.entry !== null) tally.expect('C1', first?.index ?? null, begins, 'first_entry_missing')
  let before
  for (const { index, place, entry, act, leaf } of items) {
    const ascends = before === undefined || before.index < index
    const isNumbered = !act || act.entry.head.sseq === place
    // A record that is withheld has no number to look at: it can only be out of order.
    if (entry !== null || !ascends) tally.expect('C2', index, ascends && isNumbered, ascends ? 'sequence_gap' : 'out_of_order')
    if (act) tally.expect('C3', index, act.entry.head.sprev === (before ? hexOf(before.leaf) : null), 'sprev_differs')
    before = { index, leaf }
  }
  const next = before ? before.index + 1n : null
  tally.expect('C2', next, items.length === announced, 'entries_missing_at_end')
}

/** All records in the order of the log: A12, I4, K1, K2, K3, K13, E1, C4, C7. */
export function checkLog(items, { about, heads }, checkpoint, tally) {
  const isKnown = headsKnown(heads, checkpoint)
  const nonces = new Set()
  let newest = 0
  const listed = new Set((about.rotations ?? []).map(({ entry, index }) => `${index} ${hexOf(leafHash(fromBase64(entry) ?? Buffer.alloc(0)))}`))
  let rotations = 0
  for (const { index, leaf, proof, stream, act, events } of items) {
    if (checkpoint) tally.attempt('I4', index, () => checkInclusion(leaf, index, checkpoint.size, proof, checkpoint.root))
    if (stream === CENTRE && rotates(events)) {
      tally.expect('A12', index, listed.has(`${index} ${hexOf(leaf)}`), 'rotation_unlisted')
      rotations += 1
    }
    if (!act) continue
    const { head } = act.entry
    const { actor, nonce, origin, tender, seen } = act.payload
    tally.expect('K1', index, origin === about.origin, 'other_origin')
    tally.expect('K2', index, head.stream === stream && tender === (stream === CENTRE ? null : stream), 'other_stream')
    tally.expect('K3', index, !nonces.has(`${actor} ${nonce}`), 'nonce_reused')
    nonces.add(`${actor} ${nonce}`)
    tally.expect('K13', index, head.rules === RULES, 'unknown_rules')
    tally.expect('E1', index, head.ts >= newest, 'time_runs_back')
    newest = Math.max(newest, head.ts)
    // Nobody has seen a head that holds the act itself.
    if (seen) tally.expect('C7', index, isKnown(seen) && BigInt(seen.size) <= index, 'unknown_head')
  }
  if (about.scope === 'supervisor' && rotations < listed.size) tally.fail('A12', null, 'rotation_not_in_stream')
  checkChains(items, tally)
}

/** Whether recorded events say that another key signs from here on. */
function rotates(events) {
  const recorded = readable(() => parse(events))
  return Array.isArray(recorded) && recorded.some((event) => event?.kind === 'log_key_rotated')
}

function headsKnown(heads, checkpoint) {
  const isNewest = ({ size, root }) => checkpoint?.size === BigInt(size) && hexOf(checkpoint.root) === root
  const isEmpty = ({ size, root }) => size === 0 && hexOf(EMPTY_ROOT) === root
  return (seen) => heads.get(BigInt(seen.size)) === seen.root || isEmpty(seen) || isNewest(seen)
}
