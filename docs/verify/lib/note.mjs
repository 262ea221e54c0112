// Signed notes, checkpoints, verifier keys and policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy).
import { Refused, fromBase64, fromDecimal, fromDigest64, hexOf, require, sha256 } from './bytes.mjs'
import { isSigned, rawOf, readEd25519 } from './keys.mjs'

const NOTE_BYTES_MAX = 128 * 1024
const LINES_MAX = 64
const LOG = 1
const WITNESS = 4

const isName = (text) => text !== '' && !/[\s+\p{Cc}]/u.test(text)

/** Reads `name+hash+key`: `{name, type, key, hash}`. */
function readVkey(text) {
  const [name, hash, ...rest] = text.split('+')
  const blob = fromBase64(rest.join('+'))
  require(blob && isName(name) && (blob[0] === LOG || blob[0] === WITNESS), 'verifier_form')
  try {
    const key = readEd25519(blob.subarray(1))
    const own = hexOf(sha256(`${name}\n`, blob).subarray(0, 4))
    require(own === hash, 'verifier_form')
    return { name, type: blob[0], key, hash }
  } catch {
    throw new Refused('verifier_form')
  }
}

export function readLogKey(text) {
  const vkey = readVkey(text)
  require(vkey.type === LOG, 'verifier_form')
  return vkey
}

export function readWitnessKey(text) {
  const vkey = readVkey(text)
  require(vkey.type === WITNESS, 'verifier_form')
  return vkey
}

/** Whether two verifier keys are one person's, whatever names they go by. */
export const isSameKey = (one, other) => rawOf(one.key).equals(rawOf(other.key))

/** Reads a note: `{text, lines: [{name, hash, bytes}]}`. */
export function readNote(whole) {
  require(Buffer.byteLength(whole) <= NOTE_BYTES_MAX, 'note_size')
  require(!/[\u0000-\u0009\u000b-\u001f]/.test(whole), 'note_form')
  const gap = whole.lastIndexOf('\n\n')
  require(gap >= 0 && whole.endsWith('\n'), 'note_form')
  const lines = whole.slice(gap + 2).split('\n').slice(0, -1)
  require(lines.length <= LINES_MAX, 'note_size')
  require(lines.length > 0, 'note_form')
  return { text: whole.slice(0, gap + 1), lines: lines.map(readLine) }
}

function readLine(line) {
  const [, name, blob] = /^— ([^ ]*) (.*)$/u.exec(line) ?? []
  const bytes = fromBase64(blob)
  require(name !== undefined && isName(name) && bytes && bytes.length > 4, 'note_form')
  return { name, hash: hexOf(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

export const isLineOf = (line, vkey) => line.name === vkey.name && line.hash === vkey.hash

/** Checks the first line by `vkey`; of a cosignature the time comes back. */
export function verifyNote(note, vkey) {
  const line = note.lines.find((each) => isLineOf(each, vkey))
  require(line, 'signature_missing')
  if (vkey.type === LOG) {
    require(isSigned(vkey.key, Buffer.from(note.text), line.bytes), 'bad_signature')
    return undefined
  }
  require(line.bytes.length > 8, 'bad_signature')
  const time = line.bytes.readBigUInt64BE()
  const message = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`)
  require(time < 1n << 63n && isSigned(vkey.key, message, line.bytes.subarray(8)), 'bad_signature')
  return time
}

/** The checkpoint of a note's text: `{origin, size, root}`. */
export function readCheckpoint(text) {
  const [origin, size, root, after, ...more] = text.split('\n')
  require(after === '' && more.length === 0 && isName(origin), 'checkpoint_form')
  const checkpoint = { origin, size: fromDecimal(size), root: fromDigest64(root) }
  require(checkpoint.size !== undefined && checkpoint.root, 'checkpoint_form')
  return checkpoint
}

/** The witnesses among `witnesses` that cosigned, each key once: `[{name, time}]`. A bad cosignature counts for none. */
export function cosigners(note, witnesses) {
  const counted = []
  for (const witness of witnesses) {
    if (counted.some((other) => isSameKey(other.witness, witness))) continue
    try {
      counted.push({ witness, name: witness.name, time: verifyNote(note, witness) })
    } catch {
      // Not cosigned by this one.
    }
  }
  return counted
}

/** Reads a policy: `{logs, witnesses, quorum}`. */
export function readPolicy(text) {
  const groups = new Map()
  const logs = []
  let chosen
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.split(/\s+/).filter((word) => word !== '')
    if (words.length === 0 || words[0].startsWith('#')) continue
    const wrong = () => new Refused('policy_line', `line ${at + 1}`)
    const [kind, name, ...rest] = words
    // A third word of a log, a fourth of a witness, is where it is reached.
    if (kind === 'log' && words.length <= 3 && name) logs.push(readLogKey(name))
    else if (kind === 'witness' && (words.length === 3 || words.length === 4) && !groups.has(name)) {
      groups.set(name, { witnesses: [readWitnessKey(rest[0])], quorum: 1 })
    } else if (kind === 'group' && words.length > 3 && !groups.has(name)) {
      groups.set(name, readGroup(groups, rest, wrong))
    } else if (kind === 'quorum' && words.length === 2 && !chosen) {
      chosen = name === 'none' ? { witnesses: [], quorum: 0 } : groups.get(name)
      if (!chosen) throw wrong()
    } else throw wrong()
  }
  require(chosen, 'policy_no_quorum')
  return { ...chosen, logs }
}

function readGroup(groups, [count, ...members], wrong) {
  const witnesses = members.map((member) => {
    const group = groups.get(member)
    if (group?.witnesses.length !== 1) throw wrong()
    return group.witnesses[0]
  })
  const quorum = count === 'all' ? witnesses.length : count === 'any' ? 1 : Number(fromDecimal(count) ?? 0n)
  if (quorum < 1 || quorum > witnesses.length) throw wrong()
  return { witnesses, quorum }
}
