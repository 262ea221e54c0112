// The verifier of a whole bundle: the order of docs/log.md, 6.
import { hexOf, sha256 } from './bytes.mjs'
import { readBundle } from './bundle.mjs'
import { checkHead } from './head.mjs'
import { checkPublic } from './public.mjs'
import { Replay, documentsOf } from './replay.mjs'
import { CENTRE, checkLog, checkStream, readStream } from './streams.mjs'
import { Tally } from './tally.mjs'
import { checkTimes } from './time.mjs'

/**
 * Checks the bytes of a bundle under `trust`: `{logKey, policy}`, both optional. What is no bundle is refused (thrown).
 * Gives `{about, tally, size, entries, world, notCarried}`; of a public bundle there is no world.
 */
export function verifyBundle(bytes, trust) {
  const tally = new Tally()
  const bundle = readBundle(bytes)
  const { about } = bundle
  const head = checkHead(bundle, trust, tally)
  const { checkpoint, witnessed } = head
  const centre = readStream(bundle.centre, CENTRE, tally)
  const tender = readStream(bundle.tender, about.tender, tally)
  checkStream(centre, about.centre_entries, tally)
  checkStream(tender, about.tender_entries, tally)
  const all = [...centre, ...tender].sort((one, other) => (one.index < other.index ? -1 : one.index > other.index ? 1 : 0))
  checkLog(all, bundle, checkpoint, tally)
  checkTimes(all, bundle, head, tally)
  const report = { about, tally, size: checkpoint?.size, entries: all.length }
  const isPublic = about.scope === 'public'
  if (isPublic || all.some(({ entry }) => entry === null)) {
    const { documents, archived } = checkPublic(all, isPublic, documentsOf, tally)
    checkEnd(centre, tender, archived, tally)
    return { ...report, notCarried: checkFiles(bundle, documents, new Set(), tally) }
  }
  const replay = new Replay(bundle, witnessed, tally)
  for (const item of all) replay.take(item)
  checkEnd(centre, tender, replay.archived, tally)
  const notCarried = checkFiles(bundle, replay.documents, openedOf(replay.world), tally)
  return { ...report, world: replay.world, notCarried }
}

/** K5: what follows the archiving, which is the one end of a stream that can be proven; of the others it is said. */
function checkEnd(centre, tender, archived, tally) {
  const last = centre.at(-1)?.index
  if (last !== undefined) {
    tally.note('K5', `无法证明第 ${last} 条之后中心没有更多条目`, `that nothing of the centre's stream follows entry ${last} cannot be proven`)
  }
  if (archived === null) {
    tally.note('K5', '项目尚未归档：无法证明末尾没有更多条目', 'not archived: that no entry was left off the end cannot be proven')
    return
  }
  const after = tender.find(({ index }) => index > archived)
  tally.expect('K5', after?.index ?? null, after === undefined, 'entry_after_archive')
}

/** I9 and C5 of the carried files; gives the digests of those that are named and not carried. */
function checkFiles({ files, cores }, documents, opened, tally) {
  for (const [digest, bytes] of files) {
    tally.expect('I9', null, hexOf(sha256(bytes)) === digest, 'file_digest_differs')
    const length = documents.get(digest)
    const fault = length === undefined ? 'file_not_referred_to' : 'file_length_differs'
    tally.expect('C5', null, length === bytes.length, fault)
  }
  for (const submission of cores.keys()) {
    if (!opened.has(submission)) tally.fail('C5', null, 'core_not_referred_to')
  }
  return [...documents.keys()].filter((digest) => !files.has(digest)).sort()
}

/** The envelopes of which a core belongs into the file: those whose label key was released. */
function openedOf({ tender }) {
  const bids = [...tender.lots.values()].flatMap((lot) => [...lot.bids.values()])
  const isOpened = ({ contents }, envelope) => contents.has(envelope) && contents.get(envelope).label_key !== null
  return new Set(bids.flatMap((bid) => bid.manifest.filter(({ envelope }) => isOpened(bid, envelope)).map(({ submission }) => submission)))
}
