/**
 * Makes the fixtures of docs/verify anew, from a demo told to its end: after a change of the rules or of a format.
 *
 *   cargo build && npm --prefix web run build && node scripts/verify-fixtures.mjs
 */
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { brotliCompressSync, constants } from "node:zlib";

const ROOT = new URL("../", import.meta.url).pathname;
const PORT = 18733;
const FIXTURES = join(ROOT, "docs/verify/fixtures");
const folder = await mkdtemp(join(tmpdir(), "kaibiao-fixtures-"));
const logins = join(folder, "logins.json");
const demo = spawn(
  join(ROOT, "target/debug/kaibiao"),
  ["demo", "--fast", "--no-relays", "--until", "verified", "--port", `${PORT}`, "--folder", join(folder, "run"), "--logins", logins],
  { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
);

/** The line by which the demo says that its story is told: its address and its tender. */
async function told() {
  for await (const line of createInterface(demo.stdout)) {
    const [, base, tender] = /^ready (\S+) (\S+)$/.exec(line) ?? [];
    if (base) return { base, tender };
  }
  throw new Error("the demo has ended before its time");
}

async function bytes(url, headers = {}) {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function supervisorsCookie(base) {
  const { login, password } = JSON.parse(await readFile(logins, "utf8")).find(({ id }) => id === "visitor_supervisor");
  const body = JSON.stringify({ login, password });
  const answer = await fetch(new URL("/api/session", base), { method: "POST", headers: { "content-type": "application/json", "x-kaibiao-csrf": "1" }, body });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}

try {
  const { base, tender } = await told();
  const centre = JSON.parse(await bytes(new URL("/api/centre", base)));
  const bundle = new URL(`/api/tenders/${tender}/export`, base);
  const whole = await bytes(bundle, { cookie: await supervisorsCookie(base) });
  const smallest = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await writeFile(join(FIXTURES, "public.tdr"), await bytes(bundle));
  await writeFile(join(FIXTURES, "whole.tdr.br"), brotliCompressSync(whole, smallest));
  await writeFile(join(FIXTURES, "log.vkey"), `${centre.log_key}\n`);
  await writeFile(join(FIXTURES, "witness.vkey"), `${centre.witness_keys[0]}\n`);
  await copyFile(join(folder, "run/bids/bidder_02/receipt.txt"), join(FIXTURES, "receipt.txt"));
} finally {
  demo.kill("SIGINT");
  await rm(folder, { recursive: true, force: true });
}
