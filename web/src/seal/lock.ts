/**
 * The lock: Boneh–Franklin identity-based encryption of 16 bytes with the Fujisaki–Okamoto check on BLS12-381, signatures
 * in G1, as in drand/tlock `bls-unchained-g1-rfc9380` (docs/formats.md 3).
 *
 * It knows identities, not labels, rounds or times, and draws no randomness. Big integers in script do not run in constant
 * time: sealing is done on the bidder's own device, where nobody else measures.
 * *Invariant*: every point that enters is canonical, in the subgroup of prime order and not infinity.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";

import { type Bytes, concat, sameBytes, sha256, toHex, utf8 } from "../acts/bytes";

/** Bytes of a compressed point of G1: label keys. */
const G1_BYTES = 48;
/** Bytes of a compressed point of G2: group keys, the `U` of a capsule. */
const G2_BYTES = 96;
/** Bytes of the message in a capsule, and of its randomness. */
const MESSAGE_BYTES = 16;
/** Bytes of a capsule: U || V || W. */
const CAPSULE_BYTES = G2_BYTES + 2 * MESSAGE_BYTES;

const IDENTITY_DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
const { Fr, Fp12 } = bls12_381.fields;
const [G1, G2] = [bls12_381.G1.Point, bls12_381.G2.Point];
type PointG1 = InstanceType<typeof G1>;
type PointG2 = InstanceType<typeof G2>;
type Target = ReturnType<typeof bls12_381.pairing>;

/** Why bytes are no accepted point, or a capsule does not open. */
export type LockCode =
  | "point_length" | "point_encoding" | "point_infinity" | "point_subgroup" | "capsule_length" | "capsule_check" | "recovery_key";

/** A point or a capsule that is refused. */
export class LockError extends Error {
  constructor(readonly code: LockCode) {
    super(`lock: ${code}`);
    this.name = "LockError";
  }
}

/** The public key of a committee or of a beacon, checked. */
export class GroupKey {
  private constructor(
    /** 96 bytes, compressed. */
    readonly bytes: Bytes,
    /** @internal */ readonly point: PointG2,
  ) {}

  /** The key of 96 compressed bytes. Throws a [`LockError`]. */
  static parse(bytes: Uint8Array): GroupKey {
    return new GroupKey(new Uint8Array(bytes), parseG2(bytes));
  }

  /** ctx.06: SHA-256("TL1/committee\0" || group key). */
  committeeId(): Promise<Bytes> {
    return sha256(utf8("TL1/committee\0"), this.bytes);
  }
}

/** A BLS signature that opens the capsules of one identity; see [`isLabelKeyOf`]. */
export class LabelKey {
  private constructor(
    /** 48 bytes, compressed. */
    readonly bytes: Bytes,
    /** @internal */ readonly point: PointG1,
  ) {}

  /** The key of 48 compressed bytes. Throws a [`LockError`]. */
  static parse(bytes: Uint8Array): LabelKey {
    if (bytes.length !== G1_BYTES) throw new LockError("point_length");
    const point = accepted(() => G1.fromBytes(bytes));
    if (!sameBytes(point.toBytes(true), bytes)) throw new LockError("point_encoding");
    return new LabelKey(new Uint8Array(bytes), point);
  }
}

/** The identity of a round of a beacon: SHA-256 of the round as u64. */
export function roundIdentity(round: bigint): Promise<Bytes> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, round);
  return sha256(bytes);
}

/** Whether `key` is the group's signature on the identity: e(key, G2) = e(Q, P). */
export function isLabelKeyOf(group: GroupKey, identity: Bytes, key: LabelKey): boolean {
  const pairs = [
    { g1: key.point.negate(), g2: G2.BASE },
    { g1: identityPoint(identity), g2: group.point },
  ];
  return Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE);
}

/** Locks 16 bytes to an identity. `sigma` (16 bytes) must be secret, uniform and used for nothing else. */
export async function sealCapsule(group: GroupKey, identity: Bytes, message: Bytes, sigma: Bytes): Promise<Bytes> {
  const exponent = await capsuleExponent(sigma, message);
  // e(Q, P)^r = e(r·Q, P): a multiplication in G1 is cheaper than a power in the target group.
  const shared = bls12_381.pairing(identityPoint(identity).multiply(exponent), group.point);
  const u = new Uint8Array(G2.BASE.multiply(exponent).toBytes(true));
  return concat(u, xor(sigma, await h2(shared)), xor(message, await h4(sigma)));
}

