/** The worker in which a bundle is checked, so that playing never waits for it. It checks one file and is then thrown away. */
import { BundleError } from "@/bundle/error";
import { openBundle } from "@/bundle/reader";
import { sourceOf } from "@/bundle/source";
import { type BundleFinding, checkBundle } from "./bundleCheck";
import type { FromChecker, ToChecker } from "./checkMessages";
import { type ScanFinding, scanFile } from "./fileScan";

/** Findings are handed over in batches: a message each would keep the page busy with messages. */
const BATCH_MS = 60;

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = ({ data }: MessageEvent<ToChecker>) => void check(data);

async function check({ file, trust }: ToChecker): Promise<void> {
  try {
    const source = sourceOf(file);
    const bundle = await openBundle(source);
    await handOver(checkBundle(source, bundle, trust));
    await handOver(scanFile(source, bundle));
    tell({ kind: "done" });
  } catch (error) {
    if (error instanceof BundleError) tell({ kind: "failed", code: error.code, about: error.about });
    else tell({ kind: "failed", code: undefined, about: String(error) });
  }
}

async function handOver(found: AsyncIterable<BundleFinding | ScanFinding>): Promise<void> {
  let batch: (BundleFinding | ScanFinding)[] = [];
  let last = performance.now();
  for await (const finding of found) {
    batch.push(finding);
    if (performance.now() - last < BATCH_MS) continue;
    tell({ kind: "found", findings: batch });
    [batch, last] = [[], performance.now()];
  }
  tell({ kind: "found", findings: batch });
}

function tell(message: FromChecker): void {
  scope.postMessage(message);
}
