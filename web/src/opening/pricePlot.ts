/** Where the dots of a price plot stand: a linear scale and lanes, so that equal prices do not cover each other. */

/** A price to be shown. */
export interface PricePoint {
  readonly bid: string;
  /** Place in the reading order, written in the dot. */
  readonly position: number;
  readonly name: string;
  readonly minor: number;
  readonly isMine: boolean;
}

/** A dot: `x` in percent of the width, `lane` from 0 at the bottom. */
export interface Dot extends PricePoint {
  readonly x: number;
  readonly lane: number;
}

/** A plot ready to be drawn. */
export interface PricePlot {
  readonly dots: readonly Dot[];
  readonly lanes: number;
  readonly ticks: readonly { readonly x: number; readonly minor: number }[];
  /** Place of a price on the scale, in percent. */
  place(minor: number): number;
}

/** Room at both ends of the scale, in percent, for half a dot and its label. */
const MARGIN = 6;
const TICKS = 4;

/** Lays out prices against their marks (ceiling, benchmark); `gap` is the least distance of dots in one lane, in percent. */
export function layOut(points: readonly PricePoint[], marks: readonly number[], gap: number): PricePlot {
  const all = [...points.map(({ minor }) => minor), ...marks];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const span = Math.max(high - low, 1);
  const place = (minor: number) => MARGIN + ((minor - low) / span) * (100 - 2 * MARGIN);
  const lastInLane: number[] = [];
  const dots = [...points].sort((left, right) => left.minor - right.minor || left.position - right.position).map((point) => {
    const x = place(point.minor);
    const free = lastInLane.findIndex((last) => x - last >= gap);
    const lane = free < 0 ? lastInLane.length : free;
    lastInLane[lane] = x;
    return { ...point, x, lane };
  });
  const ticks = Array.from({ length: TICKS }, (_, at) => {
    const minor = Math.round(low + (span * at) / (TICKS - 1));
    return { x: place(minor), minor };
  });
  return { dots, lanes: Math.max(lastInLane.length, 1), ticks: high === low ? ticks.slice(0, 1) : ticks, place };
}