/** The 16 bytes in a capsule. Throws a [`LockError`]; `capsule_check` if it was locked otherwise or changed. */
export async function openCapsule(key: LabelKey, capsule: Bytes): Promise<Bytes> {
  const u = capsulePoint(capsule);
  const sigma = xor(capsule.slice(G2_BYTES, G2_BYTES + MESSAGE_BYTES), await h2(bls12_381.pairing(key.point, u)));
  const message = xor(capsule.slice(G2_BYTES + MESSAGE_BYTES), await h4(sigma));
  if (!G2.BASE.multiply(await capsuleExponent(sigma, message)).equals(u)) throw new LockError("capsule_check");
  return message;
}

/** Throws a [`LockError`] unless the capsule has its length and an accepted point. */
export function checkCapsule(capsule: Bytes): void {
  capsulePoint(capsule);
}

/** Byte-wise exclusive or of two strings of one length. */
export function xor(left: Uint8Array, right: Uint8Array): Bytes {
  if (left.length !== right.length) throw new RangeError("xor of different lengths");
  return Uint8Array.from(left, (byte, at) => byte ^ (right[at] as number));
}

/** H3: the exponent of a capsule. It rejects and hashes again; reducing would make another value of one hash in ten. */
export async function capsuleExponent(sigma: Bytes, message: Bytes): Promise<bigint> {
  const base = await sha256(utf8("IBE-H3"), sigma, message);
  for (let attempt = 1; attempt < 0xffff; attempt += 1) {
    const hash = await sha256(Uint8Array.of(attempt & 0xff, attempt >> 8), base);
    hash[0] = (hash[0] as number) >> 1;
    const number = BigInt(`0x${toHex(hash)}`);
    if (number > 0n && number < Fr.ORDER) return number;
  }
  throw new Error("65,534 hashes at or above the order: a chance below 2^-200,000");
}

function capsulePoint(capsule: Bytes): PointG2 {
  if (capsule.length !== CAPSULE_BYTES) throw new LockError("capsule_length");
  return parseG2(capsule.subarray(0, G2_BYTES));
}

function parseG2(bytes: Uint8Array): PointG2 {
  if (bytes.length !== G2_BYTES) throw new LockError("point_length");
  const point = accepted(() => G2.fromBytes(bytes));
  if (!sameBytes(point.toBytes(true), bytes)) throw new LockError("point_encoding");
  return point;
}

/** Runs the library's strict decoder; it accepts infinity, we do not. */
function accepted<Point extends { is0(): boolean }>(decode: () => Point): Point {
  let point: Point;
  try {
    point = decode();
  } catch (error) {
    const isOutside = error instanceof Error && error.message.includes("subgroup");
    throw new LockError(isOutside ? "point_subgroup" : "point_encoding");
  }
  if (point.is0()) throw new LockError("point_infinity");
  return point;
}

/** The point of G1 that an identity is hashed to (RFC 9380). */
export function identityPoint(identity: Bytes): PointG1 {
  return bls12_381.G1.hashToCurve(identity, { DST: IDENTITY_DST });
}

async function h2(shared: Target): Promise<Bytes> {
  return (await sha256(utf8("IBE-H2"), targetBytes(shared))).slice(0, MESSAGE_BYTES);
}

async function h4(sigma: Bytes): Promise<Bytes> {
  return (await sha256(utf8("IBE-H4"), sigma)).slice(0, MESSAGE_BYTES);
}

/** 576 bytes: the higher coefficient first at each level of the tower, each coordinate 48 bytes big-endian. */
export function targetBytes({ c0, c1 }: Target): Bytes {
  const coordinates = [c1, c0].flatMap((sixth) => [sixth.c2, sixth.c1, sixth.c0]).flatMap((pair) => [pair.c1, pair.c0]);
  return concat(...coordinates.map((coordinate) => bls12_381.fields.Fp.toBytes(coordinate)));
}
