// Bids before the deadline: what the bundles of the fixtures have no act of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BID_ACTS } from './lib/bid.mjs'
import { applyLot, newLot } from './lib/lot.mjs'

const [BID, KEY, ORG] = ['b', 'k', 'o']

function place(addenda) {
  const lot = newLot()
  const submitted = { kind: 'bid_submitted', bid: BID, document_set: 0, org: ORG, person: 'p', key: KEY, manifest: [], replaces: null }
  applyLot(lot, submitted, 1)
  return { centre: { keys: new Map() }, lot, tender: { opening: 1000, addenda: Array.from({ length: addenda }) } }
}

/** What the act leads to, or the code that it is refused with. */
function reconfirm(at, set, { now = 1000, org = ORG, key = KEY, role = 'bidder' } = {}) {
  try {
    return BID_ACTS.ReconfirmBid[1](at, { bid: BID, document_set: set }, { now, actor: { role, org, key, person: 'p' } })
  } catch (error) {
    return error.code
  }
}

test('a bid is reconfirmed under the newest addendum, once, by its own key, in time', () => {
  const at = place(2)
  const events = reconfirm(at, 2)
  assert.deepEqual(events, [{ kind: 'bid_reconfirmed', bid: BID, document_set: 2, org: ORG }])
  assert.equal(reconfirm(at, 1), 'document_set_outdated')
  assert.equal(reconfirm(at, 3), 'document_set_outdated')
  assert.equal(reconfirm(at, 2, { now: 1001 }), 'too_late')
  assert.equal(reconfirm(at, 2, { org: 'another' }), 'unknown_bid')
  assert.equal(reconfirm(at, 2, { key: 'another' }), 'bid_of_another_key')
  assert.equal(reconfirm(at, 2, { role: 'host' }), 'role_not_allowed')
  assert.equal(reconfirm(place(0), 0), 'bid_up_to_date')
  events.forEach((event) => applyLot(at.lot, event, 2))
  assert.equal(reconfirm(at, 2), 'bid_up_to_date')
})
