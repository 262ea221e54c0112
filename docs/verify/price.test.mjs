// Price rules, the aggregation of marks and the ranking against worked cases.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { applyPriceRule } from './lib/price.mjs'
import { Rational } from './lib/rational.mjs'
import { aggregate, rankBids } from './lib/scores.mjs'
import { normalDecimals } from './lib/terms.mjs'

const data = (name) => JSON.parse(readFileSync(new URL(`../../src/formula/testdata/${name}`, import.meta.url), 'utf8'))
const minor = (yuan) => Number(Rational.parse(yuan).times(Rational.of(100)).numerator)
const bidsOf = (prices) => prices.map((price, at) => ({ id: at + 1, lottery: at + 1, price, quality: 0 }))

/** "id points" of each scored bid, as the cases are written. */
function scores(formula, prices, drawn = null, ceiling = 10_000_000) {
  const outcome = applyPriceRule({ formula, abnormally_low: null }, bidsOf(prices), ceiling, drawn)
  return [...outcome.scores].map(([id, points]) => `${id} ${(points / 100).toFixed(2)}`)
}

function caseOutcome({ max_price, drop_threshold, band, c_value, full_score, abnormal_low_ratio, bids }) {
  const { formula, abnormally_low } = data('municipal_rule.json')
  const rule = {
    formula: { ...formula, points_max: minor(full_score), band: { high: band[0], low: band[1] }, drop_min: drop_threshold },
    abnormally_low: { ...abnormally_low, of_ceiling: abnormal_low_ratio },
  }
  const valid = bids.filter(({ rejected }) => !rejected).map(({ id, lot_no, price }) => ({ id, lottery: lot_no, price: minor(price) }))
  valid.sort((one, other) => one.lottery - other.lottery)
  return applyPriceRule(rule, valid, minor(max_price), normalDecimals(c_value))
}

test('every score of every worked case, and the bytes of one whole trace', () => {
  for (const each of data('comprehensive_price_cases.json')) {
    const { scores: points, low } = caseOutcome(each)
    const found = Object.fromEntries([...points].map(([id, score]) => [id, (score / 100).toFixed(2)]))
    assert.deepEqual(found, each.expected.price_scores, each.name)
    assert.deepEqual([...low].sort(), [...each.expected.abnormally_low].sort(), each.name)
  }
  const { trace } = data('banded_median_outcome.json')
  assert.deepEqual(caseOutcome(data('comprehensive_price_cases.json')[1]).trace, trace)
})

test('the other formulas with points', () => {
  assert.deepEqual(scores({ formula: 'lowest', points_max: 3000 }, [12_000, 10_000, 15_000]), ['1 25.00', '2 30.00', '3 20.00'])
  const deviation = (up, down, isClamped) => ({
    formula: 'base_deviation',
    points_max: 4000,
    up_per_percent: up,
    down_per_percent: down,
    is_clamped: isClamped,
  })
  assert.deepEqual(scores(deviation('1', '0.5', true), [9_000, 10_000, 11_000]), ['1 35.00', '2 40.00', '3 30.00'])
  const five = [5_000, 9_000, 10_000, 11_000, 50_000]
  assert.deepEqual(scores(deviation('1', '0.5', true), five), ['1 15.00', '2 35.00', '3 40.00', '4 30.00', '5 0.00'])
  assert.equal(scores(deviation('1', '0.5', false), five)[4], '5 -360.00')
  assert.deepEqual(scores(deviation('100', '100', true), [10_000, 10_001, 10_001]), ['1 39.00', '2 40.00', '3 40.00'])
  const benchmark = { formula: 'benchmark', points_max: 5000, coefficient: { from: 'drawn', among: ['0.9', '0.95'] }, free_percent: '1', penalty_percent: '2' }
  const prices = [90_000, 90_900, 94_500, 85_500, 20_000]
  assert.deepEqual(scores(benchmark, prices, '0.9', 100_000), ['1 50.00', '2 50.00', '3 46.00', '4 46.00', '5 0.00'])
  assert.throws(() => scores(benchmark, prices, '1', 100_000), { code: 'coefficient_unknown' })
  assert.throws(() => scores(benchmark, [100_001], '0.9', 100_000), { code: 'no_valid_bid' })
})

