// How one key of a log follows another (formats.md, 8): what both sign, and the keys that rotations lead through.
import { require } from './bytes.mjs'
import { readEntry, readPayload } from './entry.mjs'
import { isSameKey, readLogKey, readNote, verifyNote } from './note.mjs'

const MARK = 'kaibiao/log-key-succession/v1'
const BODY_LENGTH_MAX = 4000

/** Reads the note that both keys have signed: `{from, to}`, and the texts of both as `names`. */
export function readSuccession(text) {
  require([...text].length <= BODY_LENGTH_MAX, 'succession_form')
  const note = readNote(text)
  const [origin, mark, old, next, end, ...more] = note.text.split('\n')
  require(mark === MARK && end === '' && more.length === 0, 'succession_form')
  const [from, to] = [readLogKey(old), readLogKey(next)]
  require(from.name === origin && to.name === origin && !isSameKey(from, to), 'succession_form')
  verifyNote(note, from)
  verifyNote(note, to)
  return { from, to, names: [old, next] }
}

/** The succession that an entry's act brings. */
export function successionOf(entry) {
  const { type, tender, body, origin } = readPayload(readEntry(entry))
  require(type === 'RotateLogKey' && tender === null && typeof body?.succession === 'string', 'succession_form')
  const succession = readSuccession(body.succession)
  require(succession.from.name === origin, 'succession_form')
  return succession
}

/** The keys of a log in their order: `[{key, from}]`, `from` being the size of the first head that the key signs. */
export const onlyKey = (key) => [{ key, from: 0n }]
export const knows = (keys, key) => keys.some((known) => known.key.name === key.name && isSameKey(known.key, key))
export const keyInForce = (keys) => keys.at(-1).key
export const keyAt = (keys, size) => keys.findLast(({ from }) => size >= from).key

/** The keys with the one that a rotation at `index` brings. */
export function follow(keys, index, { from, to }) {
  const follows = keys === undefined || (isSameKey(keyInForce(keys), from) && index >= keys.at(-1).from && !knows(keys, to))
  require(follows, 'succession_gap')
  return [...(keys ?? onlyKey(from)), { key: to, from: index + 1n }]
}

/** The keys that receipts of rotations prove, if `trusted` is one of them; `verify` checks a receipt by the keys. */
export function provenKeys(trusted, rotations, verify) {
  if (rotations.length === 0) return onlyKey(trusted)
  const keys = rotations.reduce((known, { index, entry }) => follow(known, index, successionOf(entry)), undefined)
  rotations.forEach((rotation) => verify(rotation, keys))
  require(knows(keys, trusted), 'log_key_unknown')
  return keys
}
