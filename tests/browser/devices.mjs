/**
 * A bidder with two devices: the second may act once the first has signed for its key, and goes on with the first one's draft.
 *
 * Before the opening, because afterwards there is neither a draft nor a question.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";

import { audit } from "./audit.mjs";
import { contentOf } from "./bidding.mjs";
import { person, until } from "./people.mjs";

/** A bidder who hands in nothing. */
const BIDDER = "bidder_05";
const PASSPHRASE = "two devices, one draft";
const CLOSED = "还没有由您的另一台设备签发";

/** The tests. */
export function deviceTests({ platform, browser, left }) {
  const content = contentOf("bidder_01");
  const bidPath = () => `/tenders/${platform().tender}/lots/${platform().lot}/bid`;
  let first, second, draft;

  before(async () => {
    const { baseUrl } = platform();
    [first, second] = await Promise.all(["first device", "second device"].map((name) => person(browser(), baseUrl, name)));
    left.people.push(first, second);
  });

  test("a draft leaves the first device as a file", async () => {
    const { main, page } = first;
    await first.signInWithKey(platform().account(BIDDER));
    await first.visit(`${bidPath()}/technical`);
    await main.getByLabel("选择文件").setInputFiles(content.technical);
    await main.getByText("是完整的 PDF").waitFor();
    await main.getByText("✓ 已保存在本设备").waitFor();
    await first.visit(bidPath());
    await main.getByText("换一台设备继续").click();
    await main.getByLabel(/^口令/).fill(PASSPHRASE);
    const [download] = await Promise.all([page.waitForEvent("download"), main.getByRole("button", { name: "导出", exact: true }).click()]);
    draft = join(platform().folder, download.suggestedFilename());
    await download.saveAs(draft);
    await audit(page, "draft to be carried away");
  });

  test("the second device is led to its key, and may only read", async () => {
    await second.signIn(platform().account(BIDDER));
    assert.equal(new URL(second.page.url()).pathname, "/my-keys");
    await second.main.getByText("还差一步").waitFor();
    await audit(second.page, "key of a second device");
    await second.visit(bidPath());
    await second.page.getByText(CLOSED).waitFor();
    await second.main.getByRole("button", { name: "签到" }).click();
    await second.main.getByText("中心还不认识本设备的签名密钥").waitFor();
  });

  test("it may act once the first has signed for its key", async () => {
    await second.visit("/my-keys");
    const text = await second.main.getByLabel("本设备的密钥文字").inputValue();
    const code = await codeOf(second);
    await first.visit("/my-keys");
    const field = first.main.getByLabel("另一台设备上显示的密钥文字");
    const sign = first.main.getByRole("button", { name: "签署签发" });
    await field.fill(JSON.stringify({ ...JSON.parse(text), person: crypto.randomUUID() }));
    await first.main.getByText("这是别人的密钥，不能签发").waitFor();
    await field.fill(text.slice(0, -2));
    await first.main.getByText("这不是完整的密钥文字").waitFor();
    assert.ok(await sign.isDisabled());
    await field.fill(text);
    assert.equal(await codeOf(first), code);
    assert.ok(await sign.isDisabled(), "signed before the codes were compared");
    await first.main.getByRole("checkbox", { name: /核对码与此相同/ }).check();
    await audit(first.page, "key to be endorsed");
    await sign.click();
    await first.main.getByText(/^已为“.+”签发$/).waitFor();
    await second.main.getByText("本设备的密钥有效，可以办理").waitFor();
    await second.visit(`/tenders/${platform().tender}`);
    assert.equal(await second.page.getByText(CLOSED).count(), 0);
    await second.main.getByLabel("问题").fill("工期是否包含法定节假日？");
    await audit(second.page, "question to the host");
    await second.main.getByRole("button", { name: "签署并提问" }).click();
    await second.main.getByText("已送达主持人").waitFor();
  });

  test("the draft arrives on the second device, whole, and only with its passphrase", async () => {
    const { main, page } = second;
    const bring = async (passphrase) => {
      await main.getByLabel(/^口令/).fill(passphrase);
      await main.getByRole("button", { name: "导入", exact: true }).click();
    };
    await second.visit(bidPath());
    await main.getByText("换一台设备继续").click();
    await main.getByLabel("草稿文件").setInputFiles(draft);
    await bring(`${PASSPHRASE}?`);
    await main.getByText("口令不对，或文件已损坏").waitFor();
    await bring(PASSPHRASE);
    await main.getByText("✓ 已导入").waitFor();
    await audit(page, "draft that was brought");
    await second.visit(`${bidPath()}/technical`);
    await main.getByText("是完整的 PDF").waitFor();
  });

  async function codeOf({ main }) {
    const shown = main.getByText(/^[0-9a-f]{4}(?: [0-9a-f]{4}){3}$/);
    await until("a check code", async () => (await shown.count()) === 1);
    return shown.innerText();
  }
}
