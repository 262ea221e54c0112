import { afterEach, describe, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { language: "zh-CN", languages: ["zh-CN"] });

const { language } = await import("@/i18n");
const { deedText, flawText } = await import("./deedWords");
const { FAULT_CODES, faultText } = await import("./faultWords");

afterEach(() => {
  language.value = "zh";
});

/** The codes of `src/custodian/refusal.rs` and `src/custody`. */
const CODES = [
  "not_yet", "beacon_needed", "evidence_insufficient", "other_root", "not_in_box", "not_passed", "cancelled", "other_committee", "other_day", "too_many_labels",
  "custodian_fault", "no_address", "unreachable", "slow", "wrong_answer", "bad_partial", "other_epoch",
];

describe("why a custodian failed", () => {
  it("has words for every code in both languages", () => {
    expect([...FAULT_CODES].sort()).toEqual([...CODES].sort());
    for (const tongue of ["zh", "en"] as const) {
      language.value = tongue;
      const texts = CODES.map(faultText);
      expect(new Set(texts).size).toBe(CODES.length);
      for (const text of texts) expect(/\p{Script=Han}/u.test(text)).toBe(tongue === "zh");
    }
  });

  it("shows a code it does not know as it came", () => {
    expect([faultText("of_a_later_release"), faultText("constructor")]).toEqual(["of_a_later_release", "constructor"]);
  });
});

describe("what a custodian did", () => {
  const notice = "aa".repeat(32);

  it("is told in one sentence", () => {
    expect(deedText({ kind: "schedule_pinned", notice, opening_at: 1_768_872_600_000 })).toBe("承诺：2026-01-20 09:30:00 (UTC+8) 之前不放出密钥");
    expect(deedText({ kind: "cancellation_pinned", notice })).toBe("承诺：招标终止，永不放出密钥");
    expect(deedText({ kind: "share_taken", committee: "", epoch: 1, transcript: "" })).toContain("第 2 次");
    expect(deedText({ kind: "share_dealt", committee: "", epoch: 0, session: "" })).toBe("把第 1 次分发的份额分给新的成员");
    expect(deedText({ kind: "share_destroyed", committee: "", epoch: 0 })).toBe("销毁第 1 次分发的份额");
    language.value = "en";
    expect(deedText({ kind: "released", labels: 8, lot: "1", notice, subject: "", what: "3" })).toBe("Released partial keys (8): opening statements (lot 1)");
    expect(deedText({ kind: "released", labels: 1, lot: "1", notice, subject: "", what: "constructor" })).toContain("constructor");
    expect(flawText("chain")).toContain("digest of the line before");
  });

  it("is shown by its bare name where it is new", () => {
    expect(deedText({ kind: "of_a_later_release" } as unknown as Parameters<typeof deedText>[0])).toBe("of_a_later_release");
  });
});
