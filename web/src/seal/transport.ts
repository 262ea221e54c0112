/**
 * One HTTP request of an upload, with the count of bytes sent where the platform tells it.
 *
 * XMLHttpRequest in browsers, because `fetch` does not tell how much of a body was sent; `fetch` in Node.
 * *Invariant*: a request that stands still ends with an error; it never hangs.
 */
import { type Bytes } from "../acts/bytes";

/** A request. */
export interface LineRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Bytes;
  /** Hears how many bytes of the body were sent so far. */
  readonly onSent?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** An answer, of which the uploads read only status and headers. */
export interface LineAnswer {
  readonly status: number;
  header(name: string): string | null;
}

/** Sends one request. Rejects if the line fails, stands still, or the signal aborts. */
export type SendRequest = (request: LineRequest) => Promise<LineAnswer>;

/** A request that stood still, or whose line broke. */
export class LineError extends Error {
  constructor(readonly code: "line_broken" | "line_stalled" | "aborted") {
    super(`line: ${code}`);
    this.name = "LineError";
  }
}

/** Without progress for so long, in milliseconds, an XMLHttpRequest counts as stalled. */
const STALL_MS = 60_000;
/** `fetch` shows no progress, so this bounds the whole request, in milliseconds: 8 MiB at 110 kbit/s. */
const FETCH_MS = 600_000;

/** The way of this platform. */
export function platformSend(): SendRequest {
  return typeof XMLHttpRequest === "undefined" ? sendByFetch : sendByXhr;
}

/** Sends by `fetch`. */
export const sendByFetch: SendRequest = async ({ method, url, headers, body, onSent, signal }) => {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), FETCH_MS);
  const forward = () => stalled.abort();
  signal?.addEventListener("abort", forward);
  try {
    if (signal?.aborted === true) throw new LineError("aborted");
    const answer = await fetch(url, { method, headers, body: body ?? null, signal: stalled.signal, credentials: "same-origin" });
    // The body is of no use here, but must be read for the connection to be free again.
    await answer.arrayBuffer();
    onSent?.(body?.length ?? 0);
    return { status: answer.status, header: (name) => answer.headers.get(name) };
  } catch {
    throw new LineError(signal?.aborted === true ? "aborted" : stalled.signal.aborted ? "line_stalled" : "line_broken");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", forward);
  }
};

/** Sends by XMLHttpRequest. */
const sendByXhr: SendRequest = ({ method, url, headers, body, onSent, signal }) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new LineError("aborted"));
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout>;
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const fail = (code: LineError["code"]) => {
      settle();
      reject(new LineError(code));
      request.abort();
    };
    const abort = () => fail("aborted");
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => fail("line_stalled"), STALL_MS);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      watch();
      onSent?.(loaded);
    };
    request.onload = () => {
      settle();
      resolve({ status: request.status, header: (name) => request.getResponseHeader(name) });
    };
    request.onerror = () => fail("line_broken");
    signal?.addEventListener("abort", abort);
    watch();
    request.send(body ?? null);
  });
