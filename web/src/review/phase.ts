/** What a seat has to do now, from the stage of the lot and what the seat has done: one thing at a time. */
import type { LotView, PanelStep } from "@/protocol";

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
      return "closed";
    case "failed":
      return "failed";
  }
}

/** The bids that are still judged, in reading order: those under review, without the rejected once that is decided. */
export function bidsToScore(lot: LotView, opened: ReadonlySet<string>): readonly string[] {
  const rejected = new Set(lot.rejected.map(({ bid }) => bid));
  return lot.bids.map(({ bid }) => bid).filter((bid) => opened.has(bid) && !rejected.has(bid));
}
