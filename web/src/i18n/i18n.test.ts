import { describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";

vi.stubGlobal("navigator", { language: "zh-CN", languages: ["zh-CN"] });

const { catalogue, language, wordsReady } = await import("./index");
const { en } = await import("./en");
const { zh } = await import("./zh");
const { roomZh } = await import("@/opening/words");
const { roomEn } = await import("@/opening/words.en");
const { partsZh } = await import("@/opening/partWords");
const { partsEn } = await import("@/opening/partWords.en");
const { problemsEn } = await import("./problems.en");
const { problemsZh } = await import("./problems.zh");

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).sort().join();

describe("words", () => {
  it("have the same keys and the same places in both languages", () => {
    for (const [chinese, english] of [[zh, en], [roomZh, roomEn], [partsZh, partsEn]] as readonly Record<string, string>[][]) {
      expect(Object.keys(english ?? {})).toEqual(Object.keys(chinese ?? {}));
      for (const [key, text] of Object.entries(chinese ?? {})) expect([key, places(english?.[key] ?? "")]).toEqual([key, places(text)]);
    }
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
    language.value = "zh";
  });

  it("load English when it is chosen, and say when it is there", async () => {
    let asked = 0;
    const t = catalogue<"left">({ zh: { left: "剩" }, en: async () => ((asked += 1), { left: "left" }) });
    await wordsReady();
    expect([asked, t("left")]).toEqual([0, "剩"]);
    language.value = "en";
    await nextTick();
    await wordsReady();
    expect([asked, t("left")]).toEqual([1, "left"]);
    language.value = "zh";
    expect(t("left")).toBe("剩");
  });
});
