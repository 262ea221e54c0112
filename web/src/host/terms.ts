/**
 * The terms of a draft as the editor holds them: a lawful beginning, and what is wrong before the platform says so.
 *
 * *Invariant*: what [`completed`] gives has every text in both languages; the Chinese one is the text in law.
 */
import type { Criterion, Field, Formula, LotTerms, PartialTerms, Procedure, Terms, Text2 } from "@/protocol";

/** Something that the platform would refuse; `lot` where it is about one. */
export interface TermsFault {
  readonly code:
    | "title_missing" | "text_missing" | "buyer_missing" | "lots_missing" | "lot_twice" | "ceiling_missing" | "panel_size" | "criteria_missing"
    | "criterion_twice" | "field_twice" | "field_form" | "price_field" | "points_differ" | "opening_past";
  readonly lot?: string;
}

const EMPTY: Text2 = { zh: "", en: "" };
const DAY_MS = 86_400_000;

/** New terms: twenty days and a little to the deadline, one lot, the two-envelope procedure. */
export function newTerms(agency: string, nowMs: number): Terms {
  const opening = Math.ceil((nowMs + 21 * DAY_MS) / DAY_MS) * DAY_MS + 90 * 60_000;
  return {
    agency, buyer: "", category: "works", contact: "", lots: [newLot("1", "two_stage")], opening_at: opening, procedure: "two_stage",
    project_code: "", plan_approval: "", qualification: { ...EMPTY }, regime: "bidding", region: "", summary: { ...EMPTY }, title: { ...EMPTY },
  };
}

/** A new lot, with the statement fields that the procedure asks for. */
export function newLot(id: string, procedure: Procedure): LotTerms {
  const fields: Field[] = [
    { id: "bidder_name", kind: "text", label: { zh: "投标人名称", en: "Bidder" } },
    { id: "duration_days", kind: "days", label: { zh: "投标工期（日历天）", en: "Duration (calendar days)" } },
  ];
  const price: Field = { id: "price_minor", kind: "price", label: { zh: "投标总价", en: "Bid price" } };
  return {
    id, title: { ...EMPTY }, ceiling: { minor: 0, currency: "CNY" }, candidates_max: 3, duration_days_max: 365, min_bids: 3,
    criteria: [newCriterion("P1", "preliminary"), newCriterion("T1", "technical")],
    panel: { size: 5, technical: { points_max: 1000, aggregation: { kind: "trimmed_mean", trim_from: 5 }, reasons: { high_ratio: "0.9", low_ratio: "0.6" } } },
    price_rule: { formula: newFormula("banded_median"), abnormally_low: null },
    statement_fields: procedure === "two_stage" ? fields : [...fields, price],
    price_fields: procedure === "two_stage" ? [price] : [],
  };
}

/** New terms with what an imported file has; what it lacks is as in any new draft. Whose it is does not come with a file. */
export function fromImport(imported: PartialTerms, agency: string, nowMs: number): Terms {
  const begun = newTerms(agency, nowMs);
  const lotOf = ({ ceiling, id, title }: PartialTerms["lots"][number]): LotTerms => {
    const lot = newLot(id, begun.procedure);
    return { ...lot, ceiling: ceiling ?? lot.ceiling, title: title ?? lot.title };
  };
  return {
    ...begun,
    category: imported.category ?? begun.category,
    contact: imported.contact ?? begun.contact,
    lots: imported.lots.map(lotOf),
    opening_at: imported.opening_at ?? begun.opening_at,
    qualification: imported.qualification ?? begun.qualification,
    region: imported.region ?? begun.region,
    summary: imported.summary ?? begun.summary,
    title: imported.title ?? begun.title,
  };
}

/** A new criterion of a part. */
export function newCriterion(code: string, part: Criterion["part"]): Criterion {
  const judging: Criterion["judging"] = part === "preliminary" ? { kind: "pass_fail" } : { kind: "scored", max: 1000 };
  return { code, part, judging, title: { ...EMPTY }, guidance: { ...EMPTY } };
}

/** A formula with the values that are customary for it. */
export function newFormula(formula: "lowest" | "banded_median"): Formula {
  if (formula === "lowest") return { formula, points_max: 8000 };
  return {
    formula, points_max: 8000, lottery_limit: { whole_max: 15, cut_max: 20 }, drop_min: "0.13", band: { high: "1.1", low: "0.9" }, trim_from: 7,
    coefficient: { from: "drawn", among: ["0.975", "0.98", "0.985", "0.99", "0.995"] }, above_per_percent: "2", below_per_percent: "1",
  };
}

