// Limits of time: what the law says, what a centre sets in its place, and when a period ends (docs/log.md, 9.5).
import { readFileSync } from 'node:fs'
import { require } from './bytes.mjs'
import { ascends } from './rules.mjs'

const data = (name) => JSON.parse(readFileSync(new URL(`../law/${name}.json`, import.meta.url), 'utf8'))
const LAWS = { bidding: data('bidding'), procurement: data('procurement') }
const ANNOUNCED = data('holidays')

const DAY = 86_400_000
/** Asia/Shanghai, the whole year. */
const AHEAD = 8 * 3_600_000
/** 9999-12-31, in days since 1970. */
const LAST = 2_932_896
const UNITS = { hours: 3_600_000, minutes: 60_000, seconds: 1000, per_mille: 0 }
const MOST = { calendar_days: 3660, working_days: 3660, hours: 1000, minutes: 60_000, seconds: 3_600_000, per_mille: 1000 }

const dayOf = (ms) => Math.min(Math.max(Math.floor((ms + AHEAD) / DAY), 0), LAST)
const endOf = (day) => (day + 1) * DAY - AHEAD
const textOf = (day) => new Date(day * DAY).toISOString().slice(0, 10)
const later = (day, days) => Math.min(day + days, LAST)
const earlier = (day, days) => Math.max(day - days, 0)

/** A text such as 2026-10-01 that is a day from 1970 on. */
export function isDay(text) {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text) || text < '1970') return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** The law before a centre has set anything. */
export function newLaw() {
  return { limits: { overrides: [], reason: null }, years: new Map(ANNOUNCED.map((each) => [each.year, each])) }
}

/** Whether a day is worked. */
export function isWorked({ years }, day) {
  const text = textOf(day)
  const year = years.get(Number(text.slice(0, 4)))
  if (year?.working_days.includes(text)) return true
  return new Date(day * DAY).getUTCDay() % 6 !== 0 && !year?.holidays.includes(text)
}

function rolled(law, from) {
  let day = from
  while (!isWorked(law, day)) day = later(day, 1)
  return day
}

/** When a period of this amount that begins at `ms` is over. */
export function endsOf(law, { count, unit }, ms) {
  let day = dayOf(ms)
  if (unit === 'calendar_days') return endOf(rolled(law, later(day, count)))
  if (unit !== 'working_days') return ms + count * UNITS[unit]
  for (let left = count; left > 0; left -= 1) day = rolled(law, later(day, 1))
  return endOf(day)
}

/** The last moment that has the whole amount between it and `ms`. */
export function latestStartOf(law, { count, unit }, ms) {
  if (unit in UNITS) return ms - count * UNITS[unit]
  let day = earlier(dayOf(ms), 1)
  if (unit === 'calendar_days') return endOf(earlier(day, count)) - 1
  for (let left = count; left > 0; left -= 1) {
    while (!isWorked(law, day)) day = earlier(day, 1)
    day = earlier(day, 1)
  }
  return endOf(day) - 1
}

function provisionOf(regime, rule, ms) {
  const ofRule = LAWS[regime].filter((each) => each.rule === rule)
  return ofRule.findLast(({ valid_from: from }) => from <= textOf(dayOf(ms))) ?? ofRule[0]
}

function amountOf({ limits }, regime, rule, ms) {
  return (limits.overrides.find((set) => set.rule === rule) ?? provisionOf(regime, rule, ms)).amount
}

export const ends = (law, regime, rule, ms) => endsOf(law, amountOf(law, regime, rule, ms), ms)
export const latestStart = (law, regime, rule, ms) => latestStartOf(law, amountOf(law, regime, rule, ms), ms)

/** Refuses limits that no centre may set. */
export function checkLimits({ overrides, reason }) {
  const all = Object.values(LAWS).flat()
  // What is no rule or no unit is no command either.
  for (const { amount, rule } of overrides) {
    require(all.some((each) => each.rule === rule) && Object.hasOwn(MOST, amount.unit), 'unknown_command')
  }
  require(new Set(overrides.map(({ rule }) => rule)).size === overrides.length, 'limit_twice')
  for (const { amount, rule } of overrides) {
    const isShare = (other) => other.unit === 'per_mille'
    const isLike = all.filter((each) => each.rule === rule).every((each) => isShare(each.amount) === isShare(amount))
    require(isLike && amount.count <= MOST[amount.unit], 'limit_out_of_bounds')
  }
  require(overrides.length === 0 || reason !== null, 'limit_without_reason')
}

/** Refuses a year's holidays that do not hold together. */
export function checkHolidays({ holidays, working_days: worked, year }) {
  require([...holidays, ...worked].every(isDay), 'unknown_command')
  const isOfYear = (text) => text.startsWith(`${year}-`)
  const isFine = year >= 2000 && year <= 2200 && ascends(holidays) && ascends(worked) && [...holidays, ...worked].every(isOfYear)
  require(isFine && !worked.some((text) => holidays.includes(text)), 'holidays_malformed')
}
