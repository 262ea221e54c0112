/** How safe the last rehearsal leaves the next opening. Pure: from what the centre says. */
import type { Centre } from "@/wire";

/** `none` before the first; `short` where not even a key could be made; `thin` where one more failure would stop an opening. */
export type RehearsalStanding = "none" | "short" | "thin" | "safe";

/** The standing of the last rehearsal: one more than the threshold must have answered (as in `src/jobs/custodians.rs`). */
export function rehearsalStanding({ rehearsal }: Pick<Centre, "rehearsal">, threshold: number): RehearsalStanding {
  if (!rehearsal) return "none";
  const answered = rehearsal.answered.length;
  if (answered < threshold) return "short";
  return answered < threshold + 1 ? "thin" : "safe";
}
