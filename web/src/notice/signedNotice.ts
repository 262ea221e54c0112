/**
 * The notice as its host signed it, against what the page shows: terms, moment, key and documents, by their digests.
 *
 * The digest of the signed notice stands in every label, and custodians read the opening from the very act that has it.
 * Whoever seals compares first: a server that shows one opening and names the digest of another would be found out here.
 * *Invariant*: only an act that has the digest which the page shows is compared with anything.
 */
import { type Bytes, fromBase64, sha256, toHex } from "@/acts/bytes";
import { type Canonical, type CanonicalObject, isObject, parseCanonicalObject, writeCanonical } from "@/acts/canonical";
import { preAuthentication } from "@/acts/pae";
import { algorithmOf, isSignedBy } from "@/acts/signature";
import { api } from "@/api";
import type { TenderView } from "@/protocol";
import type { PublicationAnswer } from "@/wire";

/** What was found out about a notice. */
export interface NoticeReport {
  /** SHA-256 of the terms as the page shows them, in their canonical text. */
  readonly termsDigest: string;
  /** Whether the act whose digest the page shows is signed. */
  readonly isSigned: boolean;
  /** Whether it says what the page shows. */
  readonly isSame: boolean;
}

/** Fetches the signed notice of a published tender and examines it. */
export async function examineNotice(view: TenderView): Promise<NoticeReport> {
  return reportOn(await api.publication(view.id), view);
}

/** Examines what the server gives as the signed notice. Never throws on hostile input. */
export async function reportOn(answer: PublicationAnswer, view: TenderView): Promise<NoticeReport> {
  const termsDigest = toHex(await sha256(writeCanonical(view.terms as unknown as Canonical)));
  const payload = fromBase64(answer.payload);
  if (!payload || toHex(await sha256(payload)) !== view.notice) return { termsDigest, isSigned: false, isSame: false };
  const body = await bodyOf(payload, answer, view);
  return { termsDigest, isSigned: await isSigned(payload, answer), isSame: body !== undefined && saysTheSame(body, view, termsDigest) };
}

/** Whether the body of a publication names exactly what the page shows. */
export function saysTheSame(body: CanonicalObject, view: TenderView, termsDigest: string): boolean {
  const documents = view.documents.map(({ sha256: digest }) => digest).sort();
  const text = (value: unknown) => new TextDecoder().decode(writeCanonical(value as Canonical));
  return (
    body["terms_sha256"] === termsDigest &&
    body["group_key"] === view.group_key &&
    body["committee"] === view.committee &&
    body["opening_at"] === view.first_opening_at &&
    body["sealing"] !== undefined && text(body["sealing"]) === text(view.sealing) &&
    Array.isArray(body["documents"]) && body["documents"].join() === documents.join()
  );
}

async function isSigned(payload: Bytes, answer: PublicationAnswer): Promise<boolean> {
  const [spki, signature] = [fromBase64(answer.spki ?? ""), fromBase64(answer.signature)];
  const algorithm = spki && algorithmOf(spki);
  if (!spki || !signature || typeof algorithm !== "number") return false;
  return isSignedBy(algorithm, spki, preAuthentication(payload), signature);
}

/** The body of the signed act of this tender; one that stands beside the payload has the digest that the payload names. */
async function bodyOf(payload: Bytes, answer: PublicationAnswer, view: TenderView): Promise<CanonicalObject | undefined> {
  const act = parsed(payload);
  if (act?.["type"] !== "PublishTender" || act["tender"] !== view.id) return undefined;
  if (isObject(act["body"])) return act["body"];
  const beside = (answer.body ?? undefined) as Canonical | undefined;
  if (!isObject(beside) || toHex(await sha256(writeCanonical(beside))) !== act["body_sha256"]) return undefined;
  return beside;
}

function parsed(payload: Bytes): CanonicalObject | undefined {
  try {
    return parseCanonicalObject(payload);
  } catch {
    return undefined;
  }
}
