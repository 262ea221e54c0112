// The price rule `banded_median` (docs/log.md, 10.3): deviation from the median of price groups, times a coefficient.
import { byPrice, coefficientOf, extremes, idsOf, inner, linear, pricesOf, scoreEach } from './field.mjs'
import { HUNDRED, ONE, Rational, ZERO, greatest, least, mean, median } from './rational.mjs'
import { term } from './trace.mjs'

export function bandedMedian(rule, field) {
  const { ceiling, drawn, trace } = field
  const coefficient = coefficientOf(rule.coefficient, drawn)
  const selected = select(rule.lottery_limit, field)
  const drop = Rational.parse(rule.drop_min)
  const reference = ceiling.times(ONE.minus(drop))
  trace.step('reference_price', [term.amount('ceiling', ceiling), term.ratio('drop_min', drop), term.amount('result', reference)])
  const seriesB = split(selected, reference, trace)
  const middle = seriesB.length > 0 ? middleOf(rule, byPrice(seriesB), trace) : undefined
  const base = middle ? least(reference, middle) : reference
  const between = middle ? [term.amount('median', middle)] : []
  trace.step('base_price', [term.amount('reference_price', reference), ...between, term.amount('result', base)])
  const target = base.times(coefficient)
  trace.step('benchmark', [term.ratio('coefficient', coefficient), term.amount('result', target)])
  return scoreEach(field, rule.points_max, ({ price }) => {
    const deviation = price.minus(target).over(target).times(HUNDRED)
    const { exact, terms } = linear(rule.points_max, deviation, rule.above_per_percent, rule.below_per_percent)
    return { exact: greatest(exact, ZERO), terms }
  })
}

/** The first bids by lottery. */
function select({ whole_max, cut_max }, { entrants, trace }) {
  const count = entrants.length
  const most = count <= cut_max ? Math.max(whole_max, count - 2) : cut_max
  const admitted = Math.min(count, count <= whole_max ? count : most)
  const selected = entrants.slice(0, admitted)
  const leftOut = idsOf(entrants.slice(admitted))
  trace.step('in_calculation', [term.count('limit', admitted), term.ids('left_out', leftOut), term.ids('of', idsOf(selected))])
  return selected
}

/** Series B: those at or below the reference price. */
function split(selected, reference, trace) {
  const isAbove = ({ price }) => reference.isBelow(price)
  const seriesB = selected.filter((bid) => !isAbove(bid))
  const leftOut = idsOf(selected.filter(isAbove))
  trace.step('series_b', [term.amount('reference_price', reference), term.ids('left_out', leftOut), term.ids('of', idsOf(seriesB))])
  return seriesB
}

function middleOf({ trim_from, band }, sorted, trace) {
  const isTrimmed = sorted.length >= trim_from
  const kept = isTrimmed ? inner(sorted) : sorted
  const average = mean(pricesOf(kept))
  const leftOut = isTrimmed ? extremes(sorted) : []
  trace.step('mean', [term.ids('left_out', leftOut), term.ids('of', idsOf(kept)), term.amount('result', average)])
  const [low, high] = [band.low, band.high].map((ratio) => average.times(Rational.parse(ratio)))
  const isBelow = ({ price }) => price.isBelow(low)
  const isAbove = ({ price }) => high.isBelow(price)
  const within = sorted.filter((bid) => !isBelow(bid) && !isAbove(bid))
  const groups = [sorted.filter(isBelow), ...within.map((bid) => [bid]), sorted.filter(isAbove)]
  const values = groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const value = mean(pricesOf(group))
      trace.step('group', [term.ids('of', idsOf(group)), term.amount('result', value)])
      return value
    })
  const middle = median(values)
  trace.step('median', [term.count('groups', values.length), term.amount('result', middle)])
  return middle
}
