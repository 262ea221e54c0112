// Times between the clocks of others (E2 of docs/log.md): by cosignatures. Time-stamps (A9) need X.509 and CMS, which the
// standard library does not read: their times are left out.
import { readable, hexOf } from './bytes.mjs'
import { readBody } from './entry.mjs'
import { cosigners, readCheckpoint, readNote, verifyNote } from './note.mjs'
import { keyAt } from './succession.mjs'

/** How far clocks of honest parties may be apart, in milliseconds. */
const APART_MS = 2000
/** A witness counts in whole seconds. */
const SECOND_MS = 1000

/** Checks every reading of the clocks, and every time against the readings around it. `items` are by index. */
export function checkTimes(items, { heads }, head, tally) {
  const readings = []
  for (const item of items) {
    if (item.act?.payload.type !== 'Tick') continue
    const reading = readingOf(item, heads, head, tally)
    if (reading) readings.push(reading)
  }
  const times = head.note ? timesOf(head.note, head) : []
  if (head.checkpoint && times.length > 0) readings.push({ size: head.checkpoint.size, index: undefined, at: middle(times) })
  if (readings.length === 0) tally.note('E2', '本文件没有他方时钟的读数', 'the file has no readings of other clocks')
  for (const item of items) if (item.act) checkBetween(item, readings, tally)
}

/** A reading, if its head is one of this log, signed and with its quorum. */
function readingOf({ index, act, body }, heads, head, tally) {
  if (!head.keys) return undefined
  const tick = readable(() => readBody(act.payload, body))
  const note = readable(() => readNote(tick.head))
  const checkpoint = readable(() => readCheckpoint(note.text))
  if (!checkpoint) {
    tally.fail('E2', index, 'note_form')
    return undefined
  }
  const isKnown = checkpoint.size <= index && heads.get(checkpoint.size) === hexOf(checkpoint.root)
  tally.expect('C7', index, isKnown, 'unknown_head')
  const isSigned = readable(() => verifyNote(note, keyAt(head.keys, checkpoint.size)) ?? true) === true
  const times = timesOf(note, head)
  const isGood = isKnown && isSigned && times.length >= head.policy.quorum
  tally.expect('E2', index, isGood, 'reading_unsigned')
  for (const _ of tick.tokens ?? []) tally.skip('A9', '时间戳需读 X.509 与 CMS', 'time-stamps need X.509 and CMS')
  return isGood && times.length > 0 ? { size: checkpoint.size, index, at: middle(times) } : undefined
}

const timesOf = (note, { policy }) => cosigners(note, policy.witnesses).map(({ time }) => Number(time) * 1000)

function middle(times) {
  const sorted = [...times].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

function checkBetween({ index, act }, readings, tally) {
  const { ts } = act.entry.head
  const before = readings.filter((reading) => reading.index !== undefined && reading.index < index)
  const after = readings.filter((reading) => reading.size > index)
  if (before.length === 0 && after.length === 0) return
  const lower = Math.max(...before.map(({ at }) => at), Number.NEGATIVE_INFINITY)
  const upper = Math.min(...after.map(({ at }) => at), Number.POSITIVE_INFINITY)
  tally.expect('E2', index, ts + APART_MS >= lower && ts <= upper + SECOND_MS + APART_MS, 'time_outside')
}
