/**
 * Envelope 1 of a bid: qualification and technical documents, without any amount of the bid price.
 * The unsigned bid (`is_signed` false) is printed without the signature page, as a hurried bidder would.
 */

import { project } from '../content/project.mjs';
import { formatFen } from '../lib/money.mjs';
import { escape, paragraphs, seal, table } from '../lib/page.mjs';

/** Headings in order; the contents page and the evidence pages are found by them. */
export const HEADINGS = {
  letter: '一、投标函',
  signature: '二、投标文件签署页',
  mandate: '三、法定代表人身份证明及授权委托书',
  qualification: '四、资格证明文件',
  security: '五、投标保证金',
  team: '六、项目管理机构',
  works: '七、类似工程业绩',
  systems: '八、荣誉及管理体系',
  overview: '九、工程理解与总体部署',
  T1: '十、施工方案与技术措施',
  T2: '十一、质量管理体系与措施',
  T3: '十二、安全文明施工与环境保护',
  T4: '十三、施工进度计划与保证措施',
  T5: '十四、交通导改与地下管线保护',
  T6: '十五、资源配备计划',
};

const NEW_PAGE = new Set(['letter', 'signature', 'mandate', 'team', 'overview']);

const heading = (key) =>
  `<h1${NEW_PAGE.has(key) ? '' : ' style="break-before:avoid;margin-top:20pt"'}>${HEADINGS[key]}</h1>`;

const signature = (bidder, label) => `<div class="sign">${seal(bidder.name.zh, label)}
<p>投标人：${escape(bidder.name.zh)}（盖单位章）</p>
<p>法定代表人或其委托代理人：${escape(bidder.legal_representative.name.zh)}（签字）</p>
<p>地址：${escape(bidder.address)}　电话：${escape(bidder.phone)}</p><p>日期：2026年11月</p></div>`;

function cover(bidder) {
  return `<div class="cover"><div class="project">${escape(project.name.zh)}</div><div class="kind">投标文件</div>
<div class="note">第一信封：资格审查文件及施工组织设计</div><div class="note">招标编号：${project.code}　标段：第1标段　招标文件第2版（含补遗书第1号）</div>
<div class="foot">投标人：${escape(bidder.name.zh)}<br>统一社会信用代码：${bidder.credit_code}<br>法定代表人：${escape(bidder.legal_representative.name.zh)}<br>二〇二六年十一月</div></div>`;
}

function contents(bidder, pages) {
  const keys = Object.keys(HEADINGS).filter((key) => key !== 'signature' || bidder.is_signed);
  const items = keys.map((key) => `<li>${HEADINGS[key]}<span style="float:right">${pages?.[key] ?? ''}</span></li>`);
  return `<h1>目　录</h1><ul class="toc">${items.join('')}</ul>`;
}

function letter(bidder) {
  const manager = bidder.project_manager;
  const texts = [
    `致：澄川市汀湖区市政设施建设服务中心`,
    `1. 我方已仔细研究${project.name.zh}第1标段招标文件（第2版，含补遗书第1号）的全部内容，愿意按招标文件和合同约定承担本标段的施工、竣工验收及缺陷责任期保修，投标报价见第二信封。`,
    `2. 投标工期：${bidder.duration_days}日历天；质量标准：${project.quality.zh}；拟派项目经理：${manager.name.zh}，注册编号：${manager.certificate_number}。`,
    `3. 我方承诺在投标有效期${project.validity_days}日历天内不修改、撤销投标文件，并已按要求提交投标保证金。`,
    '4. 如我方中标，我方承诺在中标通知书规定的期限内与你方签订合同，按招标文件规定提交履约担保，并在合同约定的期限内完成全部合同工程。',
    '5. 我方声明：所递交的投标文件及有关资料内容完整、真实和准确，不存在招标文件规定的禁止投标情形；以独立法人身份投标，未与其他单位组成联合体；未附有你方不能接受的条件。',
  ];
  const fields = table(
    [{ title: '项目', width: '34%' }, { title: '响应内容' }],
    [['投标人', bidder.name.zh], ['投标工期', `${bidder.duration_days}日历天`], ['质量标准', project.quality.zh],
      ['项目经理及注册编号', `${manager.name.zh}　${manager.certificate_number}`], ['投标有效期', `${project.validity_days}日历天`],
      ['缺陷责任期', `${project.defects_liability_months}个月`]],
    { caption: '开标一览表（第一次开标）' },
  );
  const unsigned = `<p class="plain" style="margin-top:14pt">投标人：${escape(bidder.name.zh)}</p><p class="plain">日期：2026年11月</p>`;
  return heading('letter') + paragraphs(texts) + fields + (bidder.is_signed ? '' : unsigned);
}

