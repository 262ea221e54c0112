/**
 * Takes the pictures of the documentation from the demo's real pages: `docs/pictures/<name>-<width>.png`.
 *
 * Each act starts the executable's own demo, told up to a chapter, visits pages as the people of that run, and stops it.
 * Needs what the browser tests need (`tests/browser/node_modules`, Debian's Chromium) and `pngquant`.
 *
 *     scripts/pictures.sh            all
 *     scripts/pictures.sh sealed     one act
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { DESKTOP, person, PHONE, startBrowser } from "../tests/browser/people.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const EXECUTABLE = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug/kaibiao");
const OUT = join(ROOT, "docs/pictures");
/** A picture that is heavier than this makes the README slow to read. */
const BYTES_MAX = 200_000;
/** Fonts, the room's first frames and the last transition have come to rest. */
const SETTLED_MS = 1200;
const BOTH = [DESKTOP, PHONE];
let browser;

const room = (t) => `/tenders/${t}/lots/1/room`;
const bid = (t) => `/tenders/${t}/lots/1/bid`;

/** Who is somewhere, and what it looks like there. `look` brings a page into the state that is shown. */
const ACTS = {
  // All bids are in, and nobody can know it. The opening is far enough away for every picture.
  sealed: {
    options: ["--until", "submitted", "--opening-in", "600"],
    shots: [
      { name: "hall", path: () => "/" },
      { name: "tender", path: (t) => `/tenders/${t}` },
      { name: "room-sealed", path: room, sizes: BOTH },
      { name: "bid", who: "visitor_bidder", path: bid, sizes: BOTH },
      { name: "receipt", who: "bidder_04", path: (t) => `${bid(t)}/receipt`, sizes: BOTH },
      { name: "verify", who: "bidder_04", path: () => "/verify", look: checkReceipt },
      { name: "custodians", path: () => "/custodians" },
      { name: "supervise", who: "visitor_supervisor", path: () => "/supervise" },
    ],
  },
  // The technical stage is signed: the first opening stands in the room, the second is to come.
  evaluated: {
    options: ["--until", "evaluated"],
    shots: [
      { name: "room-read", path: room, sizes: [PHONE] },
      { name: "host", who: "visitor_host", path: (t) => `/host/tenders/${t}` },
      { name: "review", who: "seated", path: (t) => `/tenders/${t}/lots/1/review` },
    ],
  },
  // To the end.
  verified: {
    options: ["--until", "verified"],
    shots: [
      { name: "room-prices", path: room, sizes: BOTH },
      { name: "results", path: (t) => `/tenders/${t}`, look: (page) => show(page, "结果") },
      { name: "letter", who: "bidder_04", path: (t) => `${bid(t)}/letter`, sizes: [PHONE] },
      { name: "replay", who: "visitor_supervisor", path: (t) => `/tenders/${t}/lots/1/replay`, look: toTheReading },
    ],
  },
};

async function play({ options, shots }) {
  const demo = await startDemo(options);
  try {
    const people = new Map();
    for (const shot of shots) await take(demo, people, shot);
    for (const who of people.values()) who.assertNoFaults();
  } finally {
    await demo.stop();
  }
}

async function take(demo, people, { name, who, path, look, sizes = [DESKTOP] }) {
  const visitor = await enter(demo, people, who);
  for (const viewport of sizes) {
    await visitor.page.setViewportSize(viewport);
    await visitor.visit(path(demo.tender));
    await visitor.page.waitForLoadState("networkidle");
    if (look) await look(visitor.page, demo);
    await visitor.page.waitForTimeout(SETTLED_MS);
    const file = join(OUT, `${name}-${viewport.width}.png`);
    await visitor.page.screenshot({ path: file });
    execFileSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--quality", "60-95", "--ext", ".png", file]);
    const { size } = await stat(file);
    if (size > BYTES_MAX) throw new Error(`${file} has ${size} bytes`);
    console.log(`${file.slice(ROOT.length)}  ${Math.ceil(size / 1024)} KB`);
  }
}

