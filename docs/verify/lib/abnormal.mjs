// Prices so low that they must be explained (docs/log.md, 10.3).
import { Rational, mean, sum } from './rational.mjs'
import { term } from './trace.mjs'

/** The ids of bids below a limit of the rule. */
export function abnormallyLow(rule, { entrants, sorted, ceiling, trace }) {
  const flagged = new Set()
  const test = (bids, ratioText, name, base) => {
    const ratio = Rational.parse(ratioText)
    const limit = ratio.times(base)
    const of = bids.map(({ id }) => id)
    trace.step('abnormal_limit', [term.ids('of', of), term.amount(name, base), term.ratio('threshold', ratio), term.amount('result', limit)])
    for (const { id, price } of bids) {
      const order = price.compare(limit)
      if (order > 0 || (order === 0 && !rule.is_inclusive)) continue
      trace.step('abnormally_low', [term.amount('price', price), term.amount('limit', limit)], id)
      flagged.add(id)
    }
  }
  const prices = entrants.map(({ price }) => price)
  if (rule.of_ceiling !== null) test(entrants, rule.of_ceiling, 'ceiling', ceiling)
  if (rule.of_mean !== null && rule.mean_of === 'all') test(entrants, rule.of_mean, 'mean', mean(prices))
  if (rule.of_mean !== null && rule.mean_of === 'others' && entrants.length > 1) {
    const others = Rational.of(entrants.length - 1)
    for (const bid of entrants) test([bid], rule.of_mean, 'mean', sum(prices).minus(bid.price).over(others))
  }
  if (rule.of_next !== null && sorted.length > 1) test([sorted[0]], rule.of_next, 'next_price', sorted[1].price)
  return flagged
}
