/**
 * The notice as its host signed it, against what the page shows: terms, moment, key and documents, by their digests.
 *
 * The signed act is in the log, whose entries only a supervisor may read, after the close; everybody else gets the digest
 * of the terms to compare later. *Invariant*: only an act whose receipt holds is compared with anything.
 */
import { fromBase64, sha256, toHex } from "@/acts/bytes";
import { type Canonical, type CanonicalObject, writeCanonical } from "@/acts/canonical";
import { verifyReceipt } from "@/acts/receipt";
import { api } from "@/api";
import { policyOf } from "@/policy";
import type { TenderView } from "@/protocol";
import type { Centre, ReplayEntry } from "@/wire";

/** What was found out about a notice; `undefined` where it could not be looked at. */
export interface NoticeReport {
  /** SHA-256 of the terms as the page shows them, in their canonical text. */
  readonly termsDigest: string;
  /** Whether the log holds the signed notice whose digest the page shows. */
  readonly isSigned: boolean | undefined;
  /** Whether it says what the page shows. */
  readonly isSame: boolean | undefined;
}

/** Examines the notice of a tender; `mayRead` says whether this reader is given entries of the log. */
export async function examineNotice(view: TenderView, centre: Centre, mayRead: boolean): Promise<NoticeReport> {
  const termsDigest = toHex(await sha256(writeCanonical(view.terms as unknown as Canonical)));
  const entry = mayRead ? await publicationOf(view.id) : undefined;
  const policy = await policyOf(centre);
  const [spki, payload] = [fromBase64(entry?.spki ?? ""), fromBase64(entry?.payload ?? "")];
  if (!entry?.proof || !policy || !spki || !payload) return { termsDigest, isSigned: undefined, isSame: undefined };
  const { isValid, act } = await verifyReceipt(entry.proof, policy, { spki, payload });
  const isSigned = isValid && act?.tender === view.id && toHex(await sha256(payload)) === view.notice;
  // A long list of documents travels beside the payload, and is not served with the entry.
  const isSame = isSigned && act?.body ? saysTheSame(act.body, view, termsDigest) : undefined;
  return { termsDigest, isSigned, isSame };
}

/** Whether the body of a publication names exactly what the page shows. */
export function saysTheSame(body: CanonicalObject, view: TenderView, termsDigest: string): boolean {
  const documents = view.documents.map(({ sha256: digest }) => digest).sort();
  return (
    body["terms_sha256"] === termsDigest &&
    body["group_key"] === view.group_key &&
    body["committee"] === view.committee &&
    body["opening_at"] === view.first_opening_at &&
    Array.isArray(body["documents"]) && body["documents"].join() === documents.join()
  );
}

async function publicationOf(tender: string): Promise<ReplayEntry | undefined> {
  for (let from = 0; ; ) {
    const page = await api.entries(tender, from);
    const found = page.find(({ type }) => type === "PublishTender");
    const last = page.at(-1);
    if (found || !last) return found;
    from = last.sseq + 1;
  }
}
