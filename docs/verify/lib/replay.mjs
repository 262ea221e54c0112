// Acts: who did each, whether that person could, and what it leads to when it is decided again (docs/log.md, 7.2 and 7.3).
//
// Where deciding again fails the recorded events are folded instead, so that one fault is reported as one.
import { hexOf, readable, require, sha256 } from './bytes.mjs'
import { parse, write } from './canonical.mjs'
import { keyOf } from './centre.mjs'
import { BODY_FAULTS, isEntrySigned, isSystem, readBody } from './entry.mjs'
import { canVerify } from './keys.mjs'
import { Observer, checkCommitment } from './observe.mjs'
import { Forbidden } from './rules.mjs'
import { CENTRE, RULES } from './streams.mjs'
import { apply, decide, newWorld } from './world.mjs'

const CHECK_OF_EVENT = {
  bid_withdrawn: 'K14',
  bid_reconfirmed: 'K14',
  review_started: 'K8',
  preliminary_concluded: 'K8',
  stage_passed: 'K8',
  second_opening_started: 'K8',
  scores_concluded: 'K9',
  bids_ranked: 'K10',
  candidates_published: 'K10',
  award_confirmed: 'K10',
}

export class Replay {
  constructor(bundle, witnessed, tally) {
    Object.assign(this, { bundle, witnessed, tally, world: newWorld(bundle.about.tender), documents: new Map(), archived: null, last: 0 })
  }

  /** The next record, in the order of the log. */
  take(item) {
    const recorded = readEvents(item.events)
    if (!item.act) {
      if (recorded) readable(() => apply(this.world, item.stream, recorded, this.last))
      return
    }
    this.last = item.act.entry.head.ts
    const mayAct = this.authenticate(item)
    // What other rules decided, K13 has said, cannot be decided by these.
    const isOurs = item.act.entry.head.rules === RULES
    const decided = mayAct && isOurs ? this.decide(item) : undefined
    if (isOurs) this.compare(item, decided, recorded)
    if (decided) this.fold(item, decided)
    // Whoever wrote the file wrote these: what has not the form of an event is followed no further.
    else if (recorded) readable(() => this.fold(item, recorded))
  }

  fold(item, happened) {
    if (item.stream !== CENTRE) this.observe(item, happened)
    apply(this.world, item.stream, happened, this.last)
  }

  /** Whether the key counts and its owner holds the role. A bad signature alone keeps no act from being decided. */
  authenticate({ index, act: { entry, payload } }) {
    if (isSystem(payload)) return true
    const { tally, world } = this
    const key = world.centre.keys.get(entry.keyId)
    if (!tally.expect('A5', index, key !== undefined, 'unknown_key')) return false
    const counts = key.status === 'active' && entry.head.ts >= key.validFrom
    tally.expect('A6', index, counts, 'key_does_not_count')
    this.checkSignature(index, entry, key.record)
    const member = world.centre.people.get(payload.actor)
    const holds = key.record.person === payload.actor && member?.roles.includes(payload.role)
    return tally.expect('A7', index, holds === true, 'role_not_held') && counts
  }

  checkSignature(index, entry, record) {
    const key = keyOf(record)
    const isNamed = key && key.alg === entry.alg && hexOf(key.id) === entry.keyId
    if (!isNamed) this.tally.fail('A4', index, 'other_key')
    else if (!canVerify(key)) this.tally.skip('A4', 'Node 不能设定 SM2 的签名者标识', 'Node cannot set the signer’s id of SM2')
    else this.tally.expect('A4', index, isEntrySigned(entry, key), 'bad_signature')
  }

  decide({ index, act, body: detached }) {
    const { tally, world } = this
    const { payload, entry, digest } = act
    try {
      require(payload.origin === this.bundle.about.origin, 'other_origin')
      const body = readBody(payload, detached)
      const { type, lot, tender, actor, role, origin } = payload
      const skip = tally.skip.bind(tally)
      return decide(world, { type, lot, tender, actor, role, origin, body, digest, now: entry.head.ts, keyId: entry.keyId, skip })
    } catch (error) {
      // A body that has not the form that its act needs is refused too, whatever the engine says of it.
      const code = error.code ?? `unknown_command: ${error.message}`
      const id = checkOf(error)
      if (id) tally.fail(id, index, code)
      return undefined
    }
  }

  compare({ index, act, events }, decided, recorded) {
    let isSame = false
    if (decided) {
      const text = Buffer.from(write(decided))
      const isOutcome = hexOf(sha256(text)) === act.entry.head.outcome
      isSame = isOutcome && text.equals(events)
      this.tally.expect('K4', index, isSame, isOutcome ? 'events_differ' : 'outcome_differs')
    }
    const ids = [...(decided ?? []), ...(recorded ?? [])].map(checkOfEvent).filter(Boolean)
    for (const id of new Set(ids)) this.tally.expect(id, index, isSame, 'decided_otherwise')
  }

  observe({ index, act: { payload }, body: detached }, events) {
    const body = payload.origin === this.bundle.about.origin ? readable(() => readBody(payload, detached)) : undefined
    if (body && payload.tender !== null) checkCommitment({ ...payload, body }, this.world.tender, index, this.tally)
    const observer = new Observer(this, index, this.last)
    for (const event of events) {
      for (const { sha256: digest, len } of documentsOf(event)) this.documents.set(digest, len)
      observer.event(event)
      if (event.kind === 'tender_archived') this.archived ??= index
    }
  }
}

function readEvents(bytes) {
  const events = readable(() => parse(bytes))
  return Array.isArray(events) ? events : undefined
}

/** A missing right is a fault of its own, and of a missing body C5 has said it. */
function checkOf(error) {
  if (BODY_FAULTS.includes(error.code)) return undefined
  if (error.code === 'other_origin') return 'K1'
  return error instanceof Forbidden ? 'A7' : 'K4'
}

function checkOfEvent(event) {
  if (event.kind === 'bid_submitted') return event.replaces === null ? undefined : 'K14'
  return CHECK_OF_EVENT[event.kind]
}

/** The documents that an event names. */
export function documentsOf({ kind, document, documents, result }) {
  if (kind === 'document_added') return [document]
  if (kind === 'addendum_issued') return documents
  return kind === 'contents_recorded' && result.outcome === 'opened' ? result.files : []
}
