/**
 * Money as people read it: separators, unit, 万元. For 大写 see `chineseAmount.ts`.
 *
 * Amounts are integers of the minor unit (分). No arithmetic on floats: digits are moved, never divided.
 */

/** Symbol before the amount, by currency. */
const SYMBOLS: Readonly<Record<string, string>> = { CNY: "¥" };

/** `¥ 12,345,678.90` */
export function moneyText(minor: number, currency = "CNY"): string {
  const digits = Math.abs(minor).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${minor < 0 ? "−" : ""}${SYMBOLS[currency] ?? currency} ${whole}.${digits.slice(-2)}`;
}

/** `1,234.5679`: in units of 10,000 yuan, exact, without trailing zeros. */
export function tenThousands(minor: number): string {
  const digits = Math.abs(minor).toString().padStart(7, "0");
  const whole = digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = digits.slice(-6).replace(/0+$/, "");
  return `${minor < 0 ? "−" : ""}${whole}${rest === "" ? "" : `.${rest}`}`;
}

export { chineseAmount } from "./chineseAmount";
