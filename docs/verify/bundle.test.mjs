// Bundles: what holds, and that nothing can be changed, dropped, added or moved in one without being found.
//
// The bundles in `fixtures` are of one demo: the public's, and the whole one without its documents. Another is taken from
// the path in KAIBIAO_BUNDLE, with the log's key in KAIBIAO_LOG_KEY (without it, the key in the file).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readBundle } from './lib/bundle.mjs'
import { parse, write } from './lib/canonical.mjs'
import { verifyBundle } from './lib/check.mjs'
import { readLogKey, readPolicy, readWitnessKey } from './lib/note.mjs'
import { readReceipt, verifyReceipt } from './lib/receipt.mjs'
import { readZip, writeZip } from './lib/zip.mjs'
import { recordBytes, withAbout } from './support/bundles.mjs'
import { fixture, wholeFixture } from './support/fixtures.mjs'

const vkey = (name) => fixture(name).toString().trim()
const given = process.env.KAIBIAO_BUNDLE && readFileSync(process.env.KAIBIAO_BUNDLE)
const keyOfGiven = given && (process.env.KAIBIAO_LOG_KEY ?? readBundle(given).about.log_vkey)

const logKey = readLogKey(vkey('log.vkey'))
const SUBJECTS = [
  { name: 'public', bytes: fixture('public.tdr'), logKey, flips: 300 },
  { name: 'whole', bytes: wholeFixture(), logKey, flips: 24 },
]
if (given) SUBJECTS.push({ name: 'given', bytes: given, logKey: readLogKey(keyOfGiven), flips: 24 })

