/**
 * The locks of a tender on their way from its notice to where envelopes are sealed: bytes, which can be posted to a worker.
 *
 * *Invariant*: locks are checked where they are used; a notice says which network is meant, never what its key is.
 */
import { type Bytes, fromHex } from "../acts/bytes";
import { type Sealing } from "../protocol";
import { BeaconError, pinnedNetwork } from "./beacon";
import { type Locks } from "./core";
import { GroupKey } from "./lock";
import { type Suite } from "./suite";

/** The locks of a tender, not checked. */
export interface LockBytes {
  /** The group key, 96 bytes. */
  readonly committee: Bytes;
  readonly floor: {
    /** The chain hash of a pinned network, 32 bytes. */
    readonly chain: Bytes;
    /** 32 bytes. */
    readonly recovery: Bytes;
  } | null;
  readonly suite: Suite;
}

/** The committee's key and what the notice says beside it; undefined if that is not hexadecimal digits of its length. */
export function lockBytesOf(committee: Bytes, { floor, suite }: Sealing): LockBytes | undefined {
  if (floor === null) return { committee, floor, suite };
  const [chain, recovery] = [fromHex(floor.network, 32), fromHex(floor.recovery, 32)];
  return chain && recovery && { committee, floor: { chain, recovery }, suite };
}

/** The locks, checked. Throws a `LockError` for a key that is none, a `BeaconError` for a network that is not pinned. */
export function parseLocks({ committee, floor, suite }: LockBytes): Locks {
  const group = GroupKey.parse(committee);
  if (floor === null) return { committee: group, floor, suite };
  const network = pinnedNetwork(floor.chain);
  if (network === null) throw new BeaconError("beacon_network");
  return { committee: group, floor: { network, recovery: floor.recovery }, suite };
}
