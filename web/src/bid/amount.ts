/**
 * Amounts as people type them: yuan with separators, exactly as many 分. Digits are moved, never multiplied.
 *
 * *Invariant*: `yuanText(parseYuan(text))` names the same amount, to the last 分.
 */

/** Why a text is not an amount. */
export type AmountFault = "empty" | "malformed" | "too_fine" | "not_positive" | "out_of_range";

/** Reads `12,345,678.9` as minor units; full-width digits, spaces and the signs ¥ and 元 are understood. */
export function parseYuan(text: string): number | AmountFault {
  const plain = text.normalize("NFKC").replace(/[\s¥元]/g, "");
  if (plain === "") return "empty";
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(plain);
  if (!match) return "malformed";
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > 2) return "too_fine";
  const minor = BigInt(whole.replaceAll(",", "") + fraction.padEnd(2, "0"));
  if (minor === 0n) return "not_positive";
  // Canonical JSON carries integers up to 2^53 − 1 and no further.
  return minor > BigInt(Number.MAX_SAFE_INTEGER) ? "out_of_range" : Number(minor);
}

/** `12,345,678.90`: minor units as they are typed. */
export function yuanText(minor: number): string {
  const digits = Math.abs(minor).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${minor < 0 ? "-" : ""}${whole}.${digits.slice(-2)}`;
}