/** Numbers from a seed (mulberry32): the same test every time. */
function numbers(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** `refused`, the ids that failed, or nothing if the bundle is verified. */
function verdict(bytes, logKey) {
  try {
    const { tally } = verifyBundle(bytes, { logKey })
    return tally.failures.map(({ id }) => id)
  } catch (error) {
    if (!error.code) throw error
    return ['refused']
  }
}

function flipped(bytes, at, random) {
  const changed = Buffer.from(bytes)
  changed[at] ^= 1 << random(8)
  return changed
}

/** Where the values stand in bundle.json that nobody reads who brings a key and a policy of their own. */
function claims(about) {
  const value = parse(about)
  return ['log_vkey', 'policy', 'rules', 'witness_vkeys'].map((name) => {
    const text = `"${name}":${write(value[name])}`
    const from = about.indexOf(text)
    return [from + name.length + 3, from + Buffer.byteLength(text)]
  })
}

/** The bundle with the records of one stream as `change` leaves them, and the announced number to match. */
function withRecords(bytes, name, change) {
  const stream = name.split('.')[0]
  const records = change(readBundle(bytes)[stream])
  const files = readZip(bytes).map((file) => {
    if (file.name === name) return { ...file, bytes: Buffer.concat(records.map(recordBytes)) }
    return file.name === 'bundle.json' ? withAbout(file, { [`${stream}_entries`]: records.length }) : file
  })
  return writeZip(files)
}

for (const { name, bytes, logKey, flips } of SUBJECTS) {
  test(`${name}: the bundle is verified`, () => {
    assert.deepEqual(verdict(bytes, logKey), [])
  })

  test(`${name}: every flipped byte of the file is found`, () => {
    const random = numbers(1)
    for (let round = 0; round < flips; round += 1) {
      const at = random(bytes.length)
      assert.notDeepEqual(verdict(flipped(bytes, at, random), logKey), [], `byte ${at}`)
    }
  })

  test(`${name}: every flipped byte of its contents is found, its checksums written anew`, () => {
    const files = readZip(bytes)
    const unread = claims(files[0].bytes)
    const random = numbers(2)
    for (let round = 0; round < flips; round += 1) {
      // Every file in turn, so that short ones are not forgotten beside long ones.
      const place = round % files.length
      const at = random(files[place].bytes.length)
      const isUnread = place === 0 && unread.some(([from, to]) => at >= from && at < to)
      const changed = files.map((file, each) => (each === place ? { ...file, bytes: flipped(file.bytes, at, random) } : file))
      const found = verdict(writeZip(changed), logKey)
      assert.ok(isUnread || found.length > 0, `${files[place].name}, byte ${at}`)
    }
  })

  test(`${name}: a record dropped, doubled, exchanged or put in is found`, () => {
    const random = numbers(3)
    for (const stream of ['centre.entries', 'tender.entries']) {
      const change = (how) => verdict(withRecords(bytes, stream, how), logKey)
      assert.deepEqual(change((records) => records), [])
      for (let round = 0; round < 2; round += 1) {
        const at = random(readBundle(bytes)[stream.split('.')[0]].length - 1)
        const swapped = change((records) => records.with(at, records[at + 1]).with(at + 1, records[at]))
        assert.ok(swapped.includes('C2'), `${stream}: ${at} exchanged`)
        const doubled = change((records) => records.toSpliced(at, 0, records[at]))
        assert.ok(doubled.includes('C2'), `${stream}: ${at} doubled`)
        const moved = change((records) => records.with(at, { ...records[at], index: records[at].index + 1n }))
        assert.ok(moved.includes('I4'), `${stream}: ${at} under another index`)
      }
    }
    const isShown = ({ entry }) => entry !== null
    const dropped = verdict(withRecords(bytes, 'tender.entries', (records) => records.toSpliced(records.findIndex(isShown), 1)), logKey)
    assert.ok(dropped.includes('C2') && dropped.includes('C3'))
  })

  test(`${name}: another log's key, a cosignature removed, another scope`, () => {
    const other = readLogKey('kaibiao.example/tlog/1+654319c4+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM')
    const byOther = verdict(bytes, other)
    assert.ok(byOther.includes('A1') && byOther.includes('K1') && byOther.includes('A3'))
    const [about, ...rest] = readZip(bytes)
    const { head, scope } = parse(about.bytes)
    const alone = verdict(writeZip([withAbout(about, { head: head.replace(/[^\n]*\n$/, '') }), ...rest]), logKey)
    assert.ok(alone.includes('A2') && (scope === 'public' || alone.includes('E8')))
    if (scope === 'public') {
      const asWhole = verdict(writeZip([withAbout(about, { scope: 'supervisor' }), ...rest]), logKey)
      assert.ok(asWhole.includes('C5'))
    }
  })
}

test('a policy is for the log that it names, and one that demands nobody leaves nothing to look at', () => {
  const bytes = wholeFixture()
  const { log_vkey: own, witness_vkeys: [witness] } = readBundle(bytes).about
  const other = 'kaibiao.example/tlog/1+654319c4+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM'
  const policy = (log, quorum = 'w') => readPolicy(`log ${log}\nwitness w ${witness}\nquorum ${quorum}\n`)
  const failed = (trust) => [...new Set(verifyBundle(bytes, trust).tally.failures.map(({ id }) => id))]
  assert.deepEqual(failed({ policy: policy(own) }), [])
  assert.ok(failed({ policy: policy(other) }).includes('A1'))
  assert.ok(failed({ logKey, policy: policy(other) }).includes('A2'))
  const { tally } = verifyBundle(bytes, { policy: policy(own, 'none') })
  const { A2, E8 } = tally.toJson()
  assert.deepEqual([A2, E8], [{ held: 0, failed: [], not_checked: 0 }, { held: 0, failed: [], not_checked: 0 }])
})

test('what a file for the public cannot show is not said to hold', () => {
  const { A4, C1, K4, K9 } = verifyBundle(fixture('public.tdr'), { logKey }).tally.toJson()
  for (const { held, failed } of [A4, C1, K4, K9]) assert.deepEqual([held, failed], [0, []])
})

test('every byte of the receipt counts', () => {
  const bytes = fixture('receipt.txt')
  const witness = readWitnessKey(vkey('witness.vkey'))
  const holds = (text) => {
    try {
      verifyReceipt(readReceipt(text), logKey, [witness], 1)
      return true
    } catch (error) {
      if (!error.code) throw error
      return false
    }
  }
  assert.ok(holds(bytes))
  const random = numbers(4)
  for (let at = 0; at < bytes.length; at += 1) assert.ok(!holds(flipped(bytes, at, random)), `byte ${at}`)
})

test('the receipt of the demo holds under its log and witness, and under no other', () => {
  const receipt = readReceipt(fixture('receipt.txt'))
  const witness = readWitnessKey(vkey('witness.vkey'))
  const { payload } = verifyReceipt(receipt, logKey, [witness], 1)
  assert.equal(payload.type, 'SubmitBid')
  const unnamed = { ...receipt, note: { ...receipt.note, lines: receipt.note.lines.slice(0, 1) } }
  assert.throws(() => verifyReceipt(unnamed, logKey, [witness], 1), { code: 'quorum' })
  const moved = { ...receipt, index: receipt.index + 1n }
  assert.throws(() => verifyReceipt(moved, logKey, [], 0), { code: 'root_mismatch' })
})
