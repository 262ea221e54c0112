import { describe, expect, it } from "vitest";

import { keepersOf, stepText } from "./clocks";

describe("the clocks of the centre", () => {
  it("take name and digits of a keeper from its key", () => {
    expect(keepersOf({ keepers: ["张三+0a1b2c3d+AW+/w=="] })).toEqual([{ name: "张三", short: "0a1b2c3d", key: "张三+0a1b2c3d+AW+/w==" }]);
    expect(keepersOf({})).toEqual([]);
  });

  it("tell a step with its direction", () => {
    expect(stepText(-3_600_250)).toBe("−3,600.3 s");
    expect(stepText(1500)).toBe("+1.5 s");
  });
});
