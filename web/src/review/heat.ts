/** The table of judges × bids after the reveal: technical points of each seat, means, and who stands out. */
import type { BidScore, Criterion } from "@/protocol";

/** One cell. */
export interface HeatCell {
  readonly seat: number;
  /** Technical points of the seat, in hundredths. */
  readonly points: number;
  readonly isVoid: boolean;
  /** Far from the middle of the panel. */
  readonly isOutlier: boolean;
}

/** One row. */
export interface HeatRow {
  readonly bid: string;
  readonly cells: readonly HeatCell[];
  /** The panel's technical points, by the tender's rule. */
  readonly technical: number;
}

/** A seat further than this share of the maximum from the median of the panel is marked. A mark, not a verdict. */
const OUTLIER_SHARE_PERCENT = 15;

/** The rows, in the order of the scores. */
export function heatRows(scores: readonly BidScore[], criteria: readonly Criterion[], pointsMax: number): readonly HeatRow[] {
  const technical = new Set(criteria.filter(({ part }) => part === "technical").map(({ code }) => code));
  return scores.map((score) => {
    const sums = new Map<number, number>();
    for (const result of score.criteria.filter(({ criterion }) => technical.has(criterion))) {
      for (const { seat, points } of result.seats) sums.set(seat, (sums.get(seat) ?? 0) + points);
    }
    const middle = median([...sums.values()]);
    const cells = [...sums].sort(([left], [right]) => left - right).map(([seat, points]) => ({
      seat, points, isVoid: score.void_seats.includes(seat),
      isOutlier: Math.abs(points - middle) * 100 > pointsMax * OUTLIER_SHARE_PERCENT,
    }));
    return { bid: score.bid, cells, technical: score.technical };
  });
}

/** How dark a cell is, 0 to 4. */
export function shade(points: number, pointsMax: number): number {
  return pointsMax <= 0 ? 0 : Math.min(4, Math.floor((5 * points) / pointsMax));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
