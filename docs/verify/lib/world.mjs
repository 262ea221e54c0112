// The centre and the tender as the log tells them, folded act by act.
import { BID_ACTS } from './bid.mjs'
import { require } from './bytes.mjs'
import { Forbidden, SYSTEM, decideBy } from './rules.mjs'
import { applyCentre, decideCentre, newCentre } from './centre.mjs'
import { CONTRACT_ACTS } from './contract.mjs'
import { permitted } from './directive.mjs'
import { applyTender, decideTender, newTender, published } from './notice.mjs'
import { permittedByObjections } from './objection.mjs'
import { OPENING_ACTS } from './opening.mjs'
import { REVIEW_ACTS } from './review.mjs'
import { CENTRE } from './streams.mjs'

const LOT_ACTS = { ...BID_ACTS, ...OPENING_ACTS, ...REVIEW_ACTS, ...CONTRACT_ACTS }

export const newWorld = (tenderId) => ({ tenderId, centre: newCentre(), tender: newTender() })

/** The events of an act. `act`: `{type, lot, tender, body, digest, now, keyId, actor, role, skip}`. */
export function decide({ tenderId, centre, tender }, act) {
  const whole = { ...act, actor: actorOf(centre, act) }
  if (act.tender === null) return decideCentre(centre, whole)
  require(act.tender === tenderId && (tender.phase !== 'none' || act.type === 'DraftTender'), 'unknown_tender')
  permitted(tender, act)
  permittedByObjections(tender, act)
  if (act.lot === null) return decideTender(tender, centre, whole)
  require(tender.phase !== 'archived', 'tender_archived')
  const terms = published(tender).lots.find(({ id }) => id === act.lot)
  require(terms, 'unknown_lot')
  const events = decideBy(LOT_ACTS, whole, { centre, tender, terms, lot: tender.lots.get(act.lot) })
  return events.map((event) => ({ ...event, lot: act.lot }))
}

/** Who acts, resolved in the register at this place of the log. */
function actorOf(centre, { actor, role, keyId }) {
  if (actor === SYSTEM) return SYSTEM
  const member = centre.people.get(actor)
  if (!member) throw new Forbidden('unknown_person')
  return { person: actor, org: member.org, role, key: keyId }
}

export function apply(world, stream, events, now) {
  for (const event of events) {
    if (stream === CENTRE) applyCentre(world.centre, event, now)
    else applyTender(world.tender, event, now)
  }
}
