// Canonical JSON (formats.md, 1): a strict reader that repairs nothing, and the writer that gives the one text.
import { Refused, require, sha256 } from './bytes.mjs'

const DEPTH_MAX = 16
const SHORT = { 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r' }
const ESCAPES = { '"': '"', '\\': '\\', b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }

/** The value of a canonical text in UTF-8 bytes. */
export function parse(bytes) {
  const reader = new JsonReader(decode(bytes))
  const value = reader.value(0)
  require(reader.at === reader.text.length, 'trailing_bytes')
  return value
}

/** The canonical text of a value, as a string. */
export function write(value, depth = 0) {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeInteger(value)
  if (typeof value === 'string') return writeString(value)
  require(typeof value === 'object', 'unwritable')
  require(depth < DEPTH_MAX, 'too_deep')
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  const keys = Object.keys(value).sort()
  keys.forEach((key) => require(isKey(key), 'key_form'))
  return `{${keys.map((key) => `"${key}":${write(value[key], depth + 1)}`).join(',')}}`
}

export const digestOf = (value) => sha256(write(value))

function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refused('not_utf8')
  }
}

const isKey = (key) => /^[a-z0-9_]{1,64}$/.test(key)

function writeInteger(value) {
  require(Number.isInteger(value) && !Object.is(value, -0), 'number_form')
  require(Number.isSafeInteger(value), 'number_range')
  return String(value)
}

function writeString(value) {
  require(value.normalize('NFC') === value, 'not_nfc')
  const escape = (letter) => {
    const code = letter.charCodeAt(0)
    if (code >= 0x20) return `\\${letter}`
    return SHORT[code] ? `\\${SHORT[code]}` : `\\u${code.toString(16).padStart(4, '0')}`
  }
  return `"${value.replace(/["\\\u0000-\u001f]/g, escape)}"`
}

class JsonReader {
  constructor(text) {
    this.text = text
    this.at = 0
  }

  peek() {
    require(this.at < this.text.length, 'unexpected_end')
    return this.text[this.at]
  }

  expect(letter) {
    require(this.peek() === letter, 'unexpected_byte')
    this.at += 1
  }

  value(depth) {
    const letter = this.peek()
    if (letter === '{' || letter === '[') {
      require(depth < DEPTH_MAX, 'too_deep')
      return letter === '{' ? this.object(depth + 1) : this.array(depth + 1)
    }
    if (letter === '"') return this.string()
    if (letter === '-' || (letter >= '0' && letter <= '9')) return this.integer()
    require(letter !== '+' && letter !== '.', 'number_form')
    const word = { t: ['true', true], f: ['false', false], n: ['null', null] }[letter]
    require(word, 'unexpected_byte')
    for (const each of word[0]) this.expect(each)
    return word[1]
  }

  object(depth) {
    // Without a prototype, so that no key of a text is taken for a property that every object has.
    const object = Object.create(null)
    this.at += 1
    if (this.closes('}')) return object
    let last = ''
    do {
      require(this.peek() === '"', 'unexpected_byte')
      const key = this.string()
      require(isKey(key), 'key_form')
      require(key !== last, 'key_twice')
      require(key > last, 'key_order')
      this.expect(':')
      object[key] = this.value(depth)
      last = key
    } while (this.goesOn('}'))
    return object
  }

  array(depth) {
    const array = []
    this.at += 1
    if (this.closes(']')) return array
    do array.push(this.value(depth))
    while (this.goesOn(']'))
    return array
  }

  closes(letter) {
    if (this.peek() !== letter) return false
    this.at += 1
    return true
  }

  goesOn(close) {
    const letter = this.peek()
    require(letter === ',' || letter === close, 'unexpected_byte')
    this.at += 1
    return letter === ','
  }

  string() {
    this.at += 1
    let value = ''
    for (;;) {
      const start = this.at
      while (this.peek() >= ' ' && this.peek() !== '"' && this.peek() !== '\\') this.at += 1
      value += this.text.slice(start, this.at)
      if (this.peek() === '"') break
      require(this.peek() === '\\', 'control_character')
      value += this.escape()
    }
    this.at += 1
    require(value.normalize('NFC') === value, 'not_nfc')
    return value
  }

  escape() {
    this.at += 1
    const letter = this.peek()
    this.at += 1
    if (letter !== 'u') {
      require(letter in ESCAPES, 'bad_escape')
      return ESCAPES[letter]
    }
    const digits = this.text.slice(this.at, this.at + 4)
    require(digits.length === 4, 'unexpected_end')
    const code = Number.parseInt(digits, 16)
    require(/^00[01][0-9a-f]$/.test(digits) && !SHORT[code], 'bad_escape')
    this.at += 4
    return String.fromCharCode(code)
  }

  integer() {
    const [, sign, digits, after] = /^(-?)([0-9]*)([.eE]?)/.exec(this.text.slice(this.at, this.at + 400))
    const isBadZero = digits.startsWith('0') && (digits.length > 1 || sign !== '')
    require(digits !== '' && !isBadZero && after === '', 'number_form')
    require(digits.length <= 16 && Number.isSafeInteger(Number(digits)), 'number_range')
    this.at += sign.length + digits.length
    return Number(sign + digits)
  }
}
