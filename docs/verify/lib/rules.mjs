// What all decisions share: how an act is refused, and who may act (docs/log.md, 9).
import { Refused, isDigest, isHex, isObject, isUuid, require } from './bytes.mjs'
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
  const body = bodyOf(table, act)
  const [, decide] = table[act.type]
  return decide(...state, body, act)
}

/** The body of an act that a table knows, with every field that its type has. */
export function bodyOf(table, { type, body }) {
  require(Object.hasOwn(table, type), 'unknown_command', type)
  const [fields] = table[type]
  return readBody(fields, body)
}

const isTextOf = (most) => (value) => {
  const length = typeof value === 'string' ? [...value].length : 0
  return length >= 1 && length <= most && !/[^\P{Cc}\n]/u.test(value)
}

const isOneOf = (words) => (value) => words.split(' ').includes(value)

/** What a field may hold, by the word behind its name. */
const KINDS = {
  id: isUuid,
  digest: isDigest,
  submission: (value) => isHex(value, 32),
  text: (value) => typeof value === 'string',
  short: isTextOf(200),
  long: isTextOf(4000),
  count: (value) => Number.isInteger(value) && value >= 0,
  integer: (value) => Number.isInteger(value),
  flag: (value) => typeof value === 'boolean',
  value: (value) => typeof value === 'string' || Number.isInteger(value),
  object: isObject,
  order: isOneOf('suspend resume correct'),
  about: isOneOf('document opening candidates'),
  decision: isOneOf('upheld partly_upheld rejected'),
  fall: isOneOf('withdrew force_majeure no_performance_security unlawful_conduct'),
  objection: isOneOf('objection'),
  knowledge: isOneOf('knowledge'),
  opened: isOneOf('opened'),
  failed: isOneOf('failed'),
  failure: isOneOf('file_corrupt wrong_lock malformed identity_mismatch platform_fault custodians_unavailable'),
  rejection: isOneOf(
    'not_stamped_and_signed consortium_without_agreement not_qualified multiple_bids_or_prices below_cost_or_above_ceiling not_responsive collusion_fraud_bribery tender_document',
  ),
}

const OPENED = 'files:Document[] label_key:text outcome:opened statement:Value[]?'
const FAILED = 'code:failure label_key:text? outcome:failed'

/** The fields of what stands in fields and lists, by name; of one that depends on the value, how to find them. */
const FORMS = {
  Amount: 'count:count unit:text',
  Authority: 'certificate:text name:short',
  Committee: 'custodians:Custodian[] epoch:count group_key:text threshold:count transcript:digest',
  Custodian: 'identity:text index:count name:short public_share:text signature:text',
  Document: 'len:count media_type:text name:short sha256:digest',
  Fault: 'code:text index:count',
  Ground: (value) => (value?.from === 'objection' ? 'from:objection objection:id' : 'from:knowledge known_at:integer scope:text?'),
  Key: 'alg:count device:short person:id spki:text',
  Limits: 'overrides:Override[] reason:long?',
  Line: 'core_sha256:digest envelope:count root:digest submission:submission total_len:count',
  Override: 'amount:Amount rule:text',
  Organisation: 'credit_code:text? name:short name_en:short',
  Pin: 'index:count signature:text',
  Reason: 'code:rejection evidence:long',
  Result: (value) => (value?.outcome === 'opened' ? OPENED : FAILED),
  Schedule: 'is_cancelled:flag notice:digest opening_at:integer',
  Score: 'bid:id criterion:text points:integer reason:long?',
  Value: 'id:text value:value',
  Verdict: 'bid:id criterion:text is_met:flag reason:Reason?',
}

/**
 * Reads a body by its fields, `name:kind` each, where a kind is a word above or the name of a form, with `[]` behind it a
 * list of such. One with `?` behind it may be left out or null, and is null then.
 */
function readBody(fields, body) {
  require(isObject(body), 'unknown_command')
  const read = {}
  for (const field of fields.split(' ').filter((each) => each !== '')) {
    const [, name, kind, list, optional] = /^(\w+):(\w+)(\[\])?(\??)$/.exec(field)
    const value = Object.hasOwn(body, name) ? body[name] : null
    require(value !== null || optional === '?', 'unknown_command', name)
    require(value === null || !list || Array.isArray(value), 'unknown_command', name)
    if (value === null) read[name] = null
    else read[name] = list ? value.map((each) => readValue(kind, each)) : readValue(kind, value)
  }
  require(Object.keys(body).every((name) => Object.hasOwn(read, name)), 'unknown_command')
  return read
}

function readValue(kind, value) {
  if (Object.hasOwn(FORMS, kind)) {
    const form = FORMS[kind]
    return readBody(typeof form === 'string' ? form : form(value), value)
  }
  require(KINDS[kind](value), 'unknown_command', kind)
  return value
}

/** One text for one value: what two lists or objects are compared by. */
export const isSame = (one, other) => write(one) === write(other)

/** In ascending order and all different. */
export const ascends = (texts) => texts.every((text, at) => at === 0 || texts[at - 1] < text)
