/**
 * Reading the bytes of a core, strictly (docs/formats.md 3).
 *
 * *Invariant*: every point in a parsed core was checked, its label is the one of its context, a pinned beacon's lock is on
 * the round of the announced opening, and no byte is left over; nothing says yet that it opens.
 */
import { ByteReader, type Bytes, sameBytes, toHex, u16, utf8 } from "../acts/bytes";
import { type Network, pinnedNetwork, roundAt } from "./beacon";
import { type Context, LabelError, parseContext, submissionLabel } from "./label";
import { checkCapsule, LockError } from "./lock";
import { checkRecoveryKey } from "./recovery";
import { type Suite, suiteOfByte } from "./suite";

/** The longest core, in bytes: what a reader of an upload needs to hold to find the core's end. */
const CORE_BYTES_MAX = 1024;

/** Whose fault it is: `malformed` the bidder's, `wrong_key` and `wrong_path` the opener's. */
export type CoreCode = "malformed" | "wrong_context" | "wrong_lock" | "wrong_key" | "wrong_path";

/** A core that is refused or does not open. */
export class CoreError extends Error {
  constructor(readonly code: CoreCode) {
    super(`core: ${code}`);
    this.name = "CoreError";
  }
}

/** A well-formed core. */
export interface Core {
  readonly suite: Suite;
  readonly context: Context;
  /** The committee's capsule, lock 0. */
  readonly capsule: Bytes;
  /** The box of path 1. */
  readonly firstBox: Bytes;
  readonly floor: CoreFloor | null;
}

/** What a core with a beacon has besides. */
export interface CoreFloor {
  readonly chain: Bytes;
  readonly round: bigint;
  /** The beacon's capsule, lock 1. */
  readonly capsule: Bytes;
  readonly recoveryId: Bytes;
  /** The ephemeral X25519 public key of lock 2. */
  readonly ephemeral: Bytes;
  /** The masked secret of lock 2, 16 bytes. */
  readonly masked: Bytes;
  /** The box of path 2. */
  readonly secondBox: Bytes;
}

/** Reads a core that is exactly these bytes. Throws a [`CoreError`] `malformed`. */
export function parseCore(bytes: Uint8Array): Core {
  if (bytes.length > CORE_BYTES_MAX) throw new CoreError("malformed");
  try {
    return readCore(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof LabelError || error instanceof LockError) throw new CoreError("malformed");
    throw error;
  }
}

function readCore(reader: ByteReader): Core {
  expect(reader, utf8("TL1\0"));
  const suite = demand(suiteOfByte(demand(reader.u8())));
  const context = parseContext(demand(reader.lengthPrefixed()));
  const lockCount = demand(reader.u8());
  if (lockCount !== 1 && lockCount !== 3) throw new CoreError("malformed");
  const capsule = readCommittee(reader, context);
  const locks = lockCount === 3 ? { ...readBeacon(reader), ...readRecovery(reader) } : null;
  expect(reader, Uint8Array.of(locks === null ? 1 : 2));
  const firstBox = readPath(reader, 1, locks === null ? 0b001 : 0b011);
  const floor = locks === null ? null : { ...locks, secondBox: readPath(reader, 2, 0b101) };
  // The commitment depends on the seed alone and is compared when the core is rebuilt.
  demand(reader.take(32));
  if (!reader.isAtEnd()) throw new CoreError("malformed");
  // The network that a ciphertext names is only looked up among the pinned ones, to refuse a wrong round early.
  const network = floor === null ? null : pinnedNetwork(floor.chain);
  if (floor !== null && network !== null) checkRound(floor.round, network, context);
  return { suite, context, capsule, firstBox, floor };
}

/** ctx.07 decides the round: throws a [`CoreError`] `malformed` for another one, which is the sealer's doing. */
export function checkRound(round: bigint, network: Network, context: Context): void {
  if (roundAt(network, context.openingUnixSeconds) !== round) throw new CoreError("malformed");
}

function readCommittee(reader: ByteReader, context: Context): Bytes {
  expect(reader, Uint8Array.of(1));
  expect(reader, context.committee);
  if (!sameBytes(demand(reader.lengthPrefixed()), submissionLabel(context))) throw new CoreError("malformed");
  return readCapsule(reader);
}

function readBeacon(reader: ByteReader): Pick<CoreFloor, "chain" | "round" | "capsule"> {
  expect(reader, Uint8Array.of(2));
  const chain = demand(reader.take(32));
  const round = demand(reader.lengthPrefixed());
  if (round.length !== 8) throw new CoreError("malformed");
  return { chain, round: BigInt(`0x${toHex(round)}`), capsule: readCapsule(reader) };
}

function readRecovery(reader: ByteReader): Pick<CoreFloor, "recoveryId" | "ephemeral" | "masked"> {
  expect(reader, Uint8Array.of(3));
  const recoveryId = demand(reader.take(32));
  expect(reader, Uint8Array.of(0, 0));
  const body = demand(reader.lengthPrefixed());
  if (body.length !== 48) throw new CoreError("malformed");
  const ephemeral = body.slice(0, 32);
  checkRecoveryKey(ephemeral);
  return { recoveryId, ephemeral, masked: body.slice(32) };
}

function readCapsule(reader: ByteReader): Bytes {
  const capsule = demand(reader.lengthPrefixed());
  checkCapsule(capsule);
  return capsule;
}

function readPath(reader: ByteReader, id: number, mask: number): Bytes {
  expect(reader, Uint8Array.of(id, ...u16(mask)));
  return demand(reader.take(32));
}

function expect(reader: ByteReader, bytes: Uint8Array): void {
  if (!sameBytes(demand(reader.take(bytes.length)), bytes)) throw new CoreError("malformed");
}

function demand<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new CoreError("malformed");
  return value;
}
