/**
 * From what a bidder typed to the statement that is sealed: exactly the fields of the notice, each of its kind.
 *
 * *Invariant*: a statement is built only if every field has a value that the platform will accept at the opening.
 */
import type { CanonicalObject } from "@/acts/canonical";
import type { Field, LotTerms, Procedure } from "@/protocol";
import { type AmountFault, parseYuan } from "./amount";

/** What was typed, by field. */
export type Entries = Readonly<Record<string, string>>;
/** Why an entry is no value of its field. */
export type FieldFault = AmountFault | "too_long";
/** What is lawful but will cost the bid: known before sealing, decided at the evaluation. */
export type FieldWarning = "over_ceiling" | "over_duration";

/** Most characters of a text. */
const TEXT_MAX = 200;
const DAYS_MAX = 1_000_000;

/** The value of an entry, or why it has none. */
export function valueOf(field: Field, entry: string | undefined): { readonly value: string | number } | { readonly fault: FieldFault } {
  const text = (entry ?? "").normalize("NFC").trim();
  if (text === "") return { fault: "empty" };
  if (field.kind === "text") return [...text].length > TEXT_MAX ? { fault: "too_long" } : { value: text };
  if (field.kind === "price") {
    const minor = parseYuan(text);
    return typeof minor === "number" ? { value: minor } : { fault: minor };
  }
  const digits = text.normalize("NFKC");
  if (!/^\d{1,9}$/.test(digits)) return { fault: "malformed" };
  const days = Number(digits);
  if (days === 0) return { fault: "not_positive" };
  return days > DAYS_MAX ? { fault: "out_of_range" } : { value: days };
}

/** The faults of all entries, by field. */
export function faultsOf(fields: readonly Field[], entries: Entries): Readonly<Record<string, FieldFault>> {
  const faults = fields.map((field): [string, FieldFault | undefined] => {
    const result = valueOf(field, entries[field.id]);
    return [field.id, "fault" in result ? result.fault : undefined];
  });
  return Object.fromEntries(faults.filter((fault): fault is [string, FieldFault] => fault[1] !== undefined));
}

/** What will cost the bid, by field: a price over the ceiling, a duration over the longest. */
export function warningsOf(fields: readonly Field[], entries: Entries, terms: LotTerms): Readonly<Record<string, FieldWarning>> {
  const warnings: Record<string, FieldWarning> = {};
  for (const field of fields) {
    const result = valueOf(field, entries[field.id]);
    if ("fault" in result || typeof result.value === "string") continue;
    if (field.kind === "price" && result.value > terms.ceiling.minor) warnings[field.id] = "over_ceiling";
    if (field.kind === "days" && result.value > terms.duration_days_max) warnings[field.id] = "over_duration";
  }
  return warnings;
}

/** The statement of these fields; undefined while an entry is missing or wrong. */
export function buildStatement(fields: readonly Field[], entries: Entries): CanonicalObject | undefined {
  const values: [string, string | number][] = [];
  for (const field of fields) {
    const result = valueOf(field, entries[field.id]);
    if ("fault" in result) return undefined;
    values.push([field.id, result.value]);
  }
  return Object.fromEntries(values);
}

/** The envelopes of a bid, in the order in which they are sealed: the small ones first. */
export function envelopesOf(procedure: Procedure): readonly (1 | 2 | 3 | 4)[] {
  return procedure === "two_stage" ? [3, 4, 1, 2] : [3, 1, 2];
}
