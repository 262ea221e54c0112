/** What the hall counts: notices and ceilings by the step at which they stand. Pure. */
import type { TenderSummary } from "@/protocol";
import { STEPS, type Step, stepOf } from "@/stage";

/** One bar. */
export interface Bar {
  readonly step: Step;
  readonly count: number;
  readonly ceilingMinor: number;
}

/** Notices by step, in the order of the procedure; a tender stands where its most advanced lot stands. */
export function byStep(tenders: readonly TenderSummary[]): readonly Bar[] {
  return STEPS.map((step) => {
    const here = tenders.filter((tender) => stepOfTender(tender) === step);
    return { step, count: here.length, ceilingMinor: here.reduce((sum, tender) => sum + tender.ceiling_minor, 0) };
  }).filter(({ count }) => count > 0);
}

/** Where a tender stands. */
export function stepOfTender(tender: TenderSummary): Step {
  const places = tender.lots.map(({ stage }) => STEPS.indexOf(stepOf(stage)));
  return STEPS[Math.max(0, ...places)] ?? "notice";
}