/** The procedure changed: the price field moves into the statement that is read with it. */
export function withProcedure(terms: Terms, procedure: Procedure): Terms {
  const moved = terms.lots.map((lot) => {
    const all = [...lot.statement_fields, ...lot.price_fields];
    const isPrice = ({ kind }: Field) => kind === "price";
    const rest = all.filter((field) => !isPrice(field));
    const prices = all.filter(isPrice);
    return procedure === "two_stage" ? { ...lot, statement_fields: rest, price_fields: prices } : { ...lot, statement_fields: [...rest, ...prices], price_fields: [] };
  });
  return { ...terms, procedure, lots: moved };
}

/** The terms as they are sent: trimmed, and the Chinese text where an English one is missing. */
export function completed(terms: Terms): Terms {
  return walk(terms) as Terms;
}

/** What the platform would refuse. */
export function faultsOf(terms: Terms, nowMs: number): readonly TermsFault[] {
  const faults: TermsFault[] = [];
  const single = [terms.contact, terms.project_code, terms.plan_approval, terms.region];
  if (terms.title.zh.trim() === "") faults.push({ code: "title_missing" });
  if ([...single, terms.summary.zh, terms.qualification.zh].some((text) => text.trim() === "")) faults.push({ code: "text_missing" });
  if (terms.buyer === "") faults.push({ code: "buyer_missing" });
  if (terms.lots.length === 0) faults.push({ code: "lots_missing" });
  if (new Set(terms.lots.map(({ id }) => id)).size !== terms.lots.length) faults.push({ code: "lot_twice" });
  if (terms.opening_at <= nowMs) faults.push({ code: "opening_past" });
  return [...faults, ...terms.lots.flatMap((lot) => lotFaults(lot, terms.procedure))];
}

/** Sum of a part's points, in hundredths. */
export function pointsOf(lot: LotTerms, part: Criterion["part"]): number {
  return lot.criteria.filter((criterion) => criterion.part === part).reduce((sum, { judging }) => sum + (judging.kind === "pass_fail" ? 0 : judging.max), 0);
}

function lotFaults(lot: LotTerms, procedure: Procedure): readonly TermsFault[] {
  const found: TermsFault["code"][] = [];
  const fields = [...lot.statement_fields, ...lot.price_fields];
  const texts = [lot.title, ...lot.criteria.flatMap(({ title, guidance }) => [title, guidance]), ...fields.map(({ label }) => label)];
  if (texts.some(({ zh }) => zh.trim() === "")) found.push("text_missing");
  if (lot.ceiling.minor <= 0) found.push("ceiling_missing");
  if (lot.panel.size < 5 || lot.panel.size % 2 === 0) found.push("panel_size");
  if (lot.criteria.length === 0) found.push("criteria_missing");
  if (new Set(lot.criteria.map(({ code }) => code)).size !== lot.criteria.length) found.push("criterion_twice");
  if (new Set(fields.map(({ id }) => id)).size !== fields.length) found.push("field_twice");
  if (fields.some(({ id }) => !/^[a-z0-9_]{1,64}$/.test(id))) found.push("field_form");
  const prices = (list: readonly Field[]) => list.filter(({ kind }) => kind === "price").length;
  const wanted = procedure === "two_stage" ? [0, 1] : [1, 0];
  if (prices(lot.statement_fields) !== wanted[0] || prices(lot.price_fields) !== wanted[1]) found.push("price_field");
  // The technical sum of a seat is measured against this maximum; if they differ, the rule of reasons means nothing.
  if (pointsOf(lot, "technical") !== lot.panel.technical.points_max) found.push("points_differ");
  return found.map((code) => ({ code, lot: lot.id }));
}

function walk(value: unknown): unknown {
  if (typeof value === "string") return value.normalize("NFC").trim();
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== "object" || value === null) return value;
  const object = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)])) as Record<string, unknown>;
  const isText2 = Object.keys(object).sort().join() === "en,zh";
  return isText2 && object["en"] === "" ? { zh: object["zh"], en: object["zh"] } : object;
}
