import { describe, expect, it } from "vitest";

import { chineseAmount } from "./chineseAmount";
import { moneyText, tenThousands } from "./money";

describe("money", () => {
  it.each([
    [0, "¥ 0.00"], [5, "¥ 0.05"], [1_234_567_890, "¥ 12,345,678.90"], [-100, "−¥ 1.00"],
    [99_999_999_999_999, "¥ 999,999,999,999.99"],
  ])("writes %d with separators", (minor, text) => expect(moneyText(minor)).toBe(text));

  it.each([[1_234_567_890, "1,234.56789"], [1_000_000, "1"], [100, "0.0001"]])("writes %d in 万元", (minor, text) =>
    expect(tenThousands(minor)).toBe(text));

  it.each([
    [0, "零元整"],
    [1_234_567_890, "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整"],
    [140_950, "壹仟肆佰零玖元伍角整"],
    [600_714, "陆仟零柒元壹角肆分"],
    [168_032, "壹仟陆佰捌拾元叁角贰分"],
    [32_504, "叁佰贰拾伍元零肆分"],
    [5, "伍分"], [30, "叁角整"],
    [10_000_000_100, "壹亿零壹元整"],
    [1_000_000_000_000, "壹佰亿元整"],
    [10_100_000_000, "壹亿零壹佰万元整"],
    [1_000_500_000, "壹仟万零伍仟元整"],
  ])("writes %d in words", (minor, text) => expect(chineseAmount(minor)).toBe(text));
});
