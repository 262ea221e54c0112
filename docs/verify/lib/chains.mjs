// C4: each key's own chain of acts, as far as it can be proven (docs/log.md, 7.1).
//
// More cannot be demanded of honest signers than that a previous act which is carried is an earlier one of the same key. A
// platform that dropped an act leaves a trace that honest signers leave too; it is told with its entries.
import { isSystem } from './entry.mjs'

const NAMED_MAX = 5
const OPEN = {
  begunAnew: ['未指明上一行为，而其密钥此前已有行为', 'name no previous act though their key acted before'],
  forked: ['所指的上一行为另有行为接续', 'name a previous act that another one names too'],
  elsewhere: ['所指的上一行为不在本文件中', 'name a previous act that the file does not carry'],
}

/** All records in the order of the log. */
export function checkChains(items, tally) {
  const acts = items.filter(({ act }) => act)
  const carried = new Map(acts.map(({ act, index }) => [act.digest, { key: act.entry.keyId, index }]))
  const [acted, named] = [new Set(), new Set()]
  const open = { begunAnew: [], forked: [], elsewhere: [] }
  for (const { index, act } of acts) {
    const { entry, payload } = act
    const { prev } = payload
    const previous = carried.get(prev)
    if (isSystem(payload)) {
      if (prev !== null) tally.fail('C4', index, 'prev_of_the_platform')
    } else if (prev === null) {
      if (acted.has(entry.keyId)) open.begunAnew.push(index)
    } else if (previous) {
      tally.expect('C4', index, previous.key === entry.keyId && previous.index < index, 'prev_is_no_earlier_act')
      if (named.has(prev)) open.forked.push(index)
      named.add(prev)
    } else open.elsewhere.push(index)
    acted.add(entry.keyId)
  }
  for (const [kind, entries] of Object.entries(open)) say(kind, entries, tally)
}

function say(kind, entries, tally) {
  if (entries.length === 0) return
  const [zh, en] = OPEN[kind]
  const which = `${entries.slice(0, NAMED_MAX).join(' ')}${entries.length > NAMED_MAX ? ' …' : ''}`
  tally.note('C4', `${entries.length} 个行为${zh}（${which}）`, `${entries.length} acts ${en} (${which})`)
}
