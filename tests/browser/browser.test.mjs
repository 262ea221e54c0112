/** Browser tests: one platform, one Chromium, real pages. In order: what one leaves behind is what the next looks at. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { runBundle } from "./bidding.mjs";
import { openingTests } from "./opening.mjs";
import { pageTests } from "./pages.mjs";
import { startBrowser } from "./people.mjs";
import { receiptTests } from "./receipts.mjs";
import { startPlatform } from "./server.mjs";

/** Seconds from the publication to the opening: the panel's seats, the sign-ins, three bids and the looks at their pages. */
const OPENING_IN_S = 150;

describe("browser", () => {
  let platform, browser;
  const left = { people: [], inRole: {}, receipts: {} };
  const stage = { platform: () => platform, browser: () => browser, left };

  before(async () => {
    [platform, browser] = await Promise.all([startPlatform(OPENING_IN_S), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await left.closeLine?.();
    await platform?.stop();
  });

  describe("a whole opening", () => openingTests(stage));
  describe("receipts", () => receiptTests(stage));
  describe("pages", () => pageTests(stage));

  test("no page had a fault that it did not expect", () => {
    for (const who of left.people) who.assertNoFaults();
  });

  test("the page's code in Node says why it hands in nothing", async () => {
    const job = {
      base_url: platform.baseUrl, login: "nobody", password: "nothing", tender: platform.tender, lot: platform.lot,
      statement: {}, price_statement: {}, technical: "none.pdf", price: "none.pdf", receipt: "none.txt", key: "none.json",
    };
    const wrong = await runBundle(JSON.stringify(job));
    assert.equal(wrong.code, 1);
    assert.match(wrong.said, /^[a-z_]+: /);
    assert.equal(wrong.out, "");
    const malformed = await runBundle(JSON.stringify({ ...job, statement: { price_minor: 1.5 } }));
    assert.equal(malformed.code, 1);
    assert.match(malformed.said, /^job_malformed: statement\.price_minor/);
  });
});
