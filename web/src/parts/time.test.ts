import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { language: "zh-CN", languages: ["zh-CN"] });

const { bytesText, clockText, dayOf, momentText, relativeText, spanText } = await import("./time");

const DEADLINE = Date.UTC(2026, 0, 20, 1, 30);

describe("moments and spans", () => {
  it("show the centre's zone wherever the device is", () => {
    expect(momentText(DEADLINE)).toBe("2026-01-20 09:30:00 (UTC+8)");
    expect(dayOf(Date.UTC(2026, 0, 20, 16))).toBe("2026-01-21");
  });

  it.each([
    [0, "0 秒"], [999, "0 秒"], [61_000, "1 分 1 秒"], [3_600_000, "1 小时"], [8_040_000, "2 小时 14 分"], [90_061_000, "1 天 1 小时"], [-5, "0 秒"],
  ])("write %d ms in the two largest units", (ms, text) => expect(spanText(ms)).toBe(text));

  it("count down to the second that has begun, never below nothing", () => {
    expect([clockText(8_049_001), clockText(999), clockText(-1), clockText(90_061_000)]).toEqual(["02:14:10", "00:00:01", "00:00:00", "1 天 01:01:01"]);
  });

  it("say how far away a moment is", () => {
    expect(relativeText(DEADLINE, DEADLINE - 8_040_000)).toBe("剩 2 小时 14 分");
    expect(relativeText(DEADLINE, DEADLINE + 60_000)).toBe("1 分前");
  });

  it.each([[0, "0 B"], [999, "999 B"], [1000, "1.00 kB"], [12_400_000, "12.4 MB"], [2_000_000_000, "2.00 GB"]])("write %d bytes", (bytes, text) =>
    expect(bytesText(bytes)).toBe(text));
});
