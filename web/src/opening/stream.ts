/**
 * A room's line: ordered facts of several streams over one WebSocket, resumed without a gap after every break.
 *
 * Not the room's state: see `fold.ts`. *Invariant*: a fact is delivered exactly once, in order, and only if its `p` is
 * the SHA-256 of the fact before it; whatever breaks this closes the line instead of guessing.
 */
import { observeTime } from "@/clock";
import { asProblem, type Problem } from "@/problem";
import type { Event } from "@/protocol";
import type { Ticket } from "@/wire";

/** A fact as heard. */
export interface Fact {
  /** Name of its stream. */
  readonly stream: string;
  /** Number in its stream, from 1 without gaps. */
  readonly n: number;
  /** When it was written, server time, unix milliseconds. */
  readonly t: number;
  readonly event: Event;
}

/** Passing things: conflated, unnumbered, never evidence. */
export interface Passing {
  readonly online?: number;
  readonly head?: { readonly size: number; readonly root: string };
  /** Too few witnesses cosign: what binds waits for them. */
  readonly lacks_witnesses?: boolean;
}

/** How the line is. `broken` is final: the stream contradicts itself, and the page says so. */
export type LineState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "waiting"; readonly retryAtMs: number; readonly problem: Problem | undefined }
  | { readonly kind: "ended"; readonly reason: "session" | "forbidden" | "replaced" }
  | { readonly kind: "broken"; readonly stream: string; readonly n: number; readonly reason: "gap" | "chain" | "form" };

/** What a stream has been checked to. */
export interface Checked {
  readonly stream: string;
  readonly facts: number;
  /** SHA-256 of the newest fact's bytes, hexadecimal. */
  readonly digest: string;
}

/** What the listener wants to be told. */
export interface Listener {
  facts(facts: readonly Fact[]): void;
  passing(now: Passing): void;
  line(state: LineState): void;
  /** Everything heard so far is void: a restored server begins its streams anew. */
  reset(): void;
}

/** The parts of the world that a test replaces. */
export interface Surroundings {
  ticket(): Promise<Ticket>;
  connect(): WebSocket;
  random(): number;
}

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 20_000;
/** After this long without a break the back-off begins anew. */
const HEALTHY_MS = 30_000;
const ACK_MS = 5000;
/** The server pings every 25 s; after twice that the line counts as dead, though the socket may not know. */
const SILENCE_MAX_MS = 60_000;
const CLOSE_SESSION = 4001;
const CLOSE_FORBIDDEN = 4003;
const CLOSE_REPLACED = 4009;

interface Cursor {
  last: number;
  digest: string;
}

