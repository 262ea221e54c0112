/**
 * How fast bytes go, and how long the rest takes: an estimate over the last seconds, for display only.
 *
 * *Invariant*: no estimate is made from less than two moments.
 */

/** Older moments than this, in milliseconds, do not count. */
const WINDOW_MS = 15_000;

/** A progress as it is shown. */
export interface Progress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Undefined until it is known. */
  readonly bytesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
}

/** Measures a rate from moments. */
export class RateMeter {
  private readonly moments: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(private readonly bytesTotal: number) {}

  /** Takes the bytes done at a moment and estimates. Bytes sent again lower the count, and start the measure anew. */
  progress(bytesDone: number, atMs: number): Progress {
    if (bytesDone < (this.moments.at(-1)?.bytes ?? 0)) this.moments.length = 0;
    this.moments.push({ atMs, bytes: bytesDone });
    while ((this.moments[1]?.atMs ?? Infinity) <= atMs - WINDOW_MS) this.moments.shift();
    const first = this.moments[0] as { readonly atMs: number; readonly bytes: number };
    const seconds = (atMs - first.atMs) / 1000;
    const bytesPerSecond = seconds > 0 ? (bytesDone - first.bytes) / seconds : undefined;
    const secondsLeft = bytesPerSecond !== undefined && bytesPerSecond > 0 ? (this.bytesTotal - bytesDone) / bytesPerSecond : undefined;
    return { bytesDone, bytesTotal: this.bytesTotal, bytesPerSecond, secondsLeft };
  }
}
