/**
 * The newest head of the log: fetched, its signatures checked, compared with the head this browser remembers.
 *
 * What the footer of every page shows. *Invariant*: "verified" is said only of a head whose signatures and whose
 * consistency with the remembered one were checked here.
 */
import { fromBase64, type Bytes } from "@/acts/bytes";
import { HeadMemory, type HeadVerdict } from "@/acts/head";
import { type Checkpoint, type CheckpointVerdict, verifyCheckpoint } from "@/acts/note";
import { api } from "@/api";
import { policyOf } from "@/policy";
import { Problem } from "@/problem";
import type { Centre } from "@/wire";

/** A head with what was found out about it. */
export interface CheckedHead {
  readonly checkpoint: Checkpoint;
  readonly note: string;
  readonly signatures: CheckpointVerdict;
  readonly memory: HeadVerdict;
}

/** Fetches and checks the newest head. Throws a `Problem`. */
export async function checkNewestHead(centre: Centre): Promise<CheckedHead> {
  return checkHead(centre, await api.checkpoint());
}

/** Checks a head that came with something else, for example a receipt. */
export async function checkHead(centre: Centre, note: string): Promise<CheckedHead> {
  const policy = await policyOf(centre);
  const signatures = policy && (await verifyCheckpoint(note, policy));
  if (!policy || !signatures) throw new Problem("head_form", 0, { zh: "日志头格式不符", en: "The head of the log has not its form" });
  const memory = await (await HeadMemory.open()).show(note, policy, fetchConsistency);
  return { checkpoint: signatures.checkpoint, note, signatures, memory };
}

async function fetchConsistency(from: number, to: number): Promise<readonly Bytes[]> {
  const { proof } = await api.consistency(from, to);
  // A hash that is no base64 cannot be part of any proof; the empty one makes the check fail.
  return proof.map((hash) => fromBase64(hash) ?? new Uint8Array(0));
}
