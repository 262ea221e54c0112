/** Values of an opening statement, as the notice names them. */
import { say } from "@/i18n";
import { moneyText } from "@/parts/money";
import type { Field, LotTerms, StatementValue } from "@/protocol";
import type { Envelope } from "@/wire";
import { r } from "./words";

/** The fields of the statement that is read in this opening. */
export function fieldsOf(terms: LotTerms, statement: Envelope): readonly Field[] {
  return statement === 3 ? terms.statement_fields : terms.price_fields;
}

/** One value as text; a dash where the statement has none. */
export function valueText(field: Field, statement: readonly StatementValue[], currency: string): string {
  const found = statement.find(({ id }) => id === field.id)?.value;
  if (found === undefined) return "–";
  if (field.kind === "price" && typeof found === "number") return moneyText(found, currency);
  return field.kind === "days" ? r("days", { count: found }) : String(found);
}

/** The price of a statement in minor units, if it has one. */
export function priceOf(fields: readonly Field[], statement: readonly StatementValue[]): number | undefined {
  const price = fields.find(({ kind }) => kind === "price");
  const found = price && statement.find(({ id }) => id === price.id)?.value;
  return typeof found === "number" ? found : undefined;
}

/** The whole statement in one sentence, for the voice. */
export function spokenStatement(fields: readonly Field[], statement: readonly StatementValue[], currency: string): string {
  return fields.map((field) => `${say(field.label)} ${valueText(field, statement, currency)}`).join("; ");
}
