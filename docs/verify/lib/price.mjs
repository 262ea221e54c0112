// Price rules: prices become points or an order, with the trace that explains it (docs/log.md, 10.3).
import { abnormallyLow } from './abnormal.mjs'
import { bandedMedian } from './banded_median.mjs'
import { require } from './bytes.mjs'
import { byPrice, coefficientOf, extremes, idsOf, inner, linear, pricesOf, scoreEach } from './field.mjs'
import { HUNDRED, ONE, Rational, ZERO, greatest, mean } from './rational.mjs'
import { Trace, term } from './trace.mjs'

/**
 * Applies a rule. `bids`: `[{id, lottery, price, quality}]` in lottery order, price and ceiling in minor units.
 * Gives `{scores: Map of points, order: ids or undefined, low: Set, trace}`.
 */
export function applyPriceRule(rule, bids, ceilingMinor, drawn) {
  const trace = new Trace()
  const all = bids.map((bid) => ({ ...bid, price: Rational.of(bid.price) }))
  const ceiling = Rational.of(ceilingMinor)
  const isOver = ({ price }) => ceiling.isBelow(price)
  const entrants = all.filter((bid) => !isOver(bid))
  require(entrants.length > 0, 'no_valid_bid')
  trace.step('passing', [term.ids('of', idsOf(entrants)), term.ids('over_ceiling', idsOf(all.filter(isOver))), term.amount('ceiling', ceiling)])
  const field = { entrants, sorted: byPrice(entrants), ceiling, drawn, trace }
  const result = FORMULAS[rule.formula.formula](rule.formula, field)
  const low = rule.abnormally_low ? abnormallyLow(rule.abnormally_low, field) : new Set()
  return { scores: new Map(), ...result, low, trace: trace.toJson() }
}

const FORMULAS = {
  lowest,
  base_deviation: baseDeviation,
  benchmark,
  base_band: baseBand,
  value_for_money: valueForMoney,
  banded_median: bandedMedian,
}

function lowest({ points_max }, field) {
  const [cheapest] = field.sorted
  field.trace.step('lowest_price', [term.amount('result', cheapest.price)], cheapest.id)
  return scoreEach(field, points_max, ({ price }) => ({
    exact: Rational.points(points_max).times(cheapest.price).over(price),
    terms: [],
  }))
}

function baseDeviation({ points_max, up_per_percent, down_per_percent, is_clamped }, field) {
  const { sorted, trace } = field
  const isTrimmed = sorted.length >= 4
  const kept = isTrimmed ? inner(sorted) : sorted
  const base = mean(pricesOf(kept))
  const leftOut = isTrimmed ? extremes(sorted) : []
  trace.step('base_price', [term.ids('of', idsOf(kept)), term.ids('left_out', leftOut), term.amount('result', base)])
  return scoreEach(field, points_max, ({ price }) => {
    const deviation = price.minus(base).over(base).times(HUNDRED).rounded(2)
    const { exact, terms } = linear(points_max, deviation, up_per_percent, down_per_percent)
    return { exact: is_clamped ? greatest(exact, ZERO) : exact, terms }
  })
}

function benchmark({ points_max, coefficient, free_percent, penalty_percent }, field) {
  const { ceiling, drawn, trace } = field
  const share = coefficientOf(coefficient, drawn)
  const target = ceiling.times(share)
  trace.step('benchmark', [term.amount('ceiling', ceiling), term.ratio('coefficient', share), term.amount('result', target)])
  const [free, penalty] = [free_percent, penalty_percent].map(Rational.parse)
  return scoreEach(field, points_max, ({ price }) => {
    const deviation = price.minus(target).over(target).times(HUNDRED)
    const charged = greatest(deviation.abs().minus(free), ZERO)
    const kept = ONE.minus(charged.times(penalty).over(HUNDRED))
    const exact = greatest(Rational.points(points_max).times(kept), ZERO)
    return { exact, terms: [term.percent('deviation', deviation), term.percent('free_margin', free), term.percent('penalty', penalty)] }
  })
}

function baseBand({ valid_percent, float_percent }, { sorted, drawn, trace }) {
  const average = mean(pricesOf(sorted))
  const share = Rational.parse(valid_percent)
  const limit = average.times(HUNDRED.plus(share)).over(HUNDRED)
  const isAbove = ({ price }) => limit.isBelow(price)
  const [within, above] = [sorted.filter((bid) => !isAbove(bid)), sorted.filter(isAbove)]
  trace.step('mean', [term.ids('of', idsOf(sorted)), term.amount('result', average)])
  const band = [term.ids('left_out', idsOf(above)), term.ids('of', idsOf(within))]
  trace.step('within_band', [term.percent('share', share), term.amount('threshold', limit), ...band])
  const base = mean(pricesOf(within))
  const float = coefficientOf(float_percent, drawn)
  const target = base.times(HUNDRED.minus(float)).over(HUNDRED)
  trace.step('base_price', [term.ids('of', idsOf(within)), term.amount('result', base)])
  trace.step('benchmark', [term.percent('coefficient', float), term.amount('result', target)])
  const far = within.map((bid) => ({ ...bid, distance: bid.price.minus(target).abs() }))
  far.sort((one, other) => one.distance.compare(other.distance))
  for (const { id, price, distance } of far) {
    trace.step('bid_distance', [term.amount('price', price), term.amount('benchmark', target), term.amount('result', distance)], id)
  }
  return { order: idsOf(far) }
}

function valueForMoney(_, { sorted, trace }) {
  const valued = sorted.map((bid) => ({ ...bid, value: Rational.points(bid.quality).over(bid.price) }))
  valued.sort((one, other) => other.value.compare(one.value))
  for (const { id, price, quality, value } of valued) {
    trace.step('bid_value', [term.points('quality', quality), term.amount('price', price), term.ratio('result', value)], id)
  }
  return { order: idsOf(valued) }
}
