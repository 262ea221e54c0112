// Public keys in their one DER form (docs/log.md, 3) and signatures of 64 bytes, by what Node's crypto offers.
import { createPublicKey, verify } from 'node:crypto'
import { require, sha256 } from './bytes.mjs'

const ED25519 = 1
const P256 = 2
const SM2 = 3

const PREFIXES = [
  [ED25519, Buffer.from('302a300506032b6570032100', 'hex'), 32],
  [P256, Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'), 64],
  [SM2, Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d03420004', 'hex'), 64],
]
const FIELD_PRIME = (1n << 255n) - 19n
/** The y coordinates of the Ed25519 points whose order divides 8 (docs/log.md, 3). */
const SMALL_ORDER = [
  0n,
  1n,
  FIELD_PRIME - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]

export const keyIdOf = (spki) => sha256(spki)

/** Reads a SubjectPublicKeyInfo: `{alg, spki, id}`. */
export function readKey(spki) {
  const form = PREFIXES.find(([, prefix]) => spki.subarray(0, prefix.length).equals(prefix))
  require(form, 'public_key_form')
  const [alg, prefix, length] = form
  require(spki.length === prefix.length + length, 'public_key_form')
  if (alg === ED25519) requireStrong(spki.subarray(prefix.length))
  return { alg, spki, id: keyIdOf(spki) }
}

export const readEd25519 = (raw) => readKey(Buffer.concat([PREFIXES[0][1], raw]))

export const rawOf = (key) => key.spki.subarray(PREFIXES[0][1].length)

function requireStrong(raw) {
  const littleEndian = Buffer.from(raw).reverse()
  littleEndian[0] &= 0x7f
  const y = BigInt(`0x${littleEndian.toString('hex')}`)
  require(y < FIELD_PRIME && !SMALL_ORDER.includes(y), 'weak_key')
}

/** Node gives SM2 no signer's id, so signatures by such keys are not checked here. */
export const canVerify = (key) => key.alg !== SM2

/** Whether `signature` is by `key` over `message`; a key that OpenSSL will not read has signed nothing. */
export function isSigned(key, message, signature) {
  if (signature.length !== 64) return false
  try {
    const publicKey = createPublicKey({ key: key.spki, format: 'der', type: 'spki' })
    if (key.alg === ED25519) return verify(null, message, publicKey, signature)
    return verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    return false
  }
}
