/**
 * Prints the demo's documents and writes the JSON that goes with them:
 *
 *     node scripts/demo-documents/print.mjs [--font=FILE]
 *
 * Needs Chromium, poppler-utils, fonts-droid-fallback, fonts-noto-cjk and fonts-liberation.
 * Each document with a contents page is printed twice: the first print tells the page numbers.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bidders } from './content/bidders.mjs';
import { judgements } from './content/judgements.mjs';
import { agency, buyer } from './content/organisations.mjs';
import { addendum, project } from './content/project.mjs';
import { priceBody } from './documents/price.mjs';
import { HEADINGS, technicalBody } from './documents/technical.mjs';
import { CHAPTERS, addendumBody, billBody, tenderBody } from './documents/tender.mjs';
import { pdfPages, printPdf } from './lib/chromium.mjs';
import { expectedOutcome } from './lib/outcome.mjs';
import { documentHtml, fontFile } from './lib/page.mjs';
import { peopleRecord, tenderRecord } from './lib/records.mjs';

const DATA = join(dirname(fileURLToPath(import.meta.url)), '../../src/demo/data');
const font = fontFile(process.argv.find((argument) => argument.startsWith('--font='))?.slice('--font='.length));

const print = (target, fields) => printPdf(documentHtml({ ...fields, font }), target);

/** The last page on which each heading stands; the first hit is the contents page. */
function headingPages(file, headings) {
  const pages = pdfPages(file);
  return Object.fromEntries(
    Object.entries(headings)
      .map(([key, heading]) => [key, pages.findLastIndex((page) => page.includes(heading.replace(/\s+/g, ''))) + 1])
      .filter(([, page]) => page > 0),
  );
}

/** Prints a document whose body needs its own page numbers; answers with them. */
function printWithContents(target, fields, body, headings) {
  print(target, { ...fields, body: body() });
  const pages = headingPages(target, headings);
  print(target, { ...fields, body: body(pages) });
  return pages;
}

function printTender() {
  const folder = join(DATA, 'tender');
  const tender = { title: `${project.name.zh} 招标文件`, running: `${project.short_name.zh}　招标文件（第1版）`, author: agency.name.zh };
  printWithContents(join(folder, 'tender-document.pdf'), tender, tenderBody, CHAPTERS);
  print(join(folder, 'drawings-and-bill.pdf'), { title: '图纸目录与工程量清单', running: `${project.short_name.zh}　图纸目录与工程量清单`, author: agency.name.zh, body: billBody() });
  print(join(folder, 'addendum-1.pdf'), { title: addendum.title.zh, running: `${project.code}　${addendum.title.zh}`, author: buyer.name.zh, body: addendumBody() });
}

function printBid(bidder) {
  const folder = join(DATA, 'bids', bidder.id);
  const fields = { author: bidder.name.zh };
  const price = { title: '已标价工程量清单', running: `${bidder.name.zh}　已标价工程量清单`, body: priceBody(bidder) };
  print(join(folder, 'price.pdf'), { ...fields, ...price });
  const technical = { title: '资格审查文件及施工组织设计', running: `${bidder.name.zh}　投标文件第一信封` };
  return printWithContents(join(folder, 'technical.pdf'), { ...fields, ...technical }, (pages) => technicalBody(bidder, pages), HEADINGS);
}

function writeJson(name, value) {
  const plain = (_key, field) => (typeof field === 'bigint' ? Number(field) : field);
  writeFileSync(join(DATA, name), `${JSON.stringify(value, plain, 2)}\n`);
}

mkdirSync(DATA, { recursive: true });
printTender();
const pagesOf = Object.fromEntries(bidders.map((bidder) => [bidder.id, printBid(bidder)]));
const said = judgements(bidders, pagesOf);
writeJson('tender.json', tenderRecord());
writeJson('people.json', peopleRecord(bidders));
writeJson('judgements.json', said);
writeJson('expected.json', expectedOutcome(bidders, said));