test('formulas that give an order', () => {
  const band = (valid, float, prices) =>
    applyPriceRule(
      { formula: { formula: 'base_band', valid_percent: valid, float_percent: { from: 'fixed', value: float } }, abnormally_low: null },
      bidsOf(prices),
      100_000,
      null,
    ).order
  assert.deepEqual(band('20', '5', [8_000, 9_000, 10_000, 13_000]), [2, 1, 3])
  assert.deepEqual(band('20', '0', [10_000, 8_000]), [2, 1])
  const bids = bidsOf([10_000, 12_000, 5_000]).map((bid, at) => ({ ...bid, quality: [2000, 3000, 1000][at] }))
  const { order } = applyPriceRule({ formula: { formula: 'value_for_money' }, abnormally_low: null }, bids, 100_000, null)
  assert.deepEqual(order, [2, 3, 1])
})

test('abnormally low prices', () => {
  const none = { of_ceiling: null, of_mean: null, mean_of: 'all', of_next: null, is_inclusive: false, explanation_minutes: 30 }
  const low = (rule, prices) => {
    const lowest = { formula: 'lowest', points_max: 3000 }
    return [...applyPriceRule({ formula: lowest, abnormally_low: { ...none, ...rule } }, bidsOf(prices), 100_000, null).low]
  }
  assert.deepEqual(low({ of_ceiling: '0.85' }, [85_000, 84_999]), [2])
  assert.deepEqual(low({ of_mean: '0.5' }, [5_000, 10_000, 15_000]), [])
  assert.deepEqual(low({ of_mean: '0.5' }, [4_900, 10_000, 15_000]), [1])
  assert.deepEqual(low({ of_next: '0.5' }, [10_000, 4_999, 30_000]), [2])
  const others = { of_mean: '0.6', mean_of: 'others', of_next: '0.7', is_inclusive: true }
  assert.deepEqual(low(others, [6_000, 10_000, 10_000]), [1])
  assert.deepEqual(low(others, [7_000, 10_000]), [1])
  assert.deepEqual(low(others, [7_000]), [])
})

test('marks of a panel become one score', () => {
  const rule = { points_max: 1000, aggregation: { kind: 'trimmed_mean', trim_from: 5 }, reasons: { high_ratio: '0.9', low_ratio: '0.6' } }
  const score = (points, hasReason = false) => aggregate(rule, points.map((each, at) => ({ seat: at + 1, points: each, hasReason })))
  assert.equal(score([800, 700, 850, 650, 701]).points, 734)
  assert.equal(score([800, 800, 800, 700, 700]).points, 767)
  assert.deepEqual(score([900, 700, 850, 600, 701]).voidSeats, [1, 4])
  assert.equal(score([900, 700, 850, 600, 701]).points, 750)
  assert.equal(score([900, 700, 850, 600, 701], true).points, 750)
  assert.throws(() => score([950, 100]), { code: 'no_valid_mark' })
  assert.throws(() => score([1001]), { code: 'mark_out_of_range' })
})

test('equal totals go by price, then by lottery; those over the ceiling come last without a rank', () => {
  const terms = { price_rule: { formula: { formula: 'lowest', points_max: 3000 }, abnormally_low: null }, ceiling: { minor: 20_000 } }
  const bids = [25_000, 10_000, 10_000, 20_000].map((price, at) => ({ id: `b${at}`, lottery: at + 1, price }))
  const scored = [0, 1000, 1000, 2500].map((technical, at) => ({ bid: `b${at}`, technical, business: 0 }))
  const { ranking } = rankBids(terms, bids, scored, null)
  assert.deepEqual(ranking.map(({ bid, rank, total }) => [bid, rank, total]), [
    ['b1', 1, 4000],
    ['b2', 2, 4000],
    ['b3', 3, 4000],
    ['b0', null, 0],
  ])
})
