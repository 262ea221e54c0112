/**
 * Handing in: from the manifest lines to the receipt.
 *
 * *Invariant*: the id of the bid is on the device before the act is signed, so that a reload in between finds out what
 * became of it instead of handing in a second one.
 */
import { type ActResult, act } from "@/actor";
import { Problem } from "@/problem";
import type { ManifestLine } from "@/protocol";
import { forgetSealings } from "./sealing";
import type { BidDesk } from "./desk";
import type { PendingSubmission } from "./draft";

/** Submits the bid of these lines. Throws a `Problem`. */
export async function submitBid(desk: BidDesk, person: string, lines: readonly ManifestLine[]): Promise<ActResult> {
  const { tender, lot } = desk;
  const replaces = desk.lotView.value?.mine.bid?.id ?? null;
  const kept = desk.draft.value?.pending;
  const pending: PendingSubmission = kept?.replaces === replaces ? kept : { bid: crypto.randomUUID(), replaces };
  await desk.change({ pending });
  const manifest = lines.map(({ core_sha256, envelope, root, submission, total_len }) => ({ core_sha256, envelope, root, submission, total_len }));
  const result = await act("SubmitBid", {
    tender, lot, role: "bidder",
    body: { bid: pending.bid, document_set: desk.view.value?.addenda.length ?? 0, manifest, replaces },
  });
  // A receipt that does not hold is no reason to forget what would be needed to hand in again.
  if (result.report && !result.report.isValid) {
    throw new Problem("receipt_invalid", 0, { zh: "回执未通过核对", en: "The receipt did not pass the checks" }, { index: result.index });
  }
  await forgetSealings(person, tender, lot, lines.map(({ envelope }) => envelope));
  await desk.change({ pending: null });
  return result;
}
