/**
 * A bid in the making: what was typed and which files were chosen. It lies on this device only.
 *
 * *Invariant*: nothing of it is sent anywhere before it is sealed.
 */
import type { LotTerms, Procedure } from "@/protocol";
import type { PdfVerdict } from "./pdf";
import { type Entries, faultsOf, warningsOf } from "./statement";

/** A file of a draft; its bytes are in the vault under its id. */
export interface DraftFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly verdict: PdfVerdict;
}

/** What an attempt to submit has begun, so that a reload ends it and never begins a second one. */
export interface PendingSubmission {
  readonly bid: string;
  readonly replaces: string | null;
}

/** A draft. */
export interface BidDraft {
  readonly v: 1;
  readonly isBidderConfirmed: boolean;
  /** Newest addendum that was taken into account. */
  readonly documentSet: number;
  readonly contact: string;
  readonly statement: Entries;
  readonly price: Entries;
  readonly technical: readonly DraftFile[];
  readonly priceDocuments: readonly DraftFile[];
  /** When the checks of browser and line last passed, unix milliseconds. */
  readonly preflightMs: number | null;
  readonly pending: PendingSubmission | null;
}

/** The sections of the task list, in order. */
export type Section = "bidder" | "statement" | "price" | "technical" | "price-documents" | "preflight";
/** How a section stands. */
export type SectionStatus = "todo" | "doing" | "done" | "problem";

/** A draft of which nothing was written yet. */
export const EMPTY_DRAFT: BidDraft = {
  v: 1, isBidderConfirmed: false, documentSet: 0, contact: "", statement: {}, price: {}, technical: [], priceDocuments: [], preflightMs: null, pending: null,
};

/** Most bytes of one file; larger ones are refused by the platform. */
export const FILE_BYTES_MAX = 2_000_000_000;
/** Most bytes of a file's name. */
const NAME_BYTES_MAX = 255;

/** What a draft is judged against. */
export interface Against {
  readonly terms: LotTerms;
  readonly procedure: Procedure;
  /** Number of addenda issued. */
  readonly addenda: number;
}

/** The sections that this tender asks for. */
export function sectionsOf(procedure: Procedure): readonly Section[] {
  const all: readonly Section[] = ["bidder", "statement", "price", "technical", "price-documents", "preflight"];
  return procedure === "two_stage" ? all : all.filter((section) => section !== "price");
}

/** How a section stands. */
export function statusOf(section: Section, draft: BidDraft, against: Against): SectionStatus {
  switch (section) {
    case "bidder":
      if (!draft.isBidderConfirmed) return draft.contact.trim() === "" ? "todo" : "doing";
      return draft.documentSet < against.addenda ? "problem" : "done";
    case "statement":
      return entriesStatus(against.terms.statement_fields, draft.statement, against.terms);
    case "price":
      return entriesStatus(against.terms.price_fields, draft.price, against.terms);
    case "technical":
      return filesStatus(draft.technical);
    case "price-documents":
      return filesStatus(draft.priceDocuments);
    case "preflight":
      return draft.preflightMs === null ? "todo" : "done";
  }
}

/** Whether everything that sealing needs is there; the checks of the browser are advice, not a condition. */
export function isReadyToSeal(draft: BidDraft, against: Against): boolean {
  const isDone = (section: Section) => statusOf(section, draft, against) === "done" || isOnlyWarned(section, draft, against);
  return sectionsOf(against.procedure).filter((section) => section !== "preflight").every(isDone);
}

/** Whether a name of a file is used twice, or is too long for the directory of an envelope. */
export function fileNameFault(file: DraftFile, files: readonly DraftFile[]): "name_twice" | "name_long" | undefined {
  if (new TextEncoder().encode(file.name).length > NAME_BYTES_MAX) return "name_long";
  return files.some((other) => other.id !== file.id && other.name === file.name) ? "name_twice" : undefined;
}

function entriesStatus(fields: LotTerms["statement_fields"], entries: Entries, terms: LotTerms): SectionStatus {
  const faults = faultsOf(fields, entries);
  const filled = fields.filter((field) => (entries[field.id] ?? "").trim() !== "");
  if (Object.keys(faults).length === 0) return Object.keys(warningsOf(fields, entries, terms)).length > 0 ? "problem" : "done";
  if (filled.length === 0) return "todo";
  return Object.values(faults).some((fault) => fault !== "empty") ? "problem" : "doing";
}

function filesStatus(files: readonly DraftFile[]): SectionStatus {
  if (files.length === 0) return "todo";
  const isFaulty = (file: DraftFile) => file.verdict !== "pdf" || fileNameFault(file, files) !== undefined;
  return files.some(isFaulty) ? "problem" : "done";
}

/** A price over the ceiling or a file that is no PDF is the bidder's own risk: it is said, and may be sealed. */
function isOnlyWarned(section: Section, draft: BidDraft, { terms }: Against): boolean {
  const clean = (fields: LotTerms["statement_fields"], entries: Entries) => Object.keys(faultsOf(fields, entries)).length === 0;
  const usable = (files: readonly DraftFile[]) =>
    files.length > 0 && files.every((file) => file.verdict !== "empty" && fileNameFault(file, files) === undefined);
  switch (section) {
    case "statement":
      return clean(terms.statement_fields, draft.statement);
    case "price":
      return clean(terms.price_fields, draft.price);
    case "technical":
      return usable(draft.technical);
    case "price-documents":
      return usable(draft.priceDocuments);
    case "bidder":
    case "preflight":
      return false;
  }
}
