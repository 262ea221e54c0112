/**
 * Prices the bill of quantities for one bidder: market level × the bidder's own level × a spread per item.
 * The bid price *is* the sum of what is printed; nothing is adjusted afterwards.
 * Invariant: the same bidder gives the same bill for ever (the generator is seeded by the bidder's id).
 */

import { billItems, measures, sections } from '../content/bill.mjs';
import { divideHalfUp, hundredths, lineAmount } from './money.mjs';

/** A small deterministic generator (mulberry32) over the letters of `seed`; yields integers below `bound`. */
function generator(seed) {
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0), 16777619), 2166136261);
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/**
 * The priced bill of a bidder whose price should come close to `targetRatio` (in hundred-thousandths of
 * the ceiling). All amounts in fen.
 */
export function pricedBill(bidderId, targetRatio, project) {
  const random = generator(`${project.code}/${bidderId}`);
  const target = divideHalfUp(project.ceiling_minor * BigInt(targetRatio), 100000n);
  const net = divideHalfUp(target * 100n, 100n + project.tax_percent);
  const sectionLevel = new Map(sections.map((section) => [section.title, 950 + random(101)]));
  const wished = billItems(2).map((item) => {
    const level = BigInt(sectionLevel.get(item.section) * (930 + random(141)));
    return { ...item, wish: hundredths(item.market) * level, quantityHundredths: hundredths(item.quantity) };
  });
  const shares = measures.map(([name, share]) => [name, BigInt(share * (80 + random(41)))]);
  const shareTotal = shares.reduce((sum, [, share]) => sum + share, 0n);
  const forWorks = net - project.provisional_sum_minor - project.safety_fee_minor;
  const worksTarget = divideHalfUp(forWorks * 100000n, 100000n + shareTotal);
  const wishTotal = wished.reduce((sum, item) => sum + (item.quantityHundredths * item.wish) / 100n, 0n);
  const items = wished.map(({ wish, quantityHundredths, market: _market, ...item }) => {
    const unit_minor = divideHalfUp(wish * worksTarget, wishTotal);
    return { ...item, unit_minor, amount_minor: lineAmount(quantityHundredths, unit_minor) };
  });
  const worksTotal = sum(items.map((item) => item.amount_minor));
  const priced = shares.map(([name, share]) => ({
    name, amount_minor: divideHalfUp(worksTotal * share, 10000000n) * 100n,
  }));
  return totals(items, worksTotal, priced, project);
}

function totals(items, worksTotal, priced, project) {
  const measuresTotal = sum(priced.map((measure) => measure.amount_minor)) + project.safety_fee_minor;
  const net = worksTotal + measuresTotal + project.provisional_sum_minor;
  const tax = divideHalfUp(net * project.tax_percent, 100n);
  return {
    items,
    works_minor: worksTotal,
    measures: priced,
    measures_minor: measuresTotal,
    net_minor: net,
    tax_minor: tax,
    price_minor: net + tax,
  };
}

/** The sum of BigInts. */
export const sum = (values) => values.reduce((total, value) => total + value, 0n);
