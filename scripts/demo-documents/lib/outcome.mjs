/** What the demo must come to, from the judgements and the prices, for each coefficient that can be drawn. */

import { business, priceRule, technical } from '../content/criteria.mjs';
import { project } from '../content/project.mjs';
import { SEATS } from '../content/judgements.mjs';
import { hundredths } from './money.mjs';
import { bandedMedian, trimmedMean } from './price-rule.mjs';

const points = (texts) => texts.reduce((sum, text) => sum + hundredths(text), 0n);
const score = (value) => `${value / 100n}.${(value % 100n).toString().padStart(2, '0')}`;

/** Technical and business points of each bidder that passed preliminary review. */
function firstStage(judgements) {
  const ids = Object.keys(judgements.business);
  return Object.fromEntries(ids.map((id) => {
    const totals = SEATS.map((seat) => score(points(technical.map(([code]) => judgements.technical[seat][id].scores[code]))));
    const facts = judgements.business[id];
    return [id, { technical: trimmedMean(totals, 2), business: score(points(business.map(([code]) => facts[code].points))) }];
  }));
}

/** Totals and ranking for one coefficient. */
function under(coefficient, stage, prices) {
  const rule = { ...priceRule, ceiling_minor: project.ceiling_minor };
  const trace = bandedMedian(prices, rule, coefficient);
  const totals = trace.passed.map((id) => ({
    bidder: id, ...stage[id], price: trace.price_scores[id],
    total: score(points([stage[id].technical, stage[id].business, trace.price_scores[id]])),
  }));
  const priceOf = Object.fromEntries(prices.map(({ id, price_minor }) => [id, price_minor]));
  totals.sort((a, b) => {
    const difference = hundredths(b.total) - hundredths(a.total) || priceOf[a.bidder] - priceOf[b.bidder];
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  });
  const { passed: _passed, price_scores: _scores, ...values } = trace;
  return { coefficient, ...values, ranking: totals };
}

/** The whole expected outcome. */
export function expectedOutcome(bidders, judgements) {
  const stage = firstStage(judgements);
  const prices = bidders.filter((bidder) => bidder.id in stage).map(({ id, bill }) => ({ id, price_minor: bill.price_minor }));
  return {
    rejected_at_preliminary_review: bidders.filter((bidder) => !(bidder.id in stage)).map((bidder) => bidder.id),
    above_ceiling: prices.filter((bid) => bid.price_minor > project.ceiling_minor).map((bid) => bid.id),
    by_coefficient: priceRule.coefficients.map((coefficient) => under(coefficient, stage, prices)),
  };
}
