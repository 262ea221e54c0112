/**
 * Amounts in words (大写), as the law writes them. Integers of the minor unit (分); no arithmetic on floats.
 */

const DIGITS = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"] as const;
const PLACES = ["", "拾", "佰", "仟"] as const;
const GROUPS = ["", "万", "亿", "兆"] as const;

/** `壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整`, after 支付结算办法 (正确填写票据和结算凭证的基本规定). */
export function chineseAmount(minor: number): string {
  const digits = Math.abs(minor).toString().padStart(3, "0");
  const [whole, jiao, fen] = [digits.slice(0, -2).replace(/^0+/, ""), Number(digits.at(-2)), Number(digits.at(-1))];
  const sign = minor < 0 ? "负" : "";
  const yuan = whole === "" ? "" : `${chineseInteger(whole)}元`;
  if (jiao === 0 && fen === 0) return `${sign}${yuan === "" ? "零元" : yuan}整`;
  const jiaoText = jiao > 0 ? `${DIGITS[jiao]}角` : yuan === "" ? "" : "零";
  const fenText = fen > 0 ? `${DIGITS[fen]}分` : "整";
  return `${sign}${yuan}${jiaoText}${fenText}`;
}

/** Digits without a leading zero, in groups of four, each group with its 仟佰拾. */
function chineseInteger(digits: string): string {
  let text = "";
  let isZeroPending = false;
  for (let at = 0; at < digits.length; at += 1) {
    const place = digits.length - 1 - at;
    const digit = Number(digits[at]);
    if (digit === 0) isZeroPending = true;
    else {
      text += `${isZeroPending && text !== "" ? "零" : ""}${DIGITS[digit]}${PLACES[place % 4]}`;
      isZeroPending = false;
    }
    const group = digits.slice(Math.max(0, at - 3), at + 1);
    // A group that is all zeros has no name of its own.
    if (place % 4 === 0 && place > 0 && Number(group) > 0) text += GROUPS[place / 4];
  }
  return text;
}
