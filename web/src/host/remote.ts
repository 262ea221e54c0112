/** What those who run a tender read and prepare (docs/api.md). */
import { read, send } from "@/api";
import type { ImportedDraft, TenderSummary } from "@/protocol";

const part = encodeURIComponent;

/** The tenders of the own house, drafts too. */
export function readOwnTenders(signal?: AbortSignal): Promise<{ readonly tenders: readonly TenderSummary[]; readonly total: number }> {
  return read("/api/tenders?scope=house", signal);
}

/** Whether a panel was called and drawn, as the host may know it. */
export function readPool(tender: string, lot: string, signal?: AbortSignal): Promise<{ readonly is_called: boolean; readonly is_drawn: boolean }> {
  return read(`/api/tenders/${part(tender)}/lots/${part(lot)}/panel`, signal);
}

/** Prepares the pool: salted commitments to all experts, ascending. */
export function preparePool(tender: string, lot: string): Promise<{ readonly commitments: readonly string[] }> {
  return send("POST", `/api/tenders/${part(tender)}/lots/${part(lot)}/panel/pool`);
}

/** A draft from an OCDS file, sent byte for byte: a number that is read here would be a float. Nothing is stored. */
export async function importOcds(file: Blob): Promise<ImportedDraft> {
  return send("POST", "/api/imports/ocds", new Uint8Array(await file.arrayBuffer()));
}
