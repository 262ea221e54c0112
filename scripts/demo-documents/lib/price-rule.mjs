/**
 * The price rule of the demo's tender (banded median) in exact rationals, written a second time and
 * independently of the platform's own formula module, so that the README's expected result is a check on it.
 * It is not used at run time. Invariant: rounding happens only where the tender document says so.
 */

import { divideHalfUp } from './money.mjs';

const gcd = (a, b) => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

/** A normalised fraction [numerator, positive denominator]. */
function fraction(numerator, denominator = 1n) {
  const divisor = gcd(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return [numerator / divisor, denominator / divisor];
}
const add = (a, b) => fraction(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
const times = (a, b) => fraction(a[0] * b[0], a[1] * b[1]);
const over = (a, b) => fraction(a[0] * b[1], a[1] * b[0]);
const minus = (a, b) => add(a, [-b[0], b[1]]);
const compare = (a, b) => {
  const difference = a[0] * b[1] - b[0] * a[1];
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
const mean = (values) => over(values.reduce(add, [0n, 1n]), [BigInt(values.length), 1n]);

/** "0.985" → 985/1000, reduced. */
export function decimal(text) {
  const [whole, part = ''] = text.split('.');
  return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
}

/** Rounds half up to a decimal string with `places` digits. */
export function rounded([numerator, denominator], places) {
  const scaled = divideHalfUp(numerator * 10n ** BigInt(places), denominator);
  const digits = scaled.toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function groupValues(series, average, [high, low]) {
  const above = series.filter((price) => compare(price, times(average, high)) > 0);
  const below = series.filter((price) => compare(price, times(average, low)) < 0);
  const within = series.filter((price) => !above.includes(price) && !below.includes(price));
  const groups = [...within];
  if (above.length > 0) groups.push(mean(above));
  if (below.length > 0) groups.push(mean(below));
  return groups.sort(compare);
}

function median(sorted) {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : mean([sorted[middle - 1], sorted[middle]]);
}

/**
 * Scores the bids [{id, price_minor: BigInt}] that reached the price stage and all take part (at most 15).
 * Returns the trace: series B, median, base price D, benchmark V (fen, half up), scores, abnormally low.
 */
export function bandedMedian(bids, rule, coefficient) {
  if (bids.length > 15) throw new Error('more than fifteen bids need the lottery');
  const ceiling = fraction(BigInt(rule.ceiling_minor));
  const floorless = times(ceiling, minus([1n, 1n], decimal(rule.drop_threshold)));
  const passed = bids.filter((bid) => compare(fraction(bid.price_minor), ceiling) <= 0);
  const seriesB = passed.filter((bid) => compare(fraction(bid.price_minor), floorless) <= 0);
  const prices = seriesB.map((bid) => fraction(bid.price_minor)).sort(compare);
  let middle = floorless;
  if (prices.length > 0) {
    const average = mean(prices.length >= 7 ? prices.slice(1, -1) : prices);
    middle = median(groupValues(prices, average, [decimal(rule.band_high), decimal(rule.band_low)]));
  }
  const base = compare(middle, floorless) < 0 ? middle : floorless;
  const benchmark = times(base, decimal(coefficient));
  return {
    passed: passed.map((bid) => bid.id),
    series_b: seriesB.map((bid) => bid.id),
    median: rounded(middle, 0),
    base_price_d: rounded(base, 0),
    benchmark_v: rounded(benchmark, 0),
    price_scores: Object.fromEntries(passed.map((bid) => [bid.id, priceScore(bid, benchmark, rule)])),
    abnormally_low: passed
      .filter((bid) => compare(fraction(bid.price_minor), times(ceiling, decimal(rule.abnormal_low_ratio))) < 0)
      .map((bid) => bid.id),
  };
}

function priceScore(bid, benchmark, rule) {
  const deviation = times(over(minus(fraction(bid.price_minor), benchmark), benchmark), [100n, 1n]);
  const size = deviation[0] < 0n ? [-deviation[0], deviation[1]] : deviation;
  const rate = decimal(deviation[0] < 0n ? rule.penalty_below : rule.penalty_above);
  const score = minus(decimal(rule.full_score), times(size, rate));
  return rounded(score[0] < 0n ? [0n, 1n] : score, 2);
}

/** The mean of decimal strings after one highest and one lowest are dropped, rounded to `places`. */
export function trimmedMean(values, places) {
  const sorted = values.map(decimal).sort(compare);
  return rounded(mean(sorted.slice(1, -1)), places);
}
