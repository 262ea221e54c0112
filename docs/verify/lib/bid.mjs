// Bids before the deadline: submit, replace, withdraw, check in (docs/log.md, 9.3).
import { require } from './bytes.mjs'
import { lineageOf } from './centre.mjs'
import { standingBid, standingOf } from './lot.mjs'
import { published } from './notice.mjs'
import { isSame, permit, personAs } from './rules.mjs'
import { envelopesOf } from './terms.mjs'

export const BID_ACTS = {
  SubmitBid: ['bid:id document_set:count manifest:Line[] replaces:id?', submit],
  WithdrawBid: ['bid:id', withdraw],
  ReconfirmBid: ['bid:id document_set:count', reconfirm],
  CheckIn: ['', checkIn],
}

function onTime({ tender, lot }, { now }) {
  require(lot.stage === 'receiving' && tender.opening !== null && now <= tender.opening, 'too_late')
}

/** The key of a bid is the acting one, or one that stands behind it. */
function speaksFor({ centre }, bid, { actor }) {
  permit(lineageOf(centre, actor.key).includes(bid.key), 'bid_of_another_key')
}

function submit(place, { bid, document_set: set, manifest, replaces }, act) {
  const { tender, lot } = place
  const { org, person, key } = personAs(act, 'bidder')
  onTime(place, act)
  const terms = published(tender)
  permit(org !== terms.agency && org !== terms.buyer, 'bidder_is_party')
  require(!lot.bids.has(bid), 'bid_twice')
  require(set === tender.addenda.length, 'document_set_outdated')
  require(isSame(manifest.map(({ envelope }) => envelope), envelopesOf(terms)), 'envelopes_incomplete')
  const standing = standingOf(lot).find((each) => each.org === org)
  require((standing?.id ?? null) === replaces, 'replaces_other_bid')
  if (standing) speaksFor(place, standing, act)
  require(manifest.every((line) => isNewLine(lot, org, line)), 'submission_seen')
  return [{ kind: 'bid_submitted', bid, document_set: set, key, manifest, org, person, replaces }]
}

/** An envelope may be named again by the same bidder, unchanged; by nobody else. */
function isNewLine(lot, org, line) {
  return [...lot.bids.values()].every((bid) => {
    const old = bid.manifest.find(({ submission }) => submission === line.submission)
    return !old || (bid.org === org && isSame(old, line))
  })
}

/** The standing bid of the acting bidder, while bids may come. */
function own(place, id, act) {
  const { org } = personAs(act, 'bidder')
  onTime(place, act)
  const bid = standingBid(place.lot, id)
  require(bid.org === org, 'unknown_bid')
  speaksFor(place, bid, act)
  return bid
}

function withdraw(place, { bid: id }, act) {
  const { org } = own(place, id, act)
  return [{ kind: 'bid_withdrawn', bid: id, org }]
}

function reconfirm(place, { bid: id, document_set: set }, act) {
  const { org, set: before } = own(place, id, act)
  require(set === place.tender.addenda.length, 'document_set_outdated')
  require(before < set, 'bid_up_to_date')
  return [{ kind: 'bid_reconfirmed', bid: id, document_set: set, org }]
}

function checkIn(place, _, act) {
  const { org } = personAs(act, 'bidder')
  onTime(place, act)
  require(!place.lot.checkedIn.has(org), 'already_checked_in')
  return [{ kind: 'checked_in', org }]
}
