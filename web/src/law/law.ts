/** The limits of time as the server tells them. Nothing of them is computed here. */
import { read } from "@/api";
import type { Amount, Dated, Holidays, Instant, Regime, Rule } from "@/protocol";
import { l } from "./words";

/** What `/api/law` answers (docs/api.md). */
export interface Law {
  readonly regime: Regime;
  readonly limits: readonly Dated[];
  /** Why some of them differ from the law's. */
  readonly reason: string | null;
  /** A notice published then opens no earlier. */
  readonly earliest_opening: Instant;
  /** After a change now that may affect bids, no earlier opening. */
  readonly earliest_after_change: Instant;
  /** The years whose holidays are known. */
  readonly holidays: readonly Holidays[];
}

/** The limits under a body of law, with the moments of a tender published and opened then. */
export function readLaw(regime: Regime, at: { readonly published?: Instant | null; readonly opening?: Instant | null } = {}, signal?: AbortSignal): Promise<Law> {
  const asked = new URLSearchParams({ regime });
  if (at.published) asked.set("published_at", String(at.published));
  if (at.opening) asked.set("opening_at", String(at.opening));
  return read(`/api/law?${asked}`, signal);
}

/** An amount in words: `20 日`. */
export function amountText({ count, unit }: Amount): string {
  return l(`unit.${unit}`, { count });
}

/** The amount of a rule in words; a dash while it is not known. */
export function amountOf(law: Law | undefined, rule: Rule): string {
  const found = law?.limits.find(({ limit }) => limit.rule === rule);
  return found ? amountText(found.limit.amount) : "–";
}

/** Days as they are typed, one or many a line, each once and in order; what is no day stands in `bad`. */
export function daysOf(text: string): { readonly days: readonly string[]; readonly bad: readonly string[] } {
  const words = text.normalize("NFKC").split(/[\s,;、，；]+/).filter((word) => word !== "");
  const isDay = (word: string) => /^\d{4}-\d\d-\d\d$/.test(word) && new Date(`${word}T00:00:00Z`).toJSON()?.startsWith(word) === true;
  return { days: [...new Set(words.filter(isDay))].sort(), bad: words.filter((word) => !isDay(word)) };
}
