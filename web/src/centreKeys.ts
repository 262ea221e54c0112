/**
 * Keys of the centre that are not the ones a device remembers: of the log, of the custodians together, of each custodian.
 *
 * *Invariant*: keys that appear for the first time, before a committee was known, are no change.
 */
import { writeVerifierKey } from "@/acts/note";
import { policyOf } from "@/policy";
import type { Centre } from "@/wire";

/** A key that is another than it was; one side is empty where a custodian has come or gone. */
export interface KeyChange {
  readonly kind: "log" | "group" | "identity" | "threshold";
  /** Whose identity key: the custodian's index; 0 for what is the centre's. */
  readonly index: number;
  readonly before: string;
  readonly after: string;
}

/** What differs between the remembered centre and the one that is shown now, besides a key of the log that it leads to. */
export async function changesSince(before: Centre, after: Centre): Promise<readonly KeyChange[]> {
  return keyChanges(await followed(before, after), after);
}

/** The remembered centre as it stands after the rotations of the log's key that its own witnesses have let grow. */
async function followed(before: Centre, after: Centre): Promise<Centre> {
  if (before.origin !== after.origin || before.log_key === after.log_key || !after.rotations?.length) return before;
  const [policy, { keyAt, provenKeys }] = await Promise.all([policyOf(before), import("@/acts/succession")]);
  // Without a quorum nobody vouches for the new key but the old one, which may be in other hands.
  const keys = policy && policy.quorum > 0 ? await provenKeys(policy, after.rotations) : undefined;
  const inForce = keys && keyAt(keys, Number.MAX_SAFE_INTEGER);
  return inForce && writeVerifierKey(inForce) === after.log_key ? { ...before, log_key: after.log_key } : before;
}

/** What differs between the remembered centre and the one that is shown now. Another log is another centre: nothing to compare. */
export function keyChanges(before: Centre | undefined, after: Centre): readonly KeyChange[] {
  if (before === undefined || before.origin !== after.origin) return [];
  const changes: KeyChange[] = [{ kind: "log", index: 0, before: before.log_key, after: after.log_key }];
  if (before.group_key !== null) {
    changes.push({ kind: "group", index: 0, before: before.group_key, after: after.group_key ?? "" });
    changes.push({ kind: "threshold", index: 0, before: `${before.threshold ?? ""}`, after: `${after.threshold ?? ""}` });
    const identityOf = ({ custodians }: Centre, index: number) => custodians.find((one) => one.index === index)?.identity ?? "";
    const indices = new Set([...before.custodians, ...after.custodians].map(({ index }) => index));
    for (const index of [...indices].sort((left, right) => left - right)) {
      changes.push({ kind: "identity", index, before: identityOf(before, index), after: identityOf(after, index) });
    }
  }
  return changes.filter((change) => change.before !== change.after);
}
