import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Problem } from "@/problem";
import { type Fact, type LineState, type Passing, RoomStream } from "./stream";

vi.mock("@/clock", () => ({ observeTime: () => undefined }));

const S = "t/1/public";

class Wire {
  static readonly all: Wire[] = [];
  readyState = 1;
  readonly sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    Wire.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
  }

  say(...frames: readonly (string | object)[]): void {
    for (const frame of frames) this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

/** Facts of one stream with their chain, as the server frames them. */
function chain(count: number, stream = S): string[] {
  const frames: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const previous = frames.at(-1);
    const p = previous === undefined ? null : createHash("sha256").update(previous).digest("hex");
    frames.push(JSON.stringify({ k: "fact", s: stream, n, t: 1000 + n, p, b: { kind: "reading_started", lot: "1", opening: n, 名: "开标" } }));
  }
  return frames;
}

let facts: Fact[];
let lines: LineState[];
let passing: Passing[];
let tickets: number;
let ticketProblem: Problem | undefined;
let stream: RoomStream;

const settled = () => vi.advanceTimersByTimeAsync(1);
/** Lets digests finish, which run outside the faked clock. */
const heard = async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await crypto.subtle.digest("SHA-256", new Uint8Array(1));
    await new Promise((resume) => setImmediate(resume));
    await settled();
  }
};
const wire = () => Wire.all.at(-1) as Wire;
const WELCOME = { k: "welcome", now: 5, me: null, streams: [{ s: S, head: 0 }] };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  [facts, lines, passing, tickets, ticketProblem] = [[], [], [], 0, undefined];
  Wire.all.length = 0;
  stream = new RoomStream(
    {
      ticket: async () => {
        tickets += 1;
        if (ticketProblem) throw ticketProblem;
        return { ticket: `ticket-${tickets}`, streams: [S] };
      },
      connect: () => new Wire() as unknown as WebSocket,
      random: () => 0.5,
    },
    { facts: (heardFacts) => facts.push(...heardFacts), passing: (now) => passing.push(now), line: (state) => lines.push(state), reset: () => facts.splice(0) },
  );
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

async function opened(): Promise<void> {
  stream.start();
  await settled();
  wire().onopen?.();
  wire().say(WELCOME);
  await heard();
}

describe("the line of a room", () => {
  it("says hello with its ticket and delivers facts in order", async () => {
    await opened();
    expect(wire().sent[0]).toEqual({ k: "hello", v: 1, ticket: "ticket-1", follow: [{ s: S, after: 0 }] });
    wire().say(...chain(3));
    await heard();
    expect(facts.map(({ n, t, stream: s }) => [n, t, s])).toEqual([[1, 1001, S], [2, 1002, S], [3, 1003, S]]);
    expect(lines.at(-1)).toEqual({ kind: "live" });
    const last = chain(3)[2] as string;
    expect(stream.checked()).toEqual([{ stream: S, facts: 3, digest: createHash("sha256").update(last).digest("hex") }]);
  });

  it("resumes after a break where it stood, and takes nothing twice", async () => {
    const frames = chain(4);
    await opened();
    wire().say(frames[0] as string, frames[1] as string);
    await heard();
    wire().onclose?.({ code: 1006 });
    await heard();
    expect(lines.at(-1)).toMatchObject({ kind: "waiting" });
    await vi.advanceTimersByTimeAsync(251);
    wire().onopen?.();
    expect(wire().sent[0]).toMatchObject({ ticket: "ticket-2", follow: [{ s: S, after: 2 }] });
    wire().say(WELCOME, frames[1] as string, frames[2] as string, frames[3] as string);
    await heard();
    expect(facts.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["a gap", (frames: string[]) => [frames[0], frames[2]], "gap", 3],
    ["another past", (frames: string[]) => [frames[0]?.replace('"t":1001', '"t":1009'), frames[1]], "chain", 2],
    ["a missing link", (frames: string[]) => [frames[0], frames[1]?.replace(/"p":"[0-9a-f]+",/, "")], "chain", 2],
  ] as const)("breaks for good at %s", async (_name, spoil, reason, n) => {
    await opened();
    wire().say(...(spoil(chain(3)) as string[]));
    await heard();
    expect(lines.at(-1)).toEqual({ kind: "broken", stream: S, n, reason });
    expect(facts.every((fact) => fact.n < n)).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Wire.all.length).toBe(1);
  });

  it("breaks at text that is no frame", async () => {
    await opened();
    wire().say("not json");
    await heard();
    expect(lines.at(-1)).toMatchObject({ kind: "broken", reason: "form" });
  });

  it("keeps passing things apart, answers pings, acknowledges", async () => {
    await opened();
    wire().say({ k: "now", now: 1, online: 7, head: { size: 3, root: "00" } }, { k: "ping", now: 2 }, { k: "of_a_later_release" }, ...chain(2));
    await heard();
    expect(passing).toEqual([{ k: "now", now: 1, online: 7, head: { size: 3, root: "00" } }]);
    expect(wire().sent).toContainEqual({ k: "pong" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(wire().sent.filter(({ k }) => k === "ack")).toEqual([{ k: "ack", s: S, n: 2 }]);
  });

  it("waits as long as the server asks, and longer after each failure", async () => {
    await opened();
    wire().say({ k: "bye", code: 4012, retry_ms: 3000 });
    await heard();
    const before = Date.now();
    wire().onclose?.({ code: 4012 });
    await heard();
    const waiting = lines.at(-1);
    expect(waiting?.kind === "waiting" && waiting.retryAtMs - before).toBeGreaterThanOrEqual(3250);
    ticketProblem = new Problem("busy", 503, { zh: "", en: "" });
    await vi.advanceTimersByTimeAsync(3252);
    const pauses: number[] = [];
    for (let failure = 0; failure < 7; failure += 1) {
      const state = lines.at(-1);
      if (state?.kind !== "waiting") throw new Error("the line should be waiting");
      expect(state.problem?.code).toBe("busy");
      pauses.push(state.retryAtMs - Date.now());
      await vi.advanceTimersByTimeAsync(pauses.at(-1) as number + 1);
    }
    expect(pauses.every((pause, at) => at === 0 || pause >= (pauses[at - 1] as number) - 2)).toBe(true);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
  });

  it.each([[4001, "session"], [4003, "forbidden"], [4009, "replaced"]] as const)("does not come back after %d", async (code, reason) => {
    await opened();
    wire().onclose?.({ code });
    await heard();
    expect(lines.at(-1)).toEqual({ kind: "ended", reason });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Wire.all.length).toBe(1);
  });

  it("forgets everything and begins anew when a restored server says so", async () => {
    await opened();
    wire().say(...chain(3));
    await heard();
    wire().onclose?.({ code: 1006 });
    await heard();
    await vi.advanceTimersByTimeAsync(251);
    wire().onopen?.();
    wire().say({ ...WELCOME, streams: [{ s: S, head: 1, reset: true }] });
    await heard();
    expect([Wire.all.length, facts.length, stream.checked()]).toEqual([3, 0, []]);
    wire().onopen?.();
    expect(wire().sent[0]).toMatchObject({ follow: [{ s: S, after: 0 }] });
    wire().say(WELCOME, ...chain(1));
    await heard();
    expect(facts.map(({ n }) => n)).toEqual([1]);
  });

  it("closes a line that has gone silent", async () => {
    await opened();
    await vi.advanceTimersByTimeAsync(60_001);
    expect(Wire.all[0]?.readyState).toBe(3);
  });
});
