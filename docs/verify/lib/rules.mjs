// What all decisions share: how an act is refused, and who may act (docs/log.md, 9).
import { Refused, isObject, require } from './bytes.mjs'
import { write } from './canonical.mjs'

/** Refused because this actor may not do it: marked ⊘ in docs/log.md, and A7's instead of K4's. */
export class Forbidden extends Refused {}

export function permit(condition, code) {
  if (!condition) throw new Forbidden(code)
}

export const SYSTEM = 'system'

export function system({ actor }) {
  permit(actor === SYSTEM, 'system_only')
}

/** The acting person, if it acts in `role`. */
export function personAs({ actor }, role) {
  permit(actor.role === role, 'role_not_allowed')
  return actor
}

export function ofOrganisation(act, role, org) {
  const person = personAs(act, role)
  permit(person.org === org, 'other_organisation')
  return person
}

export const hostOf = (terms, act) => ofOrganisation(act, 'host', terms.agency)
export const buyerOf = (terms, act) => ofOrganisation(act, 'buyer', terms.buyer)

/** Decides by a table of acts: `{type: [fields, decide]}`; a field with `?` may be left out, and is null then. */
export function decideBy(table, act, ...state) {
  const [fields, decide] = Object.hasOwn(table, act.type) ? table[act.type] : []
  require(decide, 'unknown_command', act.type)
  return decide(...state, readBody(fields, act.body), act)
}

function readBody(fields, body) {
  require(isObject(body), 'unknown_command')
  const read = {}
  for (const field of fields.split(' ').filter((each) => each !== '')) {
    const name = field.replace('?', '')
    const isThere = Object.hasOwn(body, name)
    require(isThere || field.endsWith('?'), 'unknown_command', name)
    read[name] = isThere ? body[name] : null
  }
  require(Object.keys(body).every((name) => Object.hasOwn(read, name)), 'unknown_command')
  return read
}

/** One text for one value: what two lists or objects are compared by. */
export const isSame = (one, other) => write(one) === write(other)

/** In ascending order and all different. */
export const ascends = (texts) => texts.every((text, at) => at === 0 || texts[at - 1] < text)
