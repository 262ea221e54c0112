/**
 * Unified social credit codes (GB 32100-2015) with the organisation code inside them (GB 11714-1997).
 * It builds and checks codes; it does not look anybody up.
 * Invariant: every code made here carries a division number (99xxxx) that is assigned to no place,
 * so that it can be nobody's.
 */

const SUBJECT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const SUBJECT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

function weightedSum(text, weights, alphabet) {
  return weights.reduce((sum, weight, index) => {
    const value = alphabet.indexOf(text[index]);
    if (value < 0) throw new Error(`character ${text[index]} is not allowed in ${text}`);
    return sum + weight * value;
  }, 0);
}

/** The check character of an eight-character organisation code. */
export function organisationCheck(body) {
  const check = 11 - (weightedSum(body, ORGANISATION_WEIGHTS, ORGANISATION_ALPHABET) % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/** The check character of the first seventeen characters of a credit code. */
export function subjectCheck(body) {
  const remainder = weightedSum(body, SUBJECT_WEIGHTS, SUBJECT_ALPHABET) % 31;
  return SUBJECT_ALPHABET[(31 - remainder) % 31];
}

/** A whole code from its kind ("91" company, "12" public institution …), division and organisation number. */
export function creditCode(kind, division, organisation) {
  const body = `${kind}${division}${organisation}${organisationCheck(organisation)}`;
  return body + subjectCheck(body);
}

/** Whether an 18-character code is well formed and both of its check characters are right. */
export function isCreditCode(code) {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false;
  return organisationCheck(code.slice(8, 16)) === code[16] && subjectCheck(code.slice(0, 17)) === code[17];
}
