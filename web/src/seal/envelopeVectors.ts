/** The envelopes in `crypto/vectors`, for the tests: contexts, locks and keys as the files write them. */
import { hexBytes } from "../acts/vectors";
import { pinnedNetwork } from "./beacon";
import { type Locks, openCore, type OpenedCore, type OpeningKeys } from "./core";
import { type Context, type EnvelopeKind } from "./label";
import { GroupKey, LabelKey } from "./lock";
import { type Suite } from "./suite";

/** A context; digests and ids in hexadecimal digits. */
export interface ContextVector {
  tender: string;
  lot: string;
  envelope: EnvelopeKind;
  submission: string;
  bidder: string;
  committee: string;
  opening: number;
}

/** The locks of a tender. Those that name no suite are of the standard one. */
export interface LocksVector {
  committee: string;
  floor: { network: string; recovery: string } | null;
  suite?: Suite;
}

/** A core, and the keys of its paths. */
export interface OpeningVector {
  name: string;
  core: string;
  locks: LocksVector;
  label_key: string;
  beacon_signature: string | null;
  recovery_secret: string | null;
}

/** The context of a vector. */
export function contextOf({ opening, tender, submission, bidder, committee, lot, envelope }: ContextVector): Context {
  const [tenderBytes, bidderBytes] = [hexBytes(tender), hexBytes(bidder)];
  const names = { lot, envelope, submission: hexBytes(submission), committee: hexBytes(committee) };
  return { ...names, tender: tenderBytes, bidder: bidderBytes, openingUnixSeconds: opening };
}

/** The locks of a vector. */
export function locksOf({ committee, floor, suite = "standard" }: LocksVector): Locks {
  const group = GroupKey.parse(hexBytes(committee));
  if (floor === null) return { committee: group, floor, suite };
  const network = pinnedNetwork(hexBytes(floor.network));
  if (network === null) throw new Error(`not a pinned network: ${floor.network}`);
  return { committee: group, floor: { network, recovery: hexBytes(floor.recovery) }, suite };
}

/** The keys of each path for which the vector gives them. */
export function keysOf({ label_key, beacon_signature, recovery_secret }: OpeningVector): readonly OpeningKeys[] {
  const labelKey = LabelKey.parse(hexBytes(label_key));
  const paths: OpeningKeys[] = [];
  if (beacon_signature !== null) paths.push({ kind: "beacon", labelKey, signature: LabelKey.parse(hexBytes(beacon_signature)) });
  if (recovery_secret !== null) paths.push({ kind: "recovery", labelKey, secret: hexBytes(recovery_secret) });
  return paths.length === 0 ? [{ kind: "committee", labelKey }] : paths;
}

/** Opens a vector's core by each path. */
export async function openByAll(vector: OpeningVector): Promise<readonly OpenedCore[]> {
  const opened: OpenedCore[] = [];
  for (const keys of keysOf(vector)) opened.push(await openCore(hexBytes(vector.core), locksOf(vector.locks), keys));
  return opened;
}
