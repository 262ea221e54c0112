/**
 * The upload of a sealed envelope: tus 1.0 with the extensions creation and checksum, in parts of 8 MiB.
 *
 * Each part is sealed when it is sent; after an interruption the server's offset decides where to go on, and only the segment
 * that contains it is made again. It knows nothing of deadlines: the server decides at the last byte.
 * *Invariant*: the bytes at an offset are the same on every attempt.
 */
import { type Bytes, sha256, toBase64, utf8 } from "../acts/bytes";
import { type SealedEnvelope } from "./envelope";
import { submissionText } from "./label";
import { type Progress, RateMeter } from "./rate";
import { type LineAnswer, LineError, platformSend, type SendRequest } from "./transport";
import { UploadSwitch } from "./uploadSwitch";

/** Bytes of a part. */
export const PART_BYTES = 8 * 1_048_576;
/** Attempts without any progress in between, after which the upload gives up. */
export const ATTEMPTS_MAX = 12;
/** Full jitter: a random delay below base · 2^n, and below the cap, in milliseconds. */
const [BACKOFF_BASE_MS, BACKOFF_CAP_MS] = [500, 20_000];
/** The longest delay taken from a server, in milliseconds. */
const RETRY_AFTER_MAX_MS = 60_000;

/** Why an upload ended. */
export type UploadCode =
  | "cancelled" | "signed_out" | "refused" | "too_large" | "line_lost" | "other_upload" | "unexpected_answer";

/** An upload that cannot go on by itself. `status` is the HTTP status if there was one. */
export class UploadError extends Error {
  constructor(
    readonly code: UploadCode,
    readonly status?: number,
  ) {
    super(`upload: ${code}`);
    this.name = "UploadError";
  }
}

/** What an upload needs. */
export interface UploadJob {
  readonly envelope: SealedEnvelope;
  /** The tender's id, as the server knows it. */
  readonly tender: string;
  /** Absolute address of the creation endpoint. */
  readonly endpoint: string;
  /** Where an earlier page's upload stands. */
  readonly uploadUrl: string | null;
  /** Keeps where the upload stands: after its creation, and after every part the server has. */
  readonly onKept: (uploadUrl: string) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
  /** Hears that the line failed and when the next attempt is made. */
  readonly onWaiting?: (attempt: number, delayMs: number) => void;
  readonly control?: UploadSwitch;
  readonly send?: SendRequest;
  /** Milliseconds of the pause before attempt `n`; full jitter unless told otherwise. */
  readonly backoffMs?: (attempt: number) => number;
}

/** Uploads an envelope; the address under which the server has all its bytes. Throws an [`UploadError`] or `DocumentChanged`. */
export function uploadEnvelope(job: UploadJob): Promise<string> {
  return new Upload(job).run();
}