/** A line to one room. */
export class RoomStream {
  private readonly cursors = new Map<string, Cursor>();
  private readonly acknowledged = new Map<string, number>();
  private socket: WebSocket | undefined;
  private attempt = 0;
  private retryMs: number | undefined;
  private isStopped = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private healthTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private ackTimer: ReturnType<typeof setInterval> | undefined;
  private generation = 0;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly listener: Listener,
  ) {}

  /** Opens the line and keeps it until [`stop`]. */
  start(): void {
    this.ackTimer = setInterval(() => this.acknowledge(), ACK_MS);
    void this.open();
  }

  /** Closes the line for good. */
  stop(): void {
    this.isStopped = true;
    clearInterval(this.ackTimer);
    this.drop();
  }

  /** Tries at once, for example because the device is online again. */
  retryNow(): void {
    if (this.isStopped || this.socket) return;
    clearTimeout(this.retryTimer);
    void this.open();
  }

  /** What has been checked so far, by stream. */
  checked(): readonly Checked[] {
    return [...this.cursors].map(([stream, { last, digest }]) => ({ stream, facts: last, digest }));
  }

  private async open(): Promise<void> {
    const generation = ++this.generation;
    this.listener.line({ kind: "connecting" });
    try {
      const ticket = await this.surroundings.ticket();
      if (this.isStopped || generation !== this.generation) return;
      this.attach(ticket, generation);
    } catch (error) {
      if (!this.isStopped && generation === this.generation) this.wait(asProblem(error));
    }
  }

  private attach({ ticket, streams }: Ticket, generation: number): void {
    const socket = this.surroundings.connect();
    this.socket = socket;
    let helloAt = 0;
    // Hashing is asynchronous: frames are taken one after another, in the order in which they came.
    let queue = Promise.resolve();
    const isCurrent = () => !this.isStopped && generation === this.generation;
    socket.onopen = () => {
      helloAt = Date.now();
      const follow = streams.map((s) => ({ s, after: this.cursors.get(s)?.last ?? 0 }));
      socket.send(JSON.stringify({ k: "hello", v: 1, ticket, follow }));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.heard();
      queue = queue
        .then(() => (isCurrent() && typeof data === "string" ? this.take(data, helloAt) : undefined))
        // A listener that fails must not leave a line that looks alive and delivers nothing.
        .catch(() => this.break("", 0, "form"));
    };
    socket.onclose = ({ code }) => {
      queue = queue.then(() => (isCurrent() ? this.closed(code) : undefined));
    };
    this.heard();
  }

  private async take(text: string, helloAt: number): Promise<void> {
    const frame = parseFrame(text);
    if (!frame) return this.break("", 0, "form");
    switch (frame["k"]) {
      case "welcome":
        if (isReset(frame["streams"])) return this.startOver();
        if (typeof frame["now"] === "number") observeTime(frame["now"], helloAt, Date.now());
        this.healthTimer = setTimeout(() => (this.attempt = 0), HEALTHY_MS);
        return this.listener.line({ kind: "live" });
      case "fact":
        return this.takeFact(text, frame);
      case "now":
        return this.listener.passing(frame as Passing);
      case "ping":
        return this.socket?.send('{"k":"pong"}');
      case "bye":
        this.retryMs = typeof frame["retry_ms"] === "number" ? frame["retry_ms"] : undefined;
        return undefined;
      default:
        // Kinds that this page does not know are for newer ones.
        return undefined;
    }
  }

  private async takeFact(text: string, { s, n, t, p, b }: Record<string, unknown>): Promise<void> {
    if (typeof s !== "string" || typeof n !== "number" || typeof t !== "number" || typeof b !== "object" || b === null) {
      return this.break("", 0, "form");
    }
    const cursor = this.cursors.get(s) ?? { last: 0, digest: "" };
    // Already known: the server may send again what it does not know to have arrived.
    if (n <= cursor.last) return;
    if (n !== cursor.last + 1) return this.break(s, n, "gap");
    if (cursor.last > 0 && p !== cursor.digest) return this.break(s, n, "chain");
    this.cursors.set(s, { last: n, digest: await sha256Hex(text) });
    this.listener.facts([{ stream: s, n, t, event: b as Event }]);
  }

  /** All streams, not only the one concerned: their facts are folded into one state. */
  private startOver(): void {
    this.drop();
    this.cursors.clear();
    this.acknowledged.clear();
    this.listener.reset();
    void this.open();
  }

  private closed(code: number): void {
    this.socket = undefined;
    clearTimeout(this.healthTimer);
    clearTimeout(this.silenceTimer);
    const ends: Readonly<Record<number, "session" | "forbidden" | "replaced">> = {
      [CLOSE_SESSION]: "session", [CLOSE_FORBIDDEN]: "forbidden", [CLOSE_REPLACED]: "replaced",
    };
    const reason = ends[code];
    if (reason === undefined) return this.wait(undefined);
    this.isStopped = true;
    this.listener.line({ kind: "ended", reason });
  }

  /** Full jitter: thousands whose line broke together come back spread over the whole span. */
  private wait(problem: Problem | undefined): void {
    const ceilingMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.attempt);
    const pauseMs = (this.retryMs ?? 0) + this.surroundings.random() * ceilingMs;
    this.attempt += 1;
    this.retryMs = undefined;
    this.listener.line({ kind: "waiting", retryAtMs: Date.now() + pauseMs, problem });
    this.retryTimer = setTimeout(() => void this.open(), pauseMs);
  }

  private break(stream: string, n: number, reason: "gap" | "chain" | "form"): void {
    this.isStopped = true;
    this.drop();
    this.listener.line({ kind: "broken", stream, n, reason });
  }

  private heard(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.socket?.close(), SILENCE_MAX_MS);
  }

  private acknowledge(): void {
    if (this.socket?.readyState !== 1) return;
    for (const [s, { last }] of this.cursors) {
      if (this.acknowledged.get(s) === last) continue;
      this.acknowledged.set(s, last);
      this.socket.send(JSON.stringify({ k: "ack", s, n: last }));
    }
  }

  private drop(): void {
    this.generation += 1;
    clearTimeout(this.retryTimer);
    clearTimeout(this.healthTimer);
    clearTimeout(this.silenceTimer);
    this.socket?.close();
    this.socket = undefined;
  }
}

function parseFrame(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isReset(streams: unknown): boolean {
  return Array.isArray(streams) && streams.some((stream: { reset?: unknown } | null) => stream?.reset === true);
}

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
