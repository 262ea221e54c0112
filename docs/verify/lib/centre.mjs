// The centre's register: organisations, people, keys, limits, custodians (docs/log.md, 8.1 and 9.1).
import { fromBase64, hexOf, readable, require, sha256 } from './bytes.mjs'
import { canVerify, isSigned, readKey } from './keys.mjs'
import { checkHolidays, checkLimits, ends, newLaw } from './law.mjs'
import { SYSTEM, decideBy, permit, personAs, system } from './rules.mjs'
import { readSuccession } from './succession.mjs'

const KEYS_MAX = 8
const TIME_AUTHORITIES_MAX = 8
const ROLES = ['registrar', 'buyer', 'host', 'recorder', 'bidder', 'expert', 'supervisor']
const CREDIT_LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'

export function newCentre() {
  return {
    isFounded: false,
    organisations: new Map(),
    people: new Map(),
    keys: new Map(),
    law: newLaw(),
    policy: { beacon: null, suite: 'standard' },
    committees: new Map(),
    inOffice: null,
    logKeys: [],
  }
}

export const committeeIdOf = (groupKey) => hexOf(sha256('TL1/committee\0', Buffer.from(groupKey, 'hex')))

/** A key and those that stand behind it, up to a first one. */
export function lineageOf(centre, keyId) {
  const lineage = []
  for (let id = keyId; id && !lineage.includes(id); id = centre.keys.get(id)?.endorsedBy) lineage.push(id)
  return lineage
}

/** The key of a record, if its bytes are one of the algorithm that it names; else undefined. */
export function keyOf(record) {
  try {
    const key = readKey(fromBase64(record.spki))
    return key.alg === record.alg ? key : undefined
  } catch {
    return undefined
  }
}

const registrar = (act) => personAs(act, 'registrar')

const ACTS = {
  FoundCentre: ['authority:Key centre:Organisation org:id', found],
  RegisterOrganisation: ['org:id organisation:Organisation', registerOrganisation],
  RegisterPerson: ['name:short org:id person:id roles:text[]', registerPerson],
  GrantRoles: ['person:id roles:text[]', grantRoles],
  CertifyKey: ['key:Key', certify],
  EndorseKey: ['key:Key', endorse],
  RevokeKey: ['key_id:digest reason:short', revoke],
  RequestReplacement: ['key:Key', requestReplacement],
  ApproveReplacement: ['key_id:digest', approveReplacement],
  SetTimeLimits: ['limits:Limits', setLimits],
  SetHolidays: ['holidays:text[] reason:long working_days:text[] year:count', setHolidays],
  SetSealingPolicy: ['policy:object', (_, { policy }, act) => registrar(act) && [{ kind: 'sealing_policy_set', policy }]],
  AppointCommittee: ['committee:Committee', appoint],
  RecordRehearsal: ['answered:count[] committee:digest failed:Fault[]', (_, body, act) => bySystem(act, { kind: 'rehearsal_held', ...body })],
  RecordSealingPage: ['sha256:digest', (_, body, act) => bySystem(act, { kind: 'sealing_page_recorded', ...body })],
  NameTimeAuthorities: ['authorities:Authority[]', nameTimeAuthorities],
  RotateLogKey: ['succession:long', rotateLogKey],
  Tick: ['head:text tokens:text[]', (_, __, act) => bySystem(act, { kind: 'clock_read' })],
}

export const decideCentre = (centre, act) => decideBy(ACTS, act, centre)

function setLimits(_, { limits }, act) {
  registrar(act)
  checkLimits(limits)
  return [{ kind: 'time_limits_set', limits }]
}

function setHolidays(_, announced, act) {
  registrar(act)
  checkHolidays(announced)
  return [{ kind: 'holidays_set', announced }]
}

function nameTimeAuthorities(_, { authorities }, act) {
  registrar(act)
  require(authorities.length <= TIME_AUTHORITIES_MAX, 'too_many_items')
  return [{ kind: 'time_authorities_named', authorities }]
}

