/**
 * The worker that checks: one is always ready, so that a page that was loaded goes on without a line.
 */
import type { ToChecker } from "./check/checkMessages";

let spare: Worker | undefined;

/** Loads the worker's script, if that was not done yet. */
export function readyChecker(): void {
  spare ??= new Worker(new URL("./check/check.worker.ts", import.meta.url), { type: "module" });
}

/** A worker at work. The next one is made ready beside it. */
export function startChecker(job: ToChecker): Worker {
  readyChecker();
  const worker = spare as Worker;
  spare = undefined;
  readyChecker();
  worker.postMessage(job);
  return worker;
}
