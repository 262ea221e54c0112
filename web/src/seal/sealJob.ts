/**
 * Sealing and uploading one envelope from beginning to end: what the worker does, without the worker.
 *
 * *Invariant*: it ends with exactly one event, `done` or `failed`.
 */
import { type Bytes } from "../acts/bytes";
import { CanonicalError } from "../acts/canonical";
import { BeaconError } from "./beacon";
import { CoreError } from "./coreParts";
import { DocumentChanged } from "./document";
import { type EnvelopePurpose } from "./envelope";
import { LabelError } from "./label";
import { LockError } from "./lock";
import { type LockBytes, parseLocks } from "./lockBytes";
import { type ManifestLine } from "./manifest";
import { ContentError, type EnvelopeContent, PayloadPlan } from "./payloadPlan";
import { type Progress, RateMeter } from "./rate";
import { SealingMemory } from "./resume";
import { type SendRequest } from "./transport";
import { UploadError, uploadEnvelope } from "./upload";
import { type UploadSwitch } from "./uploadSwitch";

/** What to seal and where to send it; everything in it can be posted to a worker. */
export interface SealJob {
  /** The person's id: unfinished sealings are kept by person. */
  readonly person: string;
  /** The tender's id. */
  readonly tender: string;
  readonly purpose: EnvelopePurpose;
  readonly locks: LockBytes;
  readonly content: EnvelopeContent;
  /** Absolute address of the creation endpoint of uploads. */
  readonly endpoint: string;
}

/** What a sealing ended with. */
export interface SealResult {
  readonly manifestLine: ManifestLine;
  readonly uploadUrl: string;
}

/** What is heard of a sealing. */
export type SealEvent =
  /** `reading` the files, `uploading` the sealed bytes; locking in between takes no time worth a bar. */
  | { readonly kind: "progress"; readonly phase: "reading" | "uploading"; readonly progress: Progress }
  /** The core is made; `isResumed` if an earlier page began this sealing. */
  | { readonly kind: "locked"; readonly coreSha256: Bytes; readonly isResumed: boolean }
  | { readonly kind: "waiting"; readonly attempt: number; readonly delayMs: number }
  | ({ readonly kind: "done" } & SealResult)
  | { readonly kind: "failed"; readonly code: string; readonly detail: string };

/** What a job runs with. */
export interface SealPorts {
  readonly memory: SealingMemory;
  readonly control: UploadSwitch;
  readonly onEvent: (event: SealEvent) => void;
  readonly send?: SendRequest;
  readonly backoffMs?: (attempt: number) => number;
}

/** Progress is told at most so often, in milliseconds. */
const PROGRESS_EVERY_MS = 200;

/** Runs a job to its end. Never rejects: failures are events. */
export async function runSealJob(job: SealJob, ports: SealPorts): Promise<void> {
  try {
    ports.onEvent({ kind: "done", ...(await sealAndUpload(job, ports)) });
  } catch (error) {
    ports.onEvent({ kind: "failed", code: failureCode(error), detail: error instanceof Error ? error.message : String(error) });
  }
}

async function sealAndUpload(job: SealJob, ports: SealPorts): Promise<SealResult> {
  const { purpose, content, tender, person } = job;
  const { control, memory, send, backoffMs } = ports;
  const locks = parseLocks(job.locks);
  const plan = await PayloadPlan.lay(purpose.envelope, content, readingProgress(content, ports), control.cancelSignal);
  const slot = { person, tender, lot: purpose.lot, envelope: purpose.envelope };
  const sealing = await memory.seal(slot, plan, purpose, locks);
  const { envelope, isResumed, uploadUrl } = sealing;
  ports.onEvent({ kind: "locked", coreSha256: envelope.coreSha256, isResumed });
  const url = await uploadEnvelope({
    envelope,
    tender,
    endpoint: job.endpoint,
    uploadUrl,
    onKept: (kept) => sealing.keep(kept),
    onProgress: throttled("uploading", ports),
    onWaiting: (attempt, delayMs) => ports.onEvent({ kind: "waiting", attempt, delayMs }),
    control,
    ...(send && { send }),
    ...(backoffMs && { backoffMs }),
  });
  return { manifestLine: await envelope.manifestLine(), uploadUrl: url };
}

function readingProgress(content: EnvelopeContent, ports: SealPorts): (bytes: number) => void {
  const total = content.documents.reduce((sum, { file }) => sum + file.size, 0);
  const meter = new RateMeter(total);
  const tell = throttled("reading", ports);
  let done = 0;
  return (bytes) => {
    done += bytes;
    tell(meter.progress(done, performance.now()));
  };
}

function throttled(phase: "reading" | "uploading", { onEvent }: SealPorts): (progress: Progress) => void {
  let toldMs = -Infinity;
  return (progress) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_EVERY_MS && progress.bytesDone < progress.bytesTotal) return;
    toldMs = nowMs;
    onEvent({ kind: "progress", phase, progress });
  };
}

function failureCode(error: unknown): string {
  if (error instanceof DocumentChanged) return "document_changed";
  const isCoded =
    error instanceof UploadError || error instanceof ContentError || error instanceof LockError ||
    error instanceof LabelError || error instanceof CanonicalError || error instanceof BeaconError || error instanceof CoreError;
  if (isCoded) return error.code;
  return error instanceof DOMException && error.name === "AbortError" ? "cancelled" : "unexpected";
}
