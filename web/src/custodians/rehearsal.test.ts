import { describe, expect, it } from "vitest";

import { rehearsalStanding } from "./rehearsal";

describe("a rehearsal", () => {
  it("is safe when one more than needed answered", () => {
    const held = (count: number) => ({ rehearsal: { answered: Array.from({ length: count }, (_, at) => at + 1), at: 1, failed: [] } });
    expect([0, 2, 3, 4, 5].map((count) => rehearsalStanding(held(count), 3))).toEqual(["short", "short", "thin", "safe", "safe"]);
  });

  it("is none before the first", () => {
    expect([rehearsalStanding({ rehearsal: null }, 3), rehearsalStanding({}, 3)]).toEqual(["none", "none"]);
  });
});
