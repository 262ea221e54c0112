/** What a bidder reads of the own bids (docs/api.md). */
import { read } from "@/api";
import type { Bid, BidScore, RankedBid, Rejection } from "@/protocol";

/** An own bid with the receipt of its act. */
export interface OwnBid {
  readonly bid: Bid;
  /** Place of its act in the log, from 0; null while the log has not been read so far. */
  readonly index: number | null;
  /** The receipt: tlog-proof text. */
  readonly receipt: string | null;
}

/** A letter to this bidder, with the own scores. */
export interface OwnLetter {
  readonly bid: string;
  readonly org: string;
  readonly is_winner: boolean;
  readonly result: RankedBid | null;
  readonly score: BidScore | null;
  /** Why it was rejected, if it was. */
  readonly reasons: readonly Rejection[];
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
