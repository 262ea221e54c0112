/**
 * Beacons of drand: the network that is pinned here, the round of a moment, and one signed round (docs/formats.md 3).
 *
 * A beacon is a public text that anyone may hand over; it is verified here, offline. It is not a client of a network.
 * *Invariant*: a [`Beacon`] was verified under a pinned key; no text and no ciphertext brings in a network.
 */
import { type Bytes, fromHex, sameBytes, sha256 } from "../acts/bytes";
import { GroupKey, isLabelKeyOf, LabelKey, roundIdentity } from "./lock";

/** A network of beacons. */
export interface Network {
  /** The chain hash, 32 bytes. */
  readonly chain: Bytes;
  readonly key: GroupKey;
  /** Unix seconds at which round 1 is signed. */
  readonly genesis: bigint;
  /** Seconds between rounds. */
  readonly period: bigint;
}

/** A round and its verified signature. */
export interface Beacon {
  /** The round, from 1. */
  readonly round: bigint;
  readonly signature: LabelKey;
  /** The round's public random value: SHA-256 of the signature. */
  readonly randomness: Bytes;
}

/** Why a text is no beacon, or a network none of ours; a signature that is no accepted point throws a `LockError` instead. */
export type BeaconCode =
  | "beacon_text" | "beacon_round" | "beacon_signature_text" | "beacon_randomness" | "beacon_signature" | "beacon_network";

/** A text that is no beacon of the network, or a network that is not pinned. */
export class BeaconError extends Error {
  constructor(readonly code: BeaconCode) {
    super(`beacon: ${code}`);
    this.name = "BeaconError";
  }
}

const QUICKNET_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const QUICKNET_KEY =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
  "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const TEXT_LENGTH_MAX = 4096;

let quicknetOnce: Network | undefined;

/** drand's quicknet of the League of Entropy. Its key is checked when it is first asked for. */
export function quicknet(): Network {
  quicknetOnce ??= {
    chain: pinned(QUICKNET_CHAIN),
    key: GroupKey.parse(pinned(QUICKNET_KEY)),
    genesis: 1_692_803_367n,
    period: 3n,
  };
  return quicknetOnce;
}

/** The pinned network of a chain hash, or null. */
export function pinnedNetwork(chain: Bytes): Network | null {
  return sameBytes(chain, pinned(QUICKNET_CHAIN)) ? quicknet() : null;
}

/** The round of a moment: floor((t − genesis) / period) + 1, the last one signed at or before it; null before the genesis. */
export function roundAt(network: Network, unixSeconds: number): bigint | null {
  const elapsed = BigInt(unixSeconds) - network.genesis;
  return elapsed < 0n ? null : elapsed / network.period + 1n;
}

/**
 * Reads the JSON of drand's HTTP interface and verifies it: `{"round":…,"signature":"<hex>",…}`. A `randomness` beside
 * them must be SHA-256 of the signature. Throws a [`BeaconError`] or a `LockError`.
 */
export async function parseBeacon(network: Network, text: string): Promise<Beacon> {
  const { round, signature: digits, randomness: stated } = parseText(text);
  const bytes = fromHex(digits, 48);
  if (bytes === undefined) throw new BeaconError("beacon_signature_text");
  const signature = LabelKey.parse(bytes);
  const randomness = await sha256(signature.bytes);
  const claimed = stated === undefined ? randomness : fromHex(stated, 32);
  if (claimed === undefined || !sameBytes(claimed, randomness)) throw new BeaconError("beacon_randomness");
  if (round === 0n) throw new BeaconError("beacon_round");
  if (!isLabelKeyOf(network.key, await roundIdentity(round), signature)) throw new BeaconError("beacon_signature");
  return { round, signature, randomness };
}

function parseText(text: string): { round: bigint; signature: string; randomness: string | undefined } {
  if (text.length > TEXT_LENGTH_MAX) throw new BeaconError("beacon_text");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BeaconError("beacon_text");
  }
  if (typeof value !== "object" || value === null) throw new BeaconError("beacon_text");
  const { round, signature, randomness } = value as Record<string, unknown>;
  const isRound = typeof round === "number" && Number.isSafeInteger(round) && round >= 0;
  const isRandomness = randomness === undefined || randomness === null || typeof randomness === "string";
  if (!isRound || typeof signature !== "string" || !isRandomness) throw new BeaconError("beacon_text");
  return { round: BigInt(round), signature, randomness: randomness ?? undefined };
}

/** The bytes of a constant of this file. */
function pinned(digits: string): Bytes {
  const bytes = fromHex(digits);
  if (bytes === undefined) throw new Error("a constant that is not hexadecimal");
  return bytes;
}
