/** The strip of stages that everybody sees inside a tender, and where a lot stands on it. */
import type { Stage } from "@/protocol";

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
  contracted: "contract",
};

/** The step at which a lot stands; a failed one where it failed. */
export function stepOf(stage: Stage): Step {
  if (stage.stage === "failed") return stage.reason === "too_few_bids" ? "opening" : stage.reason === "no_valid_bid" ? "review" : "candidates";
  return STEP_OF[stage.stage];
}

/** Whether something happens in the lot's room right now. */
export function isLive(stage: Stage): boolean {
  return stage.stage === "opening" || stage.stage === "second_opening";
}
