// A file that does not carry every act whole (docs/log.md, 6, step 4): what it shows is checked, and nothing is in it that the
// public may not know.
import { hexOf, isObject, readable, sha256 } from './bytes.mjs'
import { parse } from './canonical.mjs'
import { CENTRE } from './streams.mjs'

/** The kinds of events that everybody hears. */
const FOR_ALL = new Set(
  `tender_published addendum_issued enquiry_answered tender_cancelled schedule_pinned floor_key_recorded tender_archived
  opening_held lot_closed lot_failed opening_drawn seals_checked keys_released custodians_awaited envelope_unsealed reading_started
  bid_read reading_finished line_confirmed objection_raised objection_answered record_signed opening_recorded
  review_started stage_passed second_opening_started candidates_published award_confirmed letters_issued
  directive_issued directive_answered objection_filed objection_withdrawn objection_decided complaint_accepted complaint_decided report_due
  contract_due returned_to_panel winner_fallen retender_declared contract_signed contract_concluded amendment_signed contract_amended
  performance_recorded`.split(/\s+/),
)
const NEEDS_ALL = 'C6 A4 A5 A6 A7 A11 I8 K4 K6 K7 K8 K9 K10 K14 D1 D2 D3 S1 S2 E3 E4 E5 E8'.split(' ')

/** Gives the documents that are named, and the index of the archiving or null. */
export function checkPublic(items, isPublic, documentsOf, tally) {
  const documents = new Map()
  let archived = null
  for (const item of items) {
    if (item.entry === null && !isPublic) tally.fail('C5', item.index, 'withheld')
    if (!item.act) continue
    for (const event of shownEvents(item, isPublic, documentsOf, tally)) {
      for (const { sha256: digest, len } of documentsOf(event)) documents.set(digest, len)
      if (event.kind === 'tender_archived') archived ??= item.index
    }
  }
  say(items, tally)
  return { documents, archived }
}

/** The events of a shown act: those of its outcome, each of them for everybody. Of others there is no more to say. */
function shownEvents({ index, stream, events: bytes, act }, isPublic, documentsOf, tally) {
  const isOwn = hexOf(sha256(bytes)) === act.entry.head.outcome
  if (!isOwn) tally.fail('K4', index, 'outcome_differs')
  const events = isOwn ? readable(() => parse(bytes)) : []
  const isEvent = (event) => FOR_ALL.has(event?.kind) && documentsOf(event)?.every(isObject)
  const isForAll = stream !== CENTRE && Array.isArray(events) && events.every(isEvent)
  if (isPublic && !isForAll) tally.fail('C5', index, 'not_for_the_public')
  return isForAll ? events : []
}

function say(items, tally) {
  const withheld = items.filter(({ entry }) => entry === null)
  const centre = withheld.filter(({ stream }) => stream === CENTRE).length
  const tender = withheld.length - centre
  for (const id of ['C1', 'C2']) {
    tally.note(id, `未示出的 ${centre} 条中心条目、${tender} 条项目条目，只有位置与叶哈希`, `of ${centre} entries of the centre and ${tender} of the tender that are withheld there is only a place and a leaf hash`)
  }
  for (const id of NEEDS_ALL) {
    tally.note(id, '公开文件不含登记的密钥与全部行为，未核对', 'a file for the public carries neither the registered keys nor every act: not looked at')
  }
}
