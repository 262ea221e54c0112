/** Chapter 3 of the tender document: evaluation method, with the price rule in the tender's own words. */

import { business, evaluation, preliminary, priceRule, technical } from '../content/criteria.mjs';
import { project } from '../content/project.mjs';
import { formatFen } from '../lib/money.mjs';
import { clauses, paragraphs, table } from '../lib/page.mjs';

const percent = (ratio) => `${Number(ratio) * 100}%`;

function criteriaTables() {
  return table(
    [{ title: '编号', width: '9%', align: 'center' }, { title: '评审因素', width: '24%' }, { title: '评审标准' }],
    preliminary.map(([code, name, , , asked]) => [code, name, asked]), { caption: '表3-1　初步评审（一项不通过即否决投标）' },
  ) + table(
    [{ title: '编号', width: '9%', align: 'center' }, { title: '评审因素', width: '26%' }, { title: '满分', width: '9%', align: 'right' }, { title: '评审内容' }],
    [...technical.map(([code, name, , points, asked]) => [code, name, points, asked]), { isTotal: true, cells: ['', '技术部分合计', '10.0', ''] }],
    { caption: '表3-2　技术部分（主观评分）' },
  ) + table(
    [{ title: '编号', width: '9%', align: 'center' }, { title: '评审因素', width: '24%' }, { title: '计分', width: '17%' }, { title: '满分', width: '9%', align: 'right' }, { title: '证明材料' }],
    [...business.map(([code, name, , kind, each, max, asked]) => [code, name, kind === 'count' ? `每项${each}分` : '具备得分，否则0分', max, asked]),
      { isTotal: true, cells: ['', '商务部分合计', '', '10.0', ''] }],
    { caption: '表3-3　商务部分（客观评分）' },
  );
}

function priceClauses() {
  const rule = priceRule;
  return clauses([
    ['4.1', `投标报价高于最高投标限价P（${formatFen(project.ceiling_minor)}元）的，否决其投标。被否决的投标不参与以下各步计算。`],
    ['4.2', '进入报价评审的投标人按抽签号排序：不超过15家的全部参与计算；16家的取前15家；17至20家的取前N－2家；超过20家的取前20家。未进入计算的报价仍按4.7款评分。'],
    ['4.3', `参与计算的报价中，相对P的下浮率达到x＝${percent(rule.drop_threshold)}及以上的为B类报价，其余为A类报价。A类报价不参与基准值计算。`],
    ['4.4', 'B类报价为7家及以上时，去掉一个最高和一个最低后取算术平均值M；不足7家时全部参与平均。'],
    ['4.5', `以M为中心对全部B类报价（含4.4款中去掉的报价）分组：高于${rule.band_high}M的合并为一组；在[${rule.band_low}M，${rule.band_high}M]内的每个报价各为一组；低于${rule.band_low}M的合并为一组。各组取组内平均值，将各组值排序，取中位数（组数为偶数时取中间两值的平均）。`],
    ['4.6', `评标基准价D取P×（1－x）与4.5款中位数中的较小者；没有B类报价时D＝P×（1－x）。基准值V＝D×C，C在开启报价前公开随机抽取，取值为${rule.coefficients.join('、')}之一。`],
    ['4.7', `报价等于V的得满分${rule.full_score}分；每高于V 1%扣${rule.penalty_above}分，每低于V 1%扣${rule.penalty_below}分，按直线内插，扣至0分为止。计算过程不取舍，得分四舍五入保留两位小数。`],
    ['4.8', `报价低于P的${percent(rule.abnormal_low_ratio)}的，评标委员会应当要求投标人在规定时间内书面说明成本构成并提供证明；不能合理说明的，按低于成本报价否决。`],
  ]);
}

/** A worked example with round prices, so that a bidder can check its understanding. */
function example() {
  return '<div class="box">' + paragraphs([
    '算例（与任何投标人无关）：P＝1000万元，x＝13%，C＝0.990；通过评审的报价为930、880、862、855、840、826（万元）。',
    '下浮率达到13%的报价：862、855、840、826，共4家，M＝845.75。0.9M＝761.18，1.1M＝930.33，四个报价各为一组，中位数＝（855＋840）÷2＝847.50。P×（1－x）＝870，故D＝847.50，V＝847.50×0.990＝839.025。',
    '报价840：高于V 0.1162%，得分80－0.12＝79.88；报价826：低于V 1.5524%，得分80－0.78＝79.22；报价930：高于V 10.8429%，得分80－10.84＝69.16。P的85%为850万元，报价840、826低于该值，投标人须按4.8款书面说明。',
  ]) + '</div>';
}

export function evaluationChapter() {
  return `<h1>第三章　评标办法（综合评估法）</h1>` + '<h2>1. 评标方法</h2>' + clauses([
    ['1.1', '满分100分：技术部分10分、商务部分10分、投标报价80分。按总得分由高到低推荐中标候选人；得分相同的，报价低的优先；报价也相同的，由评标委员会记名投票确定。'],
    ['1.2', '评标分三步：第一信封初步评审；第一信封技术、商务详细评审；第二次开标后的报价评审。前两步结束并签署后，方可开启报价。'],
  ]) + '<h2>2. 评审因素与标准</h2>' + criteriaTables() + '<h2>3. 技术、商务评分规则</h2>' + clauses([
    ['3.1', '技术部分由评标委员会成员独立打分，全部提交后同时公开；投标人的技术得分为各成员评分去掉一个最高分和一个最低分后的算术平均值。'],
    ['3.2', `成员对某投标人的技术评分达到满分的${percent(evaluation.reason_at_or_above)}及以上或${percent(evaluation.reason_at_or_below)}及以下的，应当写明理由；未写明理由的，该成员对该投标人的技术评分无效，按其余有效评分重新计算。`],
    ['3.3', `施工组织设计超过${evaluation.page_limit}页（含封面、封底及空白页）的，技术得分扣${evaluation.page_limit_deduction}分。`],
    ['3.4', '商务部分为客观项，评标委员会成员应注明证明材料所在页码；成员认定不一致的，系统提示差异，成员复核后各自确认，修改过程予以保留。'],
    ['3.5', '招标人不接受投标人以澄清名义补充业绩、人员或证书。'],
  ]) + '<h2>4. 投标报价评分规则</h2>' + priceClauses() + example() + '<h2>5. 否决投标</h2>' + clauses([
    ['5.1', '有下列情形之一的，经评标委员会多数同意并写明理由和依据，否决其投标：（1）投标文件未经投标单位盖章和单位负责人签字；（2）以联合体投标；（3）不符合资格条件；（4）同一投标人提交两个以上不同的投标文件或者投标报价；（5）报价低于成本或者高于最高投标限价；（6）没有对招标文件的实质性要求和条件作出响应；（7）有串通投标、弄虚作假、行贿等违法行为。'],
    ['5.2', '否决投标后有效投标不足3个的，评标委员会应当判断是否明显缺乏竞争并说明理由。'],
  ]) + '<h2>6. 评标报告</h2>' + paragraphs([
    '评标报告载明：基本情况和数据表、评标委员会名单、开标记录、符合要求的投标一览表、否决投标情况说明、评标标准和方法、评分比较一览表、经评审的投标人排序、推荐的中标候选人与签订合同前要处理的事宜、澄清说明纪要。全体成员签字；有不同意见的书面说明理由，拒绝签字又不说明的视为同意。',
  ]);
}
