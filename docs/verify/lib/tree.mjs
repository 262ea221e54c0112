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

export function checkConsistency(oldSize, oldRoot, newSize, newRoot, proof) {
  require(oldSize <= newSize, 'size_out_of_range')
  if (oldSize === 0n || oldSize === newSize) {
    require(proof.length === 0, 'proof_length')
    require(oldRoot.equals(oldSize === 0n ? EMPTY_ROOT : newRoot), 'root_mismatch')
    require(newSize !== 0n || newRoot.equals(EMPTY_ROOT), 'root_mismatch')
    return
  }
  const isComplete = (oldSize & (oldSize - 1n)) === 0n
  // A complete old tree is a node of the new one, so the proof does not repeat its head.
  const [first, ...rest] = isComplete ? [oldRoot, ...proof] : proof
  require(first, 'proof_length')
  const place = { node: oldSize - 1n, last: newSize - 1n }
  while (place.node & 1n) rise(place)
  let [oldHash, newHash] = [first, first]
  for (const sibling of rest) {
    require(place.last !== 0n, 'proof_length')
    newHash = climb(
      place,
      () => {
        oldHash = nodeHash(sibling, oldHash)
        return nodeHash(sibling, newHash)
      },
      () => nodeHash(newHash, sibling),
    )
  }
  require(place.last === 0n, 'proof_length')
  require(oldHash.equals(oldRoot) && newHash.equals(newRoot), 'root_mismatch')
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
