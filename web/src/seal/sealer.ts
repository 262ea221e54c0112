/**
 * Sealing from the page: starts the worker, hears its events, and steers it.
 *
 * *Invariant*: one worker for one envelope; it ends with the sealing.
 */
import { SealingMemory, type SealingSlot } from "./resume";
import { type FromSealer, type ToSealer } from "./sealerMessages";
import { type SealEvent, type SealJob, type SealResult } from "./sealJob";

/** A sealing that ended without a result; `code` is stable. */
export class SealFailure extends Error {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail);
    this.name = "SealFailure";
  }
}

/** A running sealing. */
export interface RunningSealing {
  /** The manifest line once the server has every byte. Rejects with a [`SealFailure`]. */
  readonly result: Promise<SealResult>;
  pause(): void;
  resume(): void;
  /** Ends it; what the server has is kept, and starting the same again goes on. */
  cancel(): void;
}

/** Where uploads are created, of this origin. */
export function uploadEndpoint(): string {
  return new URL("/api/uploads", window.location.origin).href;
}

/** Seals and uploads one envelope in a worker of its own. */
export function startSealing(job: SealJob, onEvent: (event: SealEvent) => void): RunningSealing {
  const worker = startSealer();
  const say = (message: ToSealer) => worker.postMessage(message);
  const result = new Promise<SealResult>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromSealer>) => {
      if (data.kind === "pong") return;
      onEvent(data);
      if (data.kind === "done") resolve({ manifestLine: data.manifestLine, uploadUrl: data.uploadUrl });
      if (data.kind === "failed") reject(new SealFailure(data.code, data.detail));
    };
    worker.onerror = ({ message }) => reject(new SealFailure("worker_failed", message));
  }).finally(() => worker.terminate());
  say({ kind: "start", job });
  return {
    result,
    pause: () => say({ kind: "pause" }),
    resume: () => say({ kind: "resume" }),
    cancel: () => say({ kind: "cancel" }),
  };
}

/** Forgets a sealing once its receipt was checked. */
export async function forgetSealing(slot: SealingSlot): Promise<void> {
  await (await SealingMemory.open()).forget(slot);
}

/** Milliseconds until a fresh sealing worker answers. Rejects if it does not start. */
export async function pingSealer(timeoutMs: number): Promise<number> {
  const startMs = performance.now();
  const worker = startSealer();
  try {
    return await new Promise<number>((resolve, reject) => {
      worker.onmessage = () => resolve(performance.now() - startMs);
      worker.onerror = ({ message }) => reject(new SealFailure("worker_failed", message));
      setTimeout(() => reject(new SealFailure("worker_failed", "no answer")), timeoutMs);
      worker.postMessage({ kind: "ping" } satisfies ToSealer);
    });
  } finally {
    worker.terminate();
  }
}

function startSealer(): Worker {
  return new Worker(new URL("./sealer.worker.ts", import.meta.url), { type: "module" });
}
