// Log entries and the acts in them (formats.md, 2 and 7; docs/log.md, 3).
import { Reader, Refused, hasExactly, hexOf, isDigest, isHex, isObject, isUuid, require, sha256 } from './bytes.mjs'
import { parse, write } from './canonical.mjs'
import { isSigned } from './keys.mjs'
import { leafHash } from './tree.mjs'

export const ENTRY_BYTES_MAX = 8192
export const BODY_BYTES_MAX = 1 << 20
const PAYLOAD_BYTES_MAX = 4096
const INLINE_BODY_BYTES_MAX = 2048
const COVER_BYTES = 96
const TYPE = 'application/vnd.kaibiao.act+json'
const SYSTEM = 'system'
const NO_KEY = '00'.repeat(32)

const isCount = (value) => Number.isInteger(value) && value >= 0
const orNull = (test) => (value) => value === null || test(value)
const matches = (pattern) => (value) => typeof value === 'string' && pattern.test(value)

const HEAD = {
  outcome: isDigest,
  rules: (value) => isCount(value) && value < 2 ** 32,
  sprev: orNull(isDigest),
  sseq: isCount,
  stream: (value) => typeof value === 'string',
  ts: isCount,
}
const PAYLOAD = {
  actor: (value) => typeof value === 'string',
  body: () => true,
  body_sha256: orNull(isDigest),
  client_time: isCount,
  lot: orNull((value) => typeof value === 'string'),
  nonce: (value) => isHex(value, 32),
  origin: (value) => typeof value === 'string',
  prev: orNull(isDigest),
  role: (value) => typeof value === 'string',
  seen: orNull((seen) => hasExactly(seen, { root: isDigest, size: isCount })),
  tender: orNull((value) => typeof value === 'string'),
  type: (value) => typeof value === 'string',
  v: (value) => isCount(value) && value < 256,
}
const PAYLOAD_VALUES = {
  actor: (value) => value === SYSTEM || isUuid(value),
  lot: orNull(matches(/^[A-Za-z0-9-]{1,16}$/)),
  origin: matches(/^[\x21-\x2a\x2c-\x7e]{1,128}$/),
  role: matches(/^[a-z_]{1,32}$/),
  tender: orNull(isUuid),
  type: matches(/^[A-Za-z0-9]{1,64}$/),
  v: (value) => value === 1,
}

/** Reads an entry: `{alg, keyId, sig, head, payloadBytes, leaf}`. */
export function readEntry(bytes) {
  require(bytes.length <= ENTRY_BYTES_MAX, 'entry_size')
  if (bytes.subarray(0, 4).equals(Buffer.from('TLC1'))) refuseCover(bytes)
  require(bytes.subarray(0, 4).equals(Buffer.from('TLE1')), 'entry_magic')
  const reader = new Reader(bytes, 'entry_unexpected_end')
  reader.take(4)
  const [alg, flags] = reader.take(2)
  const keyId = reader.take(32)
  const part = () => reader.take(reader.u16())
  const sig = part()
  const head = readHead(part())
  const payloadBytes = part()
  require(reader.isAtEnd, 'entry_trailing_bytes')
  require(flags === 0, 'entry_flags')
  require(payloadBytes.length <= PAYLOAD_BYTES_MAX, 'entry_size')
  const entry = { alg, keyId: hexOf(keyId), sig, head, payloadBytes, leaf: leafHash(bytes) }
  require(alg === 0 ? isUnsigned(entry) : alg <= 3 && sig.length === 64, 'entry_signature')
  return entry
}

const isUnsigned = ({ alg, keyId, sig }) => alg === 0 && keyId === NO_KEY && sig.length === 0

function refuseCover(bytes) {
  require(bytes.length >= COVER_BYTES, 'entry_unexpected_end')
  require(bytes.length === COVER_BYTES, 'entry_trailing_bytes')
  throw new Refused('cover_entry')
}

function readHead(bytes) {
  const head = parse(bytes)
  require(hasExactly(head, HEAD), 'entry_header')
  const isGood = (head.stream === 'centre' || isUuid(head.stream)) && (head.sprev === null) === (head.sseq === 0)
  require(isGood, 'entry_header')
  return head
}

/** The payload of an entry, a value of canonical JSON. */
export function readPayload(entry) {
  const { payloadBytes: bytes, alg } = entry
  require(bytes.length <= PAYLOAD_BYTES_MAX, 'payload_size')
  const payload = parse(bytes)
  require(hasExactly(payload, PAYLOAD), 'payload_fields')
  for (const [name, isGood] of Object.entries(PAYLOAD_VALUES)) require(isGood(payload[name]), 'payload_value', name)
  if (payload.body !== null) {
    require(isObject(payload.body), 'body_form')
    const length = Buffer.byteLength(write(payload.body))
    require(payload.body_sha256 === null && length <= INLINE_BODY_BYTES_MAX, 'body_size')
  }
  require(payload.actor === SYSTEM ? isUnsigned(entry) : alg !== 0, 'author')
  return payload
}

/** What is said of a detached body that is missing, too much, or another one. */
export const BODY_FAULTS = ['body_missing', 'body_unnamed', 'body_mismatch', 'body_size']

/** The body of an act, wherever it stands. `detached` is what the record brings, or null. */
export function readBody(payload, detached) {
  if (payload.body_sha256 === null) {
    require(detached === null, 'body_unnamed')
    return payload.body ?? {}
  }
  require(detached !== null, 'body_missing')
  require(detached.length > INLINE_BODY_BYTES_MAX && detached.length <= BODY_BYTES_MAX, 'body_size')
  require(hexOf(sha256(detached)) === payload.body_sha256, 'body_mismatch')
  const body = parse(detached)
  require(isObject(body), 'body_form')
  return body
}

/** Whether the entry is signed by `key`, a key of the register. */
export function isEntrySigned(entry, key) {
  const { payloadBytes: bytes, sig } = entry
  const pae = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${bytes.length} `), bytes])
  return isSigned(key, pae, sig)
}

export const isSystem = (payload) => payload.actor === SYSTEM
