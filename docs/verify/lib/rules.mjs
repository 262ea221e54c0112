// What all decisions share: how an act is refused, and who may act (docs/log.md, 9).
import { Refused, isDigest, isObject, isUuid, require } from './bytes.mjs'
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

/** Decides by a table of acts: `{type: [fields, decide]}`. */
export function decideBy(table, act, ...state) {
  const [fields, decide] = Object.hasOwn(table, act.type) ? table[act.type] : []
  require(decide, 'unknown_command', act.type)
  return decide(...state, readBody(fields, act.body), act)
}

const isTextOf = (most) => (value) => {
  const length = typeof value === 'string' ? [...value].length : 0
  return length >= 1 && length <= most && !/[^\P{Cc}\n]/u.test(value)
}

/** What a field may hold, by the word behind its name. */
const KINDS = {
  id: isUuid,
  digest: isDigest,
  hex: (value) => typeof value === 'string' && /^[0-9a-f]*$/i.test(value),
  text: (value) => typeof value === 'string',
  short: isTextOf(200),
  long: isTextOf(4000),
  count: (value) => Number.isInteger(value) && value >= 0,
  integer: (value) => Number.isInteger(value),
  list: Array.isArray,
  object: isObject,
}

/** Reads a body by its fields, `name:kind` each; one with `?` behind it may be left out or null, and is null then. */
function readBody(fields, body) {
  require(isObject(body), 'unknown_command')
  const read = {}
  for (const field of fields.split(' ').filter((each) => each !== '')) {
    const [, name, kind, optional] = /^(\w+):(\w+)(\??)$/.exec(field)
    const value = Object.hasOwn(body, name) ? body[name] : null
    require(value === null ? optional === '?' : KINDS[kind](value), 'unknown_command', name)
    read[name] = value
  }
  require(Object.keys(body).every((name) => Object.hasOwn(read, name)), 'unknown_command')
  return read
}

/** One text for one value: what two lists or objects are compared by. */
export const isSame = (one, other) => write(one) === write(other)

/** In ascending order and all different. */
export const ascends = (texts) => texts.every((text, at) => at === 0 || texts[at - 1] < text)
