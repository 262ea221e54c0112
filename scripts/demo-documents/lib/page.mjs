/**
 * The look shared by all printed documents: paper, type, tables, page numbers, electronic seal.
 * It knows nothing of tenders. Invariant: every string that comes from content passes `escape`
 * unless it was built here.
 */

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const FONT = '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf';

/** Where the Chinese TrueType font is; a TrueType file is needed, Chromium blows outlines of CFF fonts up tenfold. */
export function fontFile(argument) {
  const file = argument ?? FONT;
  if (!existsSync(file)) throw new Error(`no font at ${file}: install fonts-droid-fallback or pass --font=FILE`);
  return file;
}

/** Escapes text for HTML. */
export function escape(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** A paragraph per string. */
export const paragraphs = (texts) => texts.map((text) => `<p>${escape(text)}</p>`).join('\n');

/** Numbered clauses without indentation of their own: [["1.1", "text"], …]. */
export const clauses = (rows) =>
  rows.map(([number, text]) => `<p class="clause"><b>${escape(number)}</b>　${escape(text)}</p>`).join('\n');

/** Tables up to this long are not broken over pages. */
const ROWS_KEPT_TOGETHER = 14;

/** A table; a column is {title, width?, align?}; cells are text. */
export function table(columns, rows, { caption = '', small = false } = {}) {
  const widths = columns.map((c) => `<col${c.width ? ` style="width:${c.width}"` : ''}>`).join('');
  const head = columns.map((c) => `<th>${escape(c.title)}</th>`).join('');
  const body = rows
    .map((row) => {
      const mark = row.isTotal ? ' class="total"' : row.isSection ? ' class="section"' : '';
      const cells = (row.cells ?? row).map((cell, i) => `<td class="${columns[i].align ?? 'left'}">${escape(cell)}</td>`);
      return `<tr${mark}>${cells.join('')}</tr>`;
    })
    .join('\n');
  const title = caption ? `<p class="caption">${escape(caption)}</p>` : '';
  const kind = [small ? 'small' : '', rows.length <= ROWS_KEPT_TOGETHER ? 'kept' : ''].join(' ').trim();
  return `${title}<table class="${kind}"><colgroup>${widths}</colgroup><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

/** A round electronic seal with the holder's name; the colour is that of ink, not a facsimile of a real seal. */
export function seal(name, label) {
  const letters = [...name];
  const span = Math.min(290, letters.length * 19);
  const ring = letters
    .map((letter, i) => {
      const angle = -span / 2 + (span * i) / Math.max(1, letters.length - 1);
      return `<text transform="rotate(${angle.toFixed(1)} 60 60) translate(60 19)" text-anchor="middle">${escape(letter)}</text>`;
    })
    .join('');
  return `<svg class="seal" viewBox="0 0 120 120" aria-hidden="true"><circle cx="60" cy="60" r="57" fill="none" stroke="#b3261e" stroke-width="2.4"/><g fill="#b3261e" font-size="11.5">${ring}<text x="60" y="66" text-anchor="middle" font-size="15">★</text><text x="60" y="86" text-anchor="middle" font-size="10">${escape(label)}</text></g></svg>`;
}

const STYLE = `
@page { size: A4; margin: 24mm 20mm 22mm 24mm;
  @top-left { content: var(--running); font: 8.5pt Latin, Body; color: #555; }
  @bottom-center { content: counter(page) " / " counter(pages); font: 9pt Latin, Body; color: #333; } }
@page :first { @top-left { content: none } @bottom-center { content: none } }
html { font: 10.5pt/1.72 Latin, Body; font-synthesis: none; color: #111; }
b, th { font-weight: normal; }
body { margin: 0; }
h1 { break-after: avoid; font-weight: normal; font-size: 17pt; text-align: center; break-before: page; margin: 0 0 12pt; letter-spacing: .12em; }
h2 { font-weight: normal; font-size: 13pt; border-left: 3pt solid #2f5580; padding-left: 6pt; margin: 13pt 0 5pt; break-after: avoid; }
h3 { font-weight: normal; font-size: 11.5pt; color: #1f3f66; margin: 9pt 0 3pt; break-after: avoid; }
p { margin: 0 0 5pt; text-indent: 2em; text-align: justify; orphans: 2; widows: 2; }
p.clause, p.plain, .cover p, .sign p, p.caption { text-indent: 0; }
p.caption { text-align: center; font-weight: normal; margin: 9pt 0 3pt; break-after: avoid; }
table { width: 100%; border-collapse: collapse; margin: 4pt 0 9pt; font-size: 9.2pt; line-height: 1.45; }
table.kept { break-inside: avoid; }
table.small { font-size: 8.2pt; line-height: 1.36; }
th, td { border: .6pt solid #555; padding: 2.4pt 4pt; vertical-align: middle; overflow-wrap: anywhere; }
th { background: #eef1f5; font-weight: normal; text-align: center; }
tr, svg { break-inside: avoid; } thead { display: table-header-group; }
td.right { text-align: right; white-space: nowrap; } td.center { text-align: center; }
tr.section td { background: #f6f7f9; font-weight: normal; } tr.total td { font-weight: normal; background: #eef1f5; }
.cover { height: 245mm; display: flex; flex-direction: column; text-align: center; }
.cover .project { font-size: 21pt; font-weight: normal; line-height: 1.5; margin-top: 34mm; }
.cover .kind { font-size: 27pt; font-weight: normal; letter-spacing: .35em; margin-top: 22mm; }
.cover .note { font-size: 12pt; margin-top: 6mm; }
.cover .foot { margin-top: auto; font-size: 12pt; line-height: 2.1; text-align: left; padding: 0 14mm; }
.toc { list-style: none; padding: 0; font-size: 11pt; line-height: 2.1; }
.toc li { border-bottom: .5pt dotted #888; }
.sign { position: relative; margin-top: 4pt; min-height: 36mm; line-height: 2.2; break-inside: avoid; }
.seal { position: absolute; width: 36mm; height: 36mm; right: 22mm; top: 0; opacity: .82; }
.formula { text-indent: 0; text-align: center; margin: 5pt 0; font-size: 11pt; }
.box { border: .8pt solid #777; padding: 6pt 9pt; margin: 6pt 0 9pt; } .box p { text-indent: 0; }
`;

/*
 * No bold: the font has one weight, and a synthetic one would be embedded as outlines (Type 3), which is
 * large and which some readers cannot search. Rank shows by size, rules and colour.
 */

/** A whole document. `running` is the head line of every page but the first. */
export function documentHtml({ title, running, body, font, author }) {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="author" content="${escape(author)}"><style>@font-face { font-family: Body; src: url("${pathToFileURL(font)}"); }
@font-face { font-family: Latin; src: local("Liberation Sans"); unicode-range: U+20-7E, U+A5, U+B0-B3, U+D7, U+3A6, U+2014, U+2265; }
:root { --running: "${running.replace(/"/g, '')}"; } ${STYLE}</style></head><body>${body}</body></html>`;
}
