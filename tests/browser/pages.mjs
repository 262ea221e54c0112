/** Every page, as each role finds it: no violation that axe finds, and no sideways scrolling at 360 px. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { faultsOf, overflowing } from "./audit.mjs";
import { DESKTOP, person, PHONE } from "./people.mjs";

/** Whose pages: the role, the account (of somebody who is not there yet), and the addresses. */
function tours(platform) {
  const T = `/tenders/${platform.tender}`;
  const L = `${T}/lots/${platform.lot}`;
  const H = `/host/tenders/${platform.tender}`;
  return [
    ["public", undefined, ["/", "/?q=听澜路", "/sign-in", T, `${L}/room`, `${L}/room?screen=1`, `${L}/replay`, "/verify", "/replay", "/custodians", "/centre", "/supervise", "/nowhere"]],
    ["bidder", platform.account("visitor_bidder"), [
      "/", T, "/bids", `${L}/bid`, `${L}/bid/bidder`, `${L}/bid/statement`, `${L}/bid/price`, `${L}/bid/technical`, `${L}/bid/price-documents`,
      `${L}/bid/preflight`, `${L}/bid/check`, `${L}/bid/receipt`, `${L}/bid/letter`, `${L}/room`, "/sign-in", "/my-keys",
    ]],
    ["host", platform.account("visitor_host"), ["/host", "/host/new", H, `${H}/terms`, T, `${L}/room`]],
    ["recorder", platform.account("visitor_recorder"), ["/host", H, `${L}/room`]],
    ["buyer", platform.account("visitor_buyer"), ["/host", H, `${H}/terms`, T]],
    ["expert", platform.accountLike("expert"), ["/reviews", `${L}/review`, `${L}/room`, "/sign-in", "/my-keys"]],
    ["supervisor", platform.account("visitor_supervisor"), ["/supervise", `${L}/replay`, `${L}/review`, T]],
    ["registrar", platform.account("visitor_registrar"), ["/", "/centre", "/my-keys", "/sign-in"]],
  ];
}

/** The tests. */
export function pageTests({ platform, browser, left }) {
  test("pages of each role", async (t) => {
    for (const [role, account, paths] of tours(platform())) {
      await t.test(role, async () => {
        const who = left.inRole[role] ?? (await arrive(role, account));
        const faults = {};
        const note = (path, found) => {
          if (found.length > 0) (faults[path.replaceAll(platform().tender, "…")] ??= []).push(...found);
        };
        for (const path of paths) {
          await who.settle(path);
          note(path, await faultsOf(who.page));
        }
        for (const [path, found] of await inEnglish(who, paths)) note(path, found);
        assert.deepEqual(faults, {}, role);
      });
    }
  });

  /** English words are longer: the same pages once more, for what does not fit a phone. */
  async function inEnglish(who, paths) {
    const found = [];
    await who.page.setViewportSize(DESKTOP);
    await who.visit("/");
    await who.page.getByRole("banner").getByRole("button", { name: "English" }).click();
    await who.page.setViewportSize(PHONE);
    for (const path of paths) {
      await who.settle(path);
      found.push([path, (await overflowing(who.page)).map((what) => `English: ${what}`)]);
    }
    return found;
  }

  async function arrive(role, account) {
    const who = await person(browser(), platform().baseUrl, role);
    left.people.push(who);
    if (account) await who.signIn(account);
    return who;
  }
}
