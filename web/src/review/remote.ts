/** What an expert reads (docs/api.md). */
import { read } from "@/api";
import type { CriterionScore, Document, Report, Verdict } from "@/protocol";
import type { Envelope } from "@/wire";

/** The panel as this expert may know it. */
export interface PanelAnswer {
  readonly size: number;
  readonly taken: number;
  readonly is_called: boolean;
  readonly is_drawn: boolean;
  /** For a drawn expert: the commitment and the salt that opens it to this person. */
  readonly invitation: { readonly commitment: string; readonly salt: string } | null;
  readonly seat: number | null;
  readonly verdicts: readonly Verdict[] | null;
  readonly scores: readonly CriterionScore[] | null;
}

/** An opened document. */
export interface OpenedFile {
  readonly bid: string;
  readonly envelope: Envelope;
  readonly document: Document;
}

/** Pages of a document that contain a text. */
export interface TextAnswer {
  /** Whether the document's text has been read yet. */
  readonly is_read: boolean;
  readonly pages: readonly { readonly page: number; readonly content: string }[];
  readonly unread: readonly { readonly page: number; readonly verdict: string }[];
}

const part = encodeURIComponent;
const lotPath = (tender: string, lot: string) => `/api/tenders/${part(tender)}/lots/${part(lot)}`;

/** The panel as this expert may know it. */
export function readPanel(tender: string, lot: string, signal?: AbortSignal): Promise<PanelAnswer> {
  return read<PanelAnswer>(`${lotPath(tender, lot)}/panel`, signal);
}

/** The documents in opened envelopes. */
export function readFiles(tender: string, lot: string, signal?: AbortSignal): Promise<readonly OpenedFile[]> {
  return read<readonly OpenedFile[]>(`${lotPath(tender, lot)}/files`, signal);
}

/** The address of an opened document. */
export function fileAddress(tender: string, lot: string, sha256: string): string {
  return `${lotPath(tender, lot)}/files/${part(sha256)}`;
}

/** Pages of an opened document that contain `query`. */
export function searchText(tender: string, lot: string, sha256: string, query: string): Promise<TextAnswer> {
  return read<TextAnswer>(`${fileAddress(tender, lot, sha256)}/text?q=${part(query)}`);
}

/** The report and the digest that is signed. */
export function readReport(tender: string, lot: string): Promise<{ readonly report: Report; readonly sha256: string }> {
  return read(`${lotPath(tender, lot)}/report`);
}
