/** What a seat has to do now, from the stage of the lot and what the seat has done: one thing at a time. */
import type { LotTerms, LotView, PanelStep, Procedure } from "@/protocol";
import type { OpenedFile } from "./remote";

/** What the workspace shows. */
export type ReviewPhase =
  | "invitation" | "denied" | "wait.opening" | "judge" | "wait.judged" | "score" | "wait.committed" | "reveal" | "wait.revealed"
  | "sign_stage" | "wait.signed" | "wait.passed" | "wait.second" | "report" | "wait.report" | "closed" | "failed";

/** The phase of this reader. `size` is the number of seats. */
export function phaseOf(lot: LotView, size: number, isInvited: boolean): ReviewPhase {
  const { stage, mine, progress } = lot;
  const isBefore = stage.stage === "receiving" || stage.stage === "opening" || stage.stage === "opened";
  if (mine.seat === null) return isInvited && isBefore ? "invitation" : "denied";
  const has = (step: PanelStep) => mine.done.includes(step);
  switch (stage.stage) {
    case "receiving":
    case "opening":
    case "opened":
      return "wait.opening";
    case "reviewing":
      if (!has("judged")) return "judge";
      if ((progress?.judged ?? 0) < size) return "wait.judged";
      if (!has("committed")) return "score";
      if ((progress?.committed ?? 0) < size) return "wait.committed";
      if (!has("revealed")) return "reveal";
      if ((progress?.revealed ?? 0) < size) return "wait.revealed";
      return has("stage_signed") ? "wait.signed" : "sign_stage";
    case "passed":
      return "wait.passed";
    case "second_opening":
      return "wait.second";
    case "reporting":
      return has("report_signed") ? "wait.report" : "report";
    case "reported":
    case "candidates":
    case "awarded":
    case "completed":
    case "contracted":
      return "closed";
    case "failed":
      return "failed";
  }
}

/**
 * The bids that are still judged, in reading order: those of which every envelope of the first opening opened, without the
 * rejected once that is decided. A statement that did not open was not read out.
 */
export function bidsToScore(lot: LotView, terms: LotTerms, procedure: Procedure, files: readonly OpenedFile[]): readonly string[] {
  const rejected = new Set(lot.rejected.map(({ bid }) => bid));
  const wanted = procedure === "two_stage" ? [1] : [1, 2];
  const hasDocuments = (bid: string) => wanted.every((envelope) => files.some((file) => file.bid === bid && file.envelope === envelope));
  return lot.bids
    .filter(({ bid, statement }) => hasDocuments(bid) && (statement.length > 0 || terms.statement_fields.length === 0) && !rejected.has(bid))
    .map(({ bid }) => bid);
}
