import { afterEach, describe, expect, it, vi } from "vitest";

import { preflight, type PreflightCheck } from "./preflight";
import { RateMeter } from "./rate";

afterEach(() => vi.unstubAllGlobals());

describe("preflight where there is no browser", () => {
  it("does every check, in order, and never throws", async () => {
    vi.stubGlobal("isSecureContext", true);
    serve({ offsetMs: 0, status: 204 });
    const heard: PreflightCheck[] = [];
    const checks = await preflight({ person: "p", uploadBytes: 0, secondsLeft: null }, (check) => heard.push(check));
    expect(heard).toEqual(checks);
    expect(checks.map(({ name, code, reason }) => [name, code, reason])).toEqual([
      ["secure_context", "ok", ""],
      ["web_crypto", "ok", ""],
      ["worker", "fail", "worker_failed"],
      ["storage", "fail", "storage_refused"],
      ["clock", "ok", ""],
      ["device_key", "fail", "storage_refused"],
      ["trial_seal", "ok", ""],
      ["line", "ok", ""],
    ]);
    expect(numbersOf(checks, "trial_seal")).toMatchObject({ seal_ms: expect.any(Number), open_ms: expect.any(Number) });
  });

  it("names a clock that is off, a line that is slow, and what does not answer", async () => {
    vi.stubGlobal("isSecureContext", false);
    serve({ offsetMs: -60_000, status: 204 });
    const slow = await preflight({ person: "p", uploadBytes: 1e15, secondsLeft: 1 });
    expect(codesOf(slow)).toMatchObject({ secure_context: "fail not_secure", clock: "warn clock_off", line: "warn line_slow" });
    expect(numbersOf(slow, "clock")["offset_ms"]).toBeLessThan(-50_000);
    serve({ offsetMs: 0, status: 503 });
    const refused = await preflight({ person: "p", uploadBytes: 0, secondsLeft: null });
    expect(codesOf(refused)).toMatchObject({ line: "fail line_refused" });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no line")));
    const silent = await preflight({ person: "p", uploadBytes: 0, secondsLeft: null });
    expect(codesOf(silent)).toMatchObject({ clock: "fail time_unreachable", line: "fail line_broken" });
  });
});

describe("the rate", () => {
  it("is known from two moments on and follows the last seconds", () => {
    const meter = new RateMeter(10_000);
    expect(meter.progress(0, 0)).toMatchObject({ bytesPerSecond: undefined, secondsLeft: undefined });
    expect(meter.progress(1000, 1000)).toMatchObject({ bytesPerSecond: 1000, secondsLeft: 9 });
    for (let second = 20; second <= 40; second += 1) meter.progress(2000 + second, second * 1000);
    expect(meter.progress(2041, 41_000).bytesPerSecond).toBeCloseTo(1);
  });

  it("starts anew when bytes are sent again", () => {
    const meter = new RateMeter(10_000);
    meter.progress(0, 0);
    meter.progress(5000, 1000);
    expect(meter.progress(1000, 2000)).toMatchObject({ bytesPerSecond: undefined });
    expect(meter.progress(1500, 3000)).toMatchObject({ bytesPerSecond: 500 });
  });
});

function serve({ offsetMs, status }: { readonly offsetMs: number; readonly status: number }): void {
  vi.stubGlobal("fetch", async (url: string, request?: RequestInit) => {
    if (url === "/api/time") return Response.json({ now_ms: Date.now() + offsetMs });
    expect(url).toBe("/api/preflight/line");
    expect(new Headers(request?.headers).get("X-Kaibiao-Csrf")).toBe("1");
    expect((request?.body as Blob).size).toBe(262_144);
    return new Response(null, { status });
  });
}

function codesOf(checks: readonly PreflightCheck[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, code, reason }) => [name, `${code} ${reason}`]));
}

function numbersOf(checks: readonly PreflightCheck[], name: PreflightCheck["name"]): Readonly<Record<string, number>> {
  return checks.find((check) => check.name === name)?.numbers ?? {};
}
