/**
 * Moments and spans as people read them: absolute with the zone, and beside it how far away.
 *
 * Everybody sees the centre's zone, wherever the device is: a deadline is one moment with one text.
 */
import { language } from "@/i18n";

/** The zone in which the centre announces its moments. */
const CENTRE_ZONE = "Asia/Shanghai";
const ZONE_LABEL = "UTC+8";

const stamp = new Intl.DateTimeFormat("sv-SE", {
  timeZone: CENTRE_ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** `2026-01-20 09:30:00 (UTC+8)` */
export function momentText(ms: number): string {
  return `${stamp.format(ms)} (${ZONE_LABEL})`;
}

/** `2026-01-20 09:30`, where seconds and zone stand elsewhere on the page. */
export function momentShort(ms: number): string {
  return stamp.format(ms).slice(0, 16);
}

/** `09:30:00` */
export function timeOfDay(ms: number): string {
  return stamp.format(ms).slice(11);
}

/** `2026-01-20`: the day in the centre's zone. */
export function dayOf(ms: number): string {
  return stamp.format(ms).slice(0, 10);
}

/** A span in its two largest units: `2 小时 14 分`. Negative spans count as nothing. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = { d: Math.floor(seconds / 86_400), h: Math.floor(seconds / 3600) % 24, m: Math.floor(seconds / 60) % 60, s: seconds % 60 };
  const units = language.value === "zh" ? { d: "天", h: "小时", m: "分", s: "秒" } : { d: "d", h: "h", m: "min", s: "s" };
  const keys = ["d", "h", "m", "s"] as const;
  const first = keys.findIndex((key) => parts[key] > 0 || key === "s");
  // A second unit of nothing says nothing.
  return keys.slice(first, first + 2).filter((key, at) => at === 0 || parts[key] > 0).map((key) => `${parts[key]} ${units[key]}`).join(" ");
}

/** `02:14:09`, with days before it where there are any: for the large clock of a room. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number) => value.toString().padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days} ${language.value === "zh" ? "天" : "d"} ${clock}`;
}

/** How far `ms` is from `nowMs`: `剩 2 小时 14 分`, `3 天 2 小时前`. */
export function relativeText(ms: number, nowMs: number): string {
  const isAhead = ms > nowMs;
  const span = spanText(Math.abs(ms - nowMs));
  if (language.value === "zh") return isAhead ? `剩 ${span}` : `${span}前`;
  return isAhead ? `in ${span}` : `${span} ago`;
}

/** Bytes with a unit of 1000, as files are sold and stored: `12.4 MB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[power]}`;
}
