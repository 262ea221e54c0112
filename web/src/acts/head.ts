/**
 * The newest log head this browser has seen, for each log: a log that shows another history is noticed.
 *
 * *Invariant*: the remembered head only ever moves to a larger head that is proven to begin with it.
 */
import { openBrowserShelf, type Shelf } from "./browserStore";
import { type Bytes, sameBytes } from "./bytes";
import { type Checkpoint, type CheckpointPolicy, examineCheckpoint, type NoteCode, type SignatureRefusal } from "./note";
import { refuseConsistency, type TreeHead } from "./tree";

/** A head as remembered. */
export interface RememberedHead {
  readonly size: number;
  readonly root: Bytes;
  /** The signed checkpoint: the evidence, should the log ever deny it. */
  readonly note: string;
}

/** What became of a head that was shown. */
export type HeadVerdict =
  /** The first head of this log in this browser: there is nothing to compare it with. */
  | { readonly kind: "first" }
  | { readonly kind: "same" }
  /** Larger, and proven to begin with the remembered one; now remembered. */
  | { readonly kind: "grown"; readonly from: number }
  /** Smaller, and proven to be a beginning of the remembered one. */
  | { readonly kind: "older" }
  /** The signatures do not suffice; nothing was compared. */
  | { readonly kind: "unsigned"; readonly reason: NoteCode | SignatureRefusal }
  /** The log showed two histories, or could not prove one: both signed heads are the evidence. */
  | { readonly kind: "inconsistent"; readonly remembered: string; readonly shown: string; readonly reason: string };

/** Fetches the consistency proof between two sizes of the log. */
export type FetchConsistency = (olderSize: number, newerSize: number) => Promise<readonly Bytes[]>;

/** Remembers heads, by origin. */
export class HeadMemory {
  constructor(private readonly heads: Shelf<RememberedHead>) {}

  /** The memory of this browser. */
  static async open(): Promise<HeadMemory> {
    return new HeadMemory(await openBrowserShelf<RememberedHead>("heads"));
  }

  /** The newest head of this log, for the field `seen` of an act. */
  newest(origin: string): Promise<RememberedHead | undefined> {
    return this.heads.read(origin);
  }

  /** Compares a signed checkpoint with the remembered one, and remembers it if it is newer. */
  async show(note: string, policy: CheckpointPolicy, fetchConsistency: FetchConsistency): Promise<HeadVerdict> {
    const verdict = await examineCheckpoint(note, policy);
    if (typeof verdict === "string") return { kind: "unsigned", reason: verdict };
    const refusal = verdict.logRefusal ?? verdict.witnessRefusal;
    if (refusal !== undefined) return { kind: "unsigned", reason: refusal };
    const { checkpoint } = verdict;
    const remembered = await this.newest(checkpoint.origin);
    if (remembered === undefined) {
      await this.remember(checkpoint, note);
      return { kind: "first" };
    }
    const reason = await refuseHistory(remembered, checkpoint, fetchConsistency);
    if (reason !== undefined) return { kind: "inconsistent", remembered: remembered.note, shown: note, reason };
    if (checkpoint.size === remembered.size) return { kind: "same" };
    if (checkpoint.size < remembered.size) return { kind: "older" };
    await this.remember(checkpoint, note);
    return { kind: "grown", from: remembered.size };
  }

  private async remember(checkpoint: Checkpoint, note: string): Promise<void> {
    const { origin, size, root } = checkpoint;
    // Another tab may have gone further meanwhile; the memory never moves back.
    const standing = await this.newest(origin);
    if (standing === undefined || standing.size < size) await this.heads.write(origin, { size, root, note });
  }
}

async function refuseHistory(remembered: TreeHead, shown: TreeHead, fetchConsistency: FetchConsistency): Promise<string | undefined> {
  if (remembered.size === shown.size) return sameBytes(remembered.root, shown.root) ? undefined : "root_mismatch";
  const [older, newer] = remembered.size < shown.size ? [remembered, shown] : [shown, remembered];
  return refuseConsistency(older, newer, await fetchConsistency(older.size, newer.size));
}
