/** The tender document as a whole, its bill printed alone, and the addendum. */

import { agency, buyer } from '../content/organisations.mjs';
import { addendum, project } from '../content/project.mjs';
import { paragraphs, seal, table } from '../lib/page.mjs';
import { billChapter, billCover, drawingsChapter } from './tender-bill.mjs';
import { contractChapter } from './tender-contract.mjs';
import { evaluationChapter } from './tender-evaluation.mjs';
import { formsChapter } from './tender-forms.mjs';
import { instructionsChapter, noticeChapter } from './tender-instructions.mjs';
import { standardsChapter } from './tender-standards.mjs';

/** Chapter headings as they are printed, for the contents page. */
export const CHAPTERS = {
  notice: '第一章　招标公告', instructions: '第二章　投标人须知', evaluation: '第三章　评标办法（综合评估法）', contract: '第四章　合同条款',
  bill: '第五章　工程量清单', drawings: '第六章　图纸', standards: '第七章　技术标准和要求', forms: '第八章　投标文件格式',
};

function cover() {
  return `<div class="cover"><div class="project">${project.name.zh}</div><div class="kind">招标文件</div>
<div class="note">招标编号：${project.code}　项目代码：${project.project_code}</div><div class="note">第1标段　双信封　第1版</div>
<div class="foot">招标人：${buyer.name.zh}<br>招标代理机构：${agency.name.zh}<br>二〇二六年十一月</div></div>`;
}

/** The tender document (set 1); `pages` maps chapter keys to page numbers once they are known. */
export function tenderBody(pages) {
  const items = Object.entries(CHAPTERS).map(([key, title]) => `<li>${title}<span style="float:right">${pages?.[key] ?? ''}</span></li>`);
  return cover() + `<h1>目　录</h1><ul class="toc">${items.join('')}</ul>` + noticeChapter() + instructionsChapter() + evaluationChapter()
    + contractChapter() + billChapter(1) + drawingsChapter() + standardsChapter() + formsChapter();
}

/** Drawings list and bill of quantities as a document of its own. */
export const billBody = () => billCover() + drawingsChapter() + billChapter(1);

/** The addendum, with a table of what changes. */
export function addendumBody() {
  return `<h1 style="break-before:avoid">${project.short_name.zh}　${addendum.title.zh}</h1>`
    + table([{ title: '项目', width: '24%' }, { title: '内容' }], [['招标编号', project.code], ['工程名称', project.name.zh], 
      ['形成的招标文件版本', `第${addendum.document_set}版`], ['投标截止时间', '不变'], ['发布范围', '平台本项目页面公开发布，视为送达所有潜在投标人']], { small: true })
    + '<p class="plain">各潜在投标人：</p>' + paragraphs(['现对本项目招标文件作如下补充和修改，请据此编制投标文件。', ...addendum.text.zh])
    + table(
      [{ title: '位置', width: '26%' }, { title: '原文' }, { title: '修改为' }],
      [['第七章3.4条', '上面层AC-16C型改性沥青混凝土厚4cm', '上面层AC-13C型SBS改性沥青混合料厚4cm，动稳定度≥3000次/mm'],
        ['清单第19项', 'AC-16C型改性沥青混凝土，厚4cm', 'AC-13C型SBS改性沥青混凝土，动稳定度≥3000次/mm，厚4cm'],
        ['第二章3.2条', '（无）', '综合单价计入K0+420—K0+655段DN300自来水管现状保护费用'],
        ['图纸TL-DL-09', '第1版', '2026年11月修订版'],
        ['第八章机械设备表', '六栏', '增加“排放标准”一栏']], { caption: '修改对照表', small: true })
    + `<div class="sign">${seal(buyer.name.zh, '电子签章')}<p>招标人：${buyer.name.zh}</p><p>招标代理机构：${agency.name.zh}</p><p>2026年11月</p></div>`;
}
