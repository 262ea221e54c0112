/** What on the wall needs attention, in order of seriousness. Pure: from the hall's list and the server's time. */
import type { TenderSummary } from "@/protocol";
import { isLive } from "@/stage";

/** Something to look at. */
export interface Alert {
  readonly kind: "late" | "long" | "failed" | "cancelled";
  readonly tender: TenderSummary;
  readonly lot: string;
  /** For how long, milliseconds; 0 where that means nothing. */
  readonly spanMs: number;
}

/** A close may be this late by the platform's own rule (2 s), and a list this old. */
const LATE_MS = 10_000;
/** An opening that runs longer than this has probably stopped. */
const LONG_MS = 2 * 3_600_000;
const SERIOUSNESS = ["late", "long", "failed", "cancelled"] as const;

/** All alerts, the most serious first. */
export function alertsOf(tenders: readonly TenderSummary[], nowMs: number): readonly Alert[] {
  const all = tenders.flatMap((tender) => tender.lots.flatMap(({ id, stage }): readonly Alert[] => {
    const sinceMs = tender.opening_at === null ? 0 : nowMs - tender.opening_at;
    const alert = (kind: Alert["kind"], spanMs: number): readonly Alert[] => [{ kind, tender, lot: id, spanMs }];
    if (tender.phase === "cancelled") return alert("cancelled", 0);
    if (stage.stage === "failed") return alert("failed", 0);
    if (tender.phase === "published" && stage.stage === "receiving" && sinceMs > LATE_MS) return alert("late", sinceMs);
    return isLive(stage) && stage.stage === "opening" && sinceMs > LONG_MS ? alert("long", sinceMs) : [];
  }));
  return all.sort((left, right) => SERIOUSNESS.indexOf(left.kind) - SERIOUSNESS.indexOf(right.kind) || right.spanMs - left.spanMs);
}