/** A person of the run at a browser of their own; the public, if nobody is named. */
async function enter(demo, people, id) {
  const account = id === "seated" ? await demo.seatedExpert() : demo.account(id);
  const key = account?.login ?? "";
  if (!people.has(key)) {
    const visitor = await person(browser, demo.baseUrl, key || "public");
    if (account) await (id.startsWith("visitor_") ? visitor.signIn(account) : readAs(visitor, account));
    people.set(key, visitor);
  }
  return people.get(key);
}

/** A session without the sign-in page, which would ask those of the story to confirm a second device. */
async function readAs(visitor, { login, password }) {
  const answer = await visitor.context.request.post("/api/session", { headers: { "x-kaibiao-csrf": "1" }, data: { login, password } });
  if (!answer.ok()) throw new Error(`${login}: ${answer.status()}`);
}

async function checkReceipt(page, demo) {
  const own = await page.request.get(`${demo.baseUrl}/api/tenders/${demo.tender}/lots/1/bids/mine`);
  const [{ receipt }] = await own.json();
  await page.getByLabel("或在此粘贴回执文本").fill(receipt);
  await page.getByRole("button", { name: "核对", exact: true }).click();
  await page.getByText("回执有效：这件事确实记入了日志").waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
}

async function show(page, heading) {
  await page.getByRole("heading", { name: heading }).first().scrollIntoViewIfNeeded();
  await page.getByRole("heading", { name: heading }).first().evaluate((element) => element.scrollIntoView({ block: "start" }));
}

/** The replay, where about half of the entries have happened. */
async function toTheReading(page) {
  const slider = page.getByRole("slider").first();
  await slider.waitFor();
  await slider.evaluate((element) => {
    element.value = `${Number(element.max) * 0.5}`;
    for (const kind of ["input", "change"]) element.dispatchEvent(new Event(kind, { bubbles: true }));
  });
}

/** The demo at a free port; resolves once its story is told. */
async function startDemo(options) {
  if (!existsSync(EXECUTABLE)) throw new Error(`not built: ${EXECUTABLE}`);
  const folder = await mkdtemp(join(tmpdir(), "kaibiao-pictures-"));
  const logins = join(folder, "logins.json");
  const fixed = ["--fast", "--port", `${await freePort()}`, "--folder", join(folder, "run"), "--logins", logins];
  const child = spawn(EXECUTABLE, ["demo", ...fixed, ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, baseUrl, tender] = /^ready (\S+) (\S+)$/.exec(line) ?? [];
    if (tender === undefined) continue;
    child.stdout.resume();
    return new Demo(baseUrl, tender, JSON.parse(await readFile(logins, "utf8")), stop);
  }
  await stop();
  throw new Error("the demo ended before its story was told");
}

class Demo {
  constructor(baseUrl, tender, accounts, stop) {
    Object.assign(this, { baseUrl, tender, accounts, stop });
  }

  account(id) {
    if (id === undefined) return undefined;
    const account = this.accounts.find((candidate) => candidate.id === id);
    if (!account) throw new Error(`nobody is called ${id}`);
    return account;
  }

  /** An expert whom the draw has seated; only the own answer tells. */
  async seatedExpert() {
    for (const account of this.accounts.filter(({ role }) => role === "expert")) {
      const signedIn = await fetch(`${this.baseUrl}/api/session`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-kaibiao-csrf": "1" },
        body: JSON.stringify({ login: account.login, password: account.password }),
      });
      const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
      const panel = await fetch(`${this.baseUrl}/api/tenders/${this.tender}/lots/1/panel`, { headers: { cookie } });
      if (panel.ok && typeof (await panel.json()).seat === "number") return account;
    }
    throw new Error("nobody is seated");
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const wanted = process.argv.slice(2);
for (const name of wanted) if (!ACTS[name]) throw new Error(`no such act: ${name} (${Object.keys(ACTS).join(", ")})`);
await mkdir(OUT, { recursive: true });
browser = await startBrowser();
try {
  for (const [name, act] of Object.entries(ACTS)) if (wanted.length === 0 || wanted.includes(name)) await play(act);
} finally {
  await browser.close();
}
