// The core of a sealed envelope as far as it can be read without pairings (formats.md, 3): what it is bound and locked to.
import { Reader, hexOf, isHex, require, sha256, u64 } from './bytes.mjs'

const COMMITTEE = 1
const BEACON = 2
const RECOVERY = 3
const SUITES = { standard: 1, national: 2 }
const X25519_AND_SHARE = 48

function tlv(tag, value) {
  const head = Buffer.alloc(3)
  head[0] = tag
  head.writeUInt16BE(value.length, 1)
  return Buffer.concat([head, value])
}

const hex = (text) => Buffer.from(text, 'hex')

/** ctx of F3 for an envelope of the bidder with key `bidder`. */
export function contextOf(tender, lot, line, bidder) {
  const opening = u64(Math.floor(tender.firstOpening / 1000))
  const values = [hex(tender.notice), Buffer.from(lot), Buffer.from([line.envelope]), hex(line.submission), hex(bidder), hex(tender.committee), opening]
  return Buffer.concat(values.map((value, at) => tlv(at + 1, value)))
}

/** Reads the parts of a core: `{suite, context, locks}`. */
export function readCore(bytes) {
  const reader = new Reader(bytes, 'malformed')
  require(reader.take(4).equals(Buffer.from('TL1\0')), 'malformed')
  const suite = reader.u8()
  require(suite === 1 || suite === 2, 'malformed')
  const context = reader.take(reader.u16())
  const locks = Array.from({ length: reader.u8() }, () => readLock(reader))
  const paths = Array.from({ length: reader.u8() }, () => reader.take(35))
  reader.take(32)
  require(reader.isAtEnd && paths.length === (locks.length === 1 ? 1 : 2), 'malformed')
  return { suite, context, locks }
}

function readLock(reader) {
  const [kind, keyId] = [reader.u8(), reader.take(32)]
  const [idpre, body] = [reader.take(reader.u16()), reader.take(reader.u16())]
  require(kind >= COMMITTEE && kind <= RECOVERY && (kind !== RECOVERY || body.length === X25519_AND_SHARE), 'malformed')
  return { kind, keyId: hexOf(keyId), idpre }
}

/** Whether suite and locks are those that the notice asks for. */
export function hasLocksOf(core, { sealing: { suite, floor }, committee }) {
  const wanted = [[COMMITTEE, committee]]
  if (floor) wanted.push([BEACON, floor.network], [RECOVERY, recoveryIdOf(floor.recovery)])
  const found = core.locks.map(({ kind, keyId }) => [kind, keyId])
  return core.suite === SUITES[suite] && String(found) === String(wanted)
}

const recoveryIdOf = (key) => (isHex(key, 64) ? hexOf(sha256(hex(key))) : '')
