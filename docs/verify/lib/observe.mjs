// What follows from public values: deadlines, closed root, draws, the order of the opening, envelopes (docs/log.md, 7.4).
//
// Each is computed from the state before the act, independently of what deciding demands.
import { hexOf, isHex, readable, sha256, uuidBytes } from './bytes.mjs'
import { write } from './canonical.mjs'
import { committeeIdOf } from './centre.mjs'
import { contextOf, hasLocksOf, readCore } from './core.mjs'
import { suspendedAt } from './directive.mjs'
import { choose, orderOf, randomnessOf } from './draw.mjs'
import { seatOf, standingOf } from './lot.mjs'
import { awaitedAnswerAt } from './objection.mjs'
import { REVIEW_ACTS, personCommitment, scoresCommitment } from './review.mjs'
import { bodyOf, isSame } from './rules.mjs'
import { drawSetOf, envelopesOf, opensFirst } from './terms.mjs'
import { rootOfSorted } from './tree.mjs'

const PUNCTUAL_MS = 2000
const OPENS = {
  TakeSeat: ({ salt, commitment }, actor) => personCommitment(salt, actor) === commitment,
  RecuseSelf: ({ salt, commitment }, actor) => personCommitment(salt, actor) === commitment,
  RevealScores: ({ salt, scores }, actor, lot) => lot !== undefined && scoresCommitment(salt, scores) === lot.review.commitments.get(seatOf(lot, actor)),
}

/** I8: what a revealing act opens to. One that has not the form of its type reveals nothing, and K4 says so. */
export function checkCommitment(act, tender, index, tally) {
  const { type, actor, lot } = act
  const body = Object.hasOwn(OPENS, type) && lot !== null ? readable(() => bodyOf(REVIEW_ACTS, act)) : undefined
  if (body) tally.expect('I8', index, OPENS[type](body, actor, tender.lots.get(lot)), 'commitment_differs')
}

/** One act's events, looked at with the world before them. */
export class Observer {
  constructor({ world, bundle, witnessed, tally }, index, now) {
    Object.assign(this, { world, bundle, witnessed, tally, index, now, tender: world.tender })
  }

  expect(id, holds, fault) {
    return this.tally.expect(id, this.index, holds, fault)
  }

  event(event) {
    const { kind, lot: id } = event
    if (id === undefined) return TENDER_EVENTS[kind]?.call(this, event)
    const lot = this.tender.lots.get(id)
    const terms = this.tender.terms?.lots.find((each) => each.id === id)
    if (lot && terms) LOT_EVENTS[kind]?.call(this, event, lot, terms)
  }

  /** A step that binds. Only the head of the file can be seen to be cosigned, so that is what is looked at and said. */
  gate() {
    const { isDemanded, isEnough } = this.witnessed
    if (!isDemanded) return this.tally.note('E8', '规则不要求任何见证', 'the policy demands no witness: nothing was looked at')
    if (!this.expect('E8', isEnough, 'not_witnessed')) return undefined
    return this.tally.note('E8', '所查为本文件的日志头；各步骤当时是否已见证，本文件不能说明', 'what was looked at is the head of this file; whether each step was witnessed when it was taken, the file cannot show')
  }

  /** C6 of an opening that is recorded: its seals were checked, and the release of its statements' keys is told. */
  stepsOfOpening(lot) {
    const opening = lot.openings.at(-1)
    if (!opening) return
    this.expect('C6', opening.isChecked, 'seal_check_missing')
    for (const bid of opening.bids) this.release(opening, opening.statement, lot.bids.get(bid)?.contents.get(opening.statement))
  }

  /** C6 of an award: every envelope that was to be opened has an outcome, documents too. */
  allContents(lot) {
    const { terms } = this.tender
    for (const [number, opening] of lot.openings.entries()) {
      const due = envelopesOf(terms).filter((envelope) => opensFirst(terms, envelope) === (number === 0))
      for (const [bid, envelope] of opening.bids.flatMap((each) => due.map((one) => [each, one]))) {
        const contents = lot.bids.get(bid)?.contents.get(envelope)
        this.expect('C6', contents !== undefined, 'contents_missing')
        this.release(opening, envelope, contents)
      }
    }
  }

