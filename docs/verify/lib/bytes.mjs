// Bytes and the texts that stand for them: digests, hexadecimal, base64 in its one form, a reader that never runs over.
import { createHash } from 'node:crypto'

/** A refusal with its stable code, as docs/log.md names it. */
export class Refused extends Error {
  constructor(code, detail) {
    super(detail ? `${code}: ${detail}` : code)
    this.code = code
  }
}

export function require(condition, code, detail) {
  if (!condition) throw new Refused(code, detail)
}

/** What `call` gives, or undefined if it refuses. */
export function readable(call) {
  try {
    return call()
  } catch {
    return undefined
  }
}

export function sha256(...parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const hexOf = (bytes) => Buffer.from(bytes).toString('hex')

export const isHex = (text, digits) => typeof text === 'string' && text.length === digits && /^[0-9a-f]*$/.test(text)
export const isDigest = (text) => isHex(text, 64)
export const isUuid = (text) =>
  typeof text === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

export const uuidBytes = (text) => Buffer.from(text.replaceAll('-', ''), 'hex')

/** Base64 with padding and without a bit to spare; undefined for any other text. */
export function fromBase64(text) {
  if (typeof text !== 'string') return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

export function fromDigest64(text) {
  const bytes = fromBase64(text)
  return bytes?.length === 32 ? bytes : undefined
}

/** Decimal without sign or leading zeros, below 2^64; undefined for any other text. */
export function fromDecimal(text) {
  if (!/^(0|[1-9][0-9]*)$/.test(text) || text.length > 20) return undefined
  const number = BigInt(text)
  return number < 1n << 64n ? number : undefined
}

export function u32(number) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

export function u64(number) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(number))
  return bytes
}

/** Reads front to back; asking for more than is left is refused with `code`. */
export class Reader {
  constructor(bytes, code) {
    this.bytes = bytes
    this.at = 0
    this.code = code
  }

  get isAtEnd() {
    return this.at === this.bytes.length
  }

  take(length) {
    require(length <= this.bytes.length - this.at, this.code)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  u8() {
    return this.take(1)[0]
  }

  u16() {
    return this.take(2).readUInt16BE()
  }

  u32() {
    return this.take(4).readUInt32BE()
  }

  u64() {
    return this.take(8).readBigUInt64BE()
  }
}

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a JSON object has exactly these fields, each as its test wants it. */
export function hasExactly(object, fields) {
  if (!isObject(object)) return false
  const names = Object.keys(object)
  return names.length === Object.keys(fields).length && names.every((name) => fields[name]?.(object[name]))
}