/** A random delay in milliseconds before attempt `attempt` (from 1). */
export function fullJitterMs(attempt: number): number {
  return Math.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

/** The upload is no longer on the server; it begins again with the same bytes. */
class UploadGone extends Error {}
/** The server asks to try again. */
class TryAgain extends Error {
  constructor(readonly afterMs: number) {
    super("try again");
  }
}

class Upload {
  private readonly control: UploadSwitch;
  private readonly send: SendRequest;
  private readonly meter: RateMeter;
  private readonly length: number;
  private url: string | null;
  /** Just created, so the offset is known. */
  private isFresh = false;
  private attempts = 0;

  constructor(private readonly job: UploadJob) {
    this.control = job.control ?? new UploadSwitch();
    this.send = job.send ?? platformSend();
    this.length = job.envelope.uploadLength;
    this.meter = new RateMeter(this.length);
    this.url = job.uploadUrl;
  }

  async run(): Promise<string> {
    for (;;) {
      await this.control.whenRunning();
      if (this.control.isCancelled) throw new UploadError("cancelled");
      try {
        return await this.attempt();
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  private async attempt(): Promise<string> {
    const url = this.url ?? (await this.create());
    let offset = this.isFresh ? 0 : await this.askOffset(url);
    this.isFresh = false;
    this.tell(offset);
    let part = this.makePart(offset);
    while (offset < this.length) {
      const body = await part;
      const next = offset + body.length;
      // The following part is sealed while this one is on its way.
      part = this.makePart(next);
      const stored = await this.sendPart(url, offset, body);
      if (stored <= offset || stored > next) throw new UploadError("unexpected_answer");
      if (stored !== next) part = this.makePart(stored);
      offset = stored;
      this.attempts = 0;
      await this.job.onKept(url);
      this.tell(offset);
    }
    return url;
  }

  private async create(): Promise<string> {
    const { envelope, tender, endpoint } = this.job;
    const { context, core } = envelope;
    const metadata = {
      tender,
      lot: context.lot,
      envelope: `${context.envelope}`,
      submission: submissionText(context.submission),
      core_len: `${core.length}`,
    };
    const answer = await this.ask("POST", endpoint, {
      "Upload-Length": `${this.length}`,
      "Upload-Metadata": Object.entries(metadata).map(([key, value]) => `${key} ${toBase64(utf8(value))}`).join(","),
    });
    const location = answer.header("Location");
    // 409 with an address: the server created it before, and the answer was lost on its way. Without one it is too late.
    if (answer.status === 409 && location === null) throw new UploadError("refused", answer.status);
    if ((answer.status !== 201 && answer.status !== 409) || location === null) throw refusal(answer);
    this.isFresh = answer.status === 201;
    const url = new URL(location, endpoint);
    // The session's cookie and the bid go nowhere else, whatever the answer says.
    if (url.origin !== new URL(endpoint).origin) throw new UploadError("unexpected_answer", answer.status);
    this.url = url.href;
    await this.job.onKept(this.url);
    return this.url;
  }

  private async askOffset(url: string): Promise<number> {
    const answer = await this.ask("HEAD", url, {});
    if (answer.status !== 200 && answer.status !== 204) throw refusal(answer);
    const offset = count(answer.header("Upload-Offset"));
    if (count(answer.header("Upload-Length")) !== this.length || offset === undefined || offset > this.length) {
      throw new UploadError("other_upload", answer.status);
    }
    return offset;
  }

  private async sendPart(url: string, offset: number, body: Bytes): Promise<number> {
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": `${offset}`,
      "Upload-Checksum": `sha256 ${toBase64(await sha256(body))}`,
    };
    const answer = await this.ask("PATCH", url, headers, body, (sent) => this.tell(offset + sent));
    const stored = count(answer.header("Upload-Offset"));
    if (answer.status !== 204 || stored === undefined) throw refusal(answer);
    return stored;
  }

  private ask(
    method: "POST" | "HEAD" | "PATCH",
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: Bytes,
    onSent?: (bytes: number) => void,
  ): Promise<LineAnswer> {
    const always = { "Tus-Resumable": "1.0.0", "X-Kaibiao-Csrf": "1" };
    const { signal } = this.control;
    return this.send({ method, url, headers: { ...always, ...headers }, signal, ...(body && { body }), ...(onSent && { onSent }) });
  }

  private makePart(start: number): Promise<Bytes> {
    const part = this.job.envelope.part(start, Math.min(start + PART_BYTES, this.length), this.control.cancelSignal);
    // A part that is made ahead may fail while nobody waits for it; it fails again when it is asked for.
    part.catch(() => undefined);
    return part;
  }

  private tell(bytesDone: number): void {
    this.job.onProgress(this.meter.progress(bytesDone, performance.now()));
  }

  /** Makes the next attempt possible, or throws what ended the upload. */
  private async recover(error: unknown): Promise<void> {
    // A pause or a cancellation aborted the request or the sealing of a part; the loop obeys it.
    if (this.control.isCancelled || (error instanceof LineError && error.code === "aborted")) return;
    if (error instanceof UploadGone) this.url = null;
    else if (!(error instanceof LineError || error instanceof TryAgain)) throw error;
    this.attempts += 1;
    if (this.attempts > ATTEMPTS_MAX) throw new UploadError("line_lost");
    const jitterMs = (this.job.backoffMs ?? fullJitterMs)(this.attempts);
    const delayMs = error instanceof TryAgain ? Math.max(jitterMs, error.afterMs) : jitterMs;
    this.job.onWaiting?.(this.attempts, delayMs);
    await this.control.sleep(delayMs);
  }
}

/** What an answer that is not the hoped-for one means. */
function refusal({ status, header }: LineAnswer): Error {
  if (status === 401) return new UploadError("signed_out", status);
  if (status === 413) return new UploadError("too_large", status);
  if (status === 404 || status === 410) return new UploadGone();
  // 409 and 423: the offset has moved or is held; 460: the part was damaged on its way.
  const isPassing = status === 409 || status === 423 || status === 460 || status === 408 || status === 429 || status >= 500;
  if (isPassing) return new TryAgain(Math.min(RETRY_AFTER_MAX_MS, 1000 * (count(header("Retry-After")) ?? 0)));
  return new UploadError(status >= 400 ? "refused" : "unexpected_answer", status);
}

function count(text: string | null): number | undefined {
  if (text === null || !/^[0-9]{1,15}$/.test(text)) return undefined;
  return Number(text);
}
