/** Moments as a form field holds them: wall-clock time of the centre's zone, whatever the zone of the device. */

/** China has one zone and no summer time. */
const OFFSET_MS = 8 * 3_600_000;

/** `2026-01-20T09:30`, as `datetime-local` takes it. */
export function fieldOf(ms: number): string {
  return new Date(ms + OFFSET_MS).toISOString().slice(0, 16);
}

/** The moment of a field's text, unix milliseconds; undefined if it is none. */
export function momentOf(field: string): number | undefined {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(field) ? Date.parse(`${field}:00Z`) - OFFSET_MS : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