function signaturePage(bidder) {
  if (!bidder.is_signed) return '';
  return heading('signature') + paragraphs([
    `本签署页与投标函、资格审查文件及施工组织设计共同构成${bidder.name.zh}对本标段投标文件第一信封的签署。我方确认：投标文件系我方独立编制，开标一览表所填内容与投标函一致；不一致时以投标函为准。`,
    '我方知悉第二信封（报价文件）仅在通过第一信封评审后开启；未通过评审的，同意第二信封不予开启并由交易平台按规定处理。',
  ]) + signature(bidder, '电子签章');
}

function mandate(bidder) {
  return heading('mandate') + paragraphs([
    `单位名称：${bidder.name.zh}；单位性质：有限责任公司；成立时间：${bidder.founded}；经营期限：长期。${bidder.legal_representative.name.zh}系我单位法定代表人，本次投标由其本人签署，不另行授权委托。`,
  ]) + heading('qualification') + table(
    [{ title: '证照名称', width: '26%' }, { title: '编号及内容' }, { title: '有效期', width: '20%' }],
    [['营业执照', `统一社会信用代码 ${bidder.credit_code}；注册资本 ${bidder.capital}万元；法定代表人 ${bidder.legal_representative.name.zh}`, '长期'],
      ['资质证书', `${bidder.qualification}；证书编号 ${bidder.qualification_number}`, '至2028-12-31'],
      ['安全生产许可证', bidder.safety_licence_number, '至2027-10-30'],
      ['控股及管理关系', bidder.parent ? `控股股东：${bidder.parent.zh}（持股比例51%及以上）` : '无控股法人股东，股东均为自然人', '投标截止日'],
      ['信誉承诺', '未被列入严重失信主体名单；近三年无串通投标、弄虚作假行政处罚记录', '投标截止日']],
    { caption: '资格审查资料汇总' },
  ) + heading('security') + paragraphs([
    `投标保证金金额：人民币${formatFen(project.bid_security_minor)}元；形式：电子保函（见索即付）；保函编号：BH99${2611000 + bidder.number * 731}；受益人：澄川市汀湖区市政设施建设服务中心；有效期与投标有效期一致，并自动延长30日。保函原文随本信封以附件形式提交。`,
  ]);
}

function team(bidder) {
  const { project_manager: manager, technical_lead: lead } = bidder;
  return heading('team') + table(
    [{ title: '岗位', width: '16%' }, { title: '姓名', width: '14%' }, { title: '资格／职称', width: '32%' }, { title: '证书编号' }],
    [['项目经理', manager.name.zh, `${manager.grade.zh}，${manager.age}岁`, `${manager.certificate_number}；安全B证 ${manager.safety_certificate_number}`],
      ['项目技术负责人', lead.name.zh, `${lead.title}（市政工程专业）`, lead.certificate_number],
      ...bidder.site_staff.map((one) => [one.role, one.name, '岗位证书在有效期内', one.certificate_number])],
    { caption: '项目管理机构组成表' },
  ) + paragraphs([
    `项目经理${manager.name.zh}承诺投标截止时未在其他在建工程任职，施工期间每月在岗不少于22天，离岗须经发包人书面同意。上述人员社会保险均由我公司缴纳，缴纳证明随附件提交。`,
  ]);
}

