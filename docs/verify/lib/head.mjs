// The head that everything stands under: its signatures, its witnesses, the older heads that it continues (A1–A3, A12, I5, K1).
import { fromBase64, hexOf, readable, require } from './bytes.mjs'
import { readCheckpoint, readLogKey, readNote, readPolicy, cosigners, isLineOf, isSameKey, verifyNote } from './note.mjs'
import { follow, keyInForce, knows, onlyKey, successionOf } from './succession.mjs'
import { checkInclusion, leafHash } from './tree.mjs'

const NOBODY = { witnesses: [], quorum: Number.POSITIVE_INFINITY }

/**
 * Gives `{checkpoint, witnessed: {isDemanded, isEnough}, note, policy, keys}`: what cannot be read is undefined, and `keys`
 * are those of the log only if the one in force signed the head.
 */
export function checkHead({ about, heads }, trust, tally) {
  let note
  try {
    note = readNote(about.head)
  } catch {
    tally.fail('A1', null, 'note_form')
    return { witnessed: { isDemanded: true, isEnough: false }, policy: NOBODY }
  }
  const checkpoint = readable(() => readCheckpoint(note.text))
  const known = keysOf(note, checkpoint, about, trust, tally)
  const policy = policyOf(about, trust, known, tally)
  const keys = known && checkSignature(note, about, known, policy, tally)
  const witnessed = { isDemanded: policy.quorum > 0, isEnough: cosigners(note, policy.witnesses).length >= policy.quorum }
  if (witnessed.isDemanded) tally.expect('A2', null, witnessed.isEnough, policy.fault ?? 'quorum')
  else tally.note('A2', '规则不要求任何见证', 'the policy demands no witness')
  if (checkpoint) {
    const [size, root] = [...heads].at(-1) ?? []
    const isSameSize = size === checkpoint.size
    tally.expect('I5', null, isSameSize && root === hexOf(checkpoint.root), isSameSize ? 'root_mismatch' : 'size_out_of_range')
  }
  return { checkpoint, witnessed, note, policy, keys }
}

function checkSignature(note, about, keys, policy, tally) {
  const log = keyInForce(keys)
  const checkpoint = tally.attempt('A1', null, () => {
    verifyNote(note, log)
    return readCheckpoint(note.text)
  })
  const named = readable(() => readCheckpoint(note.text))
  const isNamed = named?.origin === about.origin && log.name === about.origin
  tally.expect('K1', null, isNamed, 'other_origin')
  checkLines(note, [...policy.witnesses, ...keys.map(({ key }) => key)], tally)
  return checkpoint && keys
}

/** The keys of the log from the trusted one on, as far as the file's rotations lead from it. */
function keysOf(note, checkpoint, about, trust, tally) {
  const proven = checkpoint && rotated(about.rotations ?? [], checkpoint, tally)
  const trusted = logKeyOf(note, about, trust, tally)
  if (!trusted || !proven || !knows(proven, trusted)) return trusted && onlyKey(trusted)
  if (!isSameKey(keyInForce(proven), trusted) && !(trust.policy?.quorum > 0)) {
    tally.note('A12', '日志密钥已轮换，接任仅由旧钥担保，请以 --policy 给出自己的见证规则', 'the log’s key was rotated, and the old key alone vouches for that; give your own policy with --policy')
  }
  return proven
}

/** A12: each rotation stands under the head and follows the one before it. */
function rotated(rotations, { size, root }, tally) {
  let keys
  for (const { entry, index, proof } of rotations) {
    const followed = tally.attempt('A12', BigInt(index), () => {
      const bytes = fromBase64(entry)
      require(bytes, 'succession_form')
      checkInclusion(leafHash(bytes), BigInt(index), size, proof.map((hash) => Buffer.from(hash, 'hex')), root)
      return follow(keys, BigInt(index), successionOf(bytes))
    })
    if (!followed) return undefined
    keys = followed
  }
  return keys
}

/** The key from elsewhere: the one given, or the one of the given policy's logs that the note names; else the file's own. */
function logKeyOf(note, about, trust, tally) {
  const logs = trust.policy?.logs ?? []
  const elsewhere = trust.logKey ?? logs.find((log) => note.lines.some((line) => isLineOf(line, log))) ?? logs[0]
  if (elsewhere) return elsewhere
  tally.note('A1', '日志公钥取自本文件，请以 --log-key 给出从别处得到的', 'the log’s key is the one in the file; give one from elsewhere with --log-key')
  const own = readable(() => readLogKey(about.log_vkey))
  if (!own) tally.fail('A1', null, 'verifier_form')
  return own
}

/** A policy is for the logs that it names, and for every log if it names none. */
function isFor({ logs }, key, keys) {
  const isIt = (log) => log.name === key.name && isSameKey(log, key)
  return logs.length === 0 || logs.some((log) => isIt(log) || (knows(keys, key) && knows(keys, log)))
}

function policyOf(about, trust, keys, tally) {
  if (!trust.policy) tally.note('A2', '见证规则取自本文件，请以 --policy 给出自己的', 'the policy is the one in the file; give your own with --policy')
  try {
    if (trust.policy && trust.logKey) require(isFor(trust.policy, trust.logKey, keys), 'policy_other_log')
    return trust.policy ?? readPolicy(about.policy)
  } catch (error) {
    return { ...NOBODY, fault: error.code }
  }
}

function checkLines(note, known, tally) {
  const seen = new Set()
  for (const line of note.lines) {
    const name = `${line.name} ${line.hash}`
    const verifier = known.find((vkey) => isLineOf(line, vkey))
    if (seen.has(name)) tally.fail('A3', null, 'signature_twice')
    else if (!verifier) tally.fail('A3', null, 'signature_unknown')
    else tally.attempt('A3', null, () => verifyNote(note, verifier))
    seen.add(name)
  }
}
