import { describe, expect, it } from "vitest";

import type { Phase, Stage, TenderSummary } from "@/protocol";
import { alertsOf } from "./alerts";

const NOW = 1_769_000_000_000;
const tender = (id: string, sinceMs: number, stage: Stage, phase: Phase = "published"): TenderSummary => ({
  id, phase, title: { zh: "", en: "" }, buyer: "", region: "", category: "works", project_code: "", ceiling_minor: 1,
  opening_at: NOW - sinceMs, published_at: null, lots: [{ id: "1", stage }],
});

describe("alerts of the wall", () => {
  it("puts a close that does not come before everything else", () => {
    const alerts = alertsOf([
      tender("failed", 5e6, { stage: "failed", reason: "too_few_bids" }), tender("long", 9e6, { stage: "opening" }),
      tender("late", 60_000, { stage: "receiving" }), tender("later", 90_000, { stage: "receiving" }),
    ], NOW);
    expect(alerts.map(({ kind, tender: { id } }) => [kind, id])).toEqual([["late", "later"], ["late", "late"], ["long", "long"], ["failed", "failed"]]);
  });

  it("is silent about what goes as it should", () => {
    expect(alertsOf([
      tender("early", -60_000, { stage: "receiving" }), tender("closing", 3000, { stage: "receiving" }), tender("opening", 6e6, { stage: "opening" }),
      tender("second", 9e9, { stage: "second_opening" }), tender("review", 9e9, { stage: "reviewing" }),
    ], NOW)).toEqual([]);
  });
});
