// Terms that a lawful tender can have (docs/log.md, 9.2 and the ranges of 10.3).
import { isObject, require } from './bytes.mjs'
import { Rational, ONE, ZERO, HUNDRED } from './rational.mjs'

/** The envelopes of a procedure, and those that open at the deadline. */
export const envelopesOf = ({ procedure }) => (procedure === 'one_stage' ? [1, 2, 3] : [1, 2, 3, 4])
export const opensFirst = ({ procedure }, envelope) => procedure === 'one_stage' || envelope === 1 || envelope === 3
export const priceStatementOf = ({ procedure }) => (procedure === 'one_stage' ? 3 : 4)
export const fieldsOf = (lot, envelope) => ({ 3: lot.statement_fields, 4: lot.price_fields })[envelope] ?? []

/** The coefficient of a lot's price rule, and the values that it is drawn from. */
export function drawSetOf({ price_rule: { formula } }) {
  const coefficient = formula.coefficient ?? formula.float_percent
  return coefficient?.from === 'drawn' ? coefficient.among : []
}

/** Terms as events have them: each decimal of their rules in its one text, without zeros that say nothing. */
export function normalTerms(terms) {
  const lots = terms.lots.map((lot) => ({ ...lot, panel: normalDecimals(lot.panel), price_rule: normalDecimals(lot.price_rule) }))
  return { ...terms, lots }
}

export function normalDecimals(value) {
  if (typeof value === 'string') return /^-?[0-9]+(\.[0-9]+)?$/.test(value) ? Rational.parse(value).toTrace().decimal : value
  if (Array.isArray(value)) return value.map(normalDecimals)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, normalDecimals(each)]))
}

export function checkTerms(terms) {
  const { lots } = terms
  require(lots.length >= 1 && lots.length <= 32, 'lots_count')
  require(areDifferent(lots.map(({ id }) => id)), 'lot_twice')
  for (const lot of lots) checkLot(lot, terms)
}

const areDifferent = (values) => new Set(values).size === values.length

function checkLot(lot, { procedure, regime }) {
  const { criteria } = lot
  require(lot.ceiling.minor > 0, 'ceiling_not_positive')
  require(lot.panel.size >= 5 && lot.panel.size % 2 === 1, 'panel_size')
  require(lot.candidates_max >= 1 && lot.candidates_max <= 3, 'candidates_count')
  require(lot.min_bids >= 3, 'min_bids_below_law')
  require(criteria.length <= 64, 'criteria_count')
  require(areDifferent(criteria.map(({ code }) => code)), 'criterion_twice')
  const isInItsPart = ({ part, judging: { kind, max } }) => (part === 'preliminary' ? kind === 'pass_fail' : max > 0)
  require(criteria.every(isInItsPart), 'criterion_part')
  checkFields(lot, procedure)
  require(regime === 'bidding' || lot.price_rule.formula.formula === 'lowest', 'formula_not_lawful')
  checkFormula(lot.price_rule.formula)
  checkAbnormal(lot.price_rule.abnormally_low, regime)
}

function checkFields({ statement_fields: first, price_fields: second }, procedure) {
  const all = [...first, ...second]
  require(all.length <= 32, 'fields_count')
  require(areDifferent(all.map(({ id }) => id)), 'field_twice')
  const prices = [first, second].map((fields) => fields.filter(({ kind }) => kind === 'price').length)
  require(String(prices) === (procedure === 'one_stage' ? '1,0' : '0,1'), 'price_field_in_wrong_statement')
}

/** What each parameter of a formula must be, by its name; a coefficient's values likewise. */
const isPositive = (value) => ZERO.isBelow(value)
const isNotNegative = (value) => !value.isBelow(ZERO)
const isAtMost = (most) => (value) => !most.isBelow(value)
const isShare = (value) => isPositive(value) && isAtMost(ONE)(value)
const DECIMALS = {
  up_per_percent: isNotNegative,
  down_per_percent: isNotNegative,
  above_per_percent: isNotNegative,
  below_per_percent: isNotNegative,
  free_percent: isNotNegative,
  penalty_percent: isNotNegative,
  valid_percent: isNotNegative,
  drop_min: (value) => isNotNegative(value) && value.isBelow(ONE),
}
const COEFFICIENTS = {
  benchmark: isShare,
  banded_median: isPositive,
  base_band: (value) => isNotNegative(value) && value.isBelow(HUNDRED),
}

function checkFormula(formula) {
  const holds = (condition) => require(condition, 'parameter_out_of_range')
  if ('points_max' in formula) holds(formula.points_max > 0)
  for (const [name, isGood] of Object.entries(DECIMALS)) {
    if (name in formula) holds(isGood(Rational.parse(formula[name])))
  }
  const coefficient = formula.coefficient ?? formula.float_percent
  if (coefficient) holds(isCoefficient(coefficient, COEFFICIENTS[formula.formula]))
  if (formula.formula !== 'banded_median') return
  const { lottery_limit: limit, band, trim_from: trimFrom } = formula
  holds(limit.whole_max >= 1 && limit.cut_max >= limit.whole_max && trimFrom >= 3)
  holds(!Rational.parse(band.high).isBelow(ONE) && isShare(Rational.parse(band.low)))
}

function isCoefficient({ from, value, among }, isGood) {
  const values = from === 'fixed' ? [value] : among
  const isSet = values.length >= 1 && values.length <= 1000 && areDifferent(values)
  return isSet && values.every((text) => isGood(Rational.parse(text)))
}

function checkAbnormal(rule, regime) {
  if (rule) {
    const ratios = [rule.of_ceiling, rule.of_mean, rule.of_next].filter((ratio) => ratio !== null)
    const isGood = ratios.every((ratio) => isShare(Rational.parse(ratio))) && rule.explanation_minutes > 0
    require(isGood, 'parameter_out_of_range')
  }
  if (regime === 'bidding') return
  const isBetween = (ratio, low) => ratio !== null && !Rational.parse(ratio).isBelow(low) && isAtMost(Rational.points(65))(Rational.parse(ratio))
  const [least, half] = [Rational.points(45), Rational.points(50)]
  const keepsLaw = rule && isBetween(rule.of_ceiling, least) && isBetween(rule.of_mean, half) && isBetween(rule.of_next, half)
  require(keepsLaw && rule.mean_of === 'all' && rule.explanation_minutes >= 30, 'abnormal_thresholds')
}
