import { describe, expect, it } from "vitest";

import type { Field, LotTerms } from "@/protocol";
import { parseYuan, yuanText } from "./amount";
import { type BidDraft, type DraftFile, EMPTY_DRAFT, fileNameFault, isReadyToSeal, sectionsOf, statusOf } from "./draft";
import { lookAtPdf } from "./pdf";
import { buildStatement, envelopesOf, faultsOf, valueOf, warningsOf } from "./statement";

const label = { zh: "项", en: "field" };
const FIELDS: readonly Field[] = [
  { id: "bidder_name", kind: "text", label },
  { id: "duration_days", kind: "days", label },
];
const PRICE: readonly Field[] = [{ id: "price_minor", kind: "price", label }];
const TERMS = {
  ceiling: { minor: 1_833_276_147, currency: "CNY" }, duration_days_max: 270, statement_fields: FIELDS, price_fields: PRICE,
} as unknown as LotTerms;
const AGAINST = { terms: TERMS, procedure: "two_stage", addenda: 1 } as const;

const file = (name: string, verdict: DraftFile["verdict"] = "pdf"): DraftFile => ({ id: name + verdict, name, mediaType: "application/pdf", size: 9, verdict });
const FULL: BidDraft = {
  ...EMPTY_DRAFT, isBidderConfirmed: true, documentSet: 1, statement: { bidder_name: "甲公司", duration_days: "260" },
  price: { price_minor: "15,000,000.5" }, technical: [file("t.pdf")], priceDocuments: [file("p.pdf")],
};

describe("amounts", () => {
  it("reads what people type, to the last 分", () => {
    expect(parseYuan("18,332,761.47")).toBe(1_833_276_147);
    expect(parseYuan("￥１５０００．５ 元")).toBe(1_500_050);
    expect(parseYuan("0.01")).toBe(1);
    expect(parseYuan("90071992547409.91")).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("refuses what is no amount", () => {
    const faults = { "": "empty", "1,23": "malformed", "1.234": "too_fine", "0.00": "not_positive", "-5": "malformed", "1e5": "malformed", "90071992547409.92": "out_of_range" };
    for (const [text, fault] of Object.entries(faults)) expect(parseYuan(text), text).toBe(fault);
  });

  it("writes what it reads", () => {
    for (const minor of [1, 10, 100, 123_456_789, Number.MAX_SAFE_INTEGER]) expect(parseYuan(yuanText(minor))).toBe(minor);
  });
});

describe("statements", () => {
  it("are built of exactly the notice's fields", () => {
    expect(buildStatement(FIELDS, { bidder_name: " 甲公司 ", duration_days: "２６０", other: "x" })).toEqual({ bidder_name: "甲公司", duration_days: 260 });
    expect(buildStatement(PRICE, { price_minor: "15,000,000" })).toEqual({ price_minor: 1_500_000_000 });
    expect(buildStatement(FIELDS, { bidder_name: "甲公司" })).toBeUndefined();
  });

  it("say what is wrong and what will cost the bid", () => {
    expect(faultsOf(FIELDS, { duration_days: "2.5" })).toEqual({ bidder_name: "empty", duration_days: "malformed" });
    expect(valueOf(FIELDS[0] as Field, "长".repeat(201))).toEqual({ fault: "too_long" });
    expect(warningsOf(FIELDS, { bidder_name: "甲", duration_days: "271" }, TERMS)).toEqual({ duration_days: "over_duration" });
    expect(warningsOf(PRICE, { price_minor: "18,332,761.48" }, TERMS)).toEqual({ price_minor: "over_ceiling" });
    expect(warningsOf(PRICE, { price_minor: "18,332,761.47" }, TERMS)).toEqual({});
  });

  it("go into the envelopes of the procedure", () => {
    expect([...envelopesOf("two_stage")].sort()).toEqual([1, 2, 3, 4]);
    expect(envelopesOf("one_stage")).not.toContain(4);
  });
});

describe("the task list", () => {
  it("knows how each section stands", () => {
    expect(sectionsOf("one_stage")).not.toContain("price");
    expect(statusOf("statement", EMPTY_DRAFT, AGAINST)).toBe("todo");
    expect(statusOf("statement", { ...FULL, statement: { bidder_name: "甲" } }, AGAINST)).toBe("doing");
    expect(statusOf("statement", { ...FULL, statement: { bidder_name: "甲", duration_days: "x" } }, AGAINST)).toBe("problem");
    expect(statusOf("technical", { ...FULL, technical: [file("a.doc", "not_pdf")] }, AGAINST)).toBe("problem");
    expect(sectionsOf("two_stage").filter((section) => section !== "preflight").every((section) => statusOf(section, FULL, AGAINST) === "done")).toBe(true);
  });

  it("is not ready after a new addendum, nor with an empty file", () => {
    expect(isReadyToSeal(FULL, AGAINST)).toBe(true);
    expect(statusOf("bidder", FULL, { ...AGAINST, addenda: 2 })).toBe("problem");
    expect(isReadyToSeal(FULL, { ...AGAINST, addenda: 2 })).toBe(false);
    expect(isReadyToSeal({ ...FULL, technical: [file("a.pdf", "empty")] }, AGAINST)).toBe(false);
  });

  it("warns of a price over the ceiling, but leaves the decision to the bidder", () => {
    const dear = { ...FULL, price: { price_minor: "99,999,999" } };
    expect(statusOf("price", dear, AGAINST)).toBe("problem");
    expect(isReadyToSeal(dear, AGAINST)).toBe(true);
  });

  it("finds names that an envelope cannot hold", () => {
    const [one, two] = [file("a.pdf"), { ...file("a.pdf"), id: "2" }];
    expect(fileNameFault(one, [one, two])).toBe("name_twice");
    expect(fileNameFault(file("长".repeat(90)), [])).toBe("name_long");
  });
});

describe("a look at a file", () => {
  it("tells PDFs from others by first and last bytes", async () => {
    expect(await lookAtPdf(new Blob(["%PDF-1.7 … %%EOF\n"]))).toBe("pdf");
    expect(await lookAtPdf(new Blob(["%PDF-1.7 …"]))).toBe("truncated");
    expect(await lookAtPdf(new Blob(["PK\u0003\u0004"]))).toBe("not_pdf");
    expect(await lookAtPdf(new Blob([]))).toBe("empty");
  });
});
