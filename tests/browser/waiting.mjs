/** An opening whose beacon does not come: what the room says, what a person can do, and how the recovery key ends the wait. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { audit } from "./audit.mjs";
import { PHONE, person, until } from "./people.mjs";
import { EXECUTABLE } from "./server.mjs";

const run = promisify(execFile);
/** From the opening until the room is told that custodians wait for the beacon, on a busy machine. */
const TOLD_WITHIN_MS = 60_000;

/** The tests; `left.floor` is the tender with the beacon. The platform under test asks no relay, so no beacon comes by itself. */
export function waitingTests({ platform, browser, left }) {
  const roomPath = () => `/tenders/${left.floor.tender}/lots/${platform().lot}/room`;
  const step = async () => (await platform().read(`/api/tenders/${left.floor.tender}`)).lots[0].openings[0]?.step;
  let reader, phone;

  test("the room says that custodians wait for the beacon", async () => {
    [reader, phone] = await Promise.all([person(browser(), platform().baseUrl, "waiting reader"), person(browser(), platform().baseUrl, "waiting phone", PHONE)]);
    left.people.push(reader, phone);
    for (const who of [reader, phone]) {
      await who.settle(roomPath());
      const told = who.main.getByText("还没有见到开标时刻的公共信标").first();
      await told.waitFor({ timeout: Math.max(0, left.floor.openingAtMs - Date.now()) + TOLD_WITHIN_MS });
      await audit(who.page, `room that waits for its beacon: ${who.name}`);
    }
  });

  test("a signature that is typed in must be the round's", async () => {
    const bidder = await person(browser(), platform().baseUrl, "waiting bidder");
    left.people.push(bidder);
    await bidder.signIn(platform().account("visitor_bidder"));
    await bidder.visit(`/tenders/${left.floor.tender}`);
    await bidder.main.getByLabel("手工录入信标签名").fill("ab".repeat(48));
    await bidder.main.getByRole("button", { name: "提交信标" }).click();
    await bidder.main.getByText("信标或恢复密钥与公告所定不符").waitFor();
    await audit(bidder.page, "a beacon that is not the round's");
    assert.equal(await step(), "unsealing");
  });

  test("once the recovery key is published, the bids open, and everybody sees why", async () => {
    const { login, password } = platform().account("visitor_registrar");
    const passwordFile = join(platform().folder, "registrar-password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    const who = ["--server", platform().baseUrl, "--login", login, "--password-file", passwordFile, "--home", join(platform().folder, "holder")];
    await run(EXECUTABLE, ["recovery", "publish", ...who, "--master", left.floor.master, "--tender", left.floor.tender]);
    await until("the statements", async () => (await step()) === "unsealed");
    await reader.main.getByText("还没有见到开标时刻的公共信标").waitFor({ state: "detached" });
    await phone.settle(`/tenders/${left.floor.tender}`);
    await phone.main.getByText("以恢复密钥代替").waitFor();
    await audit(phone.page, "tender opened by its recovery key");
  });
}