/** The new key follows the one in force, and was none of the log's before. */
function rotateLogKey({ logKeys }, { succession }, act) {
  registrar(act)
  const signed = readable(() => readSuccession(succession))
  require(signed?.from.name === act.origin, 'succession_malformed')
  const [from, to] = signed.names
  require((logKeys.at(-1) ?? from) === from && !logKeys.includes(to), 'succession_outdated')
  return [{ kind: 'log_key_rotated', from, to }]
}

function bySystem(act, event) {
  system(act)
  return [event]
}

function found(centre, { authority, centre: organisation, org }, act) {
  system(act)
  require(!centre.isFounded, 'centre_exists')
  checkCreditCode(organisation)
  const { name } = organisation
  return [
    { kind: 'centre_founded', name, org },
    { kind: 'organisation_registered', org, organisation },
    { kind: 'person_registered', name, org, person: authority.person, roles: ['registrar'] },
    { kind: 'key_certified', endorsed_by: null, key: authority, key_id: keyIdOf(authority) },
  ]
}

function registerOrganisation(centre, { org, organisation }, act) {
  registrar(act)
  require(!centre.organisations.has(org), 'organisation_exists')
  checkCreditCode(organisation)
  const { credit_code: code } = organisation
  const isTaken = [...centre.organisations.values()].some((other) => code !== null && other.credit_code === code)
  require(!isTaken, 'organisation_exists')
  return [{ kind: 'organisation_registered', org, organisation }]
}

function registerPerson(centre, { name, org, person, roles }, act) {
  registrar(act)
  require(!centre.people.has(person), 'person_exists')
  require(centre.organisations.has(org), 'unknown_organisation')
  return [{ kind: 'person_registered', name, org, person, roles: distinct(roles) }]
}

function grantRoles(centre, { person, roles }, act) {
  registrar(act)
  require(centre.people.has(person), 'unknown_person')
  return [{ kind: 'roles_granted', person, roles: distinct(roles) }]
}

function certify(centre, { key }, act) {
  registrar(act)
  const keyId = newKey(centre, key)
  const hasKey = [...centre.keys.values()].some(({ record }) => record.person === key.person)
  require(!hasKey, 'not_first_key')
  return [{ kind: 'key_certified', endorsed_by: null, key, key_id: keyId }]
}

function endorse(centre, { key }, act) {
  permit(act.actor !== SYSTEM, 'persons_only')
  permit(act.actor.person === key.person, 'key_of_another')
  return [{ kind: 'key_certified', endorsed_by: act.actor.key, key, key_id: newKey(centre, key) }]
}

function revoke(centre, { key_id: keyId, reason }, act) {
  const key = centre.keys.get(keyId)
  require(key, 'unknown_key')
  permit(act.actor.person === key.record.person || act.actor.role === 'registrar', 'key_of_another')
  require(key.status !== 'revoked', 'key_revoked')
  return [{ kind: 'key_revoked', key_id: keyId, reason }]
}

function requestReplacement(centre, { key }, act) {
  const { person: by } = registrar(act)
  return [{ kind: 'replacement_requested', by, key, key_id: newKey(centre, key) }]
}

function approveReplacement(centre, { key_id: keyId }, act) {
  const { person } = registrar(act)
  const pending = centre.keys.get(keyId)
  require(pending?.status === 'pending', 'unknown_key')
  permit(pending.askedBy !== person, 'second_person_needed')
  const isLost = ([, key]) => key.record.person === pending.record.person && key.status === 'active'
  const lost = [...centre.keys].filter(isLost).map(([id]) => id).sort()
  const revoked = lost.map((id) => ({ kind: 'key_revoked', key_id: id, reason: 'replaced after loss' }))
  const validFrom = ends(centre.law, 'bidding', 'key_replacement', act.now)
  return [...revoked, { kind: 'replacement_approved', key_id: keyId, valid_from: validFrom }]
}

function appoint(centre, { committee }, act) {
  registrar(act)
  const { custodians, threshold, group_key: groupKey, epoch } = committee
  const count = custodians.length
  const isInOrder = custodians.every(({ index }, at) => index === at + 1)
  const isQuorum = count >= 1 && count <= 32 && threshold <= count && threshold * 2 > count
  require(isInOrder && isQuorum && isSignedByAll(committee), 'committee_malformed')
  act.skip('K4', '份额公钥与群公钥是否相符需 BLS12-381', 'whether public shares and group key belong together needs BLS12-381')
  const known = centre.committees.get(groupKey)
  if (known) require(epoch > known.epoch, 'committee_outdated')
  else require(epoch === 0, 'committee_unknown')
  return [{ kind: 'committee_appointed', committee }]
}

