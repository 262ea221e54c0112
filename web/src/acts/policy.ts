/**
 * Which witnesses must have cosigned a head: C2SP tlog-policy with one level of groups, the twin of `crypto/src/policy.rs`.
 */
import { parseVerifierKey, type VerifierKey } from "./note";

/** What a policy says. */
export interface Policy {
  /** Keys of the logs that it is for; it may name none. */
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  /** How many different witnesses must have cosigned. */
  readonly quorum: number;
}

/** Reads a policy; undefined if a line says nothing known, names what was not defined, or the quorum is missing. */
export async function parsePolicy(text: string): Promise<Policy | undefined> {
  const logs: VerifierKey[] = [];
  const groups = new Map<string, Omit<Policy, "logs">>();
  let chosen: Omit<Policy, "logs"> | undefined;
  for (const line of text.split("\n")) {
    const words = line.split(/\s+/).filter((word) => word !== "");
    const [what, name = "", third = ""] = words;
    if (what === undefined || what.startsWith("#")) continue;
    // A third word of a log, a fourth of a witness, is where it is reached.
    if (what === "log" && (words.length === 2 || words.length === 3)) {
      const key = await parseVerifierKey(name);
      if (key?.type !== 1) return undefined;
      logs.push(key);
    } else if (what === "witness" && (words.length === 3 || words.length === 4) && !groups.has(name)) {
      const key = await parseVerifierKey(third);
      if (key?.type !== 4) return undefined;
      groups.set(name, { witnesses: [key], quorum: 1 });
    } else if (what === "group" && words.length > 3 && !groups.has(name)) {
      const group = groupOf(groups, third, words.slice(3));
      if (!group) return undefined;
      groups.set(name, group);
    } else if (what === "quorum" && words.length === 2 && !chosen) {
      chosen = name === "none" ? { witnesses: [], quorum: 0 } : groups.get(name);
      if (!chosen) return undefined;
    } else return undefined;
  }
  return chosen && { logs, ...chosen };
}

/** A group of single witnesses, and how many of them must agree. */
function groupOf(defined: ReadonlyMap<string, Omit<Policy, "logs">>, count: string, names: readonly string[]): Omit<Policy, "logs"> | undefined {
  const members = names.map((name) => defined.get(name)?.witnesses ?? []);
  if (members.some(({ length }) => length !== 1)) return undefined;
  const quorum = count === "all" ? members.length : count === "any" ? 1 : /^[1-9][0-9]{0,3}$/.test(count) ? Number(count) : 0;
  return quorum >= 1 && quorum <= members.length ? { witnesses: members.flat(), quorum } : undefined;
}
