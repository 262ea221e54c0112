// The head that everything stands under: its signatures, its witnesses, the older heads that it continues (A1–A3, I5, K1).
import { readable } from './bytes.mjs'
import { readCheckpoint, readLogKey, readNote, readPolicy, cosigners, isLineOf, verifyNote } from './note.mjs'
import { checkConsistency } from './tree.mjs'

const NOBODY = { witnesses: [], quorum: Number.POSITIVE_INFINITY }

/** Gives `{checkpoint, isWitnessed}`; the checkpoint is undefined if it cannot be read. */
export function checkHead({ about, heads }, trust, tally) {
  let note
  try {
    note = readNote(about.head)
  } catch {
    tally.fail('A1', null, 'note_form')
    return { checkpoint: undefined, isWitnessed: false }
  }
  const policy = policyOf(about, trust, tally)
  const checkpoint = checkSignature(note, about, trust, policy, tally)
  const isWitnessed = cosigners(note, policy.witnesses).length >= policy.quorum
  tally.expect('A2', null, isWitnessed, policy.fault ?? 'quorum')
  if (checkpoint) {
    const newest = [checkpoint.size, checkpoint.root]
    for (const { proof, root, size } of heads) {
      const hashes = proof.map((hash) => Buffer.from(hash, 'hex'))
      tally.attempt('I5', null, () => checkConsistency(BigInt(size), Buffer.from(root, 'hex'), ...newest, hashes))
    }
  }
  return { checkpoint, isWitnessed }
}

function checkSignature(note, about, trust, policy, tally) {
  const checkpoint = readable(() => readCheckpoint(note.text))
  const log = logKeyOf(about, trust, tally)
  if (!log) return checkpoint
  tally.attempt('A1', null, () => {
    verifyNote(note, log)
    readCheckpoint(note.text)
  })
  const isNamed = checkpoint?.origin === about.origin && log.name === about.origin
  tally.expect('K1', null, isNamed, 'other_origin')
  checkLines(note, [...policy.witnesses, log], tally)
  return checkpoint
}

function logKeyOf(about, trust, tally) {
  if (trust.logKey) return trust.logKey
  tally.note('A1', '日志公钥取自本文件，请以 --log-key 给出从别处得到的', 'the log’s key is the one in the file; give one from elsewhere with --log-key')
  const own = readable(() => readLogKey(about.log_vkey))
  if (!own) tally.fail('A1', null, 'verifier_form')
  return own
}

function policyOf(about, trust, tally) {
  if (!trust.policy) tally.note('A2', '见证规则取自本文件，请以 --policy 给出自己的', 'the policy is the one in the file; give your own with --policy')
  try {
    const policy = trust.policy ?? readPolicy(about.policy)
    if (policy.quorum === 0) tally.note('A2', '该规则不要求任何见证', 'this policy asks for no witness')
    return policy
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
