/** What a bidder reads of the own bids (docs/api.md). */
import { read } from "@/api";
import type { Bid, BidScore, RankedBid } from "@/protocol";

/** An own bid with the receipt of its act. */
export interface OwnBid {
  readonly bid: Bid;
  /** The receipt: tlog-proof text. */
  readonly receipt: string;
}

/** A letter to this bidder, with the own scores. */
export interface OwnLetter {
  readonly bid: string;
  readonly org: string;
  readonly is_winner: boolean;
  readonly result: RankedBid | null;
  readonly score: BidScore | null;
}

const lotPath = (tender: string, lot: string) => `/api/tenders/${encodeURIComponent(tender)}/lots/${encodeURIComponent(lot)}`;

/** The own bids of a lot: standing, replaced, withdrawn. */
export function readOwnBids(tender: string, lot: string): Promise<readonly OwnBid[]> {
  return read<readonly OwnBid[]>(`${lotPath(tender, lot)}/bids/mine`);
}

/** The own letter, once letters are out. */
export function readOwnLetter(tender: string, lot: string): Promise<OwnLetter> {
  return read<OwnLetter>(`${lotPath(tender, lot)}/letters/mine`);
}
