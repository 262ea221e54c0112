/**
 * Checks what is committed under src/demo/data against itself: codes, sums, documents, reasons, outcome.
 *
 *     node scripts/demo-documents/check.mjs
 *
 * It reads the files, not the templates' memory, and exits non-zero at the first thing that is wrong.
 * Needs poppler-utils.
 */

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bidders } from './content/bidders.mjs';
import { EVIDENCE_HEADING, needsReason } from './content/judgements.mjs';
import { project } from './content/project.mjs';
import { HEADINGS } from './documents/technical.mjs';
import { pdfPages } from './lib/chromium.mjs';
import { isCreditCode } from './lib/credit-code.mjs';
import { amountInWords, formatFen, hundredths, lineAmount } from './lib/money.mjs';
import { expectedOutcome } from './lib/outcome.mjs';

const DATA = join(dirname(fileURLToPath(import.meta.url)), '../../src/demo/data');
const BYTES_MAX_OF_A_BID_DOCUMENT = 150_000;
const BYTES_MAX_IN_ALL = 6_000_000;
const read = (name) => JSON.parse(readFileSync(join(DATA, name), 'utf8'));
const [tender, people, said, expected] = ['tender.json', 'people.json', 'judgements.json', 'expected.json'].map(read);
const [lot] = tender.lots;

/** Every code passes its check digits, every altered digit is noticed, and no two are alike. */
function creditCodes() {
  const codes = [people.centre, people.buyer, people.agency, people.supervisor, ...people.bidders].map((one) => one.credit_code);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) {
    assert.ok(isCreditCode(code), `${code} fails its check digits`);
    for (let place = 0; place < code.length; place += 1) {
      const other = code[place] === '7' ? '8' : '7';
      assert.ok(!isCreditCode(code.slice(0, place) + other + code.slice(place + 1)), `${code} altered at ${place} passes`);
    }
  }
}

/** The priced bill as printed: each line is quantity × unit price, and the lines add up to the bid price. */
function pricedBill(record, bidder) {
  const { bill } = bidder;
  for (const item of bill.items) assert.equal(lineAmount(hundredths(item.quantity), item.unit_minor), item.amount_minor);
  const works = bill.items.reduce((sum, item) => sum + item.amount_minor, 0n);
  const measures = bill.measures.reduce((sum, measure) => sum + measure.amount_minor, project.safety_fee_minor);
  const net = works + measures + project.provisional_sum_minor;
  assert.equal(net + (net * project.tax_percent + 50n) / 100n, BigInt(record.price_statement.price_minor));
  const text = pdfPages(join(DATA, record.documents.price)).join('');
  const printed = [amountInWords(bill.price_minor), `¥${formatFen(bill.price_minor)}`, formatFen(works), formatFen(measures), formatFen(net)];
  const lines = bill.items.map((item) => item.quantity + formatFen(item.unit_minor) + formatFen(item.amount_minor));
  for (const part of [...printed, ...lines]) assert.ok(text.includes(part), `${record.id}: ${part} is not in the price document`);
}

/** The technical document: searchable, without the price, signed unless it is the one that is not. */
function technicalDocument(record, bidder) {
  const pages = pdfPages(join(DATA, record.documents.technical));
  const text = pages.join('');
  assert.ok(pages.length >= 6 && pages.length <= 12, `${record.id}: ${pages.length} pages`);
  assert.ok(!text.includes(formatFen(bidder.bill.price_minor)), `${record.id}: the price is in envelope 1`);
  assert.equal(text.includes(HEADINGS.signature), bidder.is_signed);
  const own = [bidder.overview, ...bidder.risks.map(([, answer]) => answer), ...Object.values(bidder.plan).flat()];
  for (const passage of [bidder.overview, ...Object.values(bidder.plan).flat()]) {
    const start = passage.slice(0, 12).replace(/\s+/g, '');
    assert.ok(text.includes(start), `${record.id}: ${start}`);
  }
  for (const value of [bidder.name.zh, record.credit_code, record.project_manager.certificate_number]) {
    assert.ok(text.includes(value), `${record.id}: ${value} is not in the technical document`);
  }
  evidencePages(record.id, pages);
  return own;
}

