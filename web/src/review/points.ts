/** Points: integers of hundredths, as text and back. No floats. */

/** `69.43` */
export function pointsText(hundredths: number): string {
  const digits = Math.abs(hundredths).toString().padStart(3, "0");
  return `${hundredths < 0 ? "−" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Hundredths of a text such as `8`, `8.5` or `８．５`; undefined if it is no number of points up to `max`. */
export function parsePoints(text: string, max: number): number | undefined {
  const match = /^(\d{1,6})(?:\.(\d{0,2}))?$/.exec(text.normalize("NFKC").trim());
  if (!match) return undefined;
  const hundredths = Number((match[1] ?? "") + (match[2] ?? "").padEnd(2, "0"));
  return hundredths <= max ? hundredths : undefined;
}

/** Whether `points / max` is at least (`sign` 1) or at most (−1) the decimal ratio, exactly. */
export function isBeyond(points: number, max: number, ratio: string, sign: 1 | -1): boolean {
  const [whole = "0", fraction = ""] = ratio.split(".");
  const difference = BigInt(points) * 10n ** BigInt(fraction.length) - BigInt(whole + fraction) * BigInt(max);
  return sign === 1 ? difference >= 0n : difference <= 0n;
}
