// Receipts (C2SP tlog-proof; docs/log.md, 5).
import { fromBase64, fromDecimal, fromDigest64, require } from './bytes.mjs'
import { ENTRY_BYTES_MAX, readEntry, readPayload } from './entry.mjs'
import { cosigners, readCheckpoint, readNote, verifyNote } from './note.mjs'
import { checkInclusion, leafHash } from './tree.mjs'

const RECEIPT_BYTES_MAX = 128 * 1024 + 2 * ENTRY_BYTES_MAX
const HASHES_MAX = 63

/** Reads the lines; nothing is checked but their form. */
export function readReceipt(bytes) {
  require(bytes.length <= RECEIPT_BYTES_MAX, 'receipt_size')
  const whole = bytes.toString('utf8')
  require(Buffer.from(whole).equals(bytes), 'receipt_form')
  const gap = whole.indexOf('\n\n')
  require(gap >= 0, 'receipt_form')
  const [first, extra, index, ...hashes] = whole.slice(0, gap).split('\n')
  require(first === 'c2sp.org/tlog-proof@v1' && extra?.startsWith('extra ') && index?.startsWith('index '), 'receipt_form')
  const receipt = { entry: fromBase64(extra.slice(6)), index: fromDecimal(index.slice(6)), proof: hashes.map(fromDigest64) }
  require(receipt.entry && receipt.index !== undefined && receipt.proof.every(Boolean), 'receipt_form')
  require(receipt.proof.length <= HASHES_MAX && receipt.entry.length <= ENTRY_BYTES_MAX, 'receipt_size')
  return { ...receipt, note: readNote(whole.slice(gap + 2)) }
}

/** Checks a receipt in the order of docs/log.md, 5. `quorum` of `witnesses` must have cosigned. */
export function verifyReceipt(receipt, logKey, witnesses, quorum) {
  verifyNote(receipt.note, logKey)
  const head = readCheckpoint(receipt.note.text)
  require(head.origin === logKey.name, 'other_origin')
  for (const witness of witnesses) {
    const isNamed = receipt.note.lines.some((line) => line.name === witness.name && line.hash === witness.hash)
    if (isNamed) verifyNote(receipt.note, witness)
  }
  const cosigned = cosigners(receipt.note, witnesses)
  require(cosigned.length >= quorum, 'quorum')
  checkInclusion(leafHash(receipt.entry), receipt.index, head.size, receipt.proof, head.root)
  const entry = readEntry(receipt.entry)
  const payload = readPayload(entry)
  require(payload.origin === head.origin, 'act_origin')
  return { entry, payload, head, cosigned }
}
