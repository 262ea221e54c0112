/**
 * The platform under test: the executable's own demo, told up to the publication, on a free port and in a folder of its own.
 *
 * *Invariant*: it is stopped by the signal that an operator sends, and must then end well.
 */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const ROOT = new URL("../../", import.meta.url).pathname;
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
/** The executable under test. */
export const EXECUTABLE = join(TARGET, "debug/kaibiao");
/** The second build of the web app: a bidder in Node. */
export const BUNDLE = join(ROOT, "web/dist-node/bidder.mjs");
/** The demo's documents. */
export const DATA = join(ROOT, "src/demo/data");
/** Founding, key generation, documents and panel, on a machine that is busy with other tests. */
const READY_WITHIN_MS = 240_000;
const STOPPED_WITHIN_MS = 30_000;
/** From the founding to the archive. */
const STORY_WITHIN_MS = 420_000;
const LINES_KEPT = 40;

/** Starts it; resolves once the tender is public and the panel is seated. The opening comes `openingIn` seconds after the publication. */
export async function startPlatform(openingIn) {
  for (const path of [EXECUTABLE, BUNDLE]) if (!existsSync(path)) throw new Error(`not built: ${path}`);
  const folder = await mkdtemp(join(tmpdir(), "kaibiao-browser-"));
  const logins = join(folder, "logins.json");
  const port = await freePort();
  const options = ["--fast", "--no-relays", "--until", "published", "--port", `${port}`, "--folder", join(folder, "run"), "--opening-in", `${openingIn}`, "--logins", logins];
  const child = spawn(EXECUTABLE, ["demo", ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  try {
    const { baseUrl, tender } = await readyLine(child, said);
    const accounts = JSON.parse(await readFile(logins, "utf8"));
    return new Platform(child, said, folder, baseUrl, tender, accounts);
  } catch (error) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

class Platform {
  constructor(child, said, folder, baseUrl, tender, accounts) {
    Object.assign(this, { child, said, folder, baseUrl, tender, accounts });
    /** The demo's tender has one lot. */
    this.lot = "1";
  }

  /** The account of a part: `visitor_host`, `bidder_02`, … */
  account(id) {
    const account = this.accounts.find((candidate) => candidate.id === id);
    if (!account) throw new Error(`nobody is called ${id}`);
    return account;
  }

  /** The account of the first part whose key in the story begins so. */
  accountLike(prefix) {
    const account = this.accounts.find(({ id }) => id.startsWith(prefix));
    if (!account) throw new Error(`nobody's name begins with ${prefix}`);
    return account;
  }

  /** Reads JSON as the public. */
  async read(path) {
    const answer = await fetch(new URL(path, this.baseUrl));
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  /** Stops it as an operator would; throws if it does not end well. */
  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", (code, signal) => resolve({ code, signal })));
    if (this.child.exitCode !== null) throw new Error(`it ended before it was told to:\n${this.said.join("\n")}`);
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOPPED_WITHIN_MS);
    const { code, signal } = await ended;
    clearTimeout(timer);
    await rm(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`it ended with ${code ?? signal}:\n${this.said.join("\n")}`);
  }
}

/** The line `ready <address> <tender>`, after which everything is there. */
function readyLine(child, said) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}:\n${said.join("\n")}`));
    const timer = setTimeout(() => fail("the platform was not ready in time"), READY_WITHIN_MS);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`the platform ended with ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        if (said.length > LINES_KEPT) said.shift();
        const [, baseUrl, tender] = /^ready (\S+) (\S+)$/.exec(line) ?? [];
        if (tender === undefined) return;
        clearTimeout(timer);
        child.removeAllListeners("exit");
        resolve({ baseUrl, tender });
      });
    }
  });
}

/** The whole story in a folder of its own, told without waiting; gives the evidence file and the log's key that the terminal shows. */
export async function tellWholeStory(folder) {
  const port = await freePort();
  const { stdout } = await promisify(execFile)(EXECUTABLE, ["demo", "--fast", "--port", `${port}`, "--folder", folder], { cwd: ROOT, timeout: STORY_WITHIN_MS, maxBuffer: 1 << 24 });
  const [logKey] = /[^\s'"]+\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}=*/.exec(stdout) ?? [];
  if (logKey === undefined) throw new Error("the story told no key of the log");
  return { file: join(folder, "evidence.tdr"), logKey };
}

/** `kaibiao replay` of a file; resolves with its address. */
export async function startReplay(file) {
  const child = spawn(EXECUTABLE, ["replay", file], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) return { address: line, stop: () => child.kill("SIGTERM") };
  throw new Error("it ended before it told its address");
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
