// The steps of a calculation as the log records them (docs/log.md, 11).

export class Trace {
  constructor() {
    this.steps = []
  }

  /** Adds a step; `terms` are `term.…` in their order. */
  step(code, terms, subject = null) {
    this.steps.push({ code, subject, terms })
  }

  toJson() {
    return { steps: this.steps }
  }
}

const exact = (unit) => (name, value) => ({ name, value: { unit, value: value.toTrace() } })
const plain = (unit) => (name, value) => ({ name, value: { unit, value } })

export const term = {
  amount: exact('amount'),
  ratio: exact('ratio'),
  percent: exact('percent'),
  exactPoints: exact('exact_points'),
  points: plain('points'),
  count: plain('count'),
  ids: plain('ids'),
}
