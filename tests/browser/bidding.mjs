/** What a bidder does: in the page, section after section, and without a page by the same code. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { BUNDLE, DATA } from "./server.mjs";

const { bidders } = JSON.parse(readFileSync(join(DATA, "people.json"), "utf8"));

/** The bid of a bidder of the story: statements, names and paths of the documents. */
export function contentOf(id) {
  const { name, statement, price_statement, documents } = bidders.find((bidder) => bidder.id === id);
  const path = (file) => join(DATA, file);
  return { id, name: name.zh, statement, priceStatement: price_statement, technical: path(documents.technical), price: path(documents.price) };
}

/** Names of all who might bid: none of them may be read anywhere before the opening. */
export const BIDDER_NAMES = bidders.map(({ name }) => name.zh);

/** How a value is typed: amounts in yuan. */
function typed({ kind }, value) {
  return kind === "price" ? `${Math.floor(value / 100)}.${`${value % 100}`.padStart(2, "0")}` : `${value}`;
}

/**
 * Prepares, seals and hands in a bid in the page; the receipt as it was downloaded. `look` is called at each section.
 */
export async function bidInPage(bidder, platform, content, look = async () => undefined) {
  const { main, page } = bidder;
  const view = await platform.read(`/api/tenders/${platform.tender}`);
  const [terms] = view.terms.lots;
  const section = async (name, fill) => {
    await main.getByRole("link", { name: new RegExp(`^${name}`) }).click();
    await main.getByRole("heading", { level: 1, name }).waitFor();
    await fill();
    await look(name);
    await main.getByRole("button", { name: "返回任务清单" }).click();
    await main.getByRole("heading", { name: "任务清单" }).waitFor();
  };

  await bidder.visit(`/tenders/${platform.tender}`);
  await main.getByRole("link", { name: "准备投标" }).click();
  await main.getByRole("heading", { name: "任务清单" }).waitFor();
  await look("任务清单");
  await section("投标人", () => main.getByRole("checkbox", { name: /^我代表上述单位投标/ }).check());
  await section("开标一览表", () => fillIn(main, terms.statement_fields, content.statement));
  await section("价格一览表", () => fillIn(main, terms.price_fields, content.priceStatement));
  await section("资格与技术文件", () => addFile(main, content.technical));
  await section("价格文件", () => addFile(main, content.price));
  await main.getByRole("link", { name: /^检查设备与网络/ }).click();
  await main.getByRole("button", { name: "开始检查" }).click();
  await main.getByRole("button", { name: "重新检查" }).waitFor();
  assert.equal(await main.getByText("不能胜任").count(), 0, "the device was found unfit");
  await look("检查设备与网络");
  await main.getByRole("link", { name: "返回任务清单" }).click();
  await main.getByRole("link", { name: /^核对并密封递交/ }).click();
  await main.getByRole("button", { name: "密封并递交" }).waitFor();
  await look("核对并密封递交");
  await main.getByRole("button", { name: "密封并递交" }).click();
  await page.waitForURL(/\/receipt$/, { timeout: 60_000 });
  await main.getByRole("button", { name: /^(?:已验证|部分未核对), 核对了什么/ }).waitFor();
  await look("回执");
  return downloadReceipt(bidder);
}

async function fillIn(main, fields, values) {
  for (const field of fields) await main.getByLabel(field.label.zh, { exact: true }).fill(typed(field, values[field.id]));
}

async function addFile(main, path) {
  await main.getByLabel("选择文件").setInputFiles(path);
  await main.getByText("是完整的 PDF").waitFor();
}

async function downloadReceipt({ main, page }) {
  const [download] = await Promise.all([page.waitForEvent("download"), main.getByRole("button", { name: "下载回执" }).click()]);
  return readFile(await download.path(), "utf8");
}

/** Hands in a bid by the page's code in Node; its id and its receipt. Run again with the same `folder` it uses the same key. */
export async function bidInNode(platform, account, content, folder) {
  const receipt = join(folder, "receipt.txt");
  const job = {
    base_url: platform.baseUrl, login: account.login, password: account.password, tender: platform.tender, lot: platform.lot,
    statement: content.statement, price_statement: content.priceStatement, technical: content.technical, price: content.price,
    receipt, key: join(folder, "key.json"),
  };
  const { code, out, said } = await runBundle(JSON.stringify(job));
  assert.equal(code, 0, said);
  const { bid } = JSON.parse(out);
  return { bid, receipt: await readFile(receipt, "utf8") };
}

/** Runs the bundle on a job; what it said. */
export async function runBundle(job) {
  const child = spawn(process.execPath, [BUNDLE], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(job);
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise((resolve) => child.once("exit", resolve))]);
  return { code, out, said };
}
