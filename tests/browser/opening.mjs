/**
 * A whole opening, in real pages: three bids, five onlookers, one broken line.
 *
 * The rows, their order and their values must be the same for everybody; before the moment nobody may know anything.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";

import { audit } from "./audit.mjs";
import { BIDDER_NAMES, bidInNode, bidInPage, contentOf } from "./bidding.mjs";
import { person, PHONE, until } from "./people.mjs";
import { openRelay } from "./relay.mjs";

/** Custodians that the demo's platform needs for a key. */
const THRESHOLD = 3;
/** From the announced moment until every statement is open, on a busy machine. */
const UNSEALED_WITHIN_MS = 60_000;

/** The tests of an opening; what they leave behind for others is written to `left`: who was there, and the receipts. */
export function openingTests({ platform, browser, left }) {
  const contents = ["bidder_01", "bidder_02", "bidder_03"].map(contentOf);
  const [ofA, ofB, ofC] = contents;
  const roomPath = () => `/tenders/${platform().tender}/lots/${platform().lot}/room`;
  let a, b, host, recorder, supervisor, phone, all, relay, openingAtMs;

  before(async () => {
    const { baseUrl, tender } = platform();
    relay = await openRelay(baseUrl);
    [a, b, host, recorder, phone] = await Promise.all(
      [["bidder A"], ["bidder B"], ["host"], ["recorder"], ["phone", PHONE]].map(([name, viewport]) => person(browser(), baseUrl, name, viewport)),
    );
    supervisor = await person(browser(), relay.baseUrl, "supervisor");
    all = [a, b, host, supervisor, phone];
    openingAtMs = (await platform().read(`/api/tenders/${tender}`)).opening_at;
    left.people.push(...all, recorder);
    Object.assign(left, { inRole: { bidder: a, otherBidder: b, host, recorder, supervisor }, closeLine: () => relay.close() });
  });

  test("each signs in, and their device makes a key", async () => {
    const accounts = [[a, "visitor_bidder"], [b, "bidder_02"], [host, "visitor_host"], [recorder, "visitor_recorder"], [supervisor, "visitor_supervisor"]];
    await Promise.all(accounts.map(([who, id]) => who.signInWithKey(platform().account(id))));
  });

  test("three bids are sealed and handed in: two in pages, one by the page's code in Node", async () => {
    const folder = join(platform().folder, "node-bidder");
    await mkdir(folder);
    const account = platform().account("bidder_03");
    left.inNode = { account, content: ofC, folder };
    const byNode = async () => {
      const first = await bidInNode(platform(), account, ofC, folder);
      // The same key again, and a bid that replaces the first.
      const second = await bidInNode(platform(), account, ofC, folder);
      assert.notEqual(second.bid, first.bid);
      return second.receipt;
    };
    const look = (section) => audit(a.page, `bid workspace: ${section}`);
    const [receiptA, receiptB, receiptC] = await Promise.all([
      bidInPage(a, platform(), ofA, look), bidInPage(b, platform(), ofB), byNode(),
    ]);
    left.receipts = { a: receiptA, b: receiptB, node: receiptC };
    for (const receipt of Object.values(left.receipts)) assert.match(receipt, /^c2sp\.org\/tlog-proof@v1\n/);
    assert.ok(Date.now() < openingAtMs, "the bids took too long for the time until the opening");
  });

  test("bidders check in: one in the workspace, one in the room", async () => {
    await a.page.getByRole("link", { name: "返回任务清单" }).click();
    await a.main.getByRole("button", { name: "签到" }).click();
    await a.main.getByText("已签到").waitFor();
    await b.visit(roomPath());
    const own = b.main.getByRole("region", { name: "我的投标" });
    await own.getByRole("button", { name: "签到" }).click();
    await own.getByText("已签到").waitFor();
  });

  test("before the moment the room shows the clock and the seal, and nobody learns of a bid", async () => {
    await Promise.all([a, host, supervisor, phone, recorder].map((who) => who.visit(roomPath())));
    await Promise.all(all.map(({ main }) => main.getByText("直播中").waitFor()));
    for (const who of all) {
      await who.main.getByRole("heading", { name: "全部标书密封中" }).waitFor();
      assert.match(await who.main.getByRole("timer").innerText(), /^00:0\d:\d\d$/, who.name);
      assert.equal(await who.main.getByRole("table").count(), 0, `${who.name} sees a board`);
    }
    await audit(phone.page, "sealed room of the public");
    await audit(b.page, "sealed room of a bidder");
    const ownNames = new Map([[a, ofA.name], [b, ofB.name]]);
    for (const who of all) await assertUnknowing(who, ownNames.get(who));
    await assertApiSilent([host, supervisor, phone]);
    assert.ok(Date.now() < openingAtMs, "the moment came before the test had looked");
  });

  test("at the moment the lot closes, custodians' lamps light, statements unseal", async () => {
    await until("the close", () => Date.now() >= openingAtMs, openingAtMs - Date.now() + 5000);
    for (const who of all) {
      await until(`all statements open for ${who.name}`, async () => (await boardOf(who)).filter(({ state }) => state.includes("已解封")).length === 3, UNSEALED_WITHIN_MS);
      const lamps = who.main.getByRole("region", { name: "托管人" });
      await lamps.getByText(`需要 ${THRESHOLD} 位`).waitFor();
      assert.ok((await lamps.getByRole("listitem").filter({ hasText: "已放出" }).count()) >= THRESHOLD, `lamps of ${who.name}`);
    }
    const rows = await boardOf(host);
    assert.deepEqual(rows.map(({ bidder }) => bidder).sort(), contents.map(({ name }) => name).sort());
    assert.deepEqual(rows.filter(({ text }) => text.includes("已签到")).map(({ bidder }) => bidder).sort(), [ofA.name, ofB.name].sort());
    await audit(host.page, "room with unsealed rows, host");
  });

  test("a broken line is told; the reading goes on for the others", async () => {
    relay.cut();
    await phone.context.setOffline(true);
    await supervisor.main.getByText(/连接中断/).waitFor();
    await phone.page.getByText("当前没有网络连接").waitFor();
    await host.main.getByRole("region", { name: "主持" }).getByRole("button", { name: "开始唱标" }).click();
    for (const who of [host, a, b]) await untilRead(who);
    assert.equal((await boardOf(supervisor)).filter(({ state }) => state.includes("已唱标")).length, 0, "a broken line brought news");
    await audit(supervisor.page, "room with a broken line");
  });

  test("a mended line goes on without a gap or a repeat", async () => {
    relay.mend();
    await phone.context.setOffline(false);
    await Promise.all([untilRead(supervisor), untilRead(phone)]);
    await supervisor.main.getByText("直播中").waitFor();
    assert.ok(supervisor.frames.length > 1, "the supervisor's page never opened a second socket");
    const reference = host.facts("public").map(({ text }) => text);
    for (const who of all) {
      const facts = who.facts("public");
      assert.deepEqual(facts.map(({ frame }) => frame.n), facts.map((_, at) => at + 1), `numbers at ${who.name}`);
      assert.deepEqual(facts.map(({ text }) => text), reference.slice(0, facts.length), `facts at ${who.name}`);
      facts.slice(1).forEach(({ frame }, at) => assert.equal(frame.p, createHash("sha256").update(facts[at].text).digest("hex"), `chain at ${who.name}`));
    }
  });

  test("everybody sees the same lines in the same order, with the values that were sealed", async () => {
    const reference = await boardOf(host);
    for (const who of all) assert.deepEqual((await boardOf(who)).map(({ bidder }) => bidder), reference.map(({ bidder }) => bidder), who.name);
    for (const who of all) {
      for (const { bidder, text } of await boardOf(who)) {
        const { statement } = contents.find(({ name }) => name === bidder);
        for (const value of Object.values(statement)) assert.ok(text.includes(`${value}`), `${who.name}: ${bidder} lacks ${value}: ${text}`);
      }
    }
  });

  test("a bidder confirms the own line, and everybody sees it", async () => {
    const own = a.main.getByRole("region", { name: "我的投标" });
    for (const value of Object.values(ofA.statement)) await own.getByText(`${value}`).first().waitFor();
    await audit(a.page, "room of a bidder, own line read");
    await own.getByRole("button", { name: "确认无误" }).click();
    await own.getByText("您已确认").waitFor();
    for (const who of all) {
      await until(`the confirmation at ${who.name}`, async () => (await boardOf(who)).find(({ bidder }) => bidder === ofA.name)?.state.includes("已确认"));
      assert.ok((await boardOf(who)).filter(({ bidder }) => bidder !== ofA.name).every(({ state }) => state.includes("已唱标")), `others at ${who.name}`);
    }
  });

  test("recorder and host sign the record, and it is published", async () => {
    for (const who of [recorder, host]) {
      await who.main.getByRole("button", { name: "核对并签署开标记录" }).click();
      const drawer = who.page.getByRole("dialog", { name: "开标记录" });
      for (const { name } of contents) await drawer.getByText(name, { exact: true }).waitFor();
      if (who === host) await audit(who.page, "opening record before its signature");
      await drawer.getByRole("button", { name: "签署" }).click();
      await drawer.waitFor({ state: "hidden" });
    }
    for (const who of [host, recorder, a]) await who.main.getByRole("region", { name: "开标记录" }).getByText("已成立").waitFor();
    for (const who of all) await who.main.getByText(/已开标/).first().waitFor();
    const { record, sha256 } = await platform().read(`/api/tenders/${platform().tender}/lots/${platform().lot}/record?opening=1`);
    assert.equal(record.lines.length, 3);
    assert.match(sha256, /^[0-9a-f]{64}$/);
    for (const who of all) assert.equal(who.facts("public").filter(({ frame }) => frame.b.kind === "opening_recorded").length, 1, who.name);
  });

  test("the recorded room stands for everybody", async () => {
    for (const who of [a, host, supervisor, phone]) await audit(who.page, `recorded room, ${who.name}`);
  });

  async function untilRead(who) {
    await until(`three lines read at ${who.name}`, async () => (await boardOf(who)).filter(({ state }) => /已唱标|已确认/.test(state)).length === 3);
  }

  /** Nothing in what the page shows or was sent tells of a bid, but the own one. */
  async function assertUnknowing(who, ownName) {
    const shown = await who.shown();
    for (const name of BIDDER_NAMES) if (name !== ownName) assert.ok(!shown.includes(name), `${who.name} reads ${name}`);
    assert.doesNotMatch(shown, /\d+ ?(?:份投标|份标书|家投标)/, `${who.name} reads a count`);
    const kinds = [...who.facts("public"), ...who.facts("host"), ...who.facts("supervisor"), ...who.facts("panel")].map(({ frame }) => frame.b.kind);
    for (const kind of ["bid_submitted", "bid_withdrawn", "checked_in"]) assert.ok(!kinds.includes(kind), `${who.name} hears ${kind}`);
    if (ownName === undefined) assert.equal(who.facts("own").length, 0, `${who.name} hears a bidder's own stream`);
  }

  /** Neither do the answers that the pages are made of. */
  async function assertApiSilent(people) {
    // The first bidder's organisation has asked a question in the story, which is no bid; its visitor has not.
    const [visitor, second, third] = ["visitor_bidder", "bidder_02", "bidder_03"].map((id) => platform().account(id));
    const secrets = [visitor.person, second.org, second.person, third.org, third.person];
    const { tender, lot } = platform();
    for (const who of people) {
      for (const path of [`/api/tenders/${tender}`, `/api/tenders?q=`, `/api/tenders/${tender}/entries?from=0`, `/api/tenders/${tender}/lots/${lot}/record?opening=1`, "/api/feed.json"]) {
        const answer = await who.context.request.get(path);
        const body = await answer.text();
        for (const secret of secrets) assert.ok(!body.includes(secret), `${who.name} is told of ${secret} at ${path}`);
      }
    }
  }
}

/** The rows of the board as they are shown: bidder, state, whole text. */
async function boardOf({ main }) {
  const rows = await main.getByRole("table", { name: "唱标板" }).getByRole("row").all();
  const texts = await Promise.all(rows.map((row) => row.innerText()));
  const lines = texts.map((text) => ({ text, bidder: BIDDER_NAMES.find((name) => text.includes(name)), state: text.split(/\s+/).slice(-3).join(" ") }));
  return lines.filter(({ bidder }) => bidder !== undefined);
}
