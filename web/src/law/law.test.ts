import { describe, expect, it } from "vitest";

import { amountText, daysOf } from "./law";

describe("limits of time", () => {
  it("are said in words", () => {
    expect(amountText({ count: 20, unit: "calendar_days" })).toBe("20 日");
    expect(amountText({ count: 20, unit: "per_mille" })).toBe("20‰");
  });

  it("read days as they are typed", () => {
    expect(daysOf("2027-01-03，2027-01-01\n2027-01-03")).toEqual({ days: ["2027-01-01", "2027-01-03"], bad: [] });
    expect(daysOf("2027-02-30 春节 2027-1-1").bad).toEqual(["2027-02-30", "春节", "2027-1-1"]);
    expect(daysOf(" ")).toEqual({ days: [], bad: [] });
  });
});
