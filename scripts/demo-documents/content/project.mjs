/**
 * The demo's tender: a municipal road and drainage works contract in a city that does not exist.
 * Facts only; the chapters that print them are in `documents/`, the criteria in `criteria.mjs`.
 */

/** Everything about the tender that is one value, both languages where people read it. */
export const project = {
  code: 'CC-TH-2026-SZ-0147',
  project_code: '2611-990101-04-01-330147',
  city: '澄川市',
  district: '汀湖区',
  name: {
    zh: '澄川市汀湖区听澜路（云杉大道—望溪街）道路及雨污管网提升改造工程施工',
    en: 'Tinglan Road (Yunshan Avenue to Wangxi Street) road and drainage upgrade, Tinghu District, Chengchuan City: works',
  },
  short_name: { zh: '听澜路提升改造工程', en: 'Tinglan Road upgrade' },
  lot: {
    number: '1',
    title: { zh: '第1标段：听澜路（云杉大道—望溪街）道路及雨污管网提升改造', en: 'Lot 1: Tinglan Road, road and drainage upgrade' },
    scope: {
      zh: '招标图纸及工程量清单范围内的道路、雨水、污水、交通、照明及绿化工程的施工、试验检测、竣工验收及缺陷责任期内的保修。',
      en: 'Construction, testing, completion and defects liability of the road, storm sewer, foul sewer, traffic, lighting and planting works within the drawings and the bill of quantities.',
    },
  },
  length_m: 1286,
  ceiling_minor: 1833276147n,
  provisional_sum_minor: 60000000n,
  safety_fee_minor: 42136800n,
  tax_percent: 9n,
  duration_days: 270,
  validity_days: 90,
  bid_security_minor: 30000000n,
  defects_liability_months: 24,
  quality: { zh: '合格', en: 'Accepted (conforming to the standards for acceptance)' },
  place: { zh: '澄川市汀湖区听澜路沿线', en: 'Along Tinglan Road, Tinghu District, Chengchuan City' },
  funds: { zh: '区级财政资金，已落实', en: 'District budget, committed' },
  approval: '汀发改审〔2026〕147号',
};

/** Who may bid; each line is one requirement of the notice. */
export const qualifications = [
  {
    code: 'Q1',
    zh: '具有独立法人资格，营业执照有效；',
    en: 'Independent legal person with a valid business licence.',
  },
  {
    code: 'Q2',
    zh: '具有市政公用工程施工总承包三级及以上资质，且安全生产许可证在有效期内；',
    en: 'General contracting qualification for municipal works, grade 3 or above, and a valid work safety licence.',
  },
  {
    code: 'Q3',
    zh: '拟派项目经理具有市政公用工程专业二级及以上注册建造师资格和有效的安全生产考核合格证书（B类），投标截止时无在建工程；',
    en: 'Project manager: registered constructor (municipal works, grade 2 or above) with a valid safety certificate B and no works in progress at the deadline.',
  },
  {
    code: 'Q4',
    zh: '拟派项目技术负责人具有市政或道路桥梁类专业中级及以上职称；',
    en: 'Technical lead: intermediate or higher professional title in municipal, road or bridge engineering.',
  },
  {
    code: 'Q5',
    zh: '未被列入严重失信主体名单，近三年无因串通投标、弄虚作假受到行政处罚的记录；',
    en: 'Not on a list of seriously dishonest entities; no penalty for collusion or fraud in tendering in the last three years.',
  },
  {
    code: 'Q6',
    zh: '单位负责人为同一人或者存在控股、管理关系的不同单位，不得参加本标段投标；本标段不接受联合体投标。',
    en: 'Entities with the same person in charge, or in a holding or management relation, may not both bid; consortia are not accepted.',
  },
];

/** Two questions asked anonymously before the deadline, and the answers published to all. */
export const enquiries = [
  {
    id: 'enquiry-1',
    question: {
      zh: '工程量清单第3章“沟槽回填中粗砂”的回填范围，图纸PS-07示管顶以上50cm，技术标准写至路床底，请明确按哪一项计价。',
      en: 'Trench backfill with medium-coarse sand: drawing PS-07 shows 50 cm above the pipe crown, the specification says up to the subgrade. Which one is to be priced?',
    },
    answer: {
      zh: '以图纸PS-07为准，中粗砂回填至管顶以上50cm，其上至路床底采用素土分层回填；工程量清单数量已按此计算，无需调整。',
      en: 'Drawing PS-07 governs: sand up to 50 cm above the pipe crown, then common fill in layers up to the subgrade. The quantities in the bill are computed on that basis.',
    },
  },
  {
    id: 'enquiry-2',
    question: {
      zh: '听澜路与杏坛巷交叉口顶管段（W12—W13）工作井是否可利用既有污水提升井？如不可利用，工作井费用列入何处？',
      en: 'Pipe jacking between W12 and W13 at Xingtan Lane: may the existing lift-station shaft be used as the launch shaft? If not, where is the shaft priced?',
    },
    answer: {
      zh: '既有污水提升井施工期间须保持运行，不得利用。工作井、接收井的施工及拆除、恢复费用包含在“顶管 d1000”项目综合单价内，清单不另列项。',
      en: 'The existing station stays in operation and may not be used. Launch and reception shafts, their removal and reinstatement are included in the unit price of item "pipe jacking d1000".',
    },
  },
];

/** The one addendum: a second document set, the deadline stays. */
export const addendum = {
  number: 1,
  document_set: 2,
  moves_deadline: false,
  title: { zh: '补遗书（第1号）', en: 'Addendum No. 1' },
  text: {
    zh: [
      '一、招标文件第七章“技术标准和要求”第3.4条修改为：沥青混凝土上面层采用AC-13C型SBS改性沥青混合料，动稳定度不小于3000次/mm；工程量清单第19项项目特征描述相应修改，工程量及计量单位不变。',
      '二、招标文件第二章“投标人须知”第3.2条增加：投标人在综合单价中应计入既有DN300自来水管（桩号K0+420—K0+655段）的现状保护费用，该管线不迁改。',
      '三、图纸TL-DL-09“望溪街交叉口竖向设计图”以本补遗附图版本（2026年11月修订）为准，交叉口范围路面工程量不变。',
      '四、第八章“投标文件格式”中“拟投入主要施工机械设备表”增加“排放标准”一栏，非道路移动机械应满足国三及以上排放要求。',
      '五、投标截止时间（开标时间）不变，以交易平台本项目页面公布的时间为准。投标人应按第2版招标文件编制投标文件；本补遗与原招标文件不一致之处，以本补遗为准。',
    ],
    en: [
      '1. Chapter 7, clause 3.4: the surface course is SBS-modified asphalt AC-13C, dynamic stability at least 3,000 passes/mm; the description of item 19 of the bill changes accordingly, its quantity and unit do not.',
      '2. Chapter 2, clause 3.2 gains: unit prices include protection in place of the existing DN300 water main between K0+420 and K0+655, which is not relocated.',
      '3. Drawing TL-DL-09 (vertical design of the Wangxi Street junction) is replaced by the version attached (revised November 2026); paving quantities stay the same.',
      '4. Chapter 8: the table of plant gains a column "emission stage"; non-road machinery meets China stage III or better.',
      '5. The deadline for submission (opening time) does not change. Bids are prepared on document set 2; where this addendum differs from the tender document, the addendum governs.',
    ],
  },
};
