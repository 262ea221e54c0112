/**
 * Looking before the deadline whether this browser, device and line can seal and hand in a bid.
 *
 * Every check is done for real: it signs, seals, opens, stores and sends. It promises nothing about the last minute.
 * *Invariant*: a check never throws; what it finds is its result.
 */
import { openBrowserShelf } from "../acts/browserStore";
import { findDeviceKey, newKeyAlgorithm } from "../acts/deviceKey";
import { randomBytes } from "../acts/bytes";
import { pingSealer } from "./sealer";
import { type Suite } from "./suite";
import { trialSeal } from "./throwaway";

/** What is checked, in this order. */
export type PreflightName =
  | "secure_context" | "web_crypto" | "worker" | "storage" | "clock" | "device_key" | "trial_seal" | "line";

/** One result: numbers are named with their unit, `reason` is a stable word, empty if all is well. */
export interface PreflightCheck {
  readonly name: PreflightName;
  readonly code: "ok" | "warn" | "fail";
  readonly reason: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** What the checks are about. */
export interface PreflightQuestion {
  /** The person's id, for the key on this device. */
  readonly person: string;
  /** Bytes that are to be uploaded, to judge the line; 0 if not known yet. */
  readonly uploadBytes: number;
  /** Seconds until the deadline, to judge the line; null if it does not matter. */
  readonly secondsLeft: number | null;
  /** What the tender's envelopes are sealed with, for the trial; the standard suite if it is not known. */
  readonly suite?: Suite | undefined;
}

/** A clock further off than this, in milliseconds, is worth a word: countdowns are shown by it. */
const CLOCK_OFFSET_MS = 2000;
/** The best of so many answers counts for the clock. */
const CLOCK_ROUNDS = 3;
/** Bytes sent to measure the line. */
const LINE_BYTES = 262_144;
/** The upload should take no more than this part of what is left. */
const LINE_SHARE = 0.5;
const WORKER_TIMEOUT_MS = 10_000;

/** Does all checks; `onCheck` hears each as it is done. */
export async function preflight(
  question: PreflightQuestion,
  onCheck: (check: PreflightCheck) => void = () => undefined,
): Promise<readonly PreflightCheck[]> {
  const checks: readonly [PreflightName, () => Promise<Finding>][] = [
    ["secure_context", checkContext],
    ["web_crypto", checkCrypto],
    ["worker", checkWorker],
    ["storage", checkStorage],
    ["clock", checkClock],
    ["device_key", () => checkKey(question.person)],
    ["trial_seal", () => checkTrial(question.suite)],
    ["line", () => checkLine(question)],
  ];
  const results: PreflightCheck[] = [];
  // One after another: the measures of time and line must not disturb each other.
  for (const [name, find] of checks) {
    const finding = await find().catch(() => found("fail", "unexpected"));
    const check = { name, ...finding };
    results.push(check);
    onCheck(check);
  }
  return results;
}

type Finding = Omit<PreflightCheck, "name">;

async function checkContext(): Promise<Finding> {
  return globalThis.isSecureContext ? found("ok") : found("fail", "not_secure");
}

async function checkCrypto(): Promise<Finding> {
  if (globalThis.crypto?.subtle === undefined) return found("fail", "no_web_crypto");
  try {
    const algorithm = await newKeyAlgorithm();
    const material = await crypto.subtle.importKey("raw", randomBytes(32), "HKDF", false, ["deriveBits"]);
    const scheme = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: new Uint8Array(0) };
    const bits = await crypto.subtle.deriveBits(scheme, material, 256);
    const key = await crypto.subtle.importKey("raw", bits, "AES-GCM", false, ["encrypt"]);
    await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(16));
    return found("ok", "", { signature_algorithm: algorithm });
  } catch {
    return found("fail", "algorithm_missing");
  }
}

async function checkWorker(): Promise<Finding> {
  try {
    return found("ok", "", { start_ms: await pingSealer(WORKER_TIMEOUT_MS) });
  } catch {
    return found("fail", "worker_failed");
  }
}

