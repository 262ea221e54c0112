/** The head that everything in a bundle stands under: its signature, its witnesses, the older heads that it continues. */
import { entryLeafHash } from "@/acts/entry";
import { type CheckpointPolicy, examineCheckpoint, parseVerifierKey, type VerifierKey } from "@/acts/note";
import { parsePolicy } from "@/acts/policy";
import { sameBytes } from "@/acts/bytes";
import { refuseInclusion, type TreeHead } from "@/acts/tree";
import type { Heads } from "@/bundle/heads";
import type { Bundle } from "@/bundle/reader";
import { judged, type NamedCheck, notChecked, passed } from "../checkNames";

/** Whose keys a bundle is checked against. A text of a verifier key or of a policy; undefined: only the file's own. */
export interface Trust {
  readonly logKey: string | undefined;
}

/** What the head came to. */
export interface HeadFinding {
  /** What all proofs lead to; undefined if the head has no form. */
  readonly head: TreeHead | undefined;
  readonly checks: readonly NamedCheck[];
}

/** Checks the head of a bundle. */
export async function checkHead(about: Bundle["about"], heads: Heads, trust: Trust): Promise<HeadFinding> {
  const policy = await policyFor(about, trust);
  const isOwn = trust.logKey === undefined;
  const keys = isOwn ? notChecked("keys_own", "own_key") : passed("keys_own");
  if (!policy) return { head: undefined, checks: [judged("log_signature", "verifier_form")] };
  const first = await examineCheckpoint(about.head, policy);
  if (typeof first === "string") return { head: undefined, checks: [judged("log_signature", first)] };
  const log = about.rotations.length > 0 ? await rotatedKey(about, first.checkpoint, policy.log) : policy.log;
  const verdict = log ? await examineCheckpoint(about.head, { ...policy, log }) : first;
  if (typeof verdict === "string") return { head: undefined, checks: [judged("log_signature", verdict)] };
  const { checkpoint, logRefusal, witnessRefusal } = verdict;
  const checks: NamedCheck[] = [
    judged("log_signature", log ? logRefusal : "succession_form"),
    judged("witnesses", witnessRefusal),
    judged("stream", checkpoint.origin === about.origin ? undefined : "other_origin"),
    keys,
  ];
  return { head: checkpoint, checks: [...checks, judged("heads", refuseHeads(heads, checkpoint))] };
}

/** Why the older heads do not lead to the signed one. */
function refuseHeads(heads: Heads, { size, root }: TreeHead): string | undefined {
  const last = heads.last();
  if (last?.size !== size) return "size_out_of_range";
  return sameBytes(last.root, root) ? undefined : "root_mismatch";
}

/** The key that the file's rotations lead to from the trusted one, each standing under the head; undefined if one of them does not hold. */
async function rotatedKey({ rotations }: Bundle["about"], head: TreeHead, trusted: VerifierKey): Promise<VerifierKey | undefined> {
  for (const { entry, index, proof } of rotations) {
    if ((await refuseInclusion(await entryLeafHash(entry), index, head.size, proof, head.root)) !== undefined) return undefined;
  }
  const { follow, keyAt, knows } = await import("@/acts/succession");
  const keys = await follow(rotations);
  return keys && knows(keys, trusted) ? keyAt(keys, head.size) : keys && trusted;
}

/** Reads a key or a policy that somebody typed; undefined if it is neither, or names no key of a log. */
export async function readTrust(text: string): Promise<{ readonly log: VerifierKey; readonly witnesses: readonly VerifierKey[] | undefined; readonly quorum: number } | undefined> {
  const key = await parseVerifierKey(text.trim());
  if (key) return key.type === 1 ? { log: key, witnesses: undefined, quorum: 0 } : undefined;
  const policy = await parsePolicy(text);
  const log = policy?.logs[0];
  return policy && log && { log, witnesses: policy.witnesses, quorum: policy.quorum };
}

/** The reader's own policy where one was given; the file's witnesses where only the log's key was; else all is the file's. */
async function policyFor(about: Bundle["about"], { logKey }: Trust): Promise<CheckpointPolicy | undefined> {
  const given = logKey === undefined ? undefined : await readTrust(logKey);
  if (logKey !== undefined && !given) return undefined;
  if (given?.witnesses) return { log: given.log, witnesses: given.witnesses, quorum: given.quorum };
  const [own, log] = [await parsePolicy(about.policy), given?.log ?? (await parseVerifierKey(about.logKey))];
  return own && log && { log, witnesses: own.witnesses, quorum: own.quorum };
}
