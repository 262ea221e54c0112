/** Chapters 5 and 6 of the tender document, also printed alone: bill of quantities and list of drawings. */

import { billItems, measures, sections } from '../content/bill.mjs';
import { project } from '../content/project.mjs';
import { formatFen } from '../lib/money.mjs';
import { paragraphs, table } from '../lib/page.mjs';

/** [number, title, size, sheets] */
const DRAWINGS = [
  ['TL-DL-01', '道路设计总说明', 'A3', 6], ['TL-DL-02', '道路平面总图', 'A2', 1], ['TL-DL-03', '道路平面设计图（1～7）', 'A2', 7],
  ['TL-DL-04', '道路纵断面设计图', 'A2', 3], ['TL-DL-05', '标准横断面图', 'A3', 2], ['TL-DL-06', '土方横断面图', 'A3', 14],
  ['TL-DL-07', '路面结构设计图', 'A3', 2], ['TL-DL-08', '侧平石、树池大样图', 'A3', 2], ['TL-DL-09', '望溪街交叉口竖向设计图', 'A2', 1],
  ['TL-PS-01', '排水设计总说明', 'A3', 5], ['TL-PS-02', '雨水平面设计图（1～7）', 'A2', 7], ['TL-PS-03', '雨水纵断面图', 'A2', 5],
  ['TL-PS-04', '污水平面设计图（1～7）', 'A2', 7], ['TL-PS-05', '污水纵断面图', 'A2', 5], ['TL-PS-06', '装配式检查井大样图', 'A3', 4],
  ['TL-PS-07', '管道基础及沟槽回填断面图', 'A3', 2], ['TL-PS-08', 'W12—W13顶管段平纵断面及工作井结构图', 'A2', 4],
  ['TL-JT-01', '交通标志标线平面图', 'A2', 7], ['TL-JT-02', '施工期交通组织示意图', 'A3', 3], ['TL-ZM-01', '照明平面及系统图', 'A2', 5],
  ['TL-LH-01', '行道树种植及保留大树一览表', 'A3', 3],
];

export function billChapter(documentSet) {
  const rows = [];
  const items = billItems(documentSet);
  for (const section of sections) {
    rows.push({ isSection: true, cells: ['', '', section.title, '', '', '', ''] });
    for (const item of items.filter((one) => one.section === section.title)) {
      rows.push([item.number, item.code, `${item.name}：${item.description}`, item.unit, item.quantity, '', '']);
    }
  }
  const right = (title, width) => ({ title, width, align: 'right' });
  return `<h1>第五章　工程量清单</h1><h2>1. 说明</h2>` + paragraphs([
    '本工程量清单依据招标图纸及市政工程工程量计算规范编制，应与投标人须知、合同条款、技术标准和图纸一并阅读。清单数量为估算数量，结算以实际完成并经计量确认的数量为准。',
    '投标人应逐项填报综合单价与合价，金额以元为单位、精确到分。管道长度按设计图示井中至井中距离以延长米计算，不扣除井所占长度；沟槽土方按设计断面计算，工作面、放坡及支护增加的工程量计入综合单价。',
    '钢筋混凝土管、HDPE管、检查井、花岗岩石材、SBS改性沥青由承包人采购，投标人应在报价时考虑运输、损耗、检验试验及仓储费用。',
  ]) + '<h2>2. 分部分项工程量清单</h2>' + table(
    [{ title: '序号', width: '6%', align: 'center' }, { title: '项目编码', width: '14%' }, { title: '项目名称及特征' }, { title: '单位', width: '6%', align: 'center' }, right('工程量', '11%'), right('综合单价', '11%'), right('合价（元）', '13%')],
    rows, { small: true },
  ) + '<h2>3. 措施项目及其他项目清单</h2>' + table(
    [{ title: '序号', width: '10%', align: 'center' }, { title: '项目名称' }, { title: '计价方式', width: '34%' }, right('金额（元）', '20%')],
    [['1', '安全文明施工费', '给定金额，不可竞争', formatFen(project.safety_fee_minor)],
      ...measures.map(([name], i) => [i + 2, name, '总价，投标人自主报价', '']),
      [measures.length + 2, '暂列金额', '给定金额', formatFen(project.provisional_sum_minor)],
      [measures.length + 3, '增值税', `税前合计×${project.tax_percent}%`, '']],
  );
}

export function drawingsChapter() {
  return `<h1>第六章　图纸</h1>` + paragraphs([
    '图纸电子文件与招标文件同时在平台公开，目录如下。图纸与工程量清单项目特征不一致的，投标人应在提问截止前提出；未提出的，以清单项目特征为准报价，施工以图纸为准并按变更处理。',
  ]) + table(
    [{ title: '图号', width: '18%' }, { title: '图名' }, { title: '图幅', width: '12%', align: 'center' }, { title: '张数', width: '12%', align: 'right' }],
    [...DRAWINGS, { isTotal: true, cells: ['', '合计', '', DRAWINGS.reduce((sum, row) => sum + row[3], 0)] }], { caption: '图纸目录' },
  );
}

export function billCover() {
  return `<div class="cover"><div class="project">${project.name.zh}</div><div class="kind">图纸目录与工程量清单</div>
<div class="note">招标编号：${project.code}　第1标段　第1版</div><div class="foot">招标人：澄川市汀湖区市政设施建设服务中心<br>招标代理：澄川衡正工程项目管理有限公司<br>二〇二六年十一月</div></div>`;
}
