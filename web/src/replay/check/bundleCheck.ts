/**
 * A bundle, checked in the browser entry by entry in the order of the log (ruling 26): signatures, inclusion, outcomes, chains.
 *
 * Not the verifier: nothing is decided again and no draw, score or award is computed; `kaibiao verify` does that.
 * *Invariant*: an entry is good only if every check on it passed or had nothing to look at.
 */
import { type ActPayload, SYSTEM_ACTOR } from "@/acts/actPayload";
import { type Bytes, sameBytes, sha256, toHex } from "@/acts/bytes";
import { RULES } from "@/acts/entry";
import { preAuthentication } from "@/acts/pae";
import { isSignedBy, keyIdOf } from "@/acts/signature";
import { refuseInclusion, type TreeHead } from "@/acts/tree";
import type { BundleError } from "@/bundle/error";
import { type Heads, readHeads } from "@/bundle/heads";
import type { Bundle } from "@/bundle/reader";
import type { Region } from "@/bundle/records";
import type { ByteSource } from "@/bundle/source";
import type { CentreEvent, Event } from "@/protocol";
import { isHeard } from "../audience";
import { judged, type NamedCheck, notChecked, passed } from "../checkNames";
import { parseEvents, readEvents } from "../entries";
import { Register } from "../register";
import type { EntryVerdict } from "../source";
import { inLogOrder, type Item } from "./entryOrder";
import { checkHead, type Trust } from "./headCheck";

/** What comes out, piece by piece. */
export type BundleFinding =
  | { readonly kind: "head"; readonly checks: readonly NamedCheck[] }
  | { readonly kind: "entry"; readonly stream: Region["name"]; readonly place: number; readonly index: number; readonly verdict: EntryVerdict }
  /** A stream that ends where it is no record any more. */
  | { readonly kind: "stopped"; readonly stream: Region["name"]; readonly code: BundleError["code"]; readonly about: string }
  | { readonly kind: "end"; readonly checks: readonly NamedCheck[] };

const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Checks a bundle. Throws a [`BundleError`] only where the file cannot be read. */
export async function* checkBundle(source: ByteSource, bundle: Bundle, trust: Trust): AsyncGenerator<BundleFinding> {
  const heads = await readHeads(source, bundle.heads);
  const { head, checks } = await checkHead(bundle.about, heads, trust);
  yield { kind: "head", checks };
  const checker = new Checker(bundle, heads, head);
  for await (const item of inLogOrder(source, bundle)) {
    if ("stopped" in item) {
      const { stream, stopped } = item;
      yield { kind: "stopped", stream, code: stopped.code, about: stopped.about };
    } else {
      const { stream, record } = item;
      yield { kind: "entry", stream, place: record.place, index: record.index, verdict: await checker.take(item) };
    }
  }
  yield { kind: "end", checks: [checker.count()] };
}

interface StreamState {
  count: number;
  index: number;
  leaf: Bytes | undefined;
}

/** What is known from earlier entries. */
class Checker {
  private readonly register = new Register();
  private readonly streams: Record<Region["name"], StreamState> = {
    "centre.entries": { count: 0, index: -1, leaf: undefined }, "tender.entries": { count: 0, index: -1, leaf: undefined },
  };
  private readonly nonces = new Set<string>();
  private lastMs = 0;

  constructor(private readonly bundle: Bundle, private readonly heads: Heads, private readonly head: TreeHead | undefined) {}

  async take(item: Item): Promise<EntryVerdict> {
    const { record, leaf, entry, act } = item;
    const before = this.streams[item.stream];
    const inclusion = this.head ? await refuseInclusion(leaf, record.index, this.head.size, record.proof, this.head.root) : "no_head";
    const common = [judged("inclusion", inclusion), this.place(item, before)];
    const checks = entry
      ? [passed("framing"), judged("payload", item.refusal), ...common, ...(await this.ofEntry(item, before)), ...(act ? await this.ofAct(item, act, entry.head.tsMs) : [])]
      : [...(record.entry ? [judged("framing", item.refusal)] : [this.withheld()]), ...common];
    this.streams[item.stream] = { count: record.place + 1, index: record.index, leaf };
    if (item.stream === "centre.entries" && entry && !isFailed(checks, "outcome")) this.fold(record.events, entry.head.tsMs);
    const isBad = checks.some(({ verdict }) => verdict === "failed");
    return { standing: isBad ? "failed" : record.entry ? "good" : "withheld", checks };
  }

  /** Whether the streams have as many entries as the file announced. */
  count(): NamedCheck {
    const { about } = this.bundle;
    const isWhole = this.streams["centre.entries"].count === about.centreEntries && this.streams["tender.entries"].count === about.tenderEntries;
    return judged("count", isWhole ? undefined : "entries_missing_at_end");
  }

