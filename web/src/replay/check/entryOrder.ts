/** The records of both streams in the order of the log, each as far as it can be read. */
import { type ActPayload, ActError } from "@/acts/actPayload";
import { type Bytes, sha256 } from "@/acts/bytes";
import { CanonicalError } from "@/acts/canonical";
import { type ActEntry, entryLeafHash, EntryError, parseEntry, readEntryAct } from "@/acts/entry";
import type { Bundle } from "@/bundle/reader";
import { BundleError } from "@/bundle/error";
import { type BundleRecord, recordsOf, type Region } from "@/bundle/records";
import type { ByteSource } from "@/bundle/source";

/** A record with what can be read of it. */
export interface Item {
  readonly stream: Region["name"];
  readonly record: BundleRecord;
  readonly leaf: Bytes;
  readonly entry: ActEntry | undefined;
  readonly act: ActPayload | undefined;
  /** Why there is no entry, or no act. */
  readonly refusal: string | undefined;
}

/** A stream that cannot be read on. */
export interface Stopped {
  readonly stream: Region["name"];
  readonly stopped: BundleError;
}

/** Both streams, merged ascending by their places in the log; a place out of order stays where its stream has it. */
export async function* inLogOrder(source: ByteSource, bundle: Pick<Bundle, "centre" | "tender">): AsyncGenerator<Item | Stopped> {
  const readers = [bundle.centre, bundle.tender].map((region) => ({ stream: region.name, records: recordsOf(source, region) }));
  const next = await Promise.all(readers.map((reader) => advance(reader)));
  for (;;) {
    const at = [0, 1].filter((which) => next[which] !== undefined).sort((left, right) => placeOf(next[left]) - placeOf(next[right]))[0];
    const chosen = at === undefined ? undefined : next[at];
    const reader = at === undefined ? undefined : readers[at];
    if (at === undefined || !chosen || !reader) return;
    if ("stopped" in chosen) {
      next[at] = undefined;
      yield chosen;
    } else {
      yield await itemOf(reader.stream, chosen);
      next[at] = await advance(reader);
    }
  }
}

async function advance({ stream, records }: { readonly stream: Region["name"]; readonly records: AsyncGenerator<BundleRecord> }): Promise<BundleRecord | Stopped | undefined> {
  try {
    const { value, done } = await records.next();
    return done ? undefined : value;
  } catch (error) {
    if (error instanceof BundleError) return { stream, stopped: error };
    throw error;
  }
}

function placeOf(next: BundleRecord | Stopped | undefined): number {
  return next && "index" in next ? next.index : -1;
}

async function itemOf(stream: Region["name"], record: BundleRecord): Promise<Item> {
  const leaf = record.entry ? await entryLeafHash(record.entry) : (record.leaf ?? (await sha256(new Uint8Array(0))));
  return { stream, record, leaf, ...readEntry(record.entry) };
}

function readEntry(bytes: Bytes | undefined): Pick<Item, "entry" | "act" | "refusal"> {
  if (!bytes) return { entry: undefined, act: undefined, refusal: undefined };
  let entry: ActEntry | undefined;
  try {
    const parsed = parseEntry(bytes);
    if (parsed.kind === "cover") return { entry, act: undefined, refusal: "cover_entry" };
    entry = parsed;
    return { entry, act: readEntryAct(parsed), refusal: undefined };
  } catch (error) {
    if (error instanceof EntryError || error instanceof ActError || error instanceof CanonicalError) return { entry, act: undefined, refusal: error.code };
    throw error;
  }
}
