import { describe, expect, it } from "vitest";

import { concat, sha256, toHex, u32, u64, utf8 } from "../acts/bytes";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { parseBeacon, pinnedNetwork, quicknet, roundAt } from "./beacon";

const vectors = vectorsOf<{
  network: { beacon_id: string; chain: string; genesis: number; key: string; period: number; seed: string };
  rounds: [number, number | null][];
  beacons: { text: string; round: number; signature: string; randomness: string }[];
  beacons_refused: { name: string; text: string; code: string }[];
}>("tl1_beacon.json");

describe("the pinned network", () => {
  it("is the published one, and its chain hash follows from its parameters", async () => {
    const { beacon_id, chain, genesis, key, period, seed } = vectors.network;
    const { chain: pinned, key: pinnedKey, genesis: pinnedGenesis, period: pinnedPeriod } = quicknet();
    expect([toHex(pinned), toHex(pinnedKey.bytes)]).toEqual([chain, key]);
    expect([pinnedGenesis, pinnedPeriod]).toEqual([BigInt(genesis), BigInt(period)]);
    const parameters = concat(u32(period), u64(BigInt(genesis)), hexBytes(key), hexBytes(seed), utf8(beacon_id));
    expect(toHex(await sha256(parameters))).toBe(chain);
  });

  it("is found by its chain hash alone", () => {
    expect(pinnedNetwork(quicknet().chain)).toBe(quicknet());
    expect(pinnedNetwork(new Uint8Array(32))).toBeNull();
  });

  it.each(vectors.rounds)("is at second %d in round %s", (moment, round) => {
    expect(roundAt(quicknet(), moment)).toBe(round === null ? null : BigInt(round));
  });
});

describe("beacons", () => {
  it.each(vectors.beacons)("reads round $round", async ({ text, round, signature, randomness }) => {
    const beacon = await parseBeacon(quicknet(), text);
    expect(beacon.round).toBe(BigInt(round));
    expect([toHex(beacon.signature.bytes), toHex(beacon.randomness)]).toEqual([signature, randomness]);
  });

  it.each(vectors.beacons_refused)("refuses $name", async ({ text, code }) => {
    await expect(parseBeacon(quicknet(), text)).rejects.toMatchObject({ code });
  });

  it("refuses texts of other shapes and beyond drand's length", async () => {
    for (const text of ["", "null", "[]", '"1000"', '{"round":1e400,"signature":""}', `{"x":"${"x".repeat(5000)}"}`]) {
      await expect(parseBeacon(quicknet(), text)).rejects.toMatchObject({ code: "beacon_text" });
    }
  });
});
