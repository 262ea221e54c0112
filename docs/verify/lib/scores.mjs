// From the seats' sheets and the prices to points and ranks (docs/log.md, 10).
import { require } from './bytes.mjs'
import { applyPriceRule } from './price.mjs'
import { ONE, Rational, ZERO, mean } from './rational.mjs'
import { Trace, term } from './trace.mjs'

/** Bids that more than half of the seats found wanting by one criterion. `judged`: Map of seat to verdicts. */
export function rejectedBids(size, bids, judged) {
  const verdicts = bySeat(judged).flatMap(([, each]) => each)
  return bids.flatMap((bid) => {
    const against = verdicts.filter((verdict) => verdict.bid === bid && verdict.reason)
    const criteria = [...new Set(against.map(({ criterion }) => criterion))].sort()
    const reasons = criteria.flatMap((criterion) => {
      const found = against.filter((verdict) => verdict.criterion === criterion)
      return found.length * 2 > size ? [found[0].reason] : []
    })
    return reasons.length > 0 ? [{ bid, reasons }] : []
  })
}

/** `scores` of `scores_concluded`. `sheets`: Map of seat to what it gave. */
export function concludeScores(terms, bids, sheets) {
  return bids.map((bid) => {
    const ofPart = (part) => terms.criteria.filter((criterion) => criterion.part === part)
    const [technical, business] = ['technical', 'business'].map((part) =>
      ofPart(part).map((criterion) => criterionResult(criterion, bid, sheets)),
    )
    const marks = bySeat(sheets).map(([seat, sheet]) => markOf(seat, sheet, bid, ofPart('technical')))
    const { points, trace, voidSeats } = aggregate(terms.panel.technical, marks)
    return {
      bid,
      business: business.reduce((total, { seats }) => total + middlePoints(seats), 0),
      criteria: [...technical, ...business],
      technical: points,
      trace,
      void_seats: voidSeats,
    }
  })
}

const bySeat = (map) => [...map].sort(([one], [other]) => one - other)

function markOf(seat, sheet, bid, criteria) {
  const codes = new Set(criteria.map(({ code }) => code))
  const scores = sheet.filter((score) => score.bid === bid && codes.has(score.criterion))
  const points = scores.reduce((total, score) => total + score.points, 0)
  return { seat, points, hasReason: scores.some(({ reason }) => (reason ?? null) !== null) }
}

function criterionResult(criterion, bid, sheets) {
  const seats = bySeat(sheets).flatMap(([seat, sheet]) => {
    const score = sheet.find((each) => each.bid === bid && each.criterion === criterion.code)
    return score ? [{ points: score.points, reason: score.reason ?? null, seat }] : []
  })
  const isSame = seats.every(({ points }) => points === seats[0].points)
  return { criterion: criterion.code, is_agreed: isSame || criterion.judging.kind !== 'objective', seats }
}

function middlePoints(seats) {
  const sorted = seats.map(({ points }) => points).sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** The technical points of one bid from the marks of the seats. */
export function aggregate(rule, marks) {
  require(isPanelRule(rule), 'parameter_out_of_range')
  require(marks.every(({ points }) => points >= 0 && points <= rule.points_max), 'mark_out_of_range')
  const sorted = [...marks].sort((one, other) => one.points - other.points || one.seat - other.seat)
  const trace = new Trace()
  const isVoid = ({ points, hasReason }) => !hasReason && asksForReason(rule, points)
  for (const mark of sorted.filter(isVoid)) trace.step('mark_void', [term.points('mark', mark.points)], mark.seat)
  const valid = sorted.filter((mark) => !isVoid(mark))
  require(valid.length > 0, 'no_valid_mark')
  const { kind, trim_from } = rule.aggregation
  const isTrimmed = kind === 'trimmed_mean' && valid.length >= trim_from
  const kept = isTrimmed ? valid.slice(1, -1) : valid
  const leftOut = isTrimmed ? [valid[0].seat, valid.at(-1).seat] : []
  const exact = mean(kept.map(({ points }) => Rational.points(points)))
  const of = term.ids('of', kept.map(({ seat }) => seat))
  trace.step('panel_score', [term.ids('left_out', leftOut), of, term.exactPoints('exact', exact), term.points('result', exact.toPoints())])
  const voidSeats = sorted.filter(isVoid).map(({ seat }) => seat).sort((one, other) => one - other)
  return { points: exact.toPoints(), trace: trace.toJson(), voidSeats }
}

function isPanelRule({ points_max, aggregation: { kind, trim_from }, reasons }) {
  const isTrim = kind === 'mean' || trim_from >= 3
  if (reasons === null) return points_max > 0 && isTrim
  const [low, high] = [reasons.low_ratio, reasons.high_ratio].map(Rational.parse)
  return points_max > 0 && isTrim && !ONE.isBelow(high) && !low.isBelow(ZERO) && low.isBelow(high)
}

function asksForReason({ reasons, points_max }, points) {
  if (reasons === null) return false
  const [mark, most] = [points, points_max].map(Rational.points)
  const isHigh = !mark.isBelow(most.times(Rational.parse(reasons.high_ratio)))
  return isHigh || !most.times(Rational.parse(reasons.low_ratio)).isBelow(mark)
}

/** `{ranking, trace}` of `bids_ranked`. `bids`: `[{id, lottery, price}]` with a price that counts, in drawn order. */
export function rankBids(terms, bids, scores, drawn) {
  const parts = new Map(scores.map(({ bid, technical, business }) => [bid, { technical, business }]))
  const partsOf = (id) => parts.get(id) ?? { technical: 0, business: 0 }
  const priced = bids.map((bid) => ({ ...bid, quality: partsOf(bid.id).technical + partsOf(bid.id).business }))
  const outcome = applyPriceRule(terms.price_rule, priced, terms.ceiling.minor, drawn)
  const order = outcome.order ?? orderByTotal(priced, outcome.scores)
  const ranking = priced.map((bid) => {
    const points = outcome.scores.get(bid.id) ?? 0
    const place = order.indexOf(bid.id)
    return {
      bid: bid.id,
      business: partsOf(bid.id).business,
      is_abnormally_low: outcome.low.has(bid.id),
      price_minor: bid.price,
      price_points: points,
      rank: place < 0 ? null : place + 1,
      technical: partsOf(bid.id).technical,
      total: bid.quality + points,
    }
  })
  ranking.sort((one, other) => (one.rank ?? Number.POSITIVE_INFINITY) - (other.rank ?? Number.POSITIVE_INFINITY) || 0)
  return { ranking, trace: outcome.trace }
}

function orderByTotal(priced, scores) {
  const total = (bid) => bid.quality + scores.get(bid.id)
  const standing = priced.filter(({ id }) => scores.has(id))
  standing.sort((one, other) => total(other) - total(one) || one.price - other.price || one.lottery - other.lottery)
  return standing.map(({ id }) => id)
}