async function checkStorage(): Promise<Finding> {
  try {
    const shelf = await openBrowserShelf<Uint8Array>("sealings");
    const [name, value] = ["preflight", randomBytes(16)];
    await shelf.write(name, value);
    const isKept = (await shelf.read(name))?.join() === value.join();
    await shelf.erase(name);
    if (!isKept) return found("fail", "storage_lost");
  } catch {
    return found("fail", "storage_refused");
  }
  const free = await navigator.storage?.estimate?.().catch(() => undefined);
  return found("ok", "", { free_bytes: (free?.quota ?? 0) - (free?.usage ?? 0) });
}

async function checkClock(): Promise<Finding> {
  let best: { readonly roundTripMs: number; readonly offsetMs: number } | undefined;
  for (let round = 0; round < CLOCK_ROUNDS; round += 1) {
    const answer = await askTime().catch(() => undefined);
    if (answer && (best === undefined || answer.roundTripMs < best.roundTripMs)) best = answer;
  }
  if (best === undefined) return found("fail", "time_unreachable");
  const numbers = { offset_ms: best.offsetMs, uncertainty_ms: best.roundTripMs / 2 };
  return Math.abs(best.offsetMs) > CLOCK_OFFSET_MS ? found("warn", "clock_off", numbers) : found("ok", "", numbers);
}

async function checkKey(person: string): Promise<Finding> {
  const key = await findDeviceKey(person).catch(() => null);
  if (key === null) return found("fail", "storage_refused");
  return key === undefined ? found("warn", "no_key") : found("ok", "", { signature_algorithm: key.algorithm });
}

async function checkTrial(suite: Suite = "standard"): Promise<Finding> {
  try {
    const { sealMs, openMs } = await trialSeal(suite);
    return found("ok", "", { seal_ms: sealMs, open_ms: openMs });
  } catch {
    return found("fail", "trial_failed");
  }
}

async function checkLine({ uploadBytes, secondsLeft }: PreflightQuestion): Promise<Finding> {
  const startMs = performance.now();
  const headers = { "X-Kaibiao-Csrf": "1", "Content-Type": "application/octet-stream" };
  const body = lineBody();
  const answer = await fetch("/api/preflight/line", { method: "POST", headers, body, cache: "no-store" }).catch(() => undefined);
  if (answer === undefined) return found("fail", "line_broken");
  if (!answer.ok) return found("fail", "line_refused", { status: answer.status });
  const bytesPerSecond = LINE_BYTES / Math.max(0.001, (performance.now() - startMs) / 1000);
  const numbers = { bytes_per_second: bytesPerSecond, upload_seconds: uploadBytes / bytesPerSecond };
  const isSlow = secondsLeft !== null && numbers.upload_seconds > LINE_SHARE * secondsLeft;
  return isSlow ? found("warn", "line_slow", numbers) : found("ok", "", numbers);
}

/** The server's clock against this device's, by half of the round trip. */
async function askTime(): Promise<{ readonly roundTripMs: number; readonly offsetMs: number }> {
  const sentMs = Date.now();
  const startMs = performance.now();
  const answer = await fetch("/api/time", { cache: "no-store" });
  const roundTripMs = performance.now() - startMs;
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null || !("now_ms" in body) || typeof body.now_ms !== "number") {
    throw new Error("no time in the answer");
  }
  return { roundTripMs, offsetMs: body.now_ms - (sentMs + roundTripMs / 2) };
}

/** Random bytes, so that no proxy on the way can compress them; the generator gives 64 KiB at a time. */
function lineBody(): Blob {
  return new Blob(Array.from({ length: LINE_BYTES / 65_536 }, () => randomBytes(65_536)));
}

function found(code: PreflightCheck["code"], reason = "", numbers: Readonly<Record<string, number>> = {}): Finding {
  return { code, reason, numbers };
}
