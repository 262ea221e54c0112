import { describe, expect, it } from "vitest";

import type { Stage } from "@/protocol";
import { isClosed, isExportable, type Standing } from "./afterClose";

const NOW = 1_769_000_000_000;
const standing = (stages: readonly Stage["stage"][], phase: Standing["phase"] = "published", openingAt = NOW): Standing => ({
  phase, opening_at: openingAt,
  lots: stages.map((stage) => ({ stage: stage === "failed" ? { stage, reason: "too_few_bids" } : { stage } })),
});

describe("what is offered at which stage", () => {
  it("is no replay while a lot may still receive bids", () => {
    expect(isClosed(standing(["receiving"]), NOW + 5000)).toBe(false);
    expect(isClosed(standing(["opening", "receiving"]), NOW + 5000)).toBe(false);
    expect(isClosed(standing([]), NOW)).toBe(false);
    expect(isClosed(standing(["opening", "failed"]), NOW)).toBe(true);
  });

  it("is no replay of a cancelled tender before its announced opening", () => {
    expect(isClosed(standing(["receiving"], "cancelled"), NOW)).toBe(false);
    expect(isClosed(standing(["receiving"], "cancelled"), NOW + 1)).toBe(true);
  });

  it("is a bundle for the supervisor once every lot has its result, for everybody once archived", () => {
    const result = standing(["candidates", "failed"]);
    expect([isExportable(result, true), isExportable(result, false)]).toEqual([true, false]);
    expect(isExportable(standing(["candidates", "reported"]), true)).toBe(false);
    expect(isExportable(standing(["completed"], "archived"), false)).toBe(true);
    expect(isExportable(standing(["receiving"], "archived"), true)).toBe(false);
    expect(isExportable(standing([]), true)).toBe(false);
  });
});
