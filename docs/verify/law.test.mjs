// The limits of time: the worked cases that both implementations share, and what a centre may set.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkHolidays, checkLimits, ends, endsOf, isDay, latestStart, latestStartOf, newLaw } from './lib/law.mjs'
import { codeOf } from './support/refused.mjs'

const ours = (name) => readFileSync(new URL(`../../src/law/${name}.json`, import.meta.url), 'utf8')
const theirs = (name) => readFileSync(new URL(`law/${name}.json`, import.meta.url), 'utf8')

test('worked cases', () => {
  for (const { name, amount, at_ms: at, ends_ms: end, latest_start_ms: start } of JSON.parse(ours('testdata/periods'))) {
    assert.equal(endsOf(newLaw(), amount, at), end, name)
    assert.equal(latestStartOf(newLaw(), amount, at), start, name)
  }
})

test('the data is that of the platform', () => {
  for (const name of ['bidding', 'procurement', 'holidays']) assert.equal(theirs(name), ours(name), name)
})

test('a centre sets its own, and a decree moves a holiday', () => {
  const law = newLaw()
  const noon = Date.parse('2026-09-01T12:00:00+08:00')
  assert.equal(ends(law, 'bidding', 'candidate_publicity', noon), Date.parse('2026-09-05T00:00:00+08:00'))
  const year = law.years.get(2026)
  law.years.set(2026, { ...year, holidays: [...year.holidays, '2026-09-04'].sort() })
  assert.equal(ends(law, 'bidding', 'candidate_publicity', noon), Date.parse('2026-09-08T00:00:00+08:00'))
  law.limits = { overrides: [{ amount: { count: 60, unit: 'seconds' }, rule: 'candidate_publicity' }], reason: '演示' }
  assert.equal(ends(law, 'procurement', 'candidate_publicity', noon), noon + 60_000)
  assert.equal(latestStart(law, 'procurement', 'candidate_publicity', noon), noon - 60_000)
})

test('what no centre may set is refused', () => {
  const set = (count, unit, rule = 'notice_to_deadline') => ({ amount: { count, unit }, rule })
  const limits = (overrides, reason = '演示') => codeOf(() => checkLimits({ overrides, reason }))
  assert.equal(limits([set(60, 'seconds')]), null)
  assert.equal(limits([], null), null)
  assert.equal(limits([set(60, 'seconds')], null), 'limit_without_reason')
  assert.equal(limits([set(1, 'hours'), set(2, 'hours')]), 'limit_twice')
  assert.equal(limits([set(3661, 'working_days')]), 'limit_out_of_bounds')
  assert.equal(limits([set(20, 'per_mille')]), 'limit_out_of_bounds')
  assert.equal(limits([set(1, 'weeks')]), 'unknown_command')
  assert.equal(limits([set(1, 'hours', 'lunch')]), 'unknown_command')
  const holidays = (days, worked, year = 2027) => codeOf(() => checkHolidays({ holidays: days, working_days: worked, year }))
  assert.equal(holidays(['2027-01-01'], ['2027-01-03']), null)
  assert.equal(holidays(['2027-01-02', '2027-01-01'], []), 'holidays_malformed')
  assert.equal(holidays(['2027-01-01'], ['2027-01-01']), 'holidays_malformed')
  assert.equal(holidays(['2027-01-01'], [], 2028), 'holidays_malformed')
  assert.equal(holidays(['2027-02-30'], []), 'unknown_command')
  assert.ok(!isDay('+2027-01-01') && !isDay('1969-12-31') && isDay('2028-02-29'))
})
