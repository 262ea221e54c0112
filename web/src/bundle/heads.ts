/**
 * The heads that signers have seen (`heads.chain`, docs/formats.md 11): how the log grew from each to the next, and to the
 * bundle's own.
 *
 * The roots are not written: they follow, and the last one, which must be that of the signed head, proves all of them.
 */
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, sameBytes } from "@/acts/bytes";
import type { TreeHead } from "@/acts/tree";
import { BundleError } from "./error";
import type { ByteSource } from "./source";
import { NO_RECORD, Window } from "./window";

const NAME = "heads.chain";
/** Most heads in one bundle. */
const HEADS_MAX = 4_194_304;
/** What a step has at least: its size and one hash. */
const STEP_BYTES_MIN = 40;

/** Where the steps stand in the file, and the container's checksum of them. */
export interface HeadSteps {
  readonly from: number;
  readonly to: number;
  readonly crc: number;
}

/** The heads of a bundle, ascending by size. */
export class Heads {
  private readonly sizes: number[] = [];
  private readonly roots: Bytes;

  constructor(most: number) {
    this.roots = new Uint8Array(32 * most);
  }

  add({ size, root }: TreeHead): void {
    this.roots.set(root, 32 * this.sizes.length);
    this.sizes.push(size);
  }

  get count(): number {
    return this.sizes.length;
  }

  /** The head to which all of them lead. */
  last(): TreeHead | undefined {
    return this.at(this.sizes.length - 1);
  }

  has({ size, root }: TreeHead): boolean {
    let [from, to] = [0, this.sizes.length];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if ((this.sizes[middle] as number) < size) from = middle + 1;
      else to = middle;
    }
    const found = this.at(from);
    return found?.size === size && sameBytes(found.root, root);
  }

  private at(place: number): TreeHead | undefined {
    const size = this.sizes[place];
    return size === undefined ? undefined : { size, root: this.roots.subarray(32 * place, 32 * place + 32) };
  }
}

/** Reads all steps. Throws a [`BundleError`]: `bundle_record`, `bundle_too_large`. */
export async function readHeads(source: ByteSource, { from, to }: HeadSteps): Promise<Heads> {
  const most = Math.min(Math.floor((to - from) / STEP_BYTES_MIN), HEADS_MAX);
  const [window, heads, tree] = [new Window(source, from, to), new Heads(most), new Frontier()];
  try {
    while (!window.isAtEnd()) {
      if (heads.count === HEADS_MAX) throw new BundleError("bundle_too_large", NAME);
      const size = await window.integer(8);
      if (size <= tree.size) throw NO_RECORD;
      for (const width of subtrees(tree.size, size)) tree.push(width, (await window.take(32)).slice());
      heads.add({ size, root: tree.root() });
    }
  } catch (error) {
    if (error === NO_RECORD) throw new BundleError("bundle_record", `${NAME} ${heads.count}`);
    throw error;
  }
  return heads;
}

/** The right edge of a growing tree: its complete subtrees, the largest first. */
class Frontier {
  size = 0;
  private readonly peaks: { readonly width: number; readonly hash: Uint8Array }[] = [];

  /** Adds a complete subtree. Two of one width are one of the next, as a carry in a sum. */
  push(width: number, hash: Uint8Array): void {
    let peak = { width, hash };
    while (this.peaks.at(-1)?.width === peak.width) peak = { width: 2 * peak.width, hash: nodeHash((this.peaks.pop() as typeof peak).hash, peak.hash) };
    this.peaks.push(peak);
    this.size += width;
  }

  root(): Bytes {
    const hashes = this.peaks.map(({ hash }) => hash);
    return new Uint8Array(hashes.reduceRight((right, left) => nodeHash(left, right)));
  }
}

/** How wide the complete subtrees over the leaves `from` to `to` are, from left to right, each as wide as it can be. */
function* subtrees(from: number, to: number): Generator<number> {
  for (let at = from; at < to; ) {
    let width = 1;
    while (at % (2 * width) === 0 && at + 2 * width <= to) width *= 2;
    yield width;
    at += width;
  }
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256.create().update(Uint8Array.of(1)).update(left).update(right).digest();
}
