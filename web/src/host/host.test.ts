import { describe, expect, it } from "vitest";

import type { LotView, OpeningView, Stage } from "@/protocol";
import { type ChecklistContext, checklist, mayArchive, type StepName } from "./checklist";
import { uploadDocument } from "@/parts/documentUpload";
import { fieldOf, momentOf } from "@/zone";
import { completed, faultsOf, fromImport, newLot, newTerms, withProcedure } from "./terms";

const NOW = Date.UTC(2026, 0, 20, 1, 30);
const CONTEXT: ChecklistContext = { procedure: "two_stage", isPanelCalled: true, nowMs: NOW };
const opening = (step: OpeningView["step"]) => ({ step, bids: [], read: 0, confirmed: [], objections: [], signatures: [], record_sha256: null }) as OpeningView;
const lotAt = (stage: Stage, rest: Partial<LotView> = {}) => ({ stage, openings: [], seats: [5, 5], candidates_until: null, ...rest }) as unknown as LotView;
const stateOf = (lot: LotView, name: StepName, context = CONTEXT) => checklist(lot, context).find((step) => step.name === name)?.state;
const nowSteps = (lot: LotView, context = CONTEXT) => checklist(lot, context).filter(({ state }) => state === "now").map(({ name }) => name);

describe("the day's checklist", () => {
  it("never offers two steps at once, and none out of order", () => {
    const first = [opening("recorded")];
    const days: readonly (readonly [LotView, readonly StepName[]])[] = [
      [lotAt({ stage: "receiving" }), []],
      [lotAt({ stage: "opening" }, { openings: [opening("unsealing")] }), []],
      [lotAt({ stage: "opening" }, { openings: [opening("unsealed")] }), ["reading"]],
      [lotAt({ stage: "opening" }, { openings: [opening("reading")] }), []],
      [lotAt({ stage: "opening" }, { openings: [opening("confirming")] }), ["record"]],
      [lotAt({ stage: "opened" }, { openings: first }), ["review"]],
      [lotAt({ stage: "opened" }, { openings: first, seats: [4, 5] }), []],
      [lotAt({ stage: "reviewing" }, { openings: first }), []],
      [lotAt({ stage: "passed" }, { openings: first }), ["second"]],
      [lotAt({ stage: "second_opening" }, { openings: [...first, opening("unsealed")] }), ["reading2"]],
      [lotAt({ stage: "second_opening" }, { openings: [...first, opening("confirming")] }), ["record2"]],
      [lotAt({ stage: "reporting" }, { openings: first }), []],
      [lotAt({ stage: "reported" }, { openings: first }), ["candidates"]],
      [lotAt({ stage: "candidates" }, { candidates_until: NOW + 1 }), []],
      [lotAt({ stage: "candidates" }, { candidates_until: NOW }), ["award"]],
      [lotAt({ stage: "awarded" }), ["letters"]],
      [lotAt({ stage: "completed" }), []],
    ];
    for (const [lot, wanted] of days) expect(nowSteps(lot), JSON.stringify(lot.stage)).toEqual(wanted);
  });

  it("calls the panel before the deadline, or never", () => {
    const uncalled = { ...CONTEXT, isPanelCalled: false };
    expect(stateOf(lotAt({ stage: "receiving" }), "panel", uncalled)).toBe("now");
    expect(stateOf(lotAt({ stage: "opened" }), "panel", uncalled)).toBe("missed");
  });

  it("has no second opening in one stage, and drops what a failed lot no longer needs", () => {
    const names = checklist(lotAt({ stage: "receiving" }), { ...CONTEXT, procedure: "one_stage" }).map(({ name }) => name);
    expect(names).not.toContain("second");
    const failed = lotAt({ stage: "failed", reason: "too_few_bids" }, { openings: [opening("unsealing")] });
    expect(stateOf(failed, "reading")).toBe("dropped");
    expect(stateOf(failed, "close")).toBe("done");
    expect(nowSteps(failed)).toEqual([]);
  });

  it("closes the file when every lot is over", () => {
    const done = lotAt({ stage: "contracted" }, { after: { is_reported: true } as LotView["after"] });
    expect(mayArchive([done, lotAt({ stage: "failed", reason: "no_valid_bid" })])).toBe(true);
    expect(mayArchive([done, lotAt({ stage: "completed" })])).toBe(false);
    expect(mayArchive([])).toBe(false);
  });
});

