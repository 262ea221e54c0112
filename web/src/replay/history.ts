/**
 * The state at any entry of a replay, without folding everything anew at each step.
 *
 * *Invariant*: an event that cannot be folded (its entry was tampered with) changes nothing and stops nothing.
 */
import { isHeard, type Viewpoint } from "./audience";
import { EMPTY_STATE, foldReplay, type ReplayState } from "./fold";
import type { PlayEntry } from "./source";

/** States are kept every so many entries: jumping back folds at most so many. */
const STRIDE = 64;

/** The history of a lot as somebody saw it. */
export class History {
  private readonly kept: ReplayState[] = [EMPTY_STATE];

  constructor(private readonly entries: readonly PlayEntry[], private readonly lot: string, private readonly viewpoint: Viewpoint) {}

  /** The state after the first `count` entries. */
  at(count: number): ReplayState {
    const wanted = Math.floor(count / STRIDE);
    for (let stride = this.kept.length; stride <= wanted; stride += 1) {
      this.kept.push(this.folded(this.kept[stride - 1] as ReplayState, (stride - 1) * STRIDE, stride * STRIDE));
    }
    return this.folded(this.kept[wanted] as ReplayState, wanted * STRIDE, count);
  }

  private folded(start: ReplayState, from: number, to: number): ReplayState {
    let state = start;
    for (const entry of this.entries.slice(from, to)) {
      for (const event of entry.events) {
        if (!isHeard(event, this.viewpoint)) continue;
        try {
          state = foldReplay(state, event, entry.ts, this.lot);
        } catch {
          // Its fields are not those of its kind; that the entry is not good is said by its checks.
        }
      }
    }
    return state;
  }
}
