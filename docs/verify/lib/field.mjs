// What several price rules share: the bids that take part, a coefficient, a score for each bid.
import { require } from './bytes.mjs'
import { Rational, ZERO } from './rational.mjs'
import { term } from './trace.mjs'

/** The lowest price first, equal prices in lottery order. */
export const byPrice = (entrants) => [...entrants].sort((one, other) => one.price.compare(other.price) || one.lottery - other.lottery)
export const idsOf = (entrants) => entrants.map(({ id }) => id)
export const pricesOf = (entrants) => entrants.map(({ price }) => price)
/** Without the first and the last. */
export const inner = (sorted) => sorted.slice(1, -1)
export const extremes = (sorted) => idsOf([sorted[0], sorted.at(-1)])

/** The value of a coefficient, fixed or drawn. */
export function coefficientOf(coefficient, drawn) {
  if (coefficient.from === 'fixed') return Rational.parse(coefficient.value)
  require(drawn !== null, 'coefficient_missing')
  require(coefficient.among.includes(drawn), 'coefficient_unknown')
  return Rational.parse(drawn)
}

/** Scores each entrant by `exactOf`, which gives the points before rounding and the terms between price and them. */
export function scoreEach({ entrants, trace }, pointsMax, exactOf) {
  const scores = new Map()
  for (const entrant of entrants) {
    const { exact, terms } = exactOf(entrant)
    const points = exact.toPoints()
    const ends = [term.points('points_max', pointsMax), term.exactPoints('exact', exact), term.points('result', points)]
    trace.step('bid_score', [term.amount('price', entrant.price), ...terms, ...ends], entrant.id)
    scores.set(entrant.id, points)
  }
  return { scores }
}

/** The points for a deviation in percent, with another penalty on each side. */
export function linear(pointsMax, deviation, above, below) {
  const penalty = Rational.parse(deviation.isBelow(ZERO) ? below : above)
  const exact = Rational.points(pointsMax).minus(penalty.times(deviation.abs()))
  return { exact, terms: [term.percent('deviation', deviation), term.ratio('penalty', penalty)] }
}
