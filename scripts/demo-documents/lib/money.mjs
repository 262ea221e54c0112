/**
 * Exact money for the demo's documents: amounts are BigInt fen (1/100 yuan), quantities are
 * BigInt hundredths. It is not a currency library; it knows the yuan only.
 * Invariant: no binary floating point takes part in an amount.
 */

/** Divides two BigInts of which the divisor is positive, rounding half away from zero. */
export function divideHalfUp(numerator, divisor) {
  const sign = numerator < 0n ? -1n : 1n;
  return sign * ((2n * numerator * sign + divisor) / (2n * divisor));
}

/** "1234.5" → 123450n. At most two digits after the point. */
export function hundredths(text) {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) throw new Error(`not a number with at most two decimals: ${text}`);
  return BigInt(match[1]) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}

/** 123456789n → "1,234,567.89". */
export function formatFen(fen) {
  const digits = fen.toString().padStart(3, '0');
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${yuan}.${digits.slice(-2)}`;
}

/** Quantity (hundredths) times unit price (fen), rounded half up to the fen. */
export function lineAmount(quantityHundredths, unitFen) {
  return divideHalfUp(quantityHundredths * unitFen, 100n);
}

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿'];

/** Four digits in words without leading zeros: 1020 → 壹仟零贰拾. */
function groupInWords(group) {
  let words = '';
  let zeroPending = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) {
      zeroPending = words !== '';
      continue;
    }
    words += (zeroPending ? '零' : '') + DIGITS[digit] + PLACES[place];
    zeroPending = false;
  }
  return words;
}

/** The amount as it is written on cheques and bids (人民币大写), following the PBOC's rules for bills. */
export function amountInWords(fen) {
  const yuan = fen / 100n;
  const jiao = Number((fen / 10n) % 10n);
  const cent = Number(fen % 10n);
  let words = '';
  let gap = false;
  for (let index = GROUPS.length - 1; index >= 0; index -= 1) {
    const group = Number((yuan / 10000n ** BigInt(index)) % 10000n);
    if (group === 0) {
      gap = words !== '';
      continue;
    }
    const needsZero = words !== '' && (gap || group < 1000);
    words += (needsZero ? '零' : '') + groupInWords(group) + GROUPS[index];
    gap = false;
  }
  words = `人民币${words || '零'}元`;
  if (jiao === 0 && cent === 0) return `${words}整`;
  if (jiao === 0) return `${words}零${DIGITS[cent]}分`;
  return `${words}${DIGITS[jiao]}角${cent === 0 ? '整' : `${DIGITS[cent]}分`}`;
}
