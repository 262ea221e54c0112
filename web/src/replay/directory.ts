/** Who and what a replay is about, over all its entries: the newest terms, and whose each bid is. Pure. */
import type { BidId, OrgId, Terms } from "@/protocol";
import type { PlayEntry } from "./source";

/** What is the same at every moment. */
export interface Directory {
  readonly terms: Terms | undefined;
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
  return { terms, groupKey, bidders };
}
