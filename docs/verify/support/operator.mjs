// A dishonest operator: writes a log anew under keys of its own, with acts and events as a test wants them.
//
// It can sign heads, but not acts: whatever it changes in an act of a person breaks that signature (A4), and heads that
// signers have seen are gone (C7). Tests look at what else is found.
import { generateKeyPairSync, sign } from 'node:crypto'
import { hexOf, sha256, u64 } from '../lib/bytes.mjs'
import { parse, write } from '../lib/canonical.mjs'
import { readBundle } from '../lib/bundle.mjs'
import { readBody, readEntry } from '../lib/entry.mjs'
import { leafHash, subtrees } from '../lib/tree.mjs'
import { apply, decide, newWorld } from '../lib/world.mjs'
import { readZip, writeZip } from '../lib/zip.mjs'
import { recordBytes, withAbout } from './bundles.mjs'

const INLINE_BODY_BYTES_MAX = 2048

function u16(number) {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(number)
  return bytes
}

function signer(name, type) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const blob = Buffer.concat([Buffer.from([type]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
  const hash = sha256(`${name}\n`, blob).subarray(0, 4)
  const line = (message, before = Buffer.alloc(0)) =>
    `— ${name} ${Buffer.concat([hash, before, sign(null, Buffer.from(message), privateKey)]).toString('base64')}\n`
  return { vkey: `${name}+${hexOf(hash)}+${blob.toString('base64')}`, line }
}

/**
 * The bundle as it comes out when `change` had its way with each act: `{payload, body, head, index, events?}`, where
 * `events` may be a function from the events decided to those recorded. Acts that `keeps` says no to, by payload and body,
 * were never done. Gives `{bytes, logKey}`.
 */
export function rewritten(bundle, change, keeps = () => true) {
  const { about, centre, tender } = readBundle(bundle)
  const acts = [...centre.map((record) => ({ ...record, stream: 'centre' })), ...tender.map((record) => ({ ...record, stream: about.tender }))]
  acts.sort((one, other) => Number(one.index - other.index))
  const size = Number(acts.at(-1).index) + 1
  const leaves = Array.from({ length: size }, (_, at) => sha256(`cover ${at}`))
  const chains = { centre: newChain(), [about.tender]: newChain() }
  const world = newWorld(about.tender)
  const records = acts.filter((act) => isKept(act, keeps)).map((act) => {
    const record = writtenAnew(act, change, world, chains[act.stream])
    leaves[Number(act.index)] = leafHash(record.entry)
    return record
  })
  return bundleOf(readZip(bundle), about, records, leaves)
}

function isKept({ entry, body }, keeps) {
  const payload = parse(readEntry(entry).payloadBytes)
  return keeps({ payload, body: readBody(payload, body) })
}

const newChain = () => ({ count: 0, last: null })

function writtenAnew({ index, entry: bytes, events: recorded, body: detached, stream }, change, world, chain) {
  const { alg, keyId, sig, head, payloadBytes } = readEntry(bytes)
  const payload = parse(payloadBytes)
  const act = { payload, body: readBody(payload, detached), head, index: Number(index), events: (events) => events }
  change(act)
  const text = placeBody(payload, act.body)
  const signed = Buffer.from(write(payload))
  const events = act.events(decidedOr(parse(recorded), world, act, signed, keyId))
  const eventsText = Buffer.from(write(events))
  Object.assign(head, { outcome: hexOf(sha256(eventsText)), sseq: chain.count, sprev: chain.last })
  const headText = Buffer.from(write(head))
  const parts = [sig, headText, signed].flatMap((part) => [u16(part.length), part])
  const entry = Buffer.concat([Buffer.from('TLE1'), Buffer.from([alg, 0]), Buffer.from(keyId, 'hex'), ...parts])
  Object.assign(chain, { count: chain.count + 1, last: hexOf(leafHash(entry)) })
  apply(world, stream, events, head.ts)
  return { index, stream, entry, events: eventsText, body: text }
}

/** Puts the body where its length wants it; gives the detached one, or null. */
function placeBody(payload, body) {
  const text = Buffer.from(write(body))
  const isInline = text.length <= INLINE_BODY_BYTES_MAX
  Object.assign(payload, isInline ? { body, body_sha256: null } : { body: null, body_sha256: hexOf(sha256(text)) })
  return isInline ? null : text
}

function decidedOr(recorded, world, { payload, body, head }, signed, keyId) {
  try {
    const digest = hexOf(sha256(signed))
    return decide(world, { ...payload, body, digest, now: head.ts, keyId, skip: () => {} })
  } catch (error) {
    if (!error.code) throw error
    return recorded
  }
}

function bundleOf(files, about, records, leaves) {
  const log = signer(about.origin, 1)
  const witness = signer(`${about.origin}/witness`, 4)
  const { root, path, over } = treeOf(leaves)
  const text = `${about.origin}\n${leaves.length}\n${root.toString('base64')}\n`
  const time = u64(1_800_000_000)
  const head = `${text}\n${log.line(text)}${witness.line(`cosignature/v1\ntime 1800000000\n${text}`, time)}`
  const policy = `log ${log.vkey}\nwitness w ${witness.vkey}\nquorum w\n`
  const streamOf = (isWanted) => Buffer.concat(records.filter(isWanted).map((record) => recordBytes({ ...record, proof: path(Number(record.index)) })))
  const contents = {
    'heads.chain': Buffer.concat([u64(leaves.length), ...over]),
    'centre.entries': streamOf(({ stream }) => stream === 'centre'),
    'tender.entries': streamOf(({ stream }) => stream !== 'centre'),
  }
  const ofCentre = records.filter(({ stream }) => stream === 'centre').length
  const entries = { centre_entries: ofCentre, tender_entries: records.length - ofCentre }
  const changes = { ...entries, head, log_vkey: log.vkey, policy, witness_vkeys: [witness.vkey] }
  const changed = files.map((file) => {
    if (file.name === 'bundle.json') return withAbout(file, changes)
    return { ...file, bytes: contents[file.name] ?? file.bytes }
  })
  return { bytes: writeZip(changed), logKey: log.vkey }
}

/** Root, inclusion proofs and complete subtrees of a tree with these leaf hashes (RFC 6962, 2.1). */
function treeOf(leaves) {
  const known = new Map()
  const split = (from, to) => from + 2 ** Math.floor(Math.log2(to - from - 1))
  const rootOf = (from, to) => {
    if (to - from === 1) return leaves[from]
    const name = `${from} ${to}`
    if (!known.has(name)) known.set(name, sha256(Buffer.from([1]), rootOf(from, split(from, to)), rootOf(split(from, to), to)))
    return known.get(name)
  }
  const path = (leaf, from = 0, to = leaves.length) => {
    if (to - from === 1) return []
    const middle = split(from, to)
    return leaf < middle ? [...path(leaf, from, middle), rootOf(middle, to)] : [...path(leaf, middle, to), rootOf(from, middle)]
  }
  let at = 0
  const over = subtrees(0n, BigInt(leaves.length)).map((width) => rootOf(at, (at += Number(width))))
  return { root: rootOf(0, leaves.length), path, over }
}
