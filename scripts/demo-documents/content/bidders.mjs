/**
 * Composes each bidder from its facts, its construction plan and its priced bill, and derives what follows
 * from them: certificate numbers, schedule, plant and labour tables.
 * Invariant: nothing here depends on the clock; printing twice gives the same bids.
 */

import { creditCode } from '../lib/credit-code.mjs';
import { pricedBill } from '../lib/pricing.mjs';
import { facts } from './bidder-facts.mjs';
import { project } from './project.mjs';

/** [phase, start and end in thousandths of the bidder's duration]; each bidder shifts them by its `rhythm`. */
const PHASES = [
  ['施工准备、围挡及临时设施', 0, 70], ['既有管线探查及拆除工程', 40, 190], ['污水管道及检查井', 90, 440],
  ['雨水管道、雨水口及连接管', 180, 580], ['顶管及接驳', 260, 500], ['路床及石灰土底基层', 380, 680],
  ['水泥稳定碎石基层', 470, 790], ['侧平石及人行道', 600, 880], ['沥青混凝土面层', 760, 910],
  ['照明、交通设施及绿化', 790, 960], ['竣工清理、检测及预验收', 940, 1000],
];

/** [plant, models to choose from, usual number, emission stage] */
const PLANT = [
  ['履带式挖掘机', ['1.0m³ 斗容', '0.8m³ 斗容', '1.2m³ 斗容'], 5, '国四'], ['小型挖掘机', ['6t 级', '7.5t 级'], 3, '国四'],
  ['轮式装载机', ['3m³', '2.7m³'], 3, '国三'], ['自卸汽车', ['载重15t', '载重18t 新能源'], 12, '国六／电动'],
  ['汽车起重机', ['25t', '20t', '35t'], 2, '国五'], ['静压植桩机', ['800kN', '600kN'], 1, '国三'],
  ['平地机', ['160kW', '140kW'], 1, '国三'], ['单钢轮振动压路机', ['22t', '20t'], 3, '国四'],
  ['双钢轮压路机', ['13t', '12t'], 3, '国四'], ['轮胎压路机', ['30t', '26t'], 2, '国四'],
  ['沥青混凝土摊铺机', ['最大幅宽9m', '最大幅宽12m', '最大幅宽7.5m'], 2, '国四'], ['铣刨机', ['2.0m', '1.0m'], 1, '国三'],
  ['洒水雾炮车', ['12m³', '8m³'], 2, '国六'], ['潜水泵', ['Φ150，180m³/h', 'Φ100，90m³/h'], 10, '电动'],
  ['管道CCTV检测设备', ['爬行式', '推杆式'], 1, '电动'],
];

const TRADES = [['管道工', 8, 26, 6], ['土方机械操作工', 6, 14, 8], ['钢筋工', 2, 8, 3], ['模板及混凝土工', 4, 12, 8],
  ['沥青路面工', 0, 4, 22], ['石材砌筑工', 2, 8, 20], ['电工', 2, 3, 8], ['普工', 12, 24, 18]];

const pad = (number, width) => String(number).padStart(width, '0');

function people(number, fact) {
  const [zh, en, grade, age] = fact.manager;
  const year = 2016 + (number % 5);
  return {
    legal_representative: { name: { zh: fact.legal[0], en: fact.legal[1] } },
    project_manager: {
      name: { zh, en },
      grade: { zh: `${grade}注册建造师（市政公用工程）`, en: `Registered constructor, grade ${grade === '一级' ? 1 : 2} (municipal works)` },
      certificate_number: `澄${grade === '一级' ? 1 : 2}99${year}${year + 1}0${pad(4127 + number * 613, 5)}`,
      safety_certificate_number: `澄建安B（${year + 1}）${pad(2301 + number * 377, 7)}`,
      age,
    },
    technical_lead: { name: { zh: fact.lead[0], en: fact.lead[1] }, title: fact.lead[2], certificate_number: `ZC99${year - 3}${pad(1180 + number * 91, 5)}` },
    site_staff: ['施工员', '质量员', '安全员', '材料员', '资料员'].map((role, i) => ({
      role, name: fact.staff[i], certificate_number: `99${year + 2}${i + 1}${pad(30417 + number * 1009 + i * 37, 7)}`,
    })),
  };
}

/** `milestones` pins the last day of a phase (by its index) where the plan's text names it. */
function programme(number, duration, milestones = {}) {
  return PHASES.map(([name, start, end], index) => {
    const shift = index === 0 || index === PHASES.length - 1 ? 0 : ((number * 7 + index * 5) % 41) - 20;
    const day = (share) => Math.max(1, Math.min(duration, Math.round((duration * share) / 1000)));
    return { name, start_day: index === 0 ? 1 : day(start + shift), end_day: index === PHASES.length - 1 ? duration : (milestones[index] ?? day(end + shift)) };
  });
}

const isRented = (rental, number) => rental !== 'none' && (rental === 'most') !== (number % 4 === 0);

function plant(number, rental) {
  return PLANT.map(([name, models, usual, emission], index) => ({
    name, model: models[(number + index) % models.length], count: Math.max(1, usual - 1 + ((number * 3 + index) % 3)),
    source: isRented(rental, number + index) ? '租赁' : '自有', emission, arrives_day: 1 + ((index * 9 + number * 2) % 60),
  }));
}

/** Averages of a phase stay below the peak that the plan names. */
const labour = (number, peak) =>
  TRADES.map(([trade, ...counts], index) => ({
    trade,
    counts: counts.map((count, i) => (count === 0 ? 0 : Math.max(1, Math.round((count * peak) / 112) + ((number + index + i) % 3) - 1))),
  }));

async function bidder(id, fact) {
  const number = Number(id.slice(-2));
  const { default: text } = await import(`./bidders/${id.slice(-2)}.mjs`);
  return {
    id,
    number,
    name: { zh: fact.name[0], en: fact.name[1] },
    credit_code: creditCode('91', fact.division, fact.organisation),
    parent: fact.parent ? { zh: fact.parent[0], en: fact.parent[1] } : null,
    capital: fact.capital,
    founded: fact.founded,
    address: fact.address,
    phone: `0000-88${pad(61 + number, 2)} ${pad(1200 + number * 37, 4)}`,
    qualification: `市政公用工程施工总承包${fact.grade}`,
    qualification_number: `D3990${pad(41873 + number * 1201, 5)}`,
    safety_licence_number: `（澄）JZ安许证字〔20${pad(23 + (number % 3), 2)}〕${pad(990100 + number * 17, 6)}`,
    ...people(number, fact),
    duration_days: fact.duration,
    works: fact.works,
    managed: fact.managed,
    awards: fact.awards,
    has_systems: fact.systems,
    is_signed: id !== 'bidder_09',
    programme: programme(number, fact.duration, text.milestones),
    plant: plant(number, fact.rental),
    labour: labour(number, fact.peak_labour),
    ...text,
    bill: pricedBill(id, fact.ratio, project),
  };
}

/** All twelve, in the order of their ids. */
export const bidders = await Promise.all(Object.entries(facts).map(([id, fact]) => bidder(id, fact)));
