// The checks by name, as docs/log.md, 7 has them, and the counting of where they held and failed.
//
// A check that has looked at nothing has neither held nor failed.

/** id: [Chinese, English] */
const CHECKS = {
  C1: ['日志流从首条开始', 'streams begin with their first entry'],
  C2: ['日志流无缺号、无乱序', 'streams have no gap and no disorder'],
  C3: ['每条均接上一条', 'each entry names the one before it'],
  C4: ['行为人自身的签名链', 'each signer’s own chain of acts'],
  C5: ['所引内容齐全、长度相符', 'what is referred to is there, with its length'],
  C6: ['必经步骤齐全', 'every mandatory step is recorded'],
  C7: ['签名人见过的日志头均可追溯', 'every head that a signer has seen is known'],
  A1: ['日志头由日志密钥签名', 'the head is signed by the log’s key'],
  A2: ['见证人数达到规定', 'enough witnesses cosigned the head'],
  A3: ['签名者均为已知且不重复', 'every signature of the head is by a known key, once'],
  A4: ['行为人签名', 'each act is signed by its actor'],
  A5: ['密钥先登记后使用', 'keys are registered before they are used'],
  A6: ['使用时密钥有效', 'keys count when they are used'],
  A7: ['行为人有相应角色', 'actors hold the role that the act needs'],
  A9: ['时间戳由登记的机构签发', 'time-stamps are by the authorities that the centre named'],
  A10: ['须两人办理的，两人均已签署', 'what needs two persons was signed by two'],
  A11: ['标签密钥与公告中的托管公钥相符', 'label keys fit the group key of the notice'],
  A12: ['日志密钥的轮换前后相接', 'the log’s keys follow one another'],
  I4: ['每条均在日志头之下', 'every entry stands under the head'],
  I5: ['各日志头前后一致', 'all heads shown are beginnings of the head'],
  I6: ['行为内容为规范文本', 'payloads are canonical'],
  I7: ['条目格式严格', 'entries have exactly their form'],
  I8: ['承诺与揭示相符', 'commitments open to what was revealed'],
  I9: ['随附文件与摘要相符', 'carried files have their digests'],
  K1: ['均属同一日志', 'everything is of one log'],
  K2: ['均属本项目或中心', 'every act belongs to this tender or to the centre'],
  K3: ['行为编号不重复', 'no act is used twice'],
  K4: ['按规则重新裁决，结果逐字节相同', 'every act decided again leads to the same events, byte for byte'],
  K5: ['归档后无新条目', 'nothing follows the archiving'],
  K6: ['截止时间与延期', 'deadlines and postponements'],
  K7: ['封存根与投标数', 'closed root and number of bids'],
  K8: ['评审范围等于开标范围减去否决', 'the bids under review are those opened, less those rejected'],
  K9: ['得分复算', 'scores computed again'],
  K10: ['排序、候选与中标复算', 'ranking, candidates and award computed again'],
  K13: ['规则版本已知', 'the version of the rules is known'],
  K14: ['替换与撤回合规', 'replacements and withdrawals are by the rules'],
  D1: ['唱标顺序复算', 'the reading order drawn again'],
  D2: ['评标系数复算', 'the coefficient drawn again'],
  D3: ['评委抽取顺序复算', 'the order of the expert pool drawn again'],
  S1: ['密封件可由公布的标签密钥打开', 'sealed cores open with the published label keys'],
  S2: ['记录的内容重新密封后与投标时相同', 'what was recorded, sealed again, is what was submitted'],
  E1: ['时间不倒退', 'time never runs back'],
  E2: ['时间落在他方时钟之间', 'times lie between the clocks of others'],
  E3: ['到点截标', 'the lot was closed at its deadline'],
  E4: ['截标之前无密钥公布', 'no key of a bid before the close'],
  E5: ['截标、抽取之后才开标', 'opening after close and draw'],
  E8: ['关键步骤均在见证之下', 'the steps that bind stand under witnessed heads'],
}

const SHOWN_MAX = 5

export class Tally {
  constructor() {
    this.held = {}
    this.failures = []
    this.notes = new Map()
    this.unchecked = new Map()
  }

  /** The check looked at something, at entry `index` or at none (null). Gives `holds` back. */
  expect(id, index, holds, fault) {
    if (holds) this.held[id] = (this.held[id] ?? 0) + 1
    else this.fail(id, index, fault)
    return holds
  }

  /** As `expect`, for a call that is refused if the check fails; gives back what it returns. */
  attempt(id, index, call) {
    try {
      const value = call()
      this.expect(id, index, true)
      return value
    } catch (error) {
      if (!error.code) throw error
      this.fail(id, index, error.code)
      return undefined
    }
  }

  fail(id, index, fault) {
    this.failures.push({ id, index, fault })
  }

  /** What a reader should know besides; each text once. */
  note(id, zh, en) {
    const notes = this.notes.get(id) ?? new Map()
    this.notes.set(id, notes.set(en, zh))
  }

  /** A place that this program cannot look at, and why. */
  skip(id, zh, en) {
    const said = this.unchecked.get(id) ?? new Map()
    const { count } = said.get(en) ?? { count: 0 }
    this.unchecked.set(id, said.set(en, { zh, count: count + 1 }))
  }

  get hasFailed() {
    return this.failures.length > 0
  }

  failuresOf(id) {
    return this.failures.filter((failure) => failure.id === id)
  }

  /** `{id: {held, failed: [index…], not_checked}}`, the index null where the fault is no entry's. */
  toJson() {
    const failed = (id) => this.failuresOf(id).map(({ index }) => (index === null ? null : Number(index)))
    const skipped = (id) => [...(this.unchecked.get(id)?.values() ?? [])].reduce((total, { count }) => total + count, 0)
    const result = (id) => ({ held: this.held[id] ?? 0, failed: failed(id), not_checked: skipped(id) })
    return Object.fromEntries(Object.keys(CHECKS).map((id) => [id, result(id)]))
  }

  /** The report for a person to read. */
  toText() {
    return [...Object.keys(CHECKS).flatMap((id) => this.linesOf(id)), this.verdict].join('\n')
  }

  get verdict() {
    if (this.hasFailed) return '✗ 验证不通过 / not verified'
    if (this.unchecked.size === 0) return '✓ 验证通过 / verified'
    const ids = [...this.unchecked.keys()].join(' ')
    return `✓ 验证通过，但 ${ids} 有未核对之处 / verified, but for the places not checked of ${ids}`
  }

  linesOf(id) {
    const [zh, en] = CHECKS[id]
    const failures = this.failuresOf(id)
    const held = this.held[id] ?? 0
    const mark = failures.length > 0 ? '✗' : held > 0 ? '✓' : '–'
    const lines = [`${mark} ${id.padEnd(4)} ${zh} / ${en}`]
    if (held > 0) lines.push(`       成立 ${held} 处 / held ${held} times`)
    lines.push(...failures.slice(0, SHOWN_MAX).map(sayFailure))
    if (failures.length > SHOWN_MAX) lines.push(`       ✗ … 共 ${failures.length} 处 / ${failures.length} in all`)
    for (const [said, { zh: inZh, count }] of this.unchecked.get(id) ?? []) {
      lines.push(`       未核对 ${count} 处：${inZh} / not checked, ${count} places: ${said}`)
    }
    for (const [said, inZh] of this.notes.get(id) ?? []) lines.push(`       注 note: ${inZh} / ${said}`)
    return lines
  }
}

function sayFailure({ index, fault }) {
  const where = index === null ? '' : `第 ${index} 条 / entry ${index}: `
  return `       ✗ ${where}${fault}`
}

