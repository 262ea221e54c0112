/**
 * The worker in which envelopes are sealed, so that the page stays responsive. It holds one job at a time.
 *
 * *Invariant*: seeds and keys live here and in IndexedDB only; no message carries them.
 */
import { SealingMemory } from "./resume";
import { type FromSealer, type ToSealer } from "./sealerMessages";
import { runSealJob, type SealJob } from "./sealJob";
import { UploadSwitch } from "./uploadSwitch";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const control = new UploadSwitch();

scope.onmessage = ({ data }: MessageEvent<ToSealer>) => {
  switch (data.kind) {
    case "ping":
      return tell({ kind: "pong" });
    case "start":
      return void start(data.job);
    case "pause":
      return control.pause();
    case "resume":
      return control.resume();
    case "cancel":
      return control.cancel();
  }
};

async function start(job: SealJob): Promise<void> {
  try {
    const memory = await SealingMemory.open();
    await runSealJob(job, { memory, control, onEvent: tell });
  } catch (error) {
    // Without a place for the seed nothing is begun: a reload could never finish it.
    tell({ kind: "failed", code: "no_storage", detail: String(error) });
  }
}

function tell(message: FromSealer): void {
  scope.postMessage(message);
}
