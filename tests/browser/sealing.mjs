/**
 * A centre that asks for more than the custodians' key: the registrar signs it, a host publishes under it, and a bid is
 * sealed in a page to the public beacon too and with the national algorithms.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { audit } from "./audit.mjs";
import { bidInNode, bidInPage, contentOf } from "./bidding.mjs";
import { person, until } from "./people.mjs";
import { EXECUTABLE } from "./server.mjs";

const run = promisify(execFile);
const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const MINUTE = 60_000;
/** From the notice to the opening: three bids with the national suite, and the tests of other pages meanwhile. */
const OPENING_IN_MS = 4 * MINUTE;

/** The tests; `left.inRole` has the people of the opening. */
export function sealingTests({ platform, browser, left }) {
  const content = contentOf("bidder_01");
  let tender;

  test("the registrar asks for the beacon and the national suite", async () => {
    const registrar = await arrive("registrar", "visitor_registrar");
    await registrar.visit("/centre");
    await registrar.main.getByLabel("同时等待公共信标（drand quicknet）").check();
    await registrar.main.getByLabel("采用国密算法（SM4-GCM、SM3）").check();
    await registrar.main.getByRole("button", { name: "签署密封方式" }).click();
    await until("the policy", async () => (await platform().read("/api/centre")).sealing.suite === "national");
    assert.deepEqual((await platform().read("/api/centre")).sealing, { beacon: QUICKNET, suite: "national" });
  });

  test("a host drafts, a buyer approves, and the notice is published with a recovery key", async () => {
    const { host } = left.inRole;
    const terms = await draftTerms();
    await host.visit("/host/new");
    await host.main.getByText("导入", { exact: true }).click();
    await host.main.getByLabel("条款文件（JSON）").setInputFiles(terms);
    await host.main.getByRole("button", { name: "保存草稿" }).click();
    await host.page.waitForURL(/\/host\/tenders\/[0-9a-f-]{36}$/);
    tender = host.page.url().split("/").at(-1);
    await host.main.locator("input[type=file]").setInputFiles(content.technical);
    await host.main.getByRole("cell", { name: /\.pdf$/ }).waitFor();

    const buyer = await arrive("buyer", "visitor_buyer");
    await buyer.visit(`/host/tenders/${tender}`);
    await buyer.main.getByLabel("我已核对条款与全部文件").check();
    await buyer.main.getByRole("button", { name: "核准第 1 版" }).click();
    await buyer.main.getByText("招标人已核准").waitFor();
    // This device met the centre after the policy: what the log accepted was signed with SM2.
    assert.equal(await algorithmOfKey(buyer.page), 3);

    await host.visit(`/host/tenders/${tender}`);
    const publish = host.main.getByRole("button", { name: "发布公告" });
    assert.ok(await publish.isDisabled(), "not without a recovery key");
    await host.main.getByLabel("本项目的恢复公钥（64 位十六进制）").fill(await recoveryKey());
    await audit(host.page, "publication with a recovery key");
    await publish.click();
    await until("the publication", async () => (await published())?.phase === "published");
    assert.deepEqual((await published()).sealing.suite, "national");
  });

  test("everybody sees which round the opening waits for", async () => {
    const reader = await person(browser(), platform().baseUrl, "reader");
    left.people.push(reader);
    const { beacon_rounds: [round] } = await published();
    await reader.settle(`/tenders/${tender}`);
    await reader.main.getByText(`第 ${round} 轮`).waitFor();
    await reader.main.getByText("国密：SM4-GCM 加密，SM3 派生").waitFor();
    await reader.main.getByRole("button", { name: /^(?:已验证|部分未核对), 核对了什么/ }).first().waitFor();
    await audit(reader.page, "tender with a beacon");
  });

  test("bids are sealed to beacon and custodians, with the national suite: in pages, and by their code in Node", async () => {
    const { baseUrl, lot } = platform();
    const there = { read: (path) => platform().read(path), baseUrl, tender, lot };
    const { account, content: ofC, folder } = left.inNode;
    const [a, b, c] = await Promise.all([
      bidInPage(left.inRole.bidder, there, content), bidInPage(left.inRole.otherBidder, there, contentOf("bidder_02")), bidInNode(there, account, ofC, folder),
    ]);
    for (const receipt of [a, b, c.receipt]) assert.match(receipt, /^c2sp\.org\/tlog-proof@v1\n/);
    const { opening_at: openingAtMs } = await published();
    assert.ok(Date.now() < openingAtMs, "the bids took too long for the time until the opening");
    left.floor = { tender, openingAtMs, master: masterPath() };
  });

  const published = () => platform().read(`/api/tenders/${tender}`).catch(() => undefined);

  /** The demo's own terms once more, with an opening of their own. */
  async function draftTerms() {
    const { terms } = await platform().read(`/api/tenders/${platform().tender}`);
    const openingAt = Math.ceil((Date.now() + OPENING_IN_MS) / MINUTE) * MINUTE;
    const path = join(platform().folder, "terms.json");
    await writeFile(path, JSON.stringify({ ...terms, opening_at: openingAt }));
    return path;
  }

  /** The algorithm of the one key that this device has. */
  const algorithmOfKey = (page) =>
    page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open("kaibiao");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const asked = opening.result.transaction("device_keys").objectStore("device_keys").getAll();
            asked.onsuccess = () => resolve(asked.result[0]?.algorithm);
          };
        }),
    );

  const masterPath = () => join(platform().folder, "recovery-master");

  /** As its holders make it, offline. */
  async function recoveryKey() {
    await run(EXECUTABLE, ["recovery", "new", "--out", masterPath()]);
    const { stdout } = await run(EXECUTABLE, ["recovery", "key", "--json", "--master", masterPath(), "--tender", tender]);
    return JSON.parse(stdout).recovery;
  }

  async function arrive(role, account) {
    const who = await person(browser(), platform().baseUrl, role);
    left.people.push(who);
    await who.signInWithKey(platform().account(account));
    left.inRole[role] = who;
    return who;
  }
}
