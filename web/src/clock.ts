/**
 * The server's time, estimated: deadlines are decided by the server's clock, countdowns are shown by this one.
 *
 * Keeps the sample with the least round trip of the last eight. *Invariant*: the true offset lies within
 * `offsetMs ± uncertaintyMs` of the best sample, if the server answered with its time at all.
 */
import { onScopeDispose, readonly, ref, shallowRef } from "vue";

/** Above this, in milliseconds, a countdown says how uncertain it is. */
export const UNCERTAINTY_SHOWN_MS = 500;
const SAMPLES_MAX = 8;
const RESAMPLE_MS = 5 * 60_000;

interface Sample {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

const samples: Sample[] = [];
const best = shallowRef<Sample>();
const tick = ref(Date.now());
let readers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The best estimate; undefined before the first answer. */
export const clock = readonly(best);

/** The server's time now, unix milliseconds; this device's own as long as nothing better is known. */
export function serverNow(): number {
  return Date.now() + (best.value?.offsetMs ?? 0);
}

/** Takes in a time that the server stated in answer to a question asked at `askedMs` and answered at `heardMs`. */
export function observeTime(statedMs: number, askedMs: number, heardMs: number): void {
  const uncertaintyMs = Math.max(0, heardMs - askedMs) / 2;
  samples.push({ offsetMs: statedMs + uncertaintyMs - heardMs, uncertaintyMs });
  if (samples.length > SAMPLES_MAX) samples.shift();
  best.value = samples.reduce((least, sample) => (sample.uncertaintyMs < least.uncertaintyMs ? sample : least));
}

/** Asks the server for its time, now and then, and whenever the page is looked at again. */
export function keepTime(): void {
  void askTime();
  setInterval(() => void askTime(), RESAMPLE_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    // The device may have slept, and its clock may have been set: older samples say nothing any more.
    samples.length = 0;
    void askTime();
  });
}

/** A moment that moves: the server's time, renewed each second while somebody shows it. */
export function useNow() {
  readers += 1;
  timer ??= setInterval(() => (tick.value = serverNow()), 1000);
  tick.value = serverNow();
  onScopeDispose(() => {
    readers -= 1;
    if (readers > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  return readonly(tick);
}

async function askTime(): Promise<void> {
  const asked = Date.now();
  try {
    const answer = await fetch("/api/time", { cache: "no-store" });
    const heard = Date.now();
    const { now_ms } = (await answer.json()) as { now_ms: unknown };
    if (answer.ok && typeof now_ms === "number") observeTime(now_ms, asked, heard);
  } catch {
    // Without an answer the estimate stays as it is; the countdown says so.
  }
}