  release({ released }, envelope, contents) {
    if (contents && contents.label_key !== null) this.expect('C6', released.has(envelope), 'release_missing')
  }

  afterDraw(lot) {
    this.expect('E5', lot.closedAt !== null && lot.order.length > 0, 'before_draw')
  }

  afterClose(lot) {
    this.expect('E4', lot.closedAt !== null, 'before_close')
  }

  onTime(lot) {
    const { opening } = this.tender
    this.expect('K6', lot.closedAt === null && opening !== null && this.now <= opening, 'too_late')
  }

  close({ bids, root, lot: id }, lot) {
    const { opening } = this.tender
    const standing = standingOf(lot)
    const manifests = standing.map(({ manifest }) => sha256(write(manifest)))
    this.expect('K7', hexOf(rootOfSorted(manifests)) === root, 'closed_root_differs')
    this.expect('K7', standing.length === bids.length, 'bid_count_differs')
    if (opening !== null) {
      const late = this.now - opening
      this.expect('E3', late >= 0, 'closed_early')
      if (late > PUNCTUAL_MS) this.sayLate(late, this.whyLate(id, lot, opening))
    }
    this.gate()
  }

  /** Why a close came late, if the log says it. */
  whyLate(id, { held }, deadline) {
    if (held) return [`，因他方 ${held.asked} 个时钟中只有 ${held.agreeing} 个与平台一致`, `, because only ${held.agreeing} of ${held.asked} clocks of others agreed with the platform's`]
    if (suspendedAt(this.tender, id, deadline)) return ['，因监督部门暂停', ', because the supervisor had suspended it']
    if (awaitedAnswerAt(this.tender, id, deadline)) return ['，因对招标文件的异议尚未答复', ', because an objection to the document awaited its answer']
    return ['', '']
  }

  sayLate(late, [why, reason]) {
    this.tally.note('E3', `截标晚了 ${late} 毫秒${why}；其间未接收任何投标`, `closed ${late} ms after the deadline${reason}; nothing later than the deadline was admitted`)
  }

  /** R of a label key; undefined if its text is none. That it is the key of its label needs a pairing. */
  randomness(labelKey) {
    if (!isHex(labelKey, 96)) {
      this.tally.fail('A11', this.index, 'other_label_key')
      return undefined
    }
    this.skipPairing('A11')
    return randomnessOf(labelKey)
  }

  skipPairing(id) {
    const reasons = {
      A11: ['标签密钥需用一次配对（BLS12-381）验证', 'a label key is verified by a pairing (BLS12-381)'],
      S1: ['打开密封件需用配对；此处只核对其所属与锁', 'opening a core needs a pairing; only what it is bound and locked to was compared'],
      S2: ['未打开，故未重新密封', 'not opened, so not sealed again'],
    }
    this.tally.skip(id, ...reasons[id])
  }

  drawOpening({ coefficient, label_key, order }, lot, terms) {
    this.afterClose(lot)
    const randomness = this.randomness(label_key)
    if (!randomness) return
    const ids = standingOf(lot).map(({ id }) => id)
    const drawn = orderOf(randomness, ids.map(uuidBytes)).map((at) => ids[at])
    this.expect('D1', isSame(drawn, order), 'order_differs')
    const among = drawSetOf(terms)
    if (among.length === 0 && coefficient === null) return
    const chosen = among.length === 0 ? null : among[choose(randomness, 'coefficient', among.length)]
    this.expect('D2', chosen === coefficient, 'coefficient_differs')
  }

