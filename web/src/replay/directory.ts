/** Who and what a replay is about, over all its entries: the newest terms, and whose each bid is. Pure. */
import type { BidId, LotTerms, OrgId, Terms } from "@/protocol";
import type { PlayEntry } from "./source";

/** What is the same at every moment. */
export interface Directory {
  readonly terms: Terms | undefined;
  /** The lots, as far as they were heard of: a file for the public carries no terms. */
  readonly heard: readonly LotTerms[];
  /** Group key of the notice. */
  readonly groupKey: string | null;
  readonly bidders: ReadonlyMap<BidId, OrgId>;
}

/** The directory of these entries. Fields of entries that were tampered with may be missing; they are left out. */
export function directoryOf(entries: readonly PlayEntry[]): Directory {
  let terms: Terms | undefined;
  let groupKey: string | null = null;
  const bidders = new Map<BidId, OrgId>();
  for (const event of entries.flatMap(({ events }) => events)) {
    if (event.kind === "tender_drafted" || event.kind === "tender_revised") terms = Array.isArray(event.terms?.lots) ? event.terms : terms;
    else if (event.kind === "tender_published") groupKey = event.group_key;
    else if (event.kind === "bid_submitted") bidders.set(event.bid, event.org);
    else if (event.kind === "lot_closed" && Array.isArray(event.bids)) for (const { bid, org } of event.bids) bidders.set(bid, org);
  }
  return { terms, groupKey, bidders, heard: terms ? [] : heardLots(entries) };
}

/** Terms that nobody was told. Nothing of it is shown but the fields that were read out, by their ids. */
const UNTOLD: LotTerms = {
  id: "", title: { zh: "", en: "" }, statement_fields: [], price_fields: [], criteria: [], candidates_max: 0, duration_days_max: 0, min_bids: 0, ceiling: { currency: "CNY", minor: 0 },
  panel: { size: 0, technical: { points_max: 0, aggregation: { kind: "mean" }, reasons: null } }, price_rule: { formula: { formula: "value_for_money" }, abnormally_low: null },
};

function heardLots(entries: readonly PlayEntry[]): readonly LotTerms[] {
  const lots = new Map<string, LotTerms>();
  const inPrices = new Set<string>();
  for (const event of entries.flatMap(({ events }) => events)) {
    if (!("lot" in event)) continue;
    const lot = lots.get(event.lot) ?? { ...UNTOLD, id: event.lot };
    lots.set(event.lot, lot);
    if (event.kind === "second_opening_started") inPrices.add(event.lot);
    const part = inPrices.has(event.lot) ? "price_fields" : "statement_fields";
    if (event.kind !== "bid_read" || lot[part].length > 0 || !Array.isArray(event.statement)) continue;
    lots.set(event.lot, { ...lot, [part]: event.statement.map(({ id }) => ({ id, kind: "text", label: { zh: id, en: id } })) });
  }
  return [...lots.values()];
}
