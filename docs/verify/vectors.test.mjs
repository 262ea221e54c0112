// The formats against the vectors of this repository, those that must be refused included.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromBase64, hexOf } from './lib/bytes.mjs'
import { parse, write } from './lib/canonical.mjs'
import { choose, orderOf, randomnessOf } from './lib/draw.mjs'
import { isEntrySigned, readBody, readEntry, readPayload } from './lib/entry.mjs'
import { isSigned, readKey } from './lib/keys.mjs'
import { readLogKey, readWitnessKey } from './lib/note.mjs'
import { readReceipt, verifyReceipt } from './lib/receipt.mjs'
import { Frontier, checkInclusion, leafHash, rootOf, rootOfSorted, subtrees } from './lib/tree.mjs'
import { codeOf } from './support/refused.mjs'

const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../../crypto/vectors/${name}.json`, import.meta.url), 'utf8'))
const hex = (text) => Buffer.from(text, 'hex')

test('canonical JSON is read strictly and written in one way', () => {
  const { good, bad, written, unwritable } = vectors('log_canonical')
  for (const { text } of good) assert.equal(write(parse(Buffer.from(text))), text)
  for (const { name, hex: bytes, code } of bad) assert.equal(codeOf(() => parse(hex(bytes))), code, name)
  for (const { json, canonical } of written) assert.equal(write(JSON.parse(json)), canonical)
  // What JSON.parse itself has rounded or joined cannot be told afterwards.
  const isTold = ({ code }) => code !== 'key_twice' && code !== 'number_range'
  for (const { json, code } of unwritable.filter(isTold)) assert.equal(codeOf(() => write(JSON.parse(json))), code, json)
})

test('trees, their proofs and their growth', () => {
  const { inputs, heads, numbered, inclusion } = vectors('log_tree')
  heads.forEach((head, size) => assert.equal(hexOf(rootOf(inputs.slice(0, size).map(hex))), head))
  for (const { size, root } of numbered) {
    assert.equal(hexOf(rootOf(Array.from({ length: size }, (_, number) => String(number)))), root)
  }
  for (const { leaf, index, size, proof, root, code } of inclusion) {
    assert.equal(codeOf(() => checkInclusion(hex(leaf), BigInt(index), BigInt(size), proof.map(hex), hex(root))), code)
  }
  const leaves = inputs.map(hex)
  for (let old = 0; old < leaves.length; old += 1) {
    for (let size = old; size <= leaves.length; size += 1) {
      const tree = new Frontier()
      for (const next of [old, size]) {
        for (const width of subtrees(tree.size, BigInt(next))) tree.push(width, rootOf(leaves.slice(Number(tree.size), Number(tree.size + width))))
        assert.equal(hexOf(tree.root()), heads[next], `from ${old} to ${next}`)
      }
    }
  }
})

test('keys, acts and their signatures', () => {
  const { keys, bad_keys, good, bad, payloads } = vectors('log_act')
  const known = new Map(keys.map(({ name, spki }) => [name, readKey(fromBase64(spki))]))
  keys.forEach(({ name, key_id }) => assert.equal(hexOf(known.get(name).id), key_id))
  for (const { name, spki, code } of bad_keys) assert.equal(codeOf(() => readKey(fromBase64(spki))), code, name)
  for (const { act, key } of good) {
    const entry = entryOf(act)
    readBody(readPayload(entry), act.body && fromBase64(act.body))
    if (key) assert.ok(isEntrySigned(entry, known.get(key)))
  }
  for (const { name, call, key, act, code } of bad) {
    if (call === 'verify') assert.ok(code === 'other_key' || !isEntrySigned(entryOf(act), known.get(key)), name)
    else assert.equal(codeOf(() => readBody(readPayload(entryOf(act)), act.body && fromBase64(act.body))), code, name)
  }
  for (const { name, text, code } of payloads) {
    assert.equal(codeOf(() => readPayload(unsigned(text))), code, name)
  }
})

/** An entry with this payload and whatever its actor needs of key and signature. */
function unsigned(text) {
  const isSystem = text.includes('"actor":"system"')
  const [alg, keyId, sig] = isSystem ? [0, '00'.repeat(32), ''] : [1, '11'.repeat(32), '']
  return { alg, keyId, sig, payloadBytes: Buffer.from(text) }
}

function entryOf(act) {
  return { alg: act.alg, keyId: act.key_id, sig: fromBase64(act.sig), payloadBytes: fromBase64(act.payload) }
}

test('signatures about which libraries disagree', () => {
  for (const { name: set, keys } of vectors('signatures').sets) {
    for (const { spki, cases } of keys) {
      const key = keyOrNone(hex(spki))
      for (const { name, message, signature, is_valid: isValid } of cases) {
        const isAccepted = key !== null && isSigned(key, hex(message), hex(signature))
        assert.equal(isAccepted, isValid, `${set}: ${spki} ${name}`)
      }
    }
  }
})

/** The key in these bytes, or null if it is refused. */
function keyOrNone(spki) {
  let key = null
  codeOf(() => {
    key = readKey(spki)
  })
  return key
}

test('entries', () => {
  const { good, cover, bad } = vectors('log_entry')
  for (const { hex: bytes, leaf_hash } of good) assert.equal(hexOf(readEntry(hex(bytes)).leaf), leaf_hash)
  assert.equal(hexOf(leafHash(hex(cover.hex))), cover.leaf_hash)
  assert.equal(codeOf(() => readEntry(hex(cover.hex))), 'cover_entry')
  for (const { name, hex: bytes, code } of bad) assert.equal(codeOf(() => readEntry(hex(bytes))), code, name)
})

test('receipts hold, and are refused for what is wrong with them', () => {
  const { log, bad_vkeys, good, bad } = vectors('log_receipt')
  const verify = ({ text, policy, quorum }) =>
    verifyReceipt(readReceipt(Buffer.from(text)), readLogKey(log.vkey), policy.map(readWitnessKey), quorum)
  for (const vkey of bad_vkeys) assert.equal(codeOf(() => readLogKey(vkey)), 'verifier_form', vkey)
  for (const receipt of good) {
    const { entry, head, cosigned } = verify(receipt)
    assert.equal(hexOf(entry.leaf), receipt.leaf_hash)
    assert.equal(Number(head.size), receipt.size)
    assert.deepEqual(cosigned.map(({ time }) => Number(time)), receipt.times)
  }
  for (const receipt of bad) {
    const code = codeOf(() => verify(receipt))
    // Whoever expects an act reads a cover entry as an entry with wrong first bytes.
    assert.equal(code === 'cover_entry' ? 'entry_magic' : code, receipt.code, receipt.name)
  }
})

test('draws and closed roots', () => {
  const draws = vectors('log_draw')
  const randomness = randomnessOf(draws.label_key)
  assert.equal(hexOf(randomness), draws.randomness)
  assert.deepEqual(orderOf(randomness, draws.order.ids.map(hex)), draws.order.drawn)
  for (const { purpose, n, k, drawn } of draws.choose) {
    if (k === 1) assert.equal(choose(randomness, purpose, n), drawn[0])
  }
  const { manifests, closed_root } = vectors('tl1_manifest')
  assert.equal(hexOf(rootOfSorted(manifests.map(({ sha256 }) => hex(sha256)))), closed_root)
})
