import { bls12_381 } from "@noble/curves/bls12-381.js";
import { describe, expect, it } from "vitest";

import { type Bytes, concat, sha256, toHex, utf8 } from "../acts/bytes";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { capsuleExponent, GroupKey, isLabelKeyOf, LabelKey, LockError, openCapsule, roundIdentity, sealCapsule, targetBytes } from "./lock";

interface Network {
  public_key: string;
}
interface AgeFile {
  round: number;
  signature: string;
  armored: string;
}
const vectors = vectorsOf<{
  quicknet: Network & { beacons: { round: number; signature: string }[]; age_files: AgeFile[] };
  fastnet: Network & {
    must_fail_signatures: { round: number; signature: string }[];
    age_files: AgeFile[];
    capsules: { signature: string; message_hex: string; capsule: string }[];
  };
  gt: { pairing_of_generators: string; H2_16: string };
  h3: { capsules: { capsule: string; h3_first_hash_in_range: boolean; message: string; round: number; sigma: string }[] };
}>("drand.json");
const quicknet = GroupKey.parse(hexBytes(vectors.quicknet.public_key));
const signatureOf = (round: number) => {
  const beacon = vectors.quicknet.beacons.find((known) => known.round === round);
  if (!beacon) throw new Error(`no signature of round ${round}`);
  return LabelKey.parse(hexBytes(beacon.signature));
};

describe("drand's values", () => {
  it.each(vectors.quicknet.beacons)("verifies round $round", async ({ round, signature }) => {
    const identity = await roundIdentity(BigInt(round));
    expect(isLabelKeyOf(quicknet, identity, LabelKey.parse(hexBytes(signature)))).toBe(true);
    expect(isLabelKeyOf(quicknet, await roundIdentity(BigInt(round + 1)), LabelKey.parse(hexBytes(signature)))).toBe(false);
  });

  it.each(vectors.fastnet.must_fail_signatures)("refuses the other domain's round $round", async ({ round, signature }) => {
    const fastnet = GroupKey.parse(hexBytes(vectors.fastnet.public_key));
    expect(isLabelKeyOf(fastnet, await roundIdentity(BigInt(round)), LabelKey.parse(hexBytes(signature)))).toBe(false);
  });

  it.each([...vectors.quicknet.age_files, ...vectors.fastnet.age_files])("opens the file locked to round $round", async (file) => {
    const { capsule, header, mac } = takeApart(file.armored);
    const fileKey = await openCapsule(LabelKey.parse(hexBytes(file.signature)), capsule);
    expect(await headerMac(fileKey, header)).toBe(mac);
  });

  it.each(vectors.fastnet.capsules)("opens the published capsule", async ({ signature, message_hex, capsule }) => {
    expect(toHex(await openCapsule(LabelKey.parse(hexBytes(signature)), hexBytes(capsule)))).toBe(message_hex);
  });

  it("writes the target group as drand does", async () => {
    const { G1, G2 } = bls12_381;
    const bytes = targetBytes(bls12_381.pairing(G1.Point.BASE, G2.Point.BASE));
    expect(toHex(bytes)).toBe(vectors.gt.pairing_of_generators);
    expect(toHex(await sha256(utf8("IBE-H2"), bytes)).slice(0, 32)).toBe(vectors.gt.H2_16);
  });
});

describe("capsules", () => {
  it.each(vectors.h3.capsules)("makes and opens $capsule", async ({ capsule, message, round, sigma }) => {
    const identity = await roundIdentity(BigInt(round));
    expect(toHex(await sealCapsule(quicknet, identity, hexBytes(message), hexBytes(sigma)))).toBe(capsule);
    expect(toHex(await openCapsule(signatureOf(round), hexBytes(capsule)))).toBe(message);
  });

  it("takes the rejecting branch of H3 where the vectors say so", async () => {
    expect(vectors.h3.capsules.some((capsule) => !capsule.h3_first_hash_in_range)).toBe(true);
    for (const { sigma, message, h3_first_hash_in_range } of vectors.h3.capsules) {
      const base = await sha256(utf8("IBE-H3"), hexBytes(sigma), hexBytes(message));
      const first = await sha256(Uint8Array.of(1, 0), base);
      first[0] = (first[0] as number) >> 1;
      const exponent = await capsuleExponent(hexBytes(sigma), hexBytes(message));
      expect(exponent === BigInt(`0x${toHex(first)}`)).toBe(h3_first_hash_in_range);
    }
  });

  it("refuses a change anywhere, and another round's key", async () => {
    const { capsule, round } = vectors.h3.capsules[0] as { capsule: string; round: number };
    for (const at of [0, 1, 50, 95, 96, 111, 112, 127]) {
      await expect(openCapsule(signatureOf(round), flipped(hexBytes(capsule), at))).rejects.toBeInstanceOf(LockError);
    }
    await expect(openCapsule(signatureOf(round + 1), hexBytes(capsule))).rejects.toMatchObject({ code: "capsule_check" });
    await expect(openCapsule(signatureOf(round), hexBytes(capsule).slice(1))).rejects.toMatchObject({ code: "capsule_length" });
  });
});

