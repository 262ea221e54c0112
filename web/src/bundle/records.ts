/**
 * The records of a stream, one after another, read through a window (docs/formats.md 11).
 *
 * *Invariants*: a length is looked at before anything is taken for it; what is not exactly a record ends the stream with an error.
 */
import { DETACHED_BODY_BYTES_MAX, ENTRY_BYTES_MAX } from "@/acts/actPayload";
import type { Bytes } from "@/acts/bytes";
import { BundleError } from "./error";
import type { ByteSource } from "./source";
import { NO_RECORD, Window } from "./window";

/** Where a stream's records stand in the file. */
export interface Region {
  readonly name: "centre.entries" | "tender.entries";
  readonly from: number;
  readonly to: number;
}

/** One record. The bytes are views of the window: whoever keeps them copies them. */
export interface BundleRecord {
  /** Which record of its stream, from 0. */
  readonly place: number;
  /** Place in the log, from 0. */
  readonly index: number;
  /** Undefined if the entry is withheld; then there is its leaf hash. */
  readonly entry: Bytes | undefined;
  readonly leaf: Bytes | undefined;
  readonly events: Bytes | undefined;
  readonly body: Bytes | undefined;
  /** The inclusion proof, 32 bytes each, lowest sibling first. */
  readonly proof: readonly Bytes[];
  /** Where it begins and ends in the file. */
  readonly from: number;
  readonly to: number;
}

/** Longest canonical text of the events of one act, bytes. */
const EVENTS_BYTES_MAX = 64 * 1024 * 1024;
/** One hash for each level of the largest tree. */
const HASHES_MAX = 63;

/** The records of a stream in their order. Throws a [`BundleError`] where one is not a record: `bundle_record`. */
export async function* recordsOf(source: ByteSource, region: Region, from = region.from, place = 0): AsyncGenerator<BundleRecord> {
  const window = new Window(source, from, region.to);
  try {
    for (; !window.isAtEnd(); place += 1) yield await readRecord(window, place);
  } catch (error) {
    if (error === NO_RECORD) throw new BundleError("bundle_record", `${region.name} ${place}`);
    throw error;
  }
}

async function readRecord(window: Window, place: number): Promise<BundleRecord> {
  const from = window.at;
  const index = await window.integer(8);
  const entry = await window.part(ENTRY_BYTES_MAX);
  const leaf = entry ? undefined : await window.take(32);
  const events = await window.part(entry ? EVENTS_BYTES_MAX : 0);
  const body = await window.part(entry ? DETACHED_BODY_BYTES_MAX : 0);
  if (entry ? !events : events ?? body) throw NO_RECORD;
  const count = await window.integer(2);
  if (count > HASHES_MAX) throw NO_RECORD;
  const hashes = await window.take(32 * count);
  const proof = Array.from({ length: count }, (_, at) => hashes.subarray(32 * at, 32 * at + 32));
  return { place, index, entry, leaf, events, body, proof, from, to: window.at };
}
