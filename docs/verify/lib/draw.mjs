// Draws from a public random value (formats.md, 9).
import { sha256, u32 } from './bytes.mjs'

/** R of a label key, given as hexadecimal digits. */
export const randomnessOf = (labelKey) => sha256(Buffer.from(labelKey, 'hex'))

/** The drawn order of ids, as positions. */
export function orderOf(randomness, ids) {
  const ranked = ids.map((id, at) => ({ at, rank: sha256('KB/order\0', randomness, id) }))
  return ranked.sort((one, other) => Buffer.compare(one.rank, other.rank) || one.at - other.at).map(({ at }) => at)
}

/** One position below `count`, without bias: numbers beyond the largest multiple are passed over. */
export function choose(randomness, purpose, count) {
  const among = BigInt(count)
  const limit = (1n << 64n) - ((1n << 64n) % among)
  for (let i = 0; ; i += 1) {
    const number = sha256('KB/draw\0', randomness, purpose, u32(i)).readBigUInt64BE()
    if (number < limit) return Number(number % among)
  }
}
