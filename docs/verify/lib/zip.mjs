// The one zip file that a bundle's contents give (formats.md, 11): stored files, one after another, nothing between.
//
// Whoever reads a zip by its central directory and whoever reads it by its local headers see the same here, because both
// are written again from what was read and must come out the same. So no byte of a bundle is without meaning.
import { crc32 } from 'node:zlib'
import { Reader, require } from './bytes.mjs'

const REFUSED = 'bundle_zip'
const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const DATE = 0x21
const IN_EXTRA = 0xffffffff
const STREAMS = ['heads.chain', 'centre.entries', 'tender.entries']
const RIGHTS = 0o100644 * 65536
const MADE_BY_UNIX = 3

/** The files of a zip, in their order: `[{name, bytes, isLarge}]`. */
export function readZip(bytes) {
  const files = []
  let at = 0
  while (at + 30 <= bytes.length && bytes.readUInt32LE(at) === LOCAL) {
    const file = readLocal(bytes, at)
    at += localHeader(file).length + file.bytes.length
    files.push(file)
  }
  const wanted = writeZip(files)
  require(wanted.equals(bytes), REFUSED, whereDifferent(wanted, bytes, files))
  return files
}

/** Where a file first differs from the one that its contents give; a wrong checksum tells that these were changed. */
function whereDifferent(wanted, bytes, files) {
  const at = wanted.findIndex((byte, place) => byte !== bytes[place])
  if (at < 0) return `byte ${wanted.length}: something behind the end`
  let end = 0
  const file = files.find((each) => {
    end += localHeader(each).length + each.bytes.length
    return at < end
  })
  return `byte ${at}: the header of ${file?.name ?? 'the central directory'} is not that of its contents`
}

/** The one zip of these files; `isLarge` ones have the fields of 64 bits. */
export function writeZip(files) {
  const parts = []
  const directory = []
  let offset = 0
  for (const file of files) {
    const head = localHeader(file)
    directory.push(centralHeader(file, offset))
    parts.push(head, file.bytes)
    offset += head.length + file.bytes.length
  }
  const length = directory.reduce((total, { length: each }) => total + each, 0)
  const end = Buffer.concat([u32s(END), u16s(0, 0, files.length, files.length), u32s(length, offset), u16s(0)])
  return Buffer.concat([...parts, ...directory, end])
}

/** What a local header says of its file; whether it says it in the right way is seen by writing it again. */
function readLocal(bytes, at) {
  const reader = new Reader(bytes, REFUSED)
  reader.take(at + 26)
  const [nameLength, extraLength] = [reader.take(2).readUInt16LE(), reader.take(2).readUInt16LE()]
  const name = reader.take(nameLength).toString('latin1')
  const extra = reader.take(extraLength)
  const short = bytes.readUInt32LE(at + 22)
  const isLarge = short === IN_EXTRA
  require(!isLarge || extra.length === 20, REFUSED, name)
  const length = isLarge ? Number(extra.readBigUInt64LE(4)) : short
  // Of streams the length is not known when they begin; other files have 64 bits where they need them.
  require(isLarge === (STREAMS.includes(name) || length >= IN_EXTRA), REFUSED, name)
  return { name, isLarge, bytes: reader.take(length) }
}

function localHeader(file) {
  const { name, isLarge } = file
  return Buffer.concat([u32s(LOCAL), common(file), u16s(name.length, isLarge ? 20 : 0), Buffer.from(name), extra(file)])
}

function centralHeader(file, offset) {
  const { name, isLarge } = file
  const madeBy = MADE_BY_UNIX * 256 + version(file)
  const lengths = u16s(name.length, isLarge ? 20 : 0, 0, 0, 0)
  const place = u32s(RIGHTS, offset)
  return Buffer.concat([u32s(CENTRAL), u16s(madeBy), common(file), lengths, place, Buffer.from(name), extra(file)])
}

/** Version, flags, method, time, date, checksum, lengths. */
function common(file) {
  const length = file.isLarge ? IN_EXTRA : file.bytes.length
  return Buffer.concat([u16s(version(file), 0, 0, 0, DATE), u32s(crc32(file.bytes), length, length)])
}

const version = ({ isLarge }) => (isLarge ? 45 : 10)

function extra({ isLarge, bytes }) {
  if (!isLarge) return Buffer.alloc(0)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([u16s(1, 16), length, length])
}

function u16s(...numbers) {
  const bytes = Buffer.alloc(2 * numbers.length)
  numbers.forEach((number, at) => bytes.writeUInt16LE(number, 2 * at))
  return bytes
}

function u32s(...numbers) {
  const bytes = Buffer.alloc(4 * numbers.length)
  numbers.forEach((number, at) => bytes.writeUInt32LE(number, 4 * at))
  return bytes
}
