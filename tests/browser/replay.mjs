/**
 * The evidence file of a whole tender, played by `kaibiao replay` without the platform: the mark reaches the end, the
 * keyboard leads through it, two moments are compared, and one flipped byte is shown where it is.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { audit } from "./audit.mjs";
import { person, until } from "./people.mjs";
import { startReplay, tellWholeStory } from "./server.mjs";

/** Which entry of the tender the byte is flipped in. */
const SPOILED = 6;
const WHOLE = "已核对到末尾";
/** A file for the public, of an archived tender. */
const PUBLIC = fileURLToPath(new URL("../../docs/verify/fixtures/public.tdr", import.meta.url));

/** The tests; `tell` brings the evidence of a finished tender. */
export function replayTests({ browser, left, tell = tellWholeStory }) {
  let folder, story, replay, reader, page, main;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kaibiao-replay-"));
    story = await tell(join(folder, "run"));
    replay = await startReplay(story.file);
    reader = await person(browser(), new URL(replay.address).origin, "reader");
    ({ page, main } = reader);
    left.people.push(reader);
    await reader.visit(replay.address);
  });
  after(async () => {
    replay?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Which entry the playhead is at, and how many there are. */
  async function position() {
    const [, at, all] = /第 (\d+) \/ (\d+) 条/.exec(await main.innerText()) ?? [];
    return { at: Number(at), all: Number(all) };
  }

  test("is checked to its end, first against its own key, then against one from elsewhere", async () => {
    await main.getByText(WHOLE).waitFor();
    await main.getByText(/^只用了文件自带的公钥/).waitFor();
    await main.getByRole("button", { name: "粘贴公钥" }).click();
    const field = main.getByLabel("从别处得到的日志公钥，或 tlog-policy");
    await field.fill("nonsense");
    await main.getByRole("button", { name: "用这把公钥核对" }).click();
    await main.getByText("这不是日志公钥，也不是 tlog-policy").waitFor();
    await field.fill(story.logKey);
    await main.getByRole("button", { name: "用这把公钥核对" }).click();
    await main.getByText("用您提供的公钥核对").waitFor();
    await main.getByText(WHOLE).waitFor();
    assert.equal(await main.getByText(/^只用了文件自带的公钥/).count(), 0);
    await audit(page, "replay of a file");
  });

  test("is led through by keyboard", async () => {
    await page.keyboard.press("End");
    const { at, all } = await position();
    assert.equal(at, all);
    assert.ok(all > 100, `${all} entries`);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal((await position()).at, 3);
    await page.keyboard.press("]");
    await main.getByText(/^发布公告，定于/).first().waitFor();
    await page.keyboard.press("]");
    await main.getByText(/^截止递交，共 \d+ 份投标$/).first().waitFor();
    await page.keyboard.press("[");
    await main.getByText(/^发布公告，定于/).first().waitFor();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "键盘操作" });
    await help.waitFor();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
  });

  test("plays, and the board fills as it did", async () => {
    await page.keyboard.press("Home");
    await main.getByLabel("速度").selectOption("600");
    await page.locator("h1").click();
    await page.keyboard.press(" ");
    await until("the playhead moves", async () => (await position()).at > 20);
    const { all } = await position();
    await until("the end", async () => (await position()).at === all);
    await main.getByRole("table", { name: "唱标板" }).first().waitFor();
    await main.getByText("排序").first().waitFor();
  });

  test("compares two moments", async () => {
    await page.keyboard.press("Home");
    await page.keyboard.press("a");
    await page.keyboard.press("End");
    await page.keyboard.press("b");
    const compared = main.getByRole("region", { name: "比较两个时刻" });
    const stage = compared.getByRole("row").filter({ hasText: "标段阶段" });
    assert.match((await stage.innerText()).replace(/\s+/g, " "), /递交中.*合同已签/);
    await compared.getByRole("row").filter({ hasText: "报价分" }).getByRole("group").click();
    await audit(page, "two moments");
  });

  test("shows a reader only what that reader saw", async () => {
    await page.keyboard.press("Home");
    await main.getByLabel("以谁的视角").selectOption({ label: "公众" });
    await main.getByText("这一视角当时看不到这一条").first().waitFor();
    await main.getByLabel("以谁的视角").selectOption({ label: "全部记录（事后）" });
  });

  test("opens another file without a line, and shows a flipped byte at its entry", async () => {
    const { bytes, index } = spoil(await readFile(story.file));
    const path = join(folder, "spoiled.tdr");
    await writeFile(path, bytes);
    await reader.context.setOffline(true);
    await main.getByLabel("打开另一份文件").setInputFiles(path);
    await main.getByText("1 条核对不通过").waitFor();
    await main.getByText(`核对到第 ${SPOILED} 条为止，其后不能算已核对`).waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("Home");
    await page.keyboard.press("n");
    const detail = main.getByRole("region", { name: "条目详情" });
    await detail.getByRole("heading", { name: `#${index}` }).waitFor();
    await detail.getByText(/^✕ .*结果摘要/).waitFor();
    assert.equal((await position()).at, SPOILED + 1);
    assert.equal(new URL(page.url()).hash.split("e=")[1], `${index}`);
    await audit(page, "a flipped byte");
    await reader.context.setOffline(false);
  });

  test("plays the public's file, which has neither terms nor register", async () => {
    await main.getByLabel("打开另一份文件").setInputFiles(PUBLIC);
    await main.getByText(WHOLE).waitFor();
    await main.getByText(/^公众的证据包不含招标条款与机构名册/).waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("Home");
    await main.getByText("这一条不公开").first().waitFor();
    assert.ok(!(await main.innerText()).includes("1970"), "the first entries are withheld, and stand at the time of the first that is not");
    await page.keyboard.press("End");
    await main.getByRole("table", { name: "唱标板" }).waitFor();
    await main.getByText("合同已签").first().waitFor();
    await audit(page, "the public's file");
  });

  test("refuses in words what is no bundle", async () => {
    const path = join(folder, "other.tdr");
    await writeFile(path, "not a bundle");
    await main.getByLabel("打开另一份文件").setInputFiles(path);
    await main.getByText(/^这不是证据包/).waitFor();
    await audit(page, "no bundle");
  });
}

/** The file with one bit of the events of one entry turned, and that entry's place in the log. */
function spoil(bytes) {
  const copy = Buffer.from(bytes);
  const name = copy.indexOf("tender.entries");
  // Behind the name stands the field of long lengths, 20 bytes.
  let at = name + "tender.entries".length + 20;
  for (let place = 0; ; place += 1) {
    const index = Number(copy.readBigUInt64BE(at));
    const events = at + 8 + 4 + copy.readUInt32BE(at + 8);
    if (place === SPOILED) {
      copy[events + 4 + copy.readUInt32BE(events) - 4] ^= 1;
      return { bytes: copy, index };
    }
    const body = events + 4 + copy.readUInt32BE(events);
    const bodyLength = copy.readUInt32BE(body);
    const proof = body + 4 + (bodyLength === 0xffff_ffff ? 0 : bodyLength);
    at = proof + 2 + 32 * copy.readUInt16BE(proof);
  }
}