function works(bidder) {
  const rows = bidder.works.map(([name, owner, amount, completed], i) => [
    String(i + 1), name, owner, String(amount), completed, i < bidder.managed ? bidder.project_manager.name.zh : '其他项目经理',
  ]);
  const awards = bidder.awards.length > 0
    ? table([{ title: '序号', width: '10%' }, { title: '荣誉名称' }, { title: '发文时间', width: '20%' }], bidder.awards.map(([name, date], i) => [String(i + 1), name, date]), { caption: '安全文明标准化工地' })
    : paragraphs(['近三年我公司未申报安全文明标准化工地，本项不提供证明材料。']);
  const systems = bidder.has_systems
    ? `质量、环境、职业健康安全管理体系认证证书编号分别为 Q99${bidder.number}0417、E99${bidder.number}0418、S99${bidder.number}0419，认证范围均含市政公用工程施工，有效期至2028年3月。`
    : '质量、环境管理体系认证证书有效；职业健康安全管理体系认证证书于2026年8月到期，换证审核正在进行，本次未提供有效证书。';
  return heading('works') + table(
    [{ title: '序号', width: '7%', align: 'center' }, { title: '工程名称' }, { title: '发包人', width: '21%' }, { title: '合同额（万元）', width: '11%', align: 'right' }, { title: '竣工', width: '11%', align: 'center' }, { title: '项目经理', width: '12%' }],
    rows, { caption: '近五年类似市政道路、管网工程' },
  ) + paragraphs(['以上业绩的中标通知书、合同协议书及竣工验收证明随附件提交，原件备查。']) + heading('systems') + awards + paragraphs([systems]);
}

function gantt(bidder) {
  const total = bidder.duration_days;
  const bars = bidder.programme.map(({ name, start_day, end_day }, i) => {
    const x = 150 + (360 * (start_day - 1)) / total;
    const width = Math.max(3, (360 * (end_day - start_day + 1)) / total);
    const y = 24 + i * 17;
    return `<text x="0" y="${y + 9}" font-size="8.5">${escape(name)}</text><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="10" fill="${i % 2 ? '#4a6fa5' : '#2f5580'}"/>`;
  });
  const marks = [0, 1, 2, 3, 4, 5, 6].map((i) => {
    const x = 150 + 60 * i;
    return `<line x1="${x}" x2="${x}" y1="18" y2="${24 + bars.length * 17}" stroke="#bbb" stroke-width=".5"/><text x="${x}" y="12" font-size="8" text-anchor="middle">${Math.round((total * i) / 6)}</text>`;
  });
  return `<p class="caption">施工进度横道图（日历天）</p><svg viewBox="0 0 525 ${34 + bars.length * 17}" style="width:100%">${marks.join('')}${bars.join('')}</svg>`;
}

function plan(bidder) {
  const days = table(
    [{ title: '序号', width: '9%', align: 'center' }, { title: '分部分项' }, { title: '开始（天）', width: '16%', align: 'right' }, { title: '完成（天）', width: '16%', align: 'right' }, { title: '持续（天）', width: '16%', align: 'right' }],
    bidder.programme.map((p, i) => [i + 1, p.name, p.start_day, p.end_day, p.end_day - p.start_day + 1]), { caption: '施工进度计划表' },
  );
  const plant = table(
    [{ title: '序号', width: '8%', align: 'center' }, { title: '设备名称' }, { title: '型号规格', width: '22%' }, { title: '数量', width: '9%', align: 'right' }, { title: '来源', width: '10%', align: 'center' }, { title: '排放标准', width: '15%' }, { title: '进场（第几天）', width: '14%', align: 'right' }],
    bidder.plant.map((p, i) => [i + 1, p.name, p.model, p.count, p.source, p.emission, p.arrives_day]), { caption: '拟投入主要施工机械设备表' },
  );
  const labour = table(
    [{ title: '工种' }, { title: '准备及拆除', width: '22%', align: 'right' }, { title: '管网阶段', width: '22%', align: 'right' }, { title: '路面及附属', width: '22%', align: 'right' }],
    bidder.labour.map((row) => [row.trade, ...row.counts]), { caption: '劳动力计划表（人，各阶段平均）' },
  );
  const risks = table(
    [{ title: '序号', width: '8%', align: 'center' }, { title: '重点、难点', width: '32%' }, { title: '对策' }],
    bidder.risks.map(([risk, answer], i) => [i + 1, risk, answer]), { caption: '工程重点、难点及对策' },
  );
  return heading('overview') + paragraphs([bidder.overview]) + risks + ['T1', 'T2', 'T3'].map((key) => heading(key) + paragraphs(bidder.plan[key])).join('')
    + heading('T4') + paragraphs(bidder.plan.T4) + days + gantt(bidder) + heading('T5') + paragraphs(bidder.plan.T5)
    + heading('T6') + paragraphs(bidder.plan.T6) + plant + labour;
}

/** The body of the document; `pages` maps heading keys to page numbers once they are known. */
export function technicalBody(bidder, pages) {
  return cover(bidder) + contents(bidder, pages) + letter(bidder) + signaturePage(bidder) + mandate(bidder) + team(bidder) + works(bidder) + plan(bidder);
}
