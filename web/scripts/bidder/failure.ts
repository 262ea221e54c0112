/** What ended a run, as one line for whoever started it: a stable code, then what helps. */
import { Problem } from "../../src/problem";

/** A run that ended without a bid, for a reason that is not the server's. */
export class BidderFailure extends Error {
  constructor(
    readonly code: string,
    detail = "",
  ) {
    super(detail);
    this.name = "BidderFailure";
  }
}

/** `<code>: <detail>`. What carries no code of its own is `unexpected`. */
export function sayFailure(error: unknown): string {
  if (error instanceof Problem) {
    const details = Object.keys(error.details).length > 0 ? ` ${JSON.stringify(error.details)}` : "";
    return `${error.code}: ${error.titles.en}${details}`;
  }
  if (!(error instanceof Error)) return `unexpected: ${String(error)}`;
  // The parts of the web app that can fail name their reason in a field of this name.
  const code = "code" in error && typeof error.code === "string" ? error.code : "unexpected";
  return `${code}: ${error.message}`;
}
