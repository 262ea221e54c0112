/** The strip of stages that everybody sees inside a tender, and where a lot stands on it. */
import type { Instant, Phase, Stage } from "@/protocol";

/** The steps of the strip, in order. */
export const STEPS = ["notice", "receiving", "opening", "review", "candidates", "award", "contract"] as const;
/** One step. */
export type Step = (typeof STEPS)[number];

const STEP_OF: Readonly<Record<Exclude<Stage["stage"], "failed">, Step>> = {
  receiving: "receiving",
  opening: "opening",
  opened: "review",
  reviewing: "review",
  passed: "review",
  second_opening: "opening",
  reporting: "review",
  reported: "review",
  candidates: "candidates",
  awarded: "award",
  completed: "contract",
};

/** From here on nothing of a lot's panel is secret any more. */
const RESULT_STAGES: readonly Stage["stage"][] = ["candidates", "awarded", "completed", "failed"];

/** The step at which a lot stands; a failed one where it failed. */
export function stepOf(stage: Stage): Step {
  if (stage.stage === "failed") return stage.reason === "too_few_bids" ? "opening" : "review";
  return STEP_OF[stage.stage];
}

/** Whether something happens in the lot's room right now. */
export function isLive(stage: Stage): boolean {
  return stage.stage === "opening" || stage.stage === "second_opening";
}

/** What a tender's page or the hall says of how far it is. */
export interface Standing {
  readonly phase: Phase;
  readonly opening_at: Instant | null;
  readonly lots: readonly { readonly stage: Stage }[];
}

/** Whether no bid can come any more, so that a supervisor may read the entries of the log. */
export function isClosed({ phase, opening_at, lots }: Standing, nowMs: number): boolean {
  if (phase === "cancelled") return opening_at !== null && nowMs > opening_at;
  return lots.length > 0 && lots.every(({ stage }) => stage.stage !== "receiving");
}

/** Whether there is an evidence bundle: for a supervisor once the result is public, for everybody once archived. */
export function isExportable({ phase, lots }: Standing, isSupervisor: boolean): boolean {
  const isOver = lots.length > 0 && lots.every(({ stage }) => stage.stage !== "receiving");
  const isPublic = lots.every(({ stage }) => RESULT_STAGES.includes(stage.stage));
  return isOver && (phase === "archived" || (isSupervisor && isPublic));
}
