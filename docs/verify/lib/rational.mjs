// Exact rationals on BigInt, and the texts in which rules and traces write them (docs/log.md, 10 and 11).

const DIGITS_MAX = 24
const ROUNDED_DIGITS = 10

/** Numerator and positive denominator in lowest terms. */
export class Rational {
  constructor(numerator, denominator = 1n) {
    const sign = denominator < 0n ? -1n : 1n
    const divisor = gcd(abs(numerator), abs(denominator))
    this.numerator = (sign * numerator) / divisor
    this.denominator = (sign * denominator) / divisor
  }

  static of(integer) {
    return new Rational(BigInt(integer))
  }

  /** A decimal such as "0.985". */
  static parse(text) {
    const [, sign, whole, fraction = ''] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text)
    return new Rational(BigInt(sign + whole + fraction), 10n ** BigInt(fraction.length))
  }

  static points(hundredths) {
    return new Rational(BigInt(hundredths), 100n)
  }

  plus(other) {
    const { numerator: a, denominator: b } = this
    return new Rational(a * other.denominator + other.numerator * b, b * other.denominator)
  }

  minus(other) {
    return this.plus(new Rational(-other.numerator, other.denominator))
  }

  times(other) {
    return new Rational(this.numerator * other.numerator, this.denominator * other.denominator)
  }

  over(other) {
    return new Rational(this.numerator * other.denominator, this.denominator * other.numerator)
  }

  abs() {
    return new Rational(abs(this.numerator), this.denominator)
  }

  compare(other) {
    const difference = this.minus(other).numerator
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }

  isBelow(other) {
    return this.compare(other) < 0
  }

  /** With `digits` digits after the point, a half rounded away from zero. */
  rounded(digits) {
    return new Rational(this.scaled(digits), 10n ** BigInt(digits))
  }

  /** As points: an integer of hundredths. */
  toPoints() {
    return Number(this.scaled(2))
  }

  scaled(digits) {
    const magnitude = (2n * abs(this.numerator) * 10n ** BigInt(digits) + this.denominator) / (2n * this.denominator)
    return this.numerator < 0n ? -magnitude : magnitude
  }

  /** As a trace writes it. */
  toTrace() {
    const digits = digitsOf(this.denominator)
    if (digits !== undefined) return { decimal: this.toDecimal(digits), fraction: null }
    return { decimal: this.toDecimal(ROUNDED_DIGITS), fraction: `${this.numerator}/${this.denominator}` }
  }

  toDecimal(digits) {
    const scaled = this.scaled(digits)
    const text = abs(scaled).toString().padStart(digits + 1, '0')
    const whole = text.slice(0, text.length - digits)
    return `${scaled < 0n ? '-' : ''}${whole}${digits > 0 ? '.' : ''}${text.slice(text.length - digits)}`
  }
}

export const ZERO = Rational.of(0)
export const ONE = Rational.of(1)
export const HUNDRED = Rational.of(100)

export const least = (one, other) => (other.isBelow(one) ? other : one)
export const greatest = (one, other) => (one.isBelow(other) ? other : one)
export const sum = (values) => values.reduce((total, value) => total.plus(value), ZERO)
export const mean = (values) => sum(values).over(Rational.of(values.length))

export function median(values) {
  const sorted = [...values].sort((one, other) => one.compare(other))
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : mean(sorted.slice(middle - 1, middle + 1))
}

/** How many digits after the point an exact decimal needs; undefined if none is short enough. */
function digitsOf(denominator) {
  const counts = [2n, 5n].map((factor) => {
    let times = 0
    for (; times <= DIGITS_MAX && denominator % factor === 0n; times += 1) denominator /= factor
    return times
  })
  const digits = Math.max(...counts)
  return denominator === 1n && digits <= DIGITS_MAX ? digits : undefined
}

function abs(number) {
  return number < 0n ? -number : number
}

function gcd(one, other) {
  while (other !== 0n) [one, other] = [other, one % other]
  return one
}
