/**
 * What five experts decide in the demo, by seat, so that whoever is drawn can act it out: preliminary answers,
 * technical scores with reasons where the tender asks for them, business facts with evidence pages.
 * Invariant: a score that needs a reason has one.
 */

import { business, evaluation, preliminary, technical } from './criteria.mjs';

export const SEATS = [1, 2, 3, 4, 5];
const FILE = 'technical.pdf';

/** Under which heading of the technical document each fact is proved. */
export const EVIDENCE_HEADING = {
  P1: 'signature', P2: 'qualification', P3: 'qualification', P4: 'team', P5: 'security', P6: 'letter', P7: 'letter', P8: 'letter',
  B1: 'works', B2: 'team', B3: 'works', B4: 'team', B5: 'systems', B6: 'systems',
};

const PRAISE = [(s, p) => `${s}，可操作性强（第${p}页）。`, (s, p) => `第${p}页：${s}，优于一般水平。`, (s, p) => `${s}，见第${p}页，给予较高分。`,
  (s, p) => `对照第${p}页，${s}。`, (s, p) => `${s}，与本工程实际结合紧密（第${p}页）。`];
const BLAME = [(s, p) => `${s}（第${p}页），难以指导施工。`, (s, p) => `第${p}页：${s}。`, (s, p) => `${s}，见第${p}页，仅给基本分。`,
  (s, p) => `对照第${p}页，${s}。`, (s, p) => `${s}，扣分较多（第${p}页）。`];

const tenths = (text) => Math.round(Number(text) * 10);
const text = (number) => `${Math.floor(number / 10)}.${number % 10}`;
/** Whether `score` tenths of `max` tenths must be explained. */
export const needsReason = (score, max) =>
  score * 10 >= max * tenths(evaluation.reason_at_or_above) || score * 10 <= max * tenths(evaluation.reason_at_or_below);

/** One criterion of one seat: the usual remark, a step or two up or down; unexplained scores stay in the middle. */
function score(bidder, seat, index, pages) {
  const [code, , , maxText] = technical[index];
  const [usual, good, bad] = bidder.remarks[code];
  const max = tenths(maxText);
  const reach = max >= 30 ? 2 : 1;
  const step = ((bidder.number * 3 + seat * 7 + index * 5) % (2 * reach + 1)) - reach;
  let value = Math.min(max, Math.max(0, tenths(usual) + step));
  if (!good) while (value * 10 >= max * 9) value -= 1;
  if (!bad) while (value * 10 <= max * 6) value += 1;
  if (!needsReason(value, max)) return { code, value, reason: null };
  const phrase = value * 10 >= max * 9 ? PRAISE[seat - 1](good, pages[code]) : BLAME[seat - 1](bad, pages[code]);
  return { code, value, reason: phrase };
}

function technicalOf(bidder, seat, pages) {
  const scores = technical.map((_, index) => score(bidder, seat, index, pages));
  const total = scores.reduce((sum, one) => sum + one.value, 0);
  const reasons = Object.fromEntries(scores.filter((one) => one.reason).map((one) => [one.code, one.reason]));
  const lead = total >= 90 ? '总体达到满分的九成以上：' : '总体不高于满分的六成：';
  return {
    scores: Object.fromEntries(scores.map((one) => [one.code, text(one.value)])),
    total: text(total),
    reasons,
    total_reason: needsReason(total, 100) ? lead + Object.values(reasons).join('') : null,
  };
}

/** How often each business fact is proved: number of instances, or 0 / 1. */
function proved(bidder) {
  return {
    B1: bidder.works.slice(0, bidder.managed).filter(([, , amount]) => amount >= 800).length,
    B2: bidder.technical_lead.title.includes('高级') ? 1 : 0,
    B3: bidder.works.filter(([, , amount]) => amount >= 1000).length,
    B4: bidder.site_staff.length === 5 ? 1 : 0,
    B5: bidder.awards.length,
    B6: bidder.has_systems ? 1 : 0,
  };
}

