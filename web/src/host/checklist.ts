/**
 * The day's checklist of a lot: what is done, what is to be done now and by whom, what is waited for.
 *
 * The order is the platform's own; a step whose turn has not come has no button. *Invariant*: at most one step is `now`,
 * but for calling the panel, which is to be done any time before the deadline.
 */
import type { LotView, OpeningView, Procedure, Stage } from "@/protocol";

/** The steps, in order. */
export type StepName =
  | "panel" | "close" | "reading" | "record" | "review" | "evaluation" | "second" | "reading2" | "record2" | "report"
  | "candidates" | "award" | "letters";
/** How a step stands. `waiting`: its turn, but others or the clock must come first. `missed`: it can no longer be done. */
export type StepState = "done" | "now" | "waiting" | "later" | "missed" | "dropped";

/** A step with its state. */
export interface ChecklistStep {
  readonly name: StepName;
  readonly state: StepState;
  /** Who does it; none: the platform, the panel, or the clock. */
  readonly by: "host" | "record" | "buyer" | null;
}

/** What the list is made from, beside the lot. */
export interface ChecklistContext {
  readonly procedure: Procedure;
  readonly isPanelCalled: boolean;
  readonly nowMs: number;
}

const ORDER: Readonly<Record<Exclude<Stage["stage"], "failed">, number>> = {
  receiving: 0, opening: 1, opened: 2, reviewing: 3, passed: 4, second_opening: 5, reporting: 6, reported: 7, candidates: 8, awarded: 9, completed: 10, contracted: 10,
};

/** The list. */
export function checklist(lot: LotView, context: ChecklistContext): readonly ChecklistStep[] {
  const { stage } = lot;
  if (stage.stage === "failed") return failedList(lot, context);
  const at = ORDER[stage.stage];
  /** Done after its stage, `inside` at its stage, later before. */
  const around = (begin: number, inside: StepState): StepState => (at > begin ? "done" : at === begin ? inside : "later");
  const isTwoStage = context.procedure === "two_stage";
  const [taken, size] = lot.seats ?? [0, 0];
  const steps: ChecklistStep[] = [
    { name: "panel", by: "host", state: context.isPanelCalled ? "done" : at === 0 ? "now" : "missed" },
    { name: "close", by: null, state: around(0, "waiting") },
    ...openingSteps(lot.openings[0], at, 1, "reading", "record"),
    { name: "review", by: "host", state: around(2, size > 0 && taken >= size ? "now" : "waiting") },
    { name: "evaluation", by: null, state: around(3, "waiting") },
  ];
  if (isTwoStage) {
    steps.push({ name: "second", by: "host", state: around(4, "now") }, ...openingSteps(lot.openings[1], at, 5, "reading2", "record2"));
  }
  const isOver = lot.candidates_until !== null && context.nowMs >= lot.candidates_until;
  steps.push(
    { name: "report", by: null, state: around(6, "waiting") },
    { name: "candidates", by: "host", state: around(7, "now") },
    { name: "award", by: "buyer", state: around(8, isOver ? "now" : "waiting") },
    { name: "letters", by: "host", state: around(9, "now") },
  );
  return steps;
}

/** Whether the whole file may be closed: every lot failed, or under contract with its award reported. */
export function mayArchive(lots: readonly LotView[]): boolean {
  return lots.length > 0 && lots.every(({ stage, after }) => stage.stage === "failed" || (stage.stage === "contracted" && after.is_reported));
}

function openingSteps(opening: OpeningView | undefined, at: number, begin: number, reading: StepName, record: StepName): ChecklistStep[] {
  const step = at === begin ? opening?.step : undefined;
  const readState: StepState = at > begin ? "done" : at < begin ? "later" : step === "unsealed" ? "now" : step === undefined || step === "unsealing" ? "waiting" : "done";
  const recordState: StepState = at > begin ? "done" : step === "confirming" ? "now" : step === "reading" ? "waiting" : step === "recorded" ? "done" : "later";
  return [
    { name: reading, by: "host", state: readState },
    { name: record, by: "record", state: recordState },
  ];
}

/** A failed lot: what was done stays done, the rest falls away. */
function failedList(lot: LotView, context: ChecklistContext): readonly ChecklistStep[] {
  const reached: Stage["stage"] = lot.openings.length > 1 ? "second_opening" : lot.openings[0]?.step === "recorded" ? "reviewing" : "opening";
  const before = checklist({ ...lot, stage: { stage: reached } as Stage }, context);
  return before.map((step) => (step.state === "done" ? step : { ...step, state: "dropped" }));
}
