import { describe, expect, it } from "vitest";

import { sha256, toHex, utf8 } from "@/acts/bytes";
import type { BidScore, LotTerms, LotView } from "@/protocol";
import { heatRows, shade } from "./heat";
import { bidsToScore } from "./phase";
import { isBeyond, parsePoints, pointsText } from "./points";
import { bidsWithoutReason, buildScores, buildVerdicts, EMPTY_SHEET, opens, progressOf, scoresCommitment, type Sheet, technicalSum } from "./sheet";

const text = { zh: "项", en: "item" };
const TERMS = {
  criteria: [
    { code: "P1", part: "preliminary", judging: { kind: "pass_fail" }, title: text, guidance: text },
    { code: "T1", part: "technical", judging: { kind: "scored", max: 600 }, title: text, guidance: text },
    { code: "T2", part: "technical", judging: { kind: "scored", max: 400 }, title: text, guidance: text },
    { code: "B1", part: "business", judging: { kind: "objective", max: 1000 }, title: text, guidance: text },
  ],
  panel: { size: 5, technical: { points_max: 1000, aggregation: { kind: "trimmed_mean", trim_from: 5 }, reasons: { high_ratio: "0.9", low_ratio: "0.6" } } },
} as unknown as LotTerms;
const score = (points: string, reason = "") => ({ points, reason });
const sheetOf = (t1: string, t2: string, reason = ""): Sheet => ({
  ...EMPTY_SHEET, scores: { "b/T1": score(t1, reason), "b/T2": score(t2), "b/B1": score("10") },
});

describe("points", () => {
  it("are read exactly and never beyond the maximum", () => {
    expect(parsePoints("8.5", 1000)).toBe(850);
    expect(parsePoints("１０", 1000)).toBe(1000);
    expect(parsePoints("0.07", 1000)).toBe(7);
    for (const bad of ["", "10.01", "1.234", "-1", "a", "1e1"]) expect(parsePoints(bad, 1000), bad).toBeUndefined();
    expect(pointsText(6943)).toBe("69.43");
    expect(pointsText(7)).toBe("0.07");
  });

  it("are compared with ratios without rounding", () => {
    expect(isBeyond(900, 1000, "0.9", 1)).toBe(true);
    expect(isBeyond(899, 1000, "0.9", 1)).toBe(false);
    expect(isBeyond(600, 1000, "0.6", -1)).toBe(true);
    expect(isBeyond(601, 1000, "0.6", -1)).toBe(false);
  });
});

describe("a sheet", () => {
  it("asks for a reason at 90 % and at 60 % of the technical points, and for none between", () => {
    expect(bidsWithoutReason(sheetOf("5", "4"), ["b"], TERMS)).toEqual([{ bid: "b", end: "high" }]);
    expect(bidsWithoutReason(sheetOf("3", "3"), ["b"], TERMS)).toEqual([{ bid: "b", end: "low" }]);
    expect(bidsWithoutReason(sheetOf("4.99", "4"), ["b"], TERMS)).toEqual([]);
    expect(bidsWithoutReason(sheetOf("5", "4", "专项方案突出"), ["b"], TERMS)).toEqual([]);
    expect(technicalSum(sheetOf("5", "4"), "b", TERMS)).toBe(900);
  });

  it("is complete only with every bid and every criterion", () => {
    expect(buildScores(sheetOf("5", "4"), ["b"], TERMS)?.map(({ points }) => points)).toEqual([500, 400, 1000]);
    expect(buildScores(sheetOf("5", "4.01"), ["b"], TERMS)).toBeUndefined();
    expect(buildScores(sheetOf("5", "4"), ["b", "c"], TERMS)).toBeUndefined();
    expect(progressOf(sheetOf("5", ""), ["b"], TERMS, "scored")).toEqual([2, 3]);
  });

  it("rejects only with a reason and evidence", () => {
    const verdict = (isMet: boolean, evidence: string): Sheet => ({ ...EMPTY_SHEET, verdicts: { "b/P1": { isMet, code: "not_qualified", evidence } } });
    expect(buildVerdicts(verdict(false, " "), ["b"], TERMS)).toBeUndefined();
    expect(buildVerdicts(verdict(false, "第 12 页：资质过期"), ["b"], TERMS)?.[0]?.reason).toEqual({ code: "not_qualified", evidence: "第 12 页：资质过期" });
    expect(buildVerdicts(verdict(true, "x"), ["b"], TERMS)?.[0]?.reason).toBeNull();
  });

  it("is committed to as docs/formats.md 10 says, and opens again", async () => {
    const salt = new Uint8Array(32).fill(7);
    const scores = [{ bid: "b", criterion: "T1", points: 500, reason: null }];
    const body = utf8('[{"bid":"b","criterion":"T1","points":500,"reason":null}]');
    const expected = toHex(await sha256(Uint8Array.of(2), salt, body));
    expect(await scoresCommitment(salt, scores)).toBe(expected);
    expect(await opens({ salt: toHex(salt), scores }, expected)).toBe(true);
    expect(await opens({ salt: toHex(salt), scores: [{ ...scores[0], points: 501 } as (typeof scores)[0]] }, expected)).toBe(false);
  });
});

describe("the heat map", () => {
  const seats = (points: readonly number[]) => points.map((value, at) => ({ seat: at + 1, points: value, reason: null }));
  const bidScore: BidScore = {
    bid: "b", business: 0, technical: 800, trace: { steps: [] }, void_seats: [3],
    criteria: [{ criterion: "T1", is_agreed: true, seats: seats([500, 480, 100]) }, { criterion: "T2", is_agreed: true, seats: seats([300, 310, 300]) }, { criterion: "B1", is_agreed: true, seats: seats([9, 9, 9]) }],
  };

  it("sums the technical criteria of each seat and marks who stands far off", () => {
    const [row] = heatRows([bidScore], TERMS.criteria, 1000);
    expect(row?.cells).toEqual([
      { seat: 1, points: 800, isVoid: false, isOutlier: false },
      { seat: 2, points: 790, isVoid: false, isOutlier: false },
      { seat: 3, points: 400, isVoid: true, isOutlier: true },
    ]);
    expect([shade(0, 1000), shade(790, 1000), shade(1000, 1000)]).toEqual([0, 3, 4]);
  });
});

describe("the bids under review", () => {
  it("are those of which everything opened, without the rejected", () => {
    const line = (bid: string, isRead = true) => ({ bid, org: bid, opened: [1, 3], statement: isRead ? [{ id: "x", value: 1 }] : [], passed: null });
    const file = (bid: string, envelope: 1 | 2) => ({ bid, envelope, document: { len: 1, media_type: "", name: "", sha256: "" } });
    const lot = { bids: [line("a"), line("b"), line("c", false), line("d")], rejected: [{ bid: "d", reasons: [] }] } as unknown as LotView;
    const terms = { ...TERMS, statement_fields: [{ id: "x", kind: "days", label: text }] } as LotTerms;
    const files = [file("a", 1), file("a", 2), file("c", 1), file("d", 1), file("b", 2)];
    expect(bidsToScore(lot, terms, "two_stage", files)).toEqual(["a"]);
    expect(bidsToScore(lot, terms, "one_stage", [...files, file("b", 1)])).toEqual(["a", "b"]);
  });
});