function businessOf(bidder, pages) {
  const facts = proved(bidder);
  return Object.fromEntries(business.map(([code, , , kind, each, max]) => {
    const points = text(Math.min(tenths(max), facts[code] * tenths(each)));
    const evidence = [{ file: FILE, page: pages[EVIDENCE_HEADING[code]] }];
    return [code, kind === 'count' ? { count: facts[code], points, evidence } : { yes: facts[code] === 1, points, evidence }];
  }));
}

function preliminaryOf(bidder, pages) {
  return Object.fromEntries(preliminary.map(([code, , , rejection_code]) => {
    if (code === 'P1' && !bidder.is_signed) {
      const reason = '第一信封无投标文件签署页，投标函仅打印投标人名称，无法定代表人或委托代理人签字，亦未加盖单位章或电子印章。';
      return [code, { passes: false, rejection_code, reason, evidence: [{ file: FILE, page: pages.letter }] }];
    }
    return [code, { passes: true, evidence: [{ file: FILE, page: pages[EVIDENCE_HEADING[code]] }] }];
  }));
}

const byBidder = (bidders, decide) => Object.fromEntries(bidders.map((bidder) => [bidder.id, decide(bidder)]));

/** Written explanations that the panel asks for when a price is below the threshold, and what it finds. */
const EXPLANATIONS = {
  bidder_05: {
    question: '贵公司投标总价低于最高投标限价的85%，请说明成本构成，并说明能否保证工程质量和按期完工。',
    answer: '我公司相邻片区在建项目将于本工程开工前竣工，41%的周转材料和主要机械可直接转场，节省进出场及租赁费用约46万元；沥青混合料执行年度协议价，节省约31万元；项目部与相邻片区共用临时设施，节省约18万元。人工单价按市场价计取，未低于信息价。转场安排已在第一信封施工组织设计的资源配备计划中载明，我公司承诺按投标价履约。',
    finding: 'accepted',
    reason: '说明与第一信封资源配备计划一致，节省项目有据可查，主要材料单价未见明显低于成本。',
  },
  bidder_08: {
    question: '贵公司投标总价低于最高投标限价的85%，请说明成本构成，并说明能否保证工程质量和按期完工。',
    answer: '我公司为进入澄川市场，将企业管理费率与利润率合计降至3.5%；项目管理人员由公司总部直接派出，现场管理费较低；管材与鹭浦管业签有意向价。人工、机械、主材按信息价的92%～95%测算，未低于成本，我公司愿意按规定提高履约担保比例。',
    finding: 'accepted',
    reason: '管理费与利润让利属企业自主行为，主材价格偏低但有意向协议；多数成员认为不足以认定低于成本，建议招标人在签约时核实履约担保。',
  },
};

/**
 * Everything the panel says, given the page of each heading in each bidder's technical document. Every seat
 * gives the same preliminary and business answers (`first_answers` names the one slip); technical scores are
 * by seat.
 */
export function judgements(bidders, pagesOf) {
  const scored = bidders.filter((bidder) => bidder.is_signed);
  return {
    preliminary: byBidder(bidders, (bidder) => preliminaryOf(bidder, pagesOf[bidder.id])),
    business: byBidder(scored, (bidder) => businessOf(bidder, pagesOf[bidder.id])),
    technical: Object.fromEntries(SEATS.map((seat) => [seat, byBidder(scored, (bidder) => technicalOf(bidder, seat, pagesOf[bidder.id]))])),
    first_answers: [{
      seat: 4, bidder: 'bidder_03', criterion: 'B3', count: 3, points: '3.0',
      corrected_because: '第三项业绩合同额862万元，不足1000万元，复核后按2项认定。',
    }],
    rejection: {
      bidder: 'bidder_09', criterion: 'P1', rejection_code: 'not_stamped_and_signed',
      reason: '投标文件未经投标单位盖章和单位负责人签字（第一信封缺投标文件签署页），依据招标文件第三章第5.1条第（1）项否决其投标。',
    },
    abnormally_low: EXPLANATIONS,
  };
}
