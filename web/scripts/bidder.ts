/**
 * A bidder without a page: the sealing, signing and receipt checks of the web app, in Node 20 or later.
 *
 * Reads one job as JSON from stdin (`bidder/job.ts`), hands in one bid, prints `{"bid":"<uuid>"}`. What goes wrong ends it
 * with exit code 1 and a line `<code>: <detail>` on stderr. Not an integration for bidders: they have `kaibiao seal`.
 * *Invariant*: it says that a bid was handed in only after its receipt was checked and written.
 */
import { text } from "node:stream/consumers";

import { handIn } from "./bidder/handIn";
import { parseJob } from "./bidder/job";
import { sayFailure } from "./bidder/failure";

try {
  const bid = await handIn(parseJob(await text(process.stdin)));
  process.stdout.write(`${JSON.stringify({ bid })}\n`);
} catch (error) {
  process.stderr.write(`${sayFailure(error)}\n`);
  process.exitCode = 1;
}
