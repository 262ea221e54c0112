// Fails the build when a page loads more script than it may (docs: the room 60 KiB, public pages 100 KiB, compressed).
// Counted is everything that the browser fetches before the page works: the entry, the page, and their static imports.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url);
const KIB = 1024;
const BUDGETS = [
  ["src/opening/OpeningRoom.vue", 60 * KIB],
  ["src/hall/HallPage.vue", 100 * KIB],
  ["src/notice/TenderPage.vue", 100 * KIB],
  ["src/signin/SignInPage.vue", 100 * KIB],
  ["src/verify/VerifyPage.vue", 100 * KIB],
  ["src/custodians/CustodiansPage.vue", 100 * KIB],
  ["src/supervise/WallPage.vue", 100 * KIB],
  ["src/replay/LotReplayPage.vue", 100 * KIB],
  ["src/replay/FilePage.vue", 100 * KIB],
];
/** Script that may never reach a page without a kit. */
const FORBIDDEN = ["element-plus", "echarts", "pdfjs-dist"];

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));

function scriptsOf(key, found = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`the build has no ${key}`);
  if (found.has(key)) return found;
  found.add(key);
  for (const imported of chunk.imports ?? []) scriptsOf(imported, found);
  return found;
}

let isOver = false;
for (const [page, budget] of BUDGETS) {
  const keys = scriptsOf(page, scriptsOf("index.html"));
  const files = [...new Set([...keys].map((key) => manifest[key].file))].filter((file) => file.endsWith(".js"));
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length, 0);
  const strangers = FORBIDDEN.filter((name) => [...keys].some((key) => key.includes(name)));
  const verdict = bytes > budget || strangers.length > 0 ? "over" : "ok";
  isOver ||= verdict === "over";
  console.log(`${verdict.padEnd(5)} ${page.padEnd(36)} ${(bytes / KIB).toFixed(1).padStart(6)} of ${budget / KIB} KiB in ${files.length} scripts ${strangers.join(" ")}`);
}
if (isOver) process.exit(1);
