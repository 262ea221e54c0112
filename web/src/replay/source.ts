/**
 * Where a replay's entries come from: the server, or an evidence file. The player knows only this.
 */
import type { Event } from "@/protocol";
import type { NamedCheck } from "./checkNames";

/** An entry as it is played. */
export interface PlayEntry {
  /** Place in the log, from 0. */
  readonly index: number;
  /** When the act counted, unix milliseconds. */
  readonly ts: number;
  readonly sseq: number;
  readonly type: string;
  /** A person's id, `system`, or `sealed` where the act is withheld. */
  readonly actor: string;
  readonly role: string;
  readonly events: readonly Event[];
  /** How many of its events are withheld. */
  readonly withheld?: number | undefined;
}

/** The actor of an entry whose act is withheld. */
export const SEALED_ACTOR = "sealed";

/** What was found out about an entry. */
export interface EntryVerdict {
  readonly standing: "good" | "failed" | "withheld";
  readonly checks: readonly NamedCheck[];
}

/** Verdicts by the entry's place in the replay. */
export type Verdicts = readonly (readonly [at: number, verdict: EntryVerdict])[];

/** The bytes behind an entry, for those who want to look. */
export interface EntryBytes {
  /** The signed text. */
  readonly payload: string;
  readonly keyId: string | undefined;
  readonly leaf: string | undefined;
  readonly outcome: string | undefined;
  /** The detached body of the act. */
  readonly body: string | undefined;
}

/** A source of entries. Both ways throw what `asProblem` understands. */
export interface ReplaySource {
  /** Hands over the tender's entries in their order, in as many pieces as it likes. */
  load(take: (entries: readonly PlayEntry[]) => void, signal: AbortSignal): Promise<void>;
  /** Checks them and hands over what it found; `no_keys` if there is nothing to check against. */
  check(take: (verdicts: Verdicts) => void, signal: AbortSignal): Promise<"checked" | "no_keys">;
  /** The place of the log from which on no entry counts as verified, because of what is not an entry of the tender: head, register. */
  distrustedFrom(): number;
  /** The bytes of an entry; undefined if they are withheld. */
  bytes(entry: PlayEntry, at: number): Promise<EntryBytes | undefined>;
  /** What a link to a moment names besides the entry: the file's digest; nothing where the address names the tender. */
  linkPrefix(): string;
}
