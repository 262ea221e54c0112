/**
 * The core of a sealed envelope (format TL1): who sealed what, for which lot, under which locks (docs/formats.md 3).
 *
 * One seed of 32 bytes makes the whole core; opening recovers the seed, builds the core again and demands equality.
 * It decides nothing about when a key may be released.
 * *Invariant*: no path is without the committee; a core has exactly the locks and paths of [`Locks`].
 */
import { type Bytes, concat, sameBytes, sha256, u16, u64, utf8 } from "../acts/bytes";
import { type Network, roundAt } from "./beacon";
import { checkRound, type Core, CoreError, parseCore } from "./coreParts";
import { boxMask, Derivation, recoveryMask } from "./derivation";
import { type Context, contextBytes, labelIdentity, submissionLabel } from "./label";
import { type GroupKey, isLabelKeyOf, type LabelKey, LockError, openCapsule, roundIdentity, sealCapsule, xor } from "./lock";
import { agree, checkRecoveryKey, recoveryPublicKey } from "./recovery";
import { type PayloadKey, type Suite, suiteByte } from "./suite";

/**
 * The optional floor under the opening time: a beacon, and the recovery key should the beacon fail. The round is the
 * network's at the announced opening (ctx.07), so it stands nowhere else.
 */
export interface Floor {
  /** Pinned in code and never taken from a ciphertext. */
  readonly network: Network;
  /** The offline X25519 public key, 32 bytes. */
  readonly recovery: Bytes;
}

/**
 * What a tender's envelopes are locked and sealed with. Without a floor: path 1 = committee. With one: path 1 = committee AND
 * beacon, 2 = committee AND recovery.
 */
export interface Locks {
  readonly committee: GroupKey;
  readonly floor: Floor | null;
  /** The algorithms below the locks. */
  readonly suite: Suite;
}

/** The keys of one path. */
export type OpeningKeys =
  | { readonly kind: "committee"; readonly labelKey: LabelKey }
  | { readonly kind: "beacon"; readonly labelKey: LabelKey; readonly signature: LabelKey }
  | { readonly kind: "recovery"; readonly labelKey: LabelKey; readonly secret: Bytes };

/** What opening gives. */
export interface OpenedCore {
  readonly core: Core;
  /** The seed, from which everything can be checked again. */
  readonly seed: Bytes;
  readonly payloadKey: PayloadKey;
}

const [COMMITTEE, BEACON, RECOVERY] = [0, 1, 2] as const;
const [PATH_COMMITTEE, PATH_BEACON, PATH_RECOVERY] = [0b001, 0b011, 0b101] as const;

/** The one core of (seed, context, locks). Throws a [`CoreError`] `wrong_context` for an opening before the beacon's genesis. */
export async function buildCore(seed: Bytes, context: Context, locks: Locks): Promise<Bytes> {
  return buildCoreFromBytes(seed, contextBytes(context), submissionLabel(context), context.openingUnixSeconds, locks);
}

/** The same from the bytes of context and label, so that it can be held against values made elsewhere; the opening is the context's. */
export async function buildCoreFromBytes(
  seed: Bytes,
  context: Bytes,
  label: Bytes,
  openingUnixSeconds: number,
  locks: Locks,
): Promise<Bytes> {
  const derived = await Derivation.of(locks.suite, seed, context);
  const head = concat(utf8("TL1\0"), Uint8Array.of(suiteByte(locks.suite)), sized(context));
  const first = await committeeLock(derived, label, locks.committee);
  const commit = await derived.commit();
  const path = (id: number, mask: number, used: readonly number[]) => pathBytes(derived, context, seed, id, mask, used);
  if (locks.floor === null) {
    const only = await path(1, PATH_COMMITTEE, [COMMITTEE]);
    return concat(head, Uint8Array.of(1), first, Uint8Array.of(1), only, commit);
  }
  const round = roundAt(locks.floor.network, openingUnixSeconds);
  if (round === null) throw new CoreError("wrong_context");
  const second = await beaconLock(derived, locks.floor.network, round);
  const third = await recoveryLock(derived, locks.floor.recovery);
  const one = await path(1, PATH_BEACON, [COMMITTEE, BEACON]);
  const two = await path(2, PATH_RECOVERY, [COMMITTEE, RECOVERY]);
  return concat(head, Uint8Array.of(3), first, second, third, Uint8Array.of(2), one, two, commit);
}

/** Throws a [`CoreError`] `wrong_context` or `wrong_lock` unless this is the envelope that is expected. */
export async function checkCore(core: Core, expected: Context, locks: Locks): Promise<void> {
  if (!sameBytes(contextBytes(core.context), contextBytes(expected))) throw new CoreError("wrong_context");
  await checkLocks(core, locks);
}

/** Throws a [`CoreError`]: `wrong_lock` unless the core's locks and suite are those of the tender, `malformed` for another round. */
async function checkLocks(core: Core, locks: Locks): Promise<void> {
  const { floor } = locks;
  const isSame =
    core.suite === locks.suite &&
    sameBytes(core.context.committee, await locks.committee.committeeId()) &&
    (floor === null) === (core.floor === null) &&
    (floor === null ||
      core.floor === null ||
      (sameBytes(core.floor.chain, floor.network.chain) &&
        sameBytes(core.floor.recoveryId, await sha256(floor.recovery))));
  if (!isSame) throw new CoreError("wrong_lock");
  if (core.floor !== null && floor !== null) checkRound(core.floor.round, floor.network, core.context);
}

