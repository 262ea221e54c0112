/** What a page has checked, as the jade mark shows it. */

/** One check. */
export interface Check {
  readonly title: string;
  readonly verdict: "passed" | "failed" | "not_checked";
  /** Against what, by which rule, why not. */
  readonly detail?: string;
  /** The bytes it is about, for those who want to look: hexadecimal or text. */
  readonly evidence?: string;
}

/** How the mark stands: one failure spoils all; what was not checked is said. */
export function standing(checks: readonly Check[]): "done" | "failed" | "partial" | "checking" {
  if (checks.length === 0) return "checking";
  if (checks.some((check) => check.verdict === "failed")) return "failed";
  return checks.some((check) => check.verdict === "not_checked") ? "partial" : "done";
}
