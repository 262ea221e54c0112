import { describe, expect, it } from "vitest";

import { layOut, type PricePoint } from "./pricePlot";

const point = (position: number, minor: number): PricePoint => ({ bid: `b${position}`, position, name: "", minor, isMine: false });

describe("the price plot", () => {
  it("keeps the order of prices from left to right within the margins", () => {
    const { dots } = layOut([point(1, 300), point(2, 100), point(3, 200)], [400], 1);
    expect(dots.map(({ position }) => position)).toEqual([2, 3, 1]);
    expect(dots[0]?.x).toBeCloseTo(6);
    expect(dots.every((dot, at) => at === 0 || dot.x > (dots[at - 1]?.x ?? 0))).toBe(true);
    expect(dots.every(({ x }) => x >= 6 && x <= 94)).toBe(true);
  });

  it("puts the ceiling where its price belongs, also if a bid is above it", () => {
    const plot = layOut([point(1, 100), point(2, 500)], [300], 1);
    expect(plot.place(300)).toBeCloseTo(50);
    expect(plot.dots[1]?.x).toBeCloseTo(94);
  });

  it("never lets two dots of one lane come closer than the gap", () => {
    const points = Array.from({ length: 30 }, (_, at) => point(at, 1000 + (at % 7) * 3));
    const { dots, lanes } = layOut(points, [2000], 4);
    for (const left of dots) for (const right of dots) {
      if (left !== right && left.lane === right.lane) expect(Math.abs(left.x - right.x)).toBeGreaterThanOrEqual(4 - 1e-9);
    }
    expect(lanes).toBeGreaterThan(4);
  });

  it("stands with one price and no mark", () => {
    expect(layOut([point(1, 5)], [], 4)).toMatchObject({ lanes: 1, dots: [{ x: 6 }], ticks: [{ minor: 5 }] });
  });
});
