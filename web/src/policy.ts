/** Against which keys this browser checks heads and receipts: those of the centre. */
import { type CheckpointPolicy, parseVerifierKey, type VerifierKey } from "@/acts/note";
import type { Centre } from "@/wire";

/** The policy that follows from the centre's keys; undefined if one of them cannot be read. */
export async function policyOf(centre: Centre): Promise<CheckpointPolicy | undefined> {
  const log = await parseVerifierKey(centre.log_key);
  const witnesses = await Promise.all(centre.witness_keys.map(parseVerifierKey));
  if (!log || !witnesses.every((key): key is VerifierKey => key !== undefined)) return undefined;
  return { log, witnesses, quorum: centre.witness_quorum ?? witnesses.length };
}
