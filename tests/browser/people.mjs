/**
 * People at their browsers: each has a browser profile of their own, and speaks Chinese.
 *
 * *Invariant*: a fault that a page did not expect is remembered and fails the test, whatever else the page shows.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { chromium } from "playwright-core";

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
];
/** A page that shows nothing new for so long stands still. */
const PATIENCE_MS = 30_000;

/** Debian's Chromium, with a profile that did not exist before. */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

/** Somebody at a browser of their own, who reads as the public until they sign in. */
export async function person(browser, baseUrl, name, viewport = DESKTOP) {
  const context = await browser.newContext({ baseURL: baseUrl, locale: "zh-CN", timezoneId: "Asia/Shanghai", viewport, reducedMotion: "reduce" });
  context.setDefaultTimeout(PATIENCE_MS);
  return new Person(name, context, await context.newPage());
}

class Person {
  constructor(name, context, page) {
    Object.assign(this, { name, context, page, faults: [], frames: [] });
    page.on("pageerror", (error) => this.faults.push(error.stack ?? error.message));
    page.on("console", (message) => {
      const isOurs = message.type() === "error" && !message.text().startsWith("Failed to load resource") && !message.text().includes("WebSocket connection");
      if (isOurs) this.faults.push(message.text());
    });
    page.on("websocket", (socket) => {
      const frames = [];
      this.frames.push(frames);
      socket.on("framereceived", ({ payload }) => frames.push(payload.toString()));
    });
  }

  get main() {
    return this.page.getByRole("main");
  }

  /** Goes to an address and waits until its page stands: it says something, and no longer that it is loading. */
  async visit(path) {
    await this.page.goto(path);
    const stands = async () => {
      const shown = await this.main.innerText();
      return shown.trim() !== "" && !/正在加载|^Loading$/m.test(shown);
    };
    await until(`${this.name}'s page ${path}`, stands);
  }

  /** Goes to an address and waits until its parts that load later stand, too. */
  async settle(path) {
    await this.visit(path);
    await this.page.waitForLoadState("networkidle");
    await this.page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  }

  /** Signs in by the page, which leads on: somebody with a certified key to the hall, somebody with a new device to the page of their keys. */
  async signIn({ login, password }) {
    await this.visit("/sign-in");
    await this.main.getByLabel("用户名").fill(login);
    await this.main.getByLabel("密码", { exact: true }).fill(password);
    await this.main.getByRole("button", { name: "登录" }).click();
    await this.page.getByRole("banner").getByRole("button", { name: "退出" }).waitFor();
    await until(`${this.name}'s key`, () => new URL(this.page.url()).pathname !== "/sign-in");
  }

  /** Signs in for the first time on this device, which makes and certifies a key. */
  async signInWithKey(account) {
    await this.signIn(account);
    assert.equal(new URL(this.page.url()).pathname, "/", `${this.name} has no certified key`);
  }

  /** Everything that the page shows, as text. */
  shown() {
    return this.page.locator("body").innerText();
  }

  /** The facts of a stream, over all its sockets, in the order in which they came. */
  facts(audience) {
    const frames = this.frames.flat().map((text) => ({ text, frame: JSON.parse(text) }));
    return frames.filter(({ frame }) => frame.k === "fact" && frame.s.split("/")[2].startsWith(audience));
  }

  /** Fails if a page of this person had a fault. */
  assertNoFaults() {
    assert.deepEqual(this.faults, [], `${this.name}: faults of a page`);
  }
}

/** Waits until `isSo` holds; fails with `what` if it does not in time. */
export async function until(what, isSo, withinMs = PATIENCE_MS) {
  const end = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > end) assert.fail(`did not come in time: ${what}`);
    await pause(100);
  }
}
