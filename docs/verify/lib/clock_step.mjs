// A step of the signer's clock that two of its keepers have accepted (formats.md, 8).
import { fromDecimal, hexOf, isHex, require } from './bytes.mjs'
import { isLineOf, isSameKey, readCheckpoint, readLogKey, readNote, verifyNote } from './note.mjs'

const MARK = 'kaibiao/clock-step/v1'

/** Keepers by their verifier keys: two to eight, different in name and key. */
export function readKeepers(texts) {
  const keepers = texts.map(readLogKey)
  const areApart = keepers.every((one, at) => keepers.slice(0, at).every((other) => other.name !== one.name && !isSameKey(one, other)))
  require(keepers.length >= 2 && keepers.length <= 8 && areApart, 'keepers_malformed')
  return keepers
}

/** Reads the note, and who of `keepers` has signed it: `{origin, step}`, the step as its event has it. */
export function readClockStep(text, keepers) {
  const note = readNote(text)
  const [origin, mark, size, root, step, wall, nonce, end, ...more] = note.text.split('\n')
  require(mark === MARK && end === '' && more.length === 0 && isHex(nonce, 32), 'clock_step_malformed')
  const head = readCheckpoint(`${origin}\n${size}\n${root}\n`)
  const by = keepers.filter((keeper) => note.lines.some((line) => isLineOf(line, keeper)))
  by.forEach((keeper) => verifyNote(note, keeper))
  const counted = by.filter((one, at) => !by.slice(0, at).some((other) => isSameKey(one, other)))
  return {
    origin,
    step: {
      asked_at: integer(wall),
      by: counted.map(({ name }) => name),
      nonce,
      root: hexOf(head.root),
      size: integer(size),
      step_ms: integer(step),
    },
  }
}

/** A decimal number, below zero with a sign; 0 has none. */
function integer(text) {
  const digits = fromDecimal(text.replace(/^-(?=[1-9])/, ''))
  require(digits !== undefined && digits <= BigInt(Number.MAX_SAFE_INTEGER), 'clock_step_malformed')
  return Number(text)
}