/**
 * Opens a core by the path of `keys`: verifies each key, opens each lock with its check, rebuilds the core and demands
 * equality. Throws a [`CoreError`]: `malformed` is the bidder's fault, `wrong_key` and `wrong_path` the opener's.
 */
export async function openCore(bytes: Bytes, locks: Locks, keys: OpeningKeys): Promise<OpenedCore> {
  const core = parseCore(bytes);
  await checkLocks(core, locks);
  const seed = await recoverSeed(core, locks, keys);
  if (!sameBytes(await buildCore(seed, core.context, locks), bytes)) throw new CoreError("malformed");
  const derived = await Derivation.of(core.suite, seed, contextBytes(core.context));
  return { core, seed, payloadKey: await derived.payloadKey() };
}

async function recoverSeed(core: Core, locks: Locks, keys: OpeningKeys): Promise<Bytes> {
  const context = contextBytes(core.context);
  const unbox = async (box: Bytes, id: number, mask: number, secrets: readonly Bytes[]) =>
    xor(box, await boxMask(core.suite, context, id, mask, secrets));
  if (keys.kind === "committee") {
    if (core.floor !== null || locks.floor !== null) throw new CoreError("wrong_path");
    return unbox(core.firstBox, 1, PATH_COMMITTEE, [await openCommittee(core, locks, keys.labelKey)]);
  }
  if (core.floor === null || locks.floor === null) throw new CoreError("wrong_path");
  if (keys.kind === "beacon") {
    const identity = await roundIdentity(core.floor.round);
    if (!isLabelKeyOf(locks.floor.network.key, identity, keys.signature)) throw new CoreError("wrong_key");
    const secrets = [await openCommittee(core, locks, keys.labelKey), await opened(keys.signature, core.floor.capsule)];
    return unbox(core.firstBox, 1, PATH_BEACON, secrets);
  }
  if (!sameBytes(recoveryPublicKey(keys.secret), locks.floor.recovery)) throw new CoreError("wrong_key");
  const { ephemeral, masked, secondBox } = core.floor;
  const mask = await recoveryMask(core.suite, agree(keys.secret, ephemeral), ephemeral, locks.floor.recovery);
  const secrets = [await openCommittee(core, locks, keys.labelKey), xor(masked, mask)];
  return unbox(secondBox, 2, PATH_RECOVERY, secrets);
}

async function openCommittee(core: Core, locks: Locks, labelKey: LabelKey): Promise<Bytes> {
  const identity = await labelIdentity(submissionLabel(core.context));
  if (!isLabelKeyOf(locks.committee, identity, labelKey)) throw new CoreError("wrong_key");
  return opened(labelKey, core.capsule);
}

async function opened(key: LabelKey, capsule: Bytes): Promise<Bytes> {
  try {
    return await openCapsule(key, capsule);
  } catch (error) {
    // The key was verified before, so a capsule that does not open was made wrongly.
    if (error instanceof LockError) throw new CoreError("malformed");
    throw error;
  }
}

async function committeeLock(derived: Derivation, label: Bytes, committee: GroupKey): Promise<Bytes> {
  const identity = await labelIdentity(label);
  const capsule = await sealCapsule(committee, identity, await derived.lockSecret(COMMITTEE), await derived.sigma(COMMITTEE));
  return lockBytes(1, await committee.committeeId(), label, capsule);
}

async function beaconLock(derived: Derivation, network: Network, round: bigint): Promise<Bytes> {
  const identity = await roundIdentity(round);
  const capsule = await sealCapsule(network.key, identity, await derived.lockSecret(BEACON), await derived.sigma(BEACON));
  return lockBytes(2, network.chain, u64(round), capsule);
}

async function recoveryLock(derived: Derivation, recovery: Bytes): Promise<Bytes> {
  checkRecoveryKey(recovery);
  const secret = await derived.ephemeral(RECOVERY);
  const ephemeral = recoveryPublicKey(secret);
  const mask = await recoveryMask(derived.suite, agree(secret, recovery), ephemeral, recovery);
  const body = concat(ephemeral, xor(await derived.lockSecret(RECOVERY), mask));
  return lockBytes(3, await sha256(recovery), new Uint8Array(0), body);
}

function lockBytes(kind: number, keyId: Bytes, preimage: Bytes, body: Bytes): Bytes {
  return concat(Uint8Array.of(kind), keyId, sized(preimage), sized(body));
}

async function pathBytes(
  derived: Derivation,
  context: Bytes,
  seed: Bytes,
  id: number,
  mask: number,
  used: readonly number[],
): Promise<Bytes> {
  const secrets = await Promise.all(used.map((lock) => derived.lockSecret(lock)));
  return concat(Uint8Array.of(id), u16(mask), xor(seed, await boxMask(derived.suite, context, id, mask, secrets)));
}

function sized(bytes: Bytes): Bytes {
  return concat(u16(bytes.length), bytes);
}