function isSignedByAll({ custodians, group_key: groupKey }) {
  const id = Buffer.from(committeeIdOf(groupKey), 'hex')
  return custodians.every(({ identity, signature }) => isSignedByIdentity(identity, id, signature))
}

/** Whether a custodian's identity key (base64 of its SPKI) has signed. */
export function isSignedByIdentity(identity, message, signature) {
  const spki = fromBase64(identity)
  if (!spki) return false
  const key = readKey(spki)
  return canVerify(key) && isSigned(key, message, fromBase64(signature) ?? Buffer.alloc(0))
}

function keyIdOf(record) {
  const key = keyOf(record)
  require(key, 'key_malformed')
  return hexOf(key.id)
}

function newKey(centre, record) {
  const keyId = keyIdOf(record)
  require(!centre.keys.has(keyId), 'key_exists')
  require(centre.people.has(record.person), 'unknown_person')
  const counted = [...centre.keys.values()].filter(({ record: { person }, status }) => person === record.person && status !== 'revoked')
  require(counted.length < KEYS_MAX, 'keys_count')
  return keyId
}

/** The roles without repetition, in their order. */
function distinct(roles) {
  require(roles.every((role) => ROLES.includes(role)), 'unknown_command')
  return ROLES.filter((role) => roles.includes(role))
}

function checkCreditCode({ credit_code: code }) {
  require(code === null || isCreditCode(code), 'credit_code')
}

function isCreditCode(code) {
  const values = [...code].map((letter) => CREDIT_LETTERS.indexOf(letter))
  if (values.length !== 18 || values.includes(-1)) return false
  let weight = 1
  let sum = 0
  for (const value of values.slice(0, 17)) {
    sum += value * weight
    weight = (weight * 3) % 31
  }
  return values[17] === (31 - (sum % 31)) % 31
}

const APPLY = {
  centre_founded: (centre) => (centre.isFounded = true),
  organisation_registered: (centre, { org, organisation }) => centre.organisations.set(org, organisation),
  person_registered: (centre, { org, person, roles }) => centre.people.set(person, { org, roles }),
  roles_granted: (centre, { person, roles }) => Object.assign(centre.people.get(person) ?? {}, { roles }),
  key_certified: (centre, { endorsed_by: endorsedBy, key, key_id: id }, now) =>
    centre.keys.set(id, { record: key, status: 'active', validFrom: now, endorsedBy }),
  replacement_requested: (centre, { by, key, key_id: id }, now) =>
    centre.keys.set(id, { record: key, status: 'pending', validFrom: now, endorsedBy: null, askedBy: by }),
  replacement_approved: (centre, { key_id: id, valid_from: validFrom }) =>
    Object.assign(centre.keys.get(id) ?? {}, { status: 'active', validFrom }),
  key_revoked: (centre, { key_id: id }) => Object.assign(centre.keys.get(id) ?? {}, { status: 'revoked' }),
  time_limits_set: (centre, { limits }) => (centre.law.limits = limits),
  holidays_set: (centre, { announced }) => centre.law.years.set(announced.year, announced),
  sealing_policy_set: (centre, { policy }) => (centre.policy = policy),
  committee_appointed: applyCommittee,
  log_key_rotated: ({ logKeys }, { from, to }) => logKeys.push(...(logKeys.length === 0 ? [from] : []), to),
}

function applyCommittee(centre, { committee }) {
  const { group_key: groupKey } = committee
  // Shares of a retired key that are dealt anew bring it no office.
  if (!centre.committees.has(groupKey) || centre.inOffice === groupKey) centre.inOffice = groupKey
  centre.committees.set(groupKey, committee)
}

export function applyCentre(centre, event, now) {
  if (Object.hasOwn(APPLY, event.kind)) APPLY[event.kind](centre, event, now)
}
