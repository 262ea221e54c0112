/**
 * Prints HTML to PDF with the system's Chromium and reads PDFs back with poppler.
 * It is not a layout engine: the templates own what a page looks like.
 * Invariant: the browser gets a fresh profile and no network of its own for each document.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const BROWSER = '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run', '--allow-file-access-from-files',
  '--no-pdf-header-footer', '--disable-pdf-tagging',
];

/** Prints `html` to the file `target`, making its folder. */
export function printPdf(html, target) {
  const work = mkdtempSync(join(tmpdir(), 'demo-documents-'));
  try {
    const page = join(work, 'page.html');
    writeFileSync(page, html);
    mkdirSync(dirname(target), { recursive: true });
    const flags = [...FLAGS, `--user-data-dir=${join(work, 'profile')}`, `--print-to-pdf=${target}`, page];
    execFileSync(BROWSER, flags, { stdio: 'ignore' });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The text of a PDF, one string per page, with white space removed so that line breaks do not matter. */
export function pdfPages(file) {
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return text.split('\f').slice(0, -1).map((page) => page.replace(/\s+/g, ''));
}