describe("points", () => {
  const infinity = (length: number) => concat(Uint8Array.of(0xc0), new Uint8Array(length - 1));

  it("refuses infinity, other lengths and other forms", () => {
    expect(codeOf(() => GroupKey.parse(infinity(96)))).toBe("point_infinity");
    expect(codeOf(() => LabelKey.parse(infinity(48)))).toBe("point_infinity");
    expect(codeOf(() => GroupKey.parse(quicknet.bytes.slice(1)))).toBe("point_length");
    expect(codeOf(() => LabelKey.parse(new Uint8Array(96)))).toBe("point_length");
    expect(codeOf(() => GroupKey.parse(flipped(quicknet.bytes, 0, 0x80)))).toBe("point_encoding");
    expect(codeOf(() => LabelKey.parse(concat(Uint8Array.of(0x9f), new Uint8Array(47).fill(0xff))))).toBe("point_encoding");
  });

  it("refuses points outside the subgroup", () => {
    expect(codeOf(() => LabelKey.parse(outside(48, (bytes) => bls12_381.G1.Point.fromBytes(bytes))))).toBe("point_subgroup");
    expect(codeOf(() => GroupKey.parse(outside(96, (bytes) => bls12_381.G2.Point.fromBytes(bytes))))).toBe("point_subgroup");
  });

  /** The first x that has a point on the curve; only one in a number of many digits of those is in the subgroup. */
  function outside(length: number, decode: (bytes: Bytes) => unknown): Bytes {
    for (let x = 1; x < 256; x += 1) {
      const bytes = new Uint8Array(length);
      [bytes[0], bytes[length - 1]] = [0x80, x];
      try {
        decode(bytes);
      } catch (error) {
        if (error instanceof Error && error.message.includes("subgroup")) return bytes;
      }
    }
    throw new Error("no point found");
  }
});

function flipped(bytes: Bytes, at: number, mask = 1): Bytes {
  const changed = bytes.slice();
  changed[at] = (changed[at] as number) ^ mask;
  return changed;
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LockError) return error.code;
    throw error;
  }
  return "accepted";
}

/** The tlock stanza of an armoured age file, and its header with the MAC over it (age-encryption.org/v1). */
function takeApart(armored: string): { capsule: Bytes; header: Bytes; mac: string } {
  const base64 = armored.split("\n").filter((line) => line !== "" && !line.startsWith("-----")).join("");
  const binary = atob(base64);
  const end = binary.indexOf("\n--- ") + 4;
  // Other stanzas may follow: greasing makes readers skip what they do not know.
  const [, stanza] = /-> tlock [^\n]*\n([A-Za-z0-9+/\n]+?)\n(?:-> |--- )/.exec(binary) ?? [];
  const capsule = Uint8Array.from(atob((stanza ?? "").replaceAll("\n", "")), (letter) => letter.charCodeAt(0));
  return { capsule, header: utf8(binary.slice(0, end)), mac: binary.slice(end + 1, binary.indexOf("\n", end)) };
}

async function headerMac(fileKey: Bytes, header: Bytes): Promise<string> {
  const material = await crypto.subtle.importKey("raw", fileKey, "HKDF", false, ["deriveBits"]);
  const scheme = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8("header") };
  const bits = await crypto.subtle.deriveBits(scheme, material, 256);
  const key = await crypto.subtle.importKey("raw", bits, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, header));
  return btoa(String.fromCharCode(...mac)).replaceAll("=", "");
}
