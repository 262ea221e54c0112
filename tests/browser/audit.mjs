/** What every page is held to: no violation of WCAG 2.2 AA that axe can find, and nothing beyond the edge of a phone. */
import assert from "node:assert/strict";

import { AxeBuilder } from "@axe-core/playwright";

import { DESKTOP, PHONE } from "./people.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** What is wrong with the page as it stands, at both widths; empty if nothing is. */
export async function faultsOf(page) {
  const before = page.viewportSize();
  const faults = [];
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const at = `${viewport.width} px`;
    faults.push(...violations.map((violation) => `${at} ${inWords(violation)}`));
    faults.push(...(await overflowing(page)).map((what) => `${at} overflow: ${what}`));
  }
  if (before) await page.setViewportSize(before);
  return faults;
}

/** A rule that was broken: where, how often, and what axe says of the first place. */
function inWords({ id, nodes }) {
  const [first] = nodes;
  return `${id} at ${nodes.length} places: ${first.target.join(" ")}: ${first.failureSummary.split("\n").slice(1).join(" ").trim()}`;
}

/** Fails if something is wrong with the page as it stands. */
export async function audit(page, name) {
  assert.deepEqual(await faultsOf(page), [], name);
}

/** The elements that make the page wider than the window; empty if it fits. */
export function overflowing(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    // What scrolls inside its own frame may be as wide as it likes.
    const isFramed = (element) => element.parentElement !== null && (getComputedStyle(element.parentElement).overflowX !== "visible" || isFramed(element.parentElement));
    const sticksOut = (element) => element.getBoundingClientRect().right > clientWidth + 0.5;
    const wide = [...document.body.querySelectorAll("*")].filter((element) => sticksOut(element) && !isFramed(element));
    const named = wide.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`);
    return [`${scrollWidth} px in ${clientWidth} px`, ...named];
  });
}
