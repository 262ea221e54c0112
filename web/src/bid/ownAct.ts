/** Whether an act of the log is the one that handed in a bid. */
import type { ActPayload } from "@/acts/actPayload";
import { sameBytes } from "@/acts/bytes";
import { type Canonical, writeCanonical } from "@/acts/canonical";
import type { Bid } from "@/protocol";

/** Compares the number of the bid and the lines of its manifest, byte by byte. */
export function isActOf({ type, body }: ActPayload, bid: Bid): boolean {
  if (type !== "SubmitBid" || body === null || body["bid"] !== bid.id || body["manifest"] === undefined) return false;
  return sameBytes(writeCanonical(body["manifest"]), writeCanonical(bid.manifest as unknown as Canonical));
}
