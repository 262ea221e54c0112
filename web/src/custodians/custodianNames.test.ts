import { describe, expect, it, vi } from "vitest";

const GROUP = "aa".repeat(96);
vi.stubGlobal("navigator", { language: "zh-CN", languages: ["zh-CN"] });

const centre = {
  group_key: GROUP, epoch: 1, threshold: 3,
  custodians: [{ index: 1, name: "公证处" }, { index: 2, name: "时间中心" }],
  dealings: [
    { group_key: GROUP, epoch: 0, threshold: 2, names: ["监督局", "时间中心"] },
    { group_key: GROUP, epoch: 1, threshold: 3, names: ["公证处", "时间中心"] },
  ],
};
vi.doMock("@/centre", () => ({ centre: { value: centre } }));
const { custodianName, thresholdInForce } = await import("./custodianNames");

describe("names of custodians", () => {
  it("are those in office where no dealing is named", () => {
    expect([custodianName(1), custodianName(3), thresholdInForce()]).toEqual(["公证处", "3 号托管人", 3]);
  });

  it("are those of the dealing that a fact names", () => {
    const of = (epoch: number) => ({ groupKey: GROUP, epoch });
    expect([custodianName(1, of(0)), custodianName(1, of(1))]).toEqual(["监督局", "公证处"]);
    expect([thresholdInForce(of(0)), thresholdInForce(of(1))]).toEqual([2, 3]);
  });

  it("are those in office for a dealing that the centre does not tell", () => {
    expect(custodianName(1, { groupKey: null, epoch: 7 })).toBe("公证处");
  });
});