  /** A file for the supervisor holds every act. */
  private withheld(): NamedCheck {
    return this.bundle.about.scope === "public" ? notChecked("withheld", "") : judged("withheld", "no_entry");
  }

  private place({ record, entry }: Item, before: StreamState): NamedCheck {
    if (record.index <= before.index) return judged("place", "out_of_order");
    return judged("place", entry && entry.head.sseq !== record.place ? "sequence_gap" : undefined);
  }

  /** What the log itself says about the act. */
  private async ofEntry({ stream, record, entry }: Item, before: StreamState): Promise<readonly NamedCheck[]> {
    if (!entry) return [];
    const { head } = entry;
    const isOutcome = record.events !== undefined && sameBytes(await sha256(record.events), head.outcome);
    const isLinked = before.leaf ? head.sprev !== null && sameBytes(head.sprev, before.leaf) : head.sprev === null;
    const isNotBack = head.tsMs >= this.lastMs;
    this.lastMs = Math.max(this.lastMs, head.tsMs);
    return [
      judged("outcome", isOutcome ? undefined : "other_outcome"), judged("sprev", isLinked ? undefined : "link"),
      judged("clock", isNotBack ? undefined : "time_runs_back"), judged("rules", head.rules === RULES ? undefined : "unknown_rules"),
      ...(this.bundle.about.scope === "public" ? [judged("public", isForAll(stream, record.events) ? undefined : "not_for_the_public")] : []),
    ];
  }

  /** What the person says and signs. */
  private async ofAct(item: Item, act: ActPayload, atMs: number): Promise<readonly NamedCheck[]> {
    const { about } = this.bundle;
    const nonce = `${act.actor} ${act.nonce}`;
    const isNew = !this.nonces.has(nonce);
    this.nonces.add(nonce);
    const isCentre = item.stream === "centre.entries";
    const isOfStream = item.entry?.head.stream === (isCentre ? "centre" : about.tender) && act.tender === (isCentre ? null : about.tender);
    return [
      ...(await this.author(item, act, atMs)),
      judged("stream", act.origin !== about.origin ? "other_origin" : isOfStream ? undefined : "other_stream"),
      judged("nonce", isNew ? undefined : "nonce_reused"),
      ...(act.seen === null ? [] : [judged("seen", this.isSeen(act.seen, item.record.index) ? undefined : "unknown_head")]),
      ...(act.bodySha256 === null ? [] : [await checkBody(item.record.body, act.bodySha256)]),
    ];
  }

  /** Nobody has seen a head that holds the act itself. */
  private isSeen(seen: TreeHead, index: number): boolean {
    const isOf = (head: TreeHead | undefined) => head?.size === seen.size && sameBytes(head.root, seen.root);
    const isEmpty = seen.size === 0 && toHex(seen.root) === EMPTY_ROOT;
    return seen.size <= index && (isEmpty || isOf(this.head) || this.heads.has(seen));
  }

  private async author({ entry }: Item, act: ActPayload, atMs: number): Promise<readonly NamedCheck[]> {
    if (!entry || entry.algorithm === 0 || act.actor === SYSTEM_ACTOR) return [notChecked("actor_signature", "system_act")];
    const { spki, refusal } = this.register.find(toHex(entry.keyId), act.actor, act.role, atMs);
    if (!spki) {
      // Where the register is not carried whole, a key that is not there proves nothing.
      if (this.bundle.about.scope === "public") return [notChecked("key", "public_bundle"), notChecked("actor_signature", "no_key")];
      return [judged("key", refusal), notChecked("actor_signature", "no_key")];
    }
    const isNamed = sameBytes(await keyIdOf(spki), entry.keyId);
    const isGood = isNamed && (await isSignedBy(entry.algorithm, spki, preAuthentication(entry.payload), entry.signature));
    return [judged("key", refusal), judged("actor_signature", isGood ? undefined : isNamed ? "bad_signature" : "other_key")];
  }

  /** Only what the log's own digest vouches for enters the register, and only after the entry itself was looked at. */
  private fold(events: Bytes | undefined, atMs: number): void {
    for (const event of readEvents<CentreEvent>(events)) this.register.take(event, atMs);
  }
}

function isFailed(checks: readonly NamedCheck[], name: NamedCheck["name"]): boolean {
  return checks.some((check) => check.name === name && check.verdict === "failed");
}

/** Whether everybody may know an entry: it is of the tender, and each of its events was for all. */
function isForAll(stream: Region["name"], events: Bytes | undefined): boolean {
  return stream === "tender.entries" && (parseEvents<Event>(events)?.every((event) => isHeard(event, "public")) ?? false);
}

async function checkBody(body: Bytes | undefined, digest: Bytes): Promise<NamedCheck> {
  if (!body) return judged("body", "body_missing");
  return sameBytes(await sha256(body), digest) ? passed("body") : judged("body", "body_mismatch");
}
