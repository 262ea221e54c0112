/** Receipts, as a bidder takes them elsewhere: the verification page holds what is true and refuses what was changed. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { person } from "./people.mjs";

const GOOD = "回执有效：这件事确实记入了日志";
const BAD = "回执无效";

/** The tests; `left.receipts` are those of the bids. */
export function receiptTests({ platform, browser, left }) {
  let stranger, folder;

  before(async () => {
    stranger = await person(browser(), platform().baseUrl, "stranger");
    folder = await mkdtemp(join(tmpdir(), "kaibiao-receipts-"));
    left.people.push(stranger);
    await stranger.visit("/verify");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Gives the page a file and reads its judgement. */
  async function judge(name, receipt) {
    const path = join(folder, `${name}.txt`);
    await writeFile(path, receipt);
    // The address anew: what is read below is the judgement of this file and not of the one before.
    await stranger.visit("/verify");
    await stranger.main.getByLabel("拖入回执文件，或点击选择").setInputFiles(path);
    const verdict = stranger.main.getByText(new RegExp(`^(?:${GOOD}|${BAD})$`));
    await verdict.waitFor();
    return verdict.innerText();
  }

  test("the verification page accepts a downloaded receipt, of a page and of Node", async () => {
    for (const [name, receipt] of Object.entries(left.receipts)) {
      assert.equal(await judge(name, receipt), GOOD, name);
      await stranger.main.getByText("SubmitBid", { exact: true }).waitFor();
    }
  });

  test("it refuses a receipt with one changed letter, wherever it is", async () => {
    const [head, note] = left.receipts.a.split("\n\n");
    const [mark, extra, index, ...hashes] = head.split("\n");
    const changed = {
      entry: [mark, swapped(extra, extra.length >> 1), index, ...hashes].join("\n") + `\n\n${note}`,
      index: [mark, extra, index.replace(/\d+$/, (n) => `${Number(n) - 1}`), ...hashes].join("\n") + `\n\n${note}`,
      hash: [mark, extra, index, swapped(hashes[0], 5), ...hashes.slice(1)].join("\n") + `\n\n${note}`,
      checkpoint: `${head}\n\n${note.replace(/^(\d+)$/m, (n) => `${Number(n) + 1}`)}`,
      signature: left.receipts.a.replace(/(— \S+ .{20})(.)/, (_all, before, letter) => `${before}${letter === "A" ? "B" : "A"}`),
      cut: left.receipts.a.slice(0, -20),
    };
    for (const [name, receipt] of Object.entries(changed)) {
      assert.notEqual(receipt, left.receipts.a, `nothing was changed: ${name}`);
      assert.equal(await judge(name, receipt), BAD, name);
    }
  });

  test("it checks without a line, once it is loaded", async () => {
    await judge("first", left.receipts.b);
    await stranger.context.setOffline(true);
    await stranger.main.getByLabel("或在此粘贴回执文本").fill(left.receipts.a);
    await stranger.main.getByRole("button", { name: "核对" }).click();
    await stranger.main.getByText(GOOD, { exact: true }).waitFor();
    await stranger.main.getByLabel("或在此粘贴回执文本").fill(`${left.receipts.a}\n`);
    await stranger.main.getByRole("button", { name: "核对" }).click();
    await stranger.main.getByText(BAD, { exact: true }).waitFor();
    await stranger.context.setOffline(false);
  });
}

/** A base64 text with one letter replaced by another. */
function swapped(text, at) {
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}
