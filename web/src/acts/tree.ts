/**
 * The RFC 6962 tree: heads, and the check of proofs of inclusion and of consistency (RFC 9162, section 2.1).
 *
 * Serves the log, the segments of a file and the closed root of a lot. It makes no proofs: the server does.
 * *Invariant*: a proof is accepted only if every one of its hashes was needed.
 */
import { type Bytes, sameBytes, sha256 } from "./bytes";

/** Why a proof is not accepted; undefined stands for "accepted". */
export type ProofRefusal = "index_out_of_range" | "size_out_of_range" | "proof_length" | "root_mismatch";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** `SHA-256(0x00 || data)`. */
export function leafHash(data: Uint8Array): Promise<Bytes> {
  return sha256(LEAF, data);
}

/** `SHA-256(0x01 || left || right)`. */
function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(NODE, left, right);
}

/** The head of the tree with these leaf hashes; SHA-256 of nothing for the empty tree. */
export async function rootOfLeaves(leafHashes: readonly Bytes[]): Promise<Bytes> {
  let row: readonly Bytes[] = leafHashes;
  while (row.length > 1) {
    const below = row;
    // A lone last node rises unchanged: the same tree as splitting at the largest power of two.
    row = await Promise.all(
      Array.from({ length: Math.ceil(below.length / 2) }, (_, at) => {
        const [left, right] = [below[2 * at] as Bytes, below[2 * at + 1]];
        return right === undefined ? left : nodeHash(left, right);
      }),
    );
  }
  return row[0] ?? sha256(new Uint8Array(0));
}

/** The head of the tree whose leaf data are these digests, 32 bytes each. */
export async function rootOfDigests(digests: readonly Bytes[]): Promise<Bytes> {
  return rootOfLeaves(await Promise.all(digests.map((digest) => leafHash(digest))));
}

/** Checks that `leaf` (a leaf hash) stands at `index` in the tree of `size` leaves with head `root`. */
export async function refuseInclusion(
  leaf: Bytes,
  index: number,
  size: number,
  proof: readonly Bytes[],
  root: Bytes,
): Promise<ProofRefusal | undefined> {
  if (index >= size) return "index_out_of_range";
  const walk = new Walk(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    const side = walk.step();
    if (side === undefined) return "proof_length";
    hash = side === "left" ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
  }
  if (!walk.isAtTop()) return "proof_length";
  return sameBytes(hash, root) ? undefined : "root_mismatch";
}

/** A tree head as far as proofs are concerned. */
export interface TreeHead {
  /** Number of leaves. */
  readonly size: number;
  /** The 32 bytes of the head. */
  readonly root: Bytes;
}

/** Checks that the tree of `newer` begins with the tree of `older`. Everything begins with the empty tree. */
export async function refuseConsistency(
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Bytes[],
): Promise<ProofRefusal | undefined> {
  if (older.size > newer.size) return "size_out_of_range";
  if (older.size === 0 || older.size === newer.size) return refuseTrivial(older, newer, proof);
  // A complete old tree is a node of the new one, so the proof does not repeat its head.
  const [first, rest] = isPowerOfTwo(older.size) ? [older.root, proof] : [proof[0], proof.slice(1)];
  if (first === undefined) return "proof_length";
  const walk = new Walk(older.size - 1, newer.size - 1);
  walk.skipRightChildren();
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    const side = walk.step();
    if (side === undefined) return "proof_length";
    if (side === "left") {
      [oldHash, newHash] = [await nodeHash(sibling, oldHash), await nodeHash(sibling, newHash)];
    } else {
      newHash = await nodeHash(newHash, sibling);
    }
  }
  if (!walk.isAtTop()) return "proof_length";
  return sameBytes(oldHash, older.root) && sameBytes(newHash, newer.root) ? undefined : "root_mismatch";
}

async function refuseTrivial(older: TreeHead, newer: TreeHead, proof: readonly Bytes[]): Promise<ProofRefusal | undefined> {
  if (proof.length > 0) return "proof_length";
  const empty = await sha256(new Uint8Array(0));
  const oldRoot = older.size === 0 ? empty : newer.root;
  const newRoot = newer.size === 0 ? empty : newer.root;
  return sameBytes(older.root, oldRoot) && sameBytes(newer.root, newRoot) ? undefined : "root_mismatch";
}

function isPowerOfTwo(size: number): boolean {
  let odd = size;
  while (odd % 2 === 0) odd /= 2;
  return odd === 1;
}

/** A way from a node to the top; divisions instead of shifts, because sizes go beyond 32 bits. */
class Walk {
  constructor(
    private node: number,
    private last: number,
  ) {}

  /** On which side the next sibling stands; undefined if the top is already reached. */
  step(): "left" | "right" | undefined {
    if (this.last === 0) return undefined;
    const isRightChild = this.node % 2 === 1 || this.node === this.last;
    if (isRightChild) {
      // A node at the ragged right edge rises unchanged until it is somebody's right child.
      while (this.node % 2 === 0 && this.node !== 0) this.rise();
    }
    this.rise();
    return isRightChild ? "left" : "right";
  }

  skipRightChildren(): void {
    while (this.node % 2 === 1) this.rise();
  }

  isAtTop(): boolean {
    return this.last === 0;
  }

  private rise(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }
}
