/** Browser tests: one platform, one Chromium, real pages. In order: what one leaves behind is what the next looks at. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { contentOf, runBundle } from "./bidding.mjs";
import { deviceTests } from "./devices.mjs";
import { openingTests } from "./opening.mjs";
import { pageTests } from "./pages.mjs";
import { startBrowser } from "./people.mjs";
import { receiptTests } from "./receipts.mjs";
import { replayTests } from "./replay.mjs";
import { sealingTests } from "./sealing.mjs";
import { startPlatform } from "./server.mjs";
import { waitingTests } from "./waiting.mjs";

/** Seconds from the publication to the opening: the panel's seats, a second device, the sign-ins, three bids and the looks at their pages. */
const OPENING_IN_S = 210;

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

  describe("two devices", () => deviceTests(stage));
  describe("a whole opening", () => openingTests(stage));
  describe("receipts", () => receiptTests(stage));
  describe("a beacon and the national suite", () => sealingTests(stage));
  describe("pages", () => pageTests(stage));
  describe("an opening without its beacon", () => waitingTests(stage));
  describe("an evidence file", () => replayTests(stage));

  test("no page had a fault that it did not expect", () => {
    for (const who of left.people) who.assertNoFaults();
  });

  test("the page's code in Node says why it hands in nothing", async () => {
    const { login, password } = platform.account("bidder_04");
    const { statement, priceStatement, technical, price } = contentOf("bidder_04");
    const folder = join(platform.folder, "refused");
    await mkdir(folder);
    const job = {
      base_url: platform.baseUrl, login, password, tender: platform.tender, lot: platform.lot, statement, price_statement: priceStatement,
      technical, price, receipt: join(folder, "receipt.txt"), key: join(folder, "key.json"),
    };
    await writeFile(join(folder, "other.json"), "not a key");
    const refused = [
      ["after the opening", {}, /^refused: envelope 3: /],
      ["a wrong password", { password: "nothing" }, /^login_failed: /],
      ["a file that is no key", { key: join(folder, "other.json") }, /^key_malformed: /],
      ["an amount with a fraction", { price_statement: { price_minor: 1.5 } }, /^job_malformed: price_statement\.price_minor/],
      ["a field too many", { also: true }, /^job_malformed: fields are /],
    ];
    for (const [what, change, said] of refused) {
      const result = await runBundle(JSON.stringify({ ...job, ...change }));
      assert.equal(result.code, 1, what);
      assert.match(result.said, said, what);
      assert.equal(result.out, "", what);
      assert.ok(!existsSync(job.receipt), what);
    }
    assert.equal(await readFile(join(folder, "other.json"), "utf8"), "not a key");
  });
});
