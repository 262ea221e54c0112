/**
 * Draws, derived again for display (docs/formats.md 9). [D]
 *
 * Not the authority: `kaibiao verify` recomputes draws from the log; this shows the same result in the page.
 * *Invariant*: the result depends on nothing but the random value, the purpose and the identifiers.
 */
import { type Bytes, compareBytes, concat, sha256, u32, utf8 } from "./bytes";

/** R: SHA-256 of the label key of a draw label. */
export function drawValue(labelKey: Uint8Array): Promise<Bytes> {
  return sha256(labelKey);
}

/** The ids in drawn order: ascending SHA-256("KB/order\0" || R || id). */
export async function drawOrder(value: Bytes, ids: readonly Bytes[]): Promise<readonly Bytes[]> {
  const prefix = concat(utf8("KB/order\0"), value);
  const ranked = await Promise.all(ids.map(async (id) => ({ id, rank: await sha256(prefix, id) })));
  return ranked.sort((left, right) => compareBytes(left.rank, right.rank)).map(({ id }) => id);
}

/** `count` out of `pool`, without replacement, for a purpose; all of them if the pool is not larger. */
export async function drawChoice<Item>(
  value: Bytes,
  purpose: string,
  pool: readonly Item[],
  count: number,
): Promise<readonly Item[]> {
  const items = [...pool];
  const stream = new DrawStream(concat(utf8("KB/draw\0"), value, utf8(purpose)));
  const wanted = Math.min(count, items.length);
  for (let at = 0; at < wanted; at += 1) {
    // Fisher–Yates from the front: one of what is left takes this place.
    const picked = at + (await stream.below(items.length - at));
    [items[at], items[picked]] = [items[picked] as Item, items[at] as Item];
  }
  return items.slice(0, wanted);
}

/** The stream of 64-bit numbers of one draw. */
class DrawStream {
  private next = 0;

  constructor(private readonly prefix: Bytes) {}

  /** A number below `bound`, each equally likely: values past the largest multiple of the bound are rejected. */
  async below(bound: number): Promise<number> {
    const bound64 = BigInt(bound);
    const end = ((1n << 64n) / bound64) * bound64;
    for (;;) {
      const digest = await sha256(this.prefix, u32(this.next));
      this.next += 1;
      const number = new DataView(digest.buffer).getBigUint64(0);
      if (number < end) return Number(number % bound64);
    }
  }
}