  drawPanel({ label_key, ranked }, lot) {
    const randomness = this.randomness(label_key)
    if (!randomness) return
    const ids = lot.pool.map((commitment) => Buffer.from(commitment, 'hex'))
    this.expect('D3', isSame(orderOf(randomness, ids).map((at) => lot.pool[at]), ranked), 'pool_order_differs')
  }

  contents({ bid: bidId, envelope, lot: lotId, result }, lot) {
    this.afterClose(lot)
    this.afterDraw(lot)
    const bid = lot.bids.get(bidId)
    const line = bid?.manifest.find((each) => each.envelope === envelope)
    if (!line) return this.tally.fail('S1', this.index, 'unknown_envelope')
    if (result.label_key === null || !this.randomness(result.label_key)) return
    const core = this.core(line)
    if (!core) return
    const isBound = this.isBound(core, { bid, lot, lotId, line }) && hasLocksOf(core, this.tender)
    if (result.outcome === 'opened') this.opened(isBound)
    else this.failed(result.code, core, isBound)
  }

  opened(isBound) {
    if (!isBound) return this.tally.fail('S1', this.index, 'wrong_context')
    this.skipPairing('S1')
    this.skipPairing('S2')
  }

  /** An envelope that is recorded as faulty is faulty: the bidder is not blamed for what opens. */
  failed(code, core, isBound) {
    if (code === 'identity_mismatch') this.expect('S1', !isBound, 'opens_after_all')
    else if (code === 'wrong_lock') this.expect('S1', !hasLocksOf(core, this.tender), 'opens_after_all')
    else this.skipPairing('S1')
  }

  core({ submission, core_sha256: digest }) {
    const bytes = this.bundle.cores.get(submission)
    if (!bytes) {
      this.tally.note('S1', '有密封件未随附', 'some cores are not carried')
      return undefined
    }
    if (!this.expect('I9', hexOf(sha256(bytes)) === digest, 'core_digest_differs')) return undefined
    try {
      return readCore(bytes)
    } catch (error) {
      this.tally.fail('S1', this.index, error.code)
      return undefined
    }
  }

  /** A replacement may name envelopes that an earlier bid of the same bidder was sealed for, by its key of then. */
  isBound(core, { bid, lot, lotId, line }) {
    const names = (other) => other.org === bid.org && other.manifest.some((each) => isSame(each, line))
    const isOf = ({ key }) => contextOf(this.tender, lotId, line, key).equals(core.context)
    return [...lot.bids.values()].filter(names).some(isOf)
  }
}

const TENDER_EVENTS = {
  tender_published({ committee, group_key: groupKey }) {
    const isAppointed = this.world.centre.inOffice === groupKey && committeeIdOf(groupKey) === committee
    this.expect('A11', isAppointed, 'other_committee')
    this.gate()
  },
  addendum_issued({ opening_at: later }) {
    const { opening } = this.tender
    if (later !== null) this.expect('K6', opening !== null && later > opening, 'deadline_earlier')
  },
  tender_cancelled() {
    this.gate()
  },
  directive_issued() {
    this.gate()
  },
}

const byMethod = (name) =>
  function look(event, lot, terms) {
    this[name](event, lot, terms)
  }
const onTime = function look(_, lot) {
  this.onTime(lot)
}
const afterDraw = function look(_, lot) {
  this.afterDraw(lot)
}

const LOT_EVENTS = {
  bid_submitted: onTime,
  bid_withdrawn: onTime,
  bid_reconfirmed: onTime,
  checked_in: onTime,
  lot_closed: byMethod('close'),
  opening_drawn: byMethod('drawOpening'),
  panel_drawn: byMethod('drawPanel'),
  keys_released: afterDraw,
  reading_started: afterDraw,
  bid_read: afterDraw,
  contents_recorded: byMethod('contents'),
  opening_recorded(event, lot) {
    this.stepsOfOpening(lot)
    this.gate()
  },
  award_confirmed(event, lot) {
    this.allContents(lot)
    this.gate()
  },
  contract_concluded() {
    this.gate()
  },
}