/** Each page that an expert names carries the heading under which the fact stands. */
function evidencePages(id, pages) {
  const answers = { ...said.preliminary[id], ...said.business[id] };
  for (const [code, { passes, evidence }] of Object.entries(answers)) {
    const heading = HEADINGS[passes === false ? 'letter' : EVIDENCE_HEADING[code]];
    for (const { page } of evidence) assert.ok(pages[page - 1]?.includes(heading), `${id} ${code}: page ${page}`);
  }
}

/** No two bidders share a sentence of their plans: a likeness would be a collusion signal. */
function ownWords(texts) {
  const seen = new Map();
  for (const [id, passages] of texts) {
    for (const sentence of passages.join('。').split(/[。；]/).filter((one) => one.length > 12)) {
      assert.ok(!seen.has(sentence) || seen.get(sentence) === id, `${id} and ${seen.get(sentence)}: ${sentence}`);
      seen.set(sentence, id);
    }
  }
}

/** Scores stay within their maximum, add up, and carry a reason where the tender asks for one. */
function scores() {
  const maximum = Object.fromEntries(lot.criteria.filter((one) => one.kind === 'scored').map((one) => [one.code, Number(hundredths(one.points_max)) / 10]));
  for (const [seat, bids] of Object.entries(said.technical)) {
    for (const [id, { scores: given, total, reasons, total_reason }] of Object.entries(bids)) {
      let sum = 0;
      for (const [code, text] of Object.entries(given)) {
        const value = Number(hundredths(text)) / 10;
        assert.ok(value <= maximum[code], `seat ${seat} ${id} ${code}`);
        assert.equal(Boolean(reasons[code]), needsReason(value, maximum[code]), `seat ${seat} ${id} ${code}: reason`);
        sum += value;
      }
      assert.equal(Number(hundredths(total)) / 10, sum);
      assert.equal(Boolean(total_reason), needsReason(sum, 100));
    }
  }
}

/** The bids tell the story that they are meant to tell. */
function story() {
  assert.deepEqual(expected, JSON.parse(JSON.stringify(expectedOutcome(bidders, said))));
  assert.deepEqual(expected.rejected_at_preliminary_review, ['bidder_09']);
  assert.deepEqual(expected.above_ceiling, ['bidder_10']);
  const share = (id) => people.bidders.find((one) => one.id === id).price_statement.price_minor / lot.ceiling_minor;
  assert.ok(share('bidder_03') > 0.85 && share('bidder_03') < 0.852);
  assert.ok(new Set(expected.by_coefficient.map((one) => one.ranking[0].bidder)).size > 1, 'the coefficient decides nothing');
  const recused = people.experts.filter((one) => one.recused_from.length > 0);
  assert.equal(recused.length, 2);
  for (const { organisation, recused_from: [{ bidder }] } of recused) {
    assert.equal(people.bidders.find((one) => one.id === bidder).parent.zh, organisation.zh);
  }
}

/** The tender's own documents are searchable, and everything together stays small. */
function sizes() {
  const own = tender.documents.map((one) => one.file);
  const pages = pdfPages(join(DATA, own[0]));
  assert.ok(pages.length >= 15 && pages.length <= 25);
  for (const part of ['18,332,761.47', '下浮率达到x＝13%', ...lot.price_rule.coefficients]) assert.ok(pages.join('').includes(part), part);
  const bids = people.bidders.flatMap((one) => Object.values(one.documents));
  const bytes = (file) => statSync(join(DATA, file)).size;
  for (const file of bids) assert.ok(bytes(file) < BYTES_MAX_OF_A_BID_DOCUMENT, `${file}: ${bytes(file)} bytes`);
  const all = [...own, ...bids].reduce((sum, file) => sum + bytes(file), 0);
  assert.ok(all < BYTES_MAX_IN_ALL, `${all} bytes in all`);
  return all;
}

creditCodes();
const texts = people.bidders.map((record, index) => {
  assert.equal(record.id, bidders[index].id);
  pricedBill(record, bidders[index]);
  return [record.id, technicalDocument(record, bidders[index])];
});
ownWords(texts);
scores();
story();
const bytes = sizes();
const example = expected.by_coefficient.find((one) => one.coefficient === '0.985');
console.log(`${people.bidders.length} bidders, ${bytes} bytes of PDF, all sums and codes hold`);
for (const [place, row] of example.ranking.entries()) {
  console.log(`${place + 1}. ${row.bidder} ${row.technical} + ${row.business} + ${row.price} = ${row.total}`);
}