describe("terms", () => {
  const text = { zh: "文", en: "" };
  const whole = () => {
    const terms = newTerms("agency", NOW);
    const lot = newLot("1", "two_stage");
    lot.title = text;
    lot.ceiling.minor = 100;
    for (const criterion of lot.criteria) [criterion.title, criterion.guidance] = [text, text];
    return { ...terms, buyer: "b", title: text, summary: text, qualification: text, contact: "c", project_code: "p", plan_approval: "a", region: "r", lots: [lot] };
  };

  it("begin lawfully and say what is missing", () => {
    expect(faultsOf(whole(), NOW)).toEqual([]);
    expect(faultsOf(newTerms("agency", NOW), NOW).map(({ code }) => code)).toEqual(["title_missing", "text_missing", "buyer_missing", "text_missing", "ceiling_missing"]);
    const lot = { ...newLot("1", "two_stage"), panel: { ...newLot("1", "two_stage").panel, size: 4 } };
    expect(faultsOf({ ...whole(), lots: [lot] }, NOW).map(({ code }) => code)).toContain("panel_size");
    expect(faultsOf({ ...whole(), opening_at: NOW }, NOW)).toEqual([{ code: "opening_past" }]);
  });

  it("move the price field with the procedure", () => {
    const one = withProcedure(whole(), "one_stage");
    expect(one.lots[0]?.price_fields).toEqual([]);
    expect(one.lots[0]?.statement_fields.at(-1)?.kind).toBe("price");
    expect(faultsOf(one, NOW)).toEqual([]);
    expect(faultsOf({ ...whole(), procedure: "one_stage" }, NOW)).toEqual([{ code: "price_field", lot: "1" }]);
    expect(withProcedure(one, "two_stage").lots).toEqual(whole().lots);
  });

  it("are sent with a text in both languages", () => {
    expect(completed(whole()).title).toEqual({ zh: "文", en: "文" });
    expect(completed({ ...whole(), title: { zh: " 甲 ", en: " A " } }).title).toEqual({ zh: "甲", en: "A" });
  });
});

describe("an imported draft", () => {
  const nothing = { award: null, award_details: null, buyer_name: null, category: null, contact: null, opening_at: null, qualification: null, region: null, summary: null, title: null };

  it("takes what the file has and leaves the rest as in any new draft", () => {
    const title = { zh: "道路", en: "Road" };
    const lots = [{ id: "A-1", title, ceiling: { minor: 131126400, currency: "MXN" } }, { id: "2", title: null, ceiling: null }];
    const terms = fromImport({ ...nothing, category: "goods", lots, title, opening_at: NOW }, "agency", NOW);
    expect([terms.category, terms.title, terms.opening_at, terms.agency, terms.buyer]).toEqual(["goods", title, NOW, "agency", ""]);
    expect(terms.lots.map(({ id, ceiling, title }) => [id, ceiling.minor, ceiling.currency, title.zh])).toEqual([["A-1", 131126400, "MXN", "道路"], ["2", 0, "CNY", ""]]);
    expect(terms.lots[1]?.price_fields).toEqual(newLot("2", terms.procedure).price_fields);
  });

  it("has nothing from a file that has nothing", () => {
    expect(fromImport({ ...nothing, lots: [{ id: "1", title: null, ceiling: null }] }, "agency", NOW)).toEqual(newTerms("agency", NOW));
  });
});

describe("moments in a form", () => {
  it("are those of the centre's zone", () => {
    expect(fieldOf(NOW)).toBe("2026-01-20T09:30");
    expect(momentOf("2026-01-20T09:30")).toBe(NOW);
    expect(momentOf("tomorrow")).toBeUndefined();
  });
});

describe("a document's upload", () => {
  it("goes in parts, goes on after a broken line, and takes the server's digest", async () => {
    (globalThis as { window?: unknown }).window = { location: { origin: "https://localhost" } };
    const { LineError } = await import("@/seal/transport");
    const file = new File([new Uint8Array(8 * 1_048_576 + 3)], "招标文件.pdf", { type: "application/pdf" });
    let stored = 0;
    let isBroken = false;
    const answer = (status: number, headers: Record<string, string> = {}) => ({ status, header: (name: string) => headers[name] ?? null });
    const sent: number[] = [];
    const document = await uploadDocument(file, (bytes) => sent.push(bytes), async ({ method, headers, body, onSent }) => {
      if (method === "POST") return answer(201, { Location: "/api/uploads/1" });
      if (method === "HEAD") return answer(200, { "Upload-Offset": `${stored}` });
      if (stored > 0 && !isBroken) {
        isBroken = true;
        throw new LineError("line_broken");
      }
      expect(Number(headers["Upload-Offset"])).toBe(stored);
      stored += body?.length ?? 0;
      onSent?.(body?.length ?? 0);
      return answer(204, stored === file.size ? { "Upload-Digest": `sha256=${"ab".repeat(32)}` } : {});
    });
    expect(stored).toBe(file.size);
    expect(document).toEqual({ len: file.size, media_type: "application/pdf", name: "招标文件.pdf", sha256: "ab".repeat(32) });
  });
});
