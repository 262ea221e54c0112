/**
 * What is offered after the close: the replay and the evidence bundle (docs/api.md, export and entries).
 *
 * Not the authority: the server refuses by the same rules. *Invariant*: nothing is offered while a bid may still come.
 */
import type { Instant, Phase, Stage } from "@/protocol";

/** From here on nothing of a lot's panel is secret any more. */
const RESULT_STAGES: readonly Stage["stage"][] = ["candidates", "awarded", "completed", "contracted", "failed"];

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

/** The address of a tender's evidence bundle; with `hasFiles`, the bids' documents are in it. */
export function bundleAddress(tender: string, { hasFiles }: { hasFiles: boolean }): string {
  return `/api/tenders/${encodeURIComponent(tender)}/export?files=${hasFiles}`;
}
