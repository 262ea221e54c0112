// drand's own JavaScript implementation (tlock-js) as the peer of a test: opens files and locks others, offline.
//
// Standard input: {"network":{…},"beacons":[{"round":…,"signature":"<hex>","randomness":"<hex>"}],"open":["<armoured file>"],"lock":[{"round":…,"text":"…"}]}.
// Standard output: {"opened":["<text>"],"locked":["<armoured file>"]}. A file that does not open ends the program with an error.
// Run by crypto/tests/tlock_peers.rs. With the argument `record` it reads no input but crypto/vectors/tl1_beacon.json, and
// writes the files of crypto/vectors/tlock_js.json: locking 200 of them takes it longer than all other tests together.
import { readFileSync } from "node:fs";

import tlock from "tlock-js";

const RECORDED = 200;
const isRecording = process.argv[2] === "record";

// The contents that the Rust side knows: file n is on the next of the rounds, and one has more than a chunk of 64 KiB.
function recorded() {
  const vectors = new URL("../../crypto/vectors/tl1_beacon.json", import.meta.url);
  const { network, beacons } = JSON.parse(readFileSync(vectors, "utf8"));
  const content = (_, n) => ({
    round: beacons[n % beacons.length].round,
    text: `投标文件 ${n} `.repeat(n === 39 ? 5000 : (n % 50) + 1),
  });
  return { network, beacons, open: [], lock: Array.from({ length: RECORDED }, content) };
}

const { network, beacons, open, lock } = isRecording ? recorded() : JSON.parse(readFileSync(0, "utf8"));
// The library prints each beacon that it is given; standard output is for the answer.
console.log = () => {};

const chainInfo = {
  public_key: network.key,
  period: network.period,
  genesis_time: network.genesis,
  hash: network.chain,
  groupHash: network.seed,
  schemeID: "bls-unchained-g1-rfc9380",
  metadata: { beaconID: network.beacon_id },
};
// What the library would ask a relay for. The beacons are drand's published ones, which the caller has verified.
const client = {
  options: { disableBeaconVerification: true, noCache: false },
  latest: () => Promise.reject(new Error("nobody asks for the latest beacon")),
  get: async (round) => beacons.find((beacon) => beacon.round === round),
  chain: () => ({ baseUrl: "offline:", info: async () => chainInfo }),
};

const opened = [];
for (const file of open) opened.push((await tlock.timelockDecrypt(file, client)).toString("utf8"));
const locked = [];
for (const { round, text } of lock) locked.push(await tlock.timelockEncrypt(round, tlock.Buffer.from(text, "utf8"), client));
process.stdout.write(isRecording ? `${JSON.stringify(locked, null, 1)}\n` : JSON.stringify({ opened, locked }));
