// The head that everything stands under: its signatures, its witnesses, the older heads that it continues (A1–A3, I5, K1).
import { hexOf, readable, require } from './bytes.mjs'
import { readCheckpoint, readLogKey, readNote, readPolicy, cosigners, isLineOf, isSameKey, verifyNote } from './note.mjs'

const NOBODY = { witnesses: [], quorum: Number.POSITIVE_INFINITY }

/**
 * Gives `{checkpoint, witnessed: {isDemanded, isEnough}, note, policy, log}`: what cannot be read is undefined, and `log`
 * is the key of the log only if it signed the head.
 */
export function checkHead({ about, heads }, trust, tally) {
  let note
  try {
    note = readNote(about.head)
  } catch {
    tally.fail('A1', null, 'note_form')
    return { witnessed: { isDemanded: true, isEnough: false }, policy: NOBODY }
  }
  const policy = policyOf(about, trust, tally)
  const { checkpoint, log } = checkSignature(note, about, trust, policy, tally)
  const witnessed = { isDemanded: policy.quorum > 0, isEnough: cosigners(note, policy.witnesses).length >= policy.quorum }
  if (witnessed.isDemanded) tally.expect('A2', null, witnessed.isEnough, policy.fault ?? 'quorum')
  else tally.note('A2', '规则不要求任何见证', 'the policy demands no witness')
  if (checkpoint) {
    const [size, root] = [...heads].at(-1) ?? []
    const isSameSize = size === checkpoint.size
    tally.expect('I5', null, isSameSize && root === hexOf(checkpoint.root), isSameSize ? 'root_mismatch' : 'size_out_of_range')
  }
  return { checkpoint, witnessed, note, policy, log }
}

function checkSignature(note, about, trust, policy, tally) {
  const checkpoint = readable(() => readCheckpoint(note.text))
  const log = logKeyOf(note, about, trust, tally)
  if (!log) return { checkpoint }
  const isSigned = tally.attempt('A1', null, () => {
    verifyNote(note, log)
    return readCheckpoint(note.text)
  })
  const isNamed = checkpoint?.origin === about.origin && log.name === about.origin
  tally.expect('K1', null, isNamed, 'other_origin')
  checkLines(note, [...policy.witnesses, log], tally)
  return { checkpoint, log: isSigned && log }
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
const isFor = ({ logs }, key) => logs.length === 0 || logs.some((log) => log.name === key.name && isSameKey(log, key))

function policyOf(about, trust, tally) {
  if (!trust.policy) tally.note('A2', '见证规则取自本文件，请以 --policy 给出自己的', 'the policy is the one in the file; give your own with --policy')
  try {
    if (trust.policy && trust.logKey) require(isFor(trust.policy, trust.logKey), 'policy_other_log')
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
