// The RFC 6962 tree: leaves, nodes, heads, and the proofs of RFC 9162 (2.1.3.2, 2.1.4.2).
import { require, sha256 } from './bytes.mjs'

const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])

export const EMPTY_ROOT = sha256()
export const leafHash = (data) => sha256(LEAF, data)
const nodeHash = (left, right) => sha256(NODE, left, right)

/** The head over leaf data. */
export function rootOf(leaves) {
  let row = leaves.map(leafHash)
  if (row.length === 0) return EMPTY_ROOT
  while (row.length > 1) {
    const above = []
    for (let at = 0; at < row.length; at += 2) {
      // A row's lone last node rises unchanged.
      above.push(at + 1 < row.length ? nodeHash(row[at], row[at + 1]) : row[at])
    }
    row = above
  }
  return row[0]
}

/** The head over digests: the digest is the leaf data. */
export const rootOfSorted = (digests) => rootOf([...digests].sort(Buffer.compare))

/** How wide the complete subtrees over the leaves `from` to `to` are, from left to right, each as wide as it can be. */
export function subtrees(from, to) {
  const widths = []
  for (let at = from; at < to; at += widths.at(-1)) {
    let width = 1n
    while (at % (2n * width) === 0n && at + 2n * width <= to) width *= 2n
    widths.push(width)
  }
  return widths
}

/** The right edge of a growing tree: its complete subtrees, the largest first. */
export class Frontier {
  size = 0n
  #peaks = []

  /** Adds a complete subtree. Two of one width are one of the next, as a carry in a sum. */
  push(width, hash) {
    let carried = width
    while (this.size & carried) {
      hash = nodeHash(this.#peaks.pop(), hash)
      carried *= 2n
    }
    this.#peaks.push(hash)
    this.size += width
  }

  root() {
    return this.#peaks.length === 0 ? EMPTY_ROOT : this.#peaks.reduceRight((right, left) => nodeHash(left, right))
  }
}

/** Sizes and indices are BigInt: a log may be longer than 2^53. */
export function checkInclusion(leaf, index, size, proof, root) {
  require(index < size, 'index_out_of_range')
  const place = { node: index, last: size - 1n }
  let hash = leaf
  for (const sibling of proof) {
    require(place.last !== 0n, 'proof_length')
    hash = climb(place, () => nodeHash(sibling, hash), () => nodeHash(hash, sibling))
  }
  require(place.last === 0n, 'proof_length')
  require(hash.equals(root), 'root_mismatch')
}

function climb(place, asRight, asLeft) {
  const isRight = (place.node & 1n) === 1n || place.node === place.last
  const hash = isRight ? asRight() : asLeft()
  // A node at the ragged right edge rises unchanged until it is somebody's right child.
  while (isRight && (place.node & 1n) === 0n && place.node !== 0n) rise(place)
  rise(place)
  return hash
}

function rise(place) {
  place.node >>= 1n
  place.last >>= 1n
}
