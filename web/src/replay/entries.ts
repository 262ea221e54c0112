/** Entries for playing, as they are read from a bundle. Nothing is checked here; what cannot be read is played as such. */
import type { Bytes } from "@/acts/bytes";
import { recordsOf, type BundleRecord, type Region } from "@/bundle/records";
import type { ByteSource } from "@/bundle/source";
import type { Event } from "@/protocol";
import { type PlayEntry, SEALED_ACTOR } from "./source";

/** An entry, and where its record stands in the file. */
export interface FileEntry {
  readonly entry: PlayEntry;
  readonly at: { readonly from: number; readonly place: number };
}

const decoder = new TextDecoder();
/** Before the parts with a length: mark, algorithm, flags, key id. */
const FIXED_BYTES = 38;

/** The entries of a stream, in pieces of `most`. Throws a `BundleError` (`bundle_record`) where the stream cannot be read on. */
export async function* entriesOf(source: ByteSource, region: Region, most: number): AsyncGenerator<readonly FileEntry[]> {
  let piece: FileEntry[] = [];
  let lastMs = 0;
  try {
    for await (const record of recordsOf(source, region)) {
      const entry = playEntry(record, lastMs);
      lastMs = entry.ts;
      piece.push({ entry, at: { from: record.from, place: record.place } });
      if (piece.length < most) continue;
      yield timed(piece);
      piece = [];
    }
  } catch (error) {
    // What was read before the fault is played all the same.
    yield timed(piece);
    throw error;
  }
  yield timed(piece);
}

/** What is withheld before the first entry that is shown takes place with that one: a replay does not begin in 1970. */
function timed(piece: readonly FileEntry[]): readonly FileEntry[] {
  const first = piece.find(({ entry }) => entry.ts > 0)?.entry.ts ?? 0;
  return piece.map((one) => (one.entry.ts > 0 ? one : { ...one, entry: { ...one.entry, ts: first } }));
}

/** What a record says, in good faith; a withheld or unreadable one takes place when the one before it did. */
function playEntry(record: BundleRecord, lastMs: number): PlayEntry {
  const [head, payload] = record.entry ? headAndPayload(record.entry) : [undefined, undefined];
  const withheld: PlayEntry = { index: record.index, ts: lastMs, sseq: record.place, type: "", actor: SEALED_ACTOR, role: "", events: [] };
  if (!record.entry) return { ...withheld, withheld: 1 };
  return {
    ...withheld,
    ts: typeof head?.["ts"] === "number" ? head["ts"] : lastMs,
    type: textOf(payload?.["type"]), actor: textOf(payload?.["actor"]), role: textOf(payload?.["role"]),
    events: readEvents<Event>(record.events),
  };
}

function headAndPayload(entry: Bytes): readonly [Record<string, unknown> | undefined, Record<string, unknown> | undefined] {
  const view = new DataView(entry.buffer, entry.byteOffset, entry.length);
  const part = (at: number): Bytes => (at + 2 > entry.length ? new Uint8Array(0) : entry.subarray(at + 2, at + 2 + view.getUint16(at)));
  const signature = part(FIXED_BYTES);
  const headAt = FIXED_BYTES + 2 + signature.length;
  const head = part(headAt);
  return [object(head), object(part(headAt + 2 + head.length))];
}

function object(bytes: Bytes): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The events of a record; none where the text is no list of events, so that such an entry is played as one that says nothing. */
export function readEvents<Kind extends { readonly kind: string }>(bytes: Uint8Array | undefined): readonly Kind[] {
  return parseEvents<Kind>(bytes) ?? [];
}

/** The events of a record; undefined where the text is no list of events. */
export function parseEvents<Kind extends { readonly kind: string }>(bytes: Uint8Array | undefined): readonly Kind[] | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return Array.isArray(value) && value.every((event: unknown) => typeof (event as Kind | null)?.kind === "string") ? (value as Kind[]) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
