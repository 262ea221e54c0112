/**
 * The whole file, read once from its beginning: its digest, the container's checksums, the digests of the documents it carries.
 *
 * Comes after the entries, because nothing that is played waits for it.
 */
import { sha256 } from "@noble/hashes/sha2.js";

import { toHex } from "@/acts/bytes";
import type { Bundle } from "@/bundle/reader";
import type { ByteSource } from "@/bundle/source";
import { crc32 } from "@/bundle/zip";
import { judged, type NamedCheck, notChecked } from "../checkNames";

/** How far the scan is, and at last what it found. */
export type ScanFinding =
  | { readonly kind: "scanned"; readonly done: number; readonly all: number }
  | { readonly kind: "file"; readonly sha256: string; readonly checks: readonly NamedCheck[] };

const PIECE_BYTES = 4 * 1024 * 1024;

/** A part of the file with something that takes its bytes. */
interface Part {
  readonly from: number;
  readonly to: number;
  take(bytes: Uint8Array): void;
}

/** Reads the file. Throws a `BundleError` (`bundle_io`). */
export async function* scanFile(source: ByteSource, bundle: Pick<Bundle, "heads" | "centre" | "tender" | "files" | "crcs">): AsyncGenerator<ScanFinding> {
  const whole = sha256.create();
  const crcs = { "centre.entries": 0, "tender.entries": 0 };
  let headsCrc = 0;
  const documents = bundle.files.map((file) => ({ ...file, hash: sha256.create() }));
  const parts: readonly Part[] = [
    { ...bundle.heads, take: (bytes) => void (headsCrc = crc32(bytes, headsCrc)) },
    ...[bundle.centre, bundle.tender].map(({ name, from, to }) => ({ from, to, take: (bytes: Uint8Array) => void (crcs[name] = crc32(bytes, crcs[name])) })),
    ...documents.map(({ from, to, hash }) => ({ from, to, take: (bytes: Uint8Array) => void hash.update(bytes) })),
  ];
  let first = 0;
  for (let at = 0; at < source.size; at += PIECE_BYTES) {
    const to = Math.min(source.size, at + PIECE_BYTES);
    const piece = await source.read(at, to);
    whole.update(piece);
    while (first < parts.length && (parts[first]?.to ?? 0) <= at) first += 1;
    for (let which = first; which < parts.length; which += 1) {
      const part = parts[which] as Part;
      if (part.from >= to) break;
      part.take(piece.subarray(Math.max(0, part.from - at), part.to - at));
    }
    yield { kind: "scanned", done: to, all: source.size };
  }
  const wrong = documents.filter(({ sha256: name, hash }) => toHex(hash.digest()) !== name);
  const isIntact = headsCrc === bundle.heads.crc && crcs["centre.entries"] === bundle.crcs["centre.entries"] && crcs["tender.entries"] === bundle.crcs["tender.entries"];
  const carried = documents.length === 0 ? notChecked("documents", "no_documents") : judged("documents", wrong.length === 0 ? undefined : wrong.map(({ sha256: name }) => name).join(" "));
  yield { kind: "file", sha256: toHex(whole.digest()), checks: [judged("crc", isIntact ? undefined : "other_checksum"), carried] };
}
