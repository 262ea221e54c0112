import { describe, expect, it } from "vitest";

import type { TenderView } from "@/protocol";
import { saysTheSame } from "./signedNotice";

const VIEW = {
  group_key: "ab", committee: "cd", first_opening_at: 7, opening_at: 9, documents: [{ sha256: "22" }, { sha256: "11" }],
} as unknown as TenderView;
const BODY = { terms_sha256: "ef", group_key: "ab", committee: "cd", opening_at: 7, documents: ["11", "22"], revision: 1 };

describe("a signed notice", () => {
  it("says what the page shows, though the opening was postponed since", () => {
    expect(saysTheSame(BODY, VIEW, "ef")).toBe(true);
  });

  it.each([
    ["terms", { terms_sha256: "00" }],
    ["key", { group_key: "00" }],
    ["committee", { committee: "00" }],
    ["moment", { opening_at: 9 }],
    ["documents", { documents: ["11"] }],
  ] as const)("says something else: %s", (_what, change) => {
    expect(saysTheSame({ ...BODY, ...change }, VIEW, "ef")).toBe(false);
  });
});
