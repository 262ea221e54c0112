import { describe, expect, it } from "vitest";

import { checkCode, csv, isCreditCode, keyText, parseKeyText } from "./register";

describe("the register's forms", () => {
  it("read a key's text back, and nothing else", () => {
    const key = { alg: 1, device: "Chrome · Linux", person: "p", spki: "AAAA" };
    expect(parseKeyText(` ${keyText(key)}\n`)).toEqual(key);
    for (const bad of ["", "{}", '{"alg":4,"device":"d","person":"p","spki":"A"}', '{"alg":1,"device":"","person":"p","spki":"A"}', "null"]) {
      expect(parseKeyText(bad), bad).toBeUndefined();
    }
  });

  it("shorten a key for eyes to compare", () => {
    expect(checkCode("3f2a91bc07de44a1" + "00".repeat(24))).toBe("3f2a 91bc 07de 44a1");
  });

  it("know a credit code by its alphabet and length", () => {
    expect(isCreditCode("91330100MA27XYLL0C")).toBe(true);
    expect(isCreditCode("91330100MA27XYZZ0C")).toBe(false);
    expect(isCreditCode("91330100MA27XYLL0")).toBe(false);
  });

  it("write lists that no spreadsheet executes", () => {
    expect(csv([["姓名", 'a"b'], ["=1+1", ""]])).toBe('"姓名","a""b"\r\n"\'=1+1",""');
  });
});
