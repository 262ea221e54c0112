/**
 * The evaluation criteria of the demo's tender: preliminary review, scored technical criteria,
 * objective business items, the price rule. Points are decimal strings with one digit.
 */

/** Pass or fail; `rejection_code` is the reason code that a failure leads to. */
export const preliminary = [
  ['P1', '投标文件签字盖章', 'Signed and sealed', 'not_stamped_and_signed',
    '投标函及投标文件签署页由法定代表人或其委托代理人签字并加盖单位章（电子签章有效）', 'Bid letter and signature page, signed by the legal representative or agent and sealed'],
  ['P2', '投标人名称一致', 'Name matches the licences', 'not_qualified',
    '投标人名称与营业执照、资质证书、安全生产许可证一致', 'Bidder’s name equals that on licence and certificates'],
  ['P3', '企业资质', 'Company qualification', 'not_qualified',
    '市政公用工程施工总承包三级及以上资质证书、安全生产许可证', 'Municipal works qualification grade 3 or above; work safety licence'],
  ['P4', '项目经理资格', 'Project manager qualified', 'not_qualified',
    '注册建造师证书、安全生产考核合格证书（B类）、无在建承诺', 'Constructor’s certificate, safety certificate B, statement of no works in progress'],
  ['P5', '投标保证金', 'Bid security', 'not_responsive',
    '按招标文件规定的金额、形式和时间递交的凭证', 'Proof in the amount, form and time required'],
  ['P6', '工期与质量响应', 'Duration and quality', 'not_responsive',
    '投标工期不超过270日历天，质量标准为合格', 'At most 270 calendar days; conforming quality'],
  ['P7', '投标有效期及权利义务', 'Validity and obligations', 'not_responsive',
    '投标有效期90日历天，未附有招标人不能接受的条件', 'Valid for 90 days; no unacceptable condition'],
  ['P8', '非联合体投标', 'No consortium', 'consortium_without_agreement',
    '以独立法人身份投标', 'Bids as a single legal person'],
];

/** Scored by each expert alone; ninety per cent or more and sixty per cent or less of the maximum need a reason. */
export const technical = [
  ['T1', '施工方案与技术措施', 'Method and technical measures', '3.0',
    '总体部署、道路与管网关键工序的施工方法是否针对本工程，措施是否具体可行', 'Method statement specific to this site, key operations practicable'],
  ['T2', '质量管理体系与措施', 'Quality management', '1.5',
    '质量目标分解、检验批划分、试验检测计划、成品保护', 'Quality goals, inspection lots, testing plan, protection of finished work'],
  ['T3', '安全文明施工与环境保护', 'Safety and environment', '1.5',
    '危险源辨识、沟槽与有限空间作业管理、扬尘与噪声控制', 'Hazards, trenches and confined spaces, dust and noise'],
  ['T4', '施工进度计划与保证措施', 'Programme', '1.5',
    '进度计划合理、关键线路明确、赶工与纠偏措施', 'Sound programme, critical path, recovery measures'],
  ['T5', '交通导改与地下管线保护', 'Traffic diversion and utilities', '1.5',
    '分期导改方案、行人及公交组织、既有管线探查与保护', 'Staged diversion, pedestrians and buses, survey and protection of utilities'],
  ['T6', '资源配备计划', 'Resources', '1.0',
    '劳动力、主要机械设备、材料供应与进度计划匹配', 'Labour, plant and materials match the programme'],
];

/**
 * Facts proved by documents. `count`: points for each proved instance up to the maximum;
 * `yes_no`: all or nothing. Two experts who differ are shown the difference.
 */
export const business = [
  ['B1', '项目经理类似工程业绩', 'Project manager’s similar works', 'count', '1.0', '3.0',
    '近五年担任项目经理完成的单项合同额800万元及以上市政道路或管网工程，附中标通知书、合同、竣工验收证明', 'Municipal road or sewer works of 8 million CNY or more completed as project manager in five years'],
  ['B2', '项目技术负责人职称', 'Technical lead’s title', 'yes_no', '1.0', '1.0',
    '具有市政或道路桥梁类专业高级工程师及以上职称证书', 'Senior engineer or above in municipal, road or bridge engineering'],
  ['B3', '企业类似工程业绩', 'Company’s similar works', 'count', '1.0', '3.0',
    '近五年完成的单项合同额1000万元及以上市政道路或管网工程，附合同及竣工验收证明', 'Municipal road or sewer works of 10 million CNY or more completed in five years'],
  ['B4', '项目管理机构人员配备', 'Site staff complete', 'yes_no', '1.0', '1.0',
    '施工员、质量员、安全员、材料员、资料员齐全且证书有效', 'Five site officers, all with valid certificates'],
  ['B5', '安全文明标准化工地', 'Model site awards', 'count', '0.5', '1.0',
    '近三年获得的设区市级及以上安全文明标准化工地，附文件或证书', 'Model site awards at city level or above in three years'],
  ['B6', '管理体系认证', 'Management systems', 'yes_no', '1.0', '1.0',
    '质量、环境、职业健康安全管理体系认证证书均在有效期内', 'Quality, environment and occupational safety certificates all valid'],
];

/** The rule that scores the price; ratios are decimal strings, amounts fen. */
export const priceRule = {
  kind: 'banded_median',
  works: 'municipal',
  full_score: '80',
  drop_threshold: '0.13',
  band_high: '1.1',
  band_low: '0.9',
  coefficients: ['0.975', '0.980', '0.985', '0.990', '0.995', '1.000', '1.005', '1.010'],
  penalty_above: '1',
  penalty_below: '0.5',
  score_places: 2,
  abnormal_low_ratio: '0.85',
  lottery: { all_up_to: 15, sixteen_to: 15, drop_two_up_to: 20, at_most: 20 },
};

/** What the tender fixes besides the points. */
export const evaluation = {
  panel_size: 5,
  aggregation: 'trimmed_mean',
  score_places: 2,
  reason_at_or_above: '0.9',
  reason_at_or_below: '0.6',
  page_limit: 200,
  page_limit_deduction: '1.0',
  candidates: 3,
  tie_break: ['lower_price', 'panel'],
};

const text = (zh, en) => ({ zh, en });

/** The criteria as one list of objects, in the order in which the panel works. */
export function criteriaList() {
  return [
    ...preliminary.map(([code, zh, en, rejection_code, askedZh, askedEn]) => ({
      code, stage: 'preliminary', kind: 'pass_fail', name: text(zh, en), rejection_code, evidence: text(askedZh, askedEn),
    })),
    ...technical.map(([code, zh, en, points_max, askedZh, askedEn]) => ({
      code, stage: 'detailed', part: 'technical', kind: 'scored', name: text(zh, en), points_max, points_step: '0.1',
      evidence: text(askedZh, askedEn),
    })),
    ...business.map(([code, zh, en, kind, points_each, points_max, askedZh, askedEn]) => ({
      code, stage: 'detailed', part: 'business', kind, name: text(zh, en), points_each, points_max,
      evidence: text(askedZh, askedEn),
    })),
    { code: 'PR', stage: 'price', part: 'price', kind: 'formula', name: text('投标报价', 'Price'), points_max: '80' },
  ];
}
