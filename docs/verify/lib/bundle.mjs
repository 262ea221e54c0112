// The evidence bundle (formats.md, 11): its files in their order, its texts, its records. Nothing is believed here.
import { Reader, Refused, hasExactly, hexOf, isDigest, isHex, isUuid, require } from './bytes.mjs'
import { parse } from './canonical.mjs'
import { BODY_BYTES_MAX, ENTRY_BYTES_MAX } from './entry.mjs'
import { Frontier, leafHash, subtrees } from './tree.mjs'
import { readZip } from './zip.mjs'

const FIRST = ['bundle.json', 'heads.chain', 'centre.entries', 'tender.entries']
const EVENTS_BYTES_MAX = 64 << 20
const HASHES_MAX = 63
const NONE = 0xffffffff

const isText = (value) => typeof value === 'string'
const isCount = (value) => Number.isInteger(value) && value >= 0
const ABOUT = {
  centre_entries: isCount,
  head: isText,
  log_vkey: isText,
  origin: isText,
  policy: isText,
  rules: isCount,
  scope: (value) => value === 'supervisor' || value === 'public',
  tender: isUuid,
  tender_entries: isCount,
  v: (value) => value === 2,
  witness_vkeys: (value) => Array.isArray(value) && value.every(isText),
}
const SHOWN_ROTATION = {
  entry: isText,
  index: isCount,
  proof: (value) => Array.isArray(value) && value.every(isDigest),
}
const ROTATIONS = { rotations: (value) => Array.isArray(value) && value.every((shown) => hasExactly(shown, SHOWN_ROTATION)) }

/** Reads a bundle: `{about, heads, centre, tender, cores, files}`; cores and files by the names after the slash. */
export function readBundle(bytes) {
  const files = readZip(bytes)
  const named = { cores: new Map(), files: new Map() }
  let last = ''
  files.forEach(({ name, bytes: content }, place) => {
    if (place < FIRST.length) return require(name === FIRST[place], 'bundle_missing', FIRST[place])
    const [, folder, id] = /^(cores|files)\/(.*)$/.exec(name) ?? []
    require(folder && isHex(id, folder === 'cores' ? 32 : 64) && name > last, 'bundle_misplaced', name)
    named[folder].set(id, content)
    last = name
  })
  require(files.length >= FIRST.length, 'bundle_missing', FIRST[files.length])
  const [about, heads, centre, tender] = files.map(({ bytes: content }) => content)
  return {
    about: readText(about, 'bundle.json', isAbout),
    heads: readHeads(heads),
    centre: readRecords(centre, 'centre'),
    tender: readRecords(tender, 'tender'),
    ...named,
  }
}

/** A log whose key was never rotated says nothing of rotations. */
const isAbout = (value) => hasExactly(value, value?.rotations === undefined ? ABOUT : { ...ABOUT, ...ROTATIONS })

function readText(bytes, name, isGood) {
  let value
  try {
    value = parse(bytes)
  } catch (error) {
    throw new Refused('bundle_not_canonical', `${name}: ${error.code}`)
  }
  require(isGood(value), 'bundle_form', name)
  return value
}

/** The heads that signers have seen, ascending: of each size the root, in hexadecimal digits. */
function readHeads(bytes) {
  const reader = new Reader(bytes, 'bundle_record')
  const tree = new Frontier()
  const heads = new Map()
  while (!reader.isAtEnd) {
    const size = reader.u64()
    require(size > tree.size, 'bundle_record', `heads ${heads.size}`)
    for (const width of subtrees(tree.size, size)) tree.push(width, reader.take(32))
    heads.set(size, hexOf(tree.root()))
  }
  return heads
}

function readRecords(bytes, stream) {
  const reader = new Reader(bytes, 'bundle_record')
  const records = []
  while (!reader.isAtEnd) records.push(readRecord(reader, `${stream} ${records.length}`))
  return records
}

/** `{index, entry, events, body, leaf, proof}`; the entry of a withheld record is null. */
function readRecord(reader, which) {
  const index = reader.u64()
  const entry = readPart(reader, ENTRY_BYTES_MAX, which)
  const leaf = entry === null ? reader.take(32) : leafHash(entry)
  const events = readPart(reader, EVENTS_BYTES_MAX, which)
  const body = readPart(reader, BODY_BYTES_MAX, which)
  const isWhole = entry === null ? events === null && body === null : events !== null
  require(isWhole, 'bundle_record', which)
  const count = reader.u16()
  require(count <= HASHES_MAX, 'bundle_record', which)
  const proof = Array.from({ length: count }, () => reader.take(32))
  return { index, entry, events, body, leaf, proof }
}

function readPart(reader, most, which) {
  const length = reader.u32()
  if (length === NONE) return null
  require(length <= most, 'bundle_record', which)
  return reader.take(length)
}
