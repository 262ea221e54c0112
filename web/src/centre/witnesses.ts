/** Who cosigns the heads of the log, and how far they have come: what the page of the centre says of them. */
import { verifyCheckpoint } from "@/acts/note";
import { api } from "@/api";
import { reloadCentre } from "@/centre";
import { checkNewestHead, type CheckedHead } from "@/logHead";
import { policyOf } from "@/policy";
import { offlineProblem, Problem } from "@/problem";
import type { Centre, WitnessStanding } from "@/wire";

/** One witness. */
export interface WitnessLine {
  readonly name: string;
  /** The verifier key as policies write it, and the digits by which it is known. */
  readonly key: string;
  readonly shortKey: string;
  /** What came of the platform's last question to it. */
  readonly standing: WitnessStanding;
  /** When it cosigned the newest head that has its quorum, by its own clock; undefined if it has not. */
  readonly cosignedMs: number | undefined;
}

/** The witnesses with the newest head that enough of them have cosigned. */
export interface Witnessing {
  readonly lines: readonly WitnessLine[];
  readonly quorum: number;
  readonly isLacking: boolean;
  /** Undefined while there is no such head yet. */
  readonly head: CheckedHead | undefined;
  /** How many entries the log has signed since. */
  readonly behind: number;
}

/** Asks the server, and checks the signatures on what it tells. */
export async function readWitnessing(): Promise<Witnessing> {
  const centre = await reloadCentre();
  if (!centre) throw offlineProblem();
  const [head, signedSize] = await Promise.all([checkNewestHead(centre).catch(orNone), readSignedSize(centre)]);
  return {
    lines: linesOf(centre, head?.signatures.cosignatures ?? []),
    quorum: centre.witness_quorum ?? centre.witness_keys.length,
    isLacking: centre.lacks_witnesses ?? false,
    head,
    behind: Math.max(0, signedSize - (head?.checkpoint.size ?? 0)),
  };
}

/** The witnesses in the order of the centre's policy. */
export function linesOf({ witness_keys, witnesses }: Pick<Centre, "witness_keys" | "witnesses">, cosignatures: CheckedHead["signatures"]["cosignatures"]): readonly WitnessLine[] {
  return witness_keys.map((key, at) => {
    const [name = key, shortKey = ""] = key.split("+");
    const seconds = cosignatures.find((one) => one.name === name)?.unixSeconds;
    return { name, key, shortKey, standing: witnesses?.[at] ?? "unknown", cosignedMs: seconds === undefined ? undefined : seconds * 1000 };
  });
}

/** How many entries the log itself has signed; 0 where its signature is not good. */
async function readSignedSize(centre: Centre): Promise<number> {
  const policy = await policyOf(centre);
  const signed = policy && (await verifyCheckpoint(await api.signedCheckpoint(), policy));
  return signed?.isLogSigned ? signed.checkpoint.size : 0;
}

function orNone(error: unknown): undefined {
  if (error instanceof Problem && error.code === "unknown_head") return undefined;
  throw error;
}
