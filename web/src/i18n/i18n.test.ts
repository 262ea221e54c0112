import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { language: "zh-CN", languages: ["zh-CN"] });

const { catalogue, language } = await import("./index");
const { en } = await import("./en");
const { zh } = await import("./zh");
const { problemsEn } = await import("./problems.en");
const { problemsZh } = await import("./problems.zh");

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).sort().join();

describe("words", () => {
  it("have the same keys and the same places in both languages", () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect([key, places(en[key])]).toEqual([key, places(zh[key])]);
  });

  it("explain the same problem codes in both languages", () => {
    expect(Object.keys(problemsEn)).toEqual(Object.keys(problemsZh));
  });

  it("fill places and follow the language", () => {
    const t = catalogue({ zh: { left: "剩 {span}" }, en: { left: "{span} left" } });
    expect(t("left", { span: "3" })).toBe("剩 3");
    language.value = "en";
    expect(t("left", { span: "3" })).toBe("3 left");
    expect(t("left")).toBe("{span} left");
  });
});
