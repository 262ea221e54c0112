import { describe, expect, it } from "vitest";

import type { Stage, TenderSummary } from "@/protocol";
import { byStep, stepOfTender } from "./statistics";

const tender = (ceiling_minor: number, ...stages: Stage[]): TenderSummary => ({
  id: "", phase: "published", title: { zh: "", en: "" }, buyer: "", region: "", category: "works", project_code: "", ceiling_minor,
  opening_at: null, published_at: null, lots: stages.map((stage, at) => ({ id: `${at}`, stage })),
});

describe("statistics of the hall", () => {
  it("counts by the most advanced lot, in the order of the procedure", () => {
    const tenders = [
      tender(5, { stage: "candidates" }), tender(7, { stage: "receiving" }, { stage: "receiving" }),
      tender(11, { stage: "receiving" }, { stage: "reviewing" }), tender(13, { stage: "receiving" }),
    ];
    expect(byStep(tenders)).toEqual([
      { step: "receiving", count: 2, ceilingMinor: 20 }, { step: "review", count: 1, ceilingMinor: 11 }, { step: "candidates", count: 1, ceilingMinor: 5 },
    ]);
  });

  it("leaves a failed lot where it failed", () => {
    expect(stepOfTender(tender(1, { stage: "failed", reason: "too_few_bids" }))).toBe("opening");
    expect(stepOfTender(tender(1, { stage: "failed", reason: "no_valid_bid" }))).toBe("review");
    expect(stepOfTender(tender(1))).toBe("notice");
  });
});
