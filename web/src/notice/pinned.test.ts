import { describe, expect, it } from "vitest";

import type { TenderView } from "@/protocol";
import { pinStanding } from "./pinned";

type Shown = Parameters<typeof pinStanding>[0];
const SCHEDULE = { is_cancelled: false, notice: "aa", opening_at: 5000 };
const VIEW: Shown = { notice: "aa", opening_at: 5000, phase: "published", pinned: { custodians: [1, 2, 3], epoch: 0, schedule: SCHEDULE } };
const pinnedAs = (change: Partial<NonNullable<TenderView["pinned"]>["schedule"]>): Shown["pinned"] =>
  ({ custodians: [1, 2, 3], epoch: 0, schedule: { ...SCHEDULE, ...change } });

describe("the schedule that custodians have pinned", () => {
  it("stands when it is the one in force, and not before anything is", () => {
    expect(pinStanding(VIEW)).toBe("pinned");
    expect(pinStanding({ ...VIEW, phase: "archived" })).toBe("pinned");
    expect(pinStanding({ ...VIEW, pinned: null })).toBe("none");
    expect(pinStanding({ ...VIEW, notice: null })).toBeUndefined();
    expect(pinStanding({ ...VIEW, opening_at: null })).toBeUndefined();
  });

  it("is behind after a postponement or a cancellation until they have pinned that", () => {
    expect(pinStanding({ ...VIEW, opening_at: 6000 })).toBe("behind");
    expect(pinStanding({ ...VIEW, opening_at: 6000, pinned: pinnedAs({ opening_at: 6000 }) })).toBe("pinned");
    expect(pinStanding({ ...VIEW, phase: "cancelled" })).toBe("behind");
    expect(pinStanding({ ...VIEW, phase: "cancelled", pinned: pinnedAs({ is_cancelled: true }) })).toBe("pinned");
    expect(pinStanding({ ...VIEW, pinned: pinnedAs({ is_cancelled: true }) })).toBe("behind");
    expect(pinStanding({ ...VIEW, pinned: pinnedAs({ notice: "bb" }) })).toBe("behind");
  });
});
