/** Envelope 2 of a bid: the priced bill of quantities; its sums add up to the bid price to the fen. */

import { project } from '../content/project.mjs';
import { amountInWords, formatFen } from '../lib/money.mjs';
import { escape, paragraphs, seal, table } from '../lib/page.mjs';
import { sum } from '../lib/pricing.mjs';

const right = (title, width) => ({ title, width, align: 'right' });

function cover(bidder) {
  const price = bidder.bill.price_minor;
  return `<div class="cover"><div class="project">${escape(project.name.zh)}</div><div class="kind">投标总价</div>
<div class="note">第二信封：已标价工程量清单</div><div class="note">招标编号：${project.code}　标段：第1标段</div>
<div class="foot">投标总价（小写）：¥${formatFen(price)}<br>　　　　（大写）：${amountInWords(price)}<br>投标人：${escape(bidder.name.zh)}<br>法定代表人：${escape(bidder.legal_representative.name.zh)}<br>编制时间：二〇二六年十一月</div></div>`;
}

function letter(bidder) {
  const { price_minor: price } = bidder.bill;
  return `<h1>一、投标报价函</h1>` + paragraphs([
    '致：澄川市汀湖区市政设施建设服务中心',
    `我方愿以人民币（大写）${amountInWords(price)}（¥${formatFen(price)}）的投标总价，按合同约定实施和完成${project.name.zh}第1标段的全部工程，并修补其中的任何缺陷。`,
    '投标总价已包含招标文件、图纸、工程量清单及补遗书第1号规定的全部工作内容、风险费用及税金。大写金额与小写金额不一致时，以大写金额为准；单价与合价不一致时，以单价为准修正合价。',
  ]) + `<div class="sign">${seal(bidder.name.zh, '电子签章')}<p>投标人：${escape(bidder.name.zh)}（盖单位章）</p><p>法定代表人：${escape(bidder.legal_representative.name.zh)}（签字）</p><p>日期：2026年11月</p></div>`;
}

function summary({ bill }) {
  return `<h1>二、单位工程投标报价汇总表</h1>` + table(
    [{ title: '序号', width: '12%', align: 'center' }, { title: '汇总内容' }, right('金额（元）', '28%')],
    [['1', '分部分项工程费', formatFen(bill.works_minor)], ['2', '措施项目费', formatFen(bill.measures_minor)],
      ['2.1', '其中：安全文明施工费（不可竞争）', formatFen(project.safety_fee_minor)],
      ['3', '其他项目费：暂列金额（招标人给定）', formatFen(project.provisional_sum_minor)],
      ['4', '税前合计（1＋2＋3）', formatFen(bill.net_minor)], ['5', `增值税（4×${project.tax_percent}%）`, formatFen(bill.tax_minor)],
      { isTotal: true, cells: ['', '投标总价（4＋5）', formatFen(bill.price_minor)] }],
  );
}

function works({ bill }) {
  const rows = [];
  let section = '';
  for (const item of bill.items) {
    if (item.section !== section) {
      section = item.section;
      const subtotal = sum(bill.items.filter((one) => one.section === section).map((one) => one.amount_minor));
      rows.push({ isSection: true, cells: ['', '', section, '', '', '小计', formatFen(subtotal)] });
    }
    rows.push([item.number, item.code, `${item.name}：${item.description}`, item.unit, item.quantity, formatFen(item.unit_minor), formatFen(item.amount_minor)]);
  }
  rows.push({ isTotal: true, cells: ['', '', '分部分项工程费合计', '', '', '', formatFen(bill.works_minor)] });
  return `<h1>三、分部分项工程量清单与计价表</h1>` + table(
    [{ title: '序号', width: '6%', align: 'center' }, { title: '项目编码', width: '14%' }, { title: '项目名称及特征' }, { title: '单位', width: '6%', align: 'center' }, right('工程量', '11%'), right('综合单价', '11%'), right('合价（元）', '15%')],
    rows, { small: true },
  );
}

function measures({ bill }) {
  const rows = [['1', '安全文明施工费（按招标人给定金额计列）', formatFen(project.safety_fee_minor)],
    ...bill.measures.map((measure, i) => [i + 2, measure.name, formatFen(measure.amount_minor)]),
    { isTotal: true, cells: ['', '措施项目费合计', formatFen(bill.measures_minor)] }];
  return `<h1>四、措施项目清单与计价表</h1>` + table(
    [{ title: '序号', width: '12%', align: 'center' }, { title: '项目名称' }, right('金额（元）', '28%')], rows,
  ) + `<h1 style="break-before:avoid;margin-top:20pt">五、报价说明</h1>` + paragraphs([
    `本报价按招标工程量清单数量编制，综合单价包括人工费、材料费、施工机具使用费、企业管理费、利润及一定范围内的风险费用；金额精确到分，合价为工程量与综合单价之积四舍五入至分。`,
    `暂列金额${formatFen(project.provisional_sum_minor)}元按招标人给定金额计入，结算时按实际发生调整。增值税按一般计税方法，税率${project.tax_percent}%。`,
  ]);
}

/** The body of the priced bill of one bidder. */
export function priceBody(bidder) {
  return cover(bidder) + letter(bidder) + summary(bidder) + works(bidder) + measures(bidder);
}
