/**
 * An evidence bundle, open for reading (docs/formats.md 11): its description, where its heads, streams and documents are.
 *
 * Reading only: what it proves is checked in `replay/check`. Documents and cores are not read here.
 */
import type { Bytes } from "@/acts/bytes";
import { type BundleAbout, parseAbout } from "./about";
import { BundleError } from "./error";
import type { HeadSteps } from "./heads";
import type { Region } from "./records";
import type { ByteSource } from "./source";
import { contentsOf, crc32, listFiles, type ZipFile } from "./zip";

/** A document inside. */
export interface CarriedFile {
  /** What its name says that its digest is. */
  readonly sha256: string;
  readonly from: number;
  readonly to: number;
}

/** A bundle. */
export interface Bundle {
  readonly about: BundleAbout;
  /** Where the heads that signers have seen stand. */
  readonly heads: HeadSteps;
  readonly centre: Region;
  readonly tender: Region;
  /** Ascending by digest. */
  readonly files: readonly CarriedFile[];
  /** The container's own checksums of the streams. */
  readonly crcs: Readonly<Record<Region["name"], number>>;
}

/** Longest description of a bundle, and longest stream, bytes. */
const TEXT_BYTES_MAX = 1024 * 1024;
const STREAM_BYTES_MAX = 1024 * 1024 * 1024;

/** Opens a bundle. Throws a [`BundleError`] of every code but `bundle_record`. */
export async function openBundle(source: ByteSource): Promise<Bundle> {
  const files = await listFiles(source);
  const [about, heads, centre, tender, ...rest] = inOrder(files);
  const carried = rest.filter(({ name }) => name.startsWith("files/"));
  return {
    about: parseAbout(await text(source, about)),
    heads: { from: await contentsOf(source, heads), to: heads.end, crc: heads.crc },
    centre: await region(source, centre, "centre.entries"),
    tender: await region(source, tender, "tender.entries"),
    files: carried.map(({ name, end, size }) => ({ sha256: name.slice(6), from: end - size, to: end })),
    crcs: { "centre.entries": centre.crc, "tender.entries": tender.crc },
  };
}

/** The files, if they are those of a bundle and stand in its order. */
function inOrder(files: readonly ZipFile[]): readonly [ZipFile, ZipFile, ZipFile, ZipFile, ...ZipFile[]] {
  const [about, heads, centre, tender, ...rest] = files;
  if (about?.name !== "bundle.json") throw new BundleError("bundle_missing", "bundle.json");
  if (heads?.name !== "heads.chain") throw new BundleError("bundle_missing", "heads.chain");
  if (centre?.name !== "centre.entries") throw new BundleError("bundle_missing", "centre.entries");
  if (tender?.name !== "tender.entries") throw new BundleError("bundle_missing", "tender.entries");
  let last = "";
  for (const { name } of rest) {
    // "cores/" sorts before "files/", so one comparison orders both.
    if (!/^(?:cores\/[0-9a-f]{32}|files\/[0-9a-f]{64})$/.test(name) || name <= last) throw new BundleError("bundle_misplaced", name);
    last = name;
  }
  return [about, heads, centre, tender, ...rest];
}

async function text(source: ByteSource, file: ZipFile): Promise<Bytes> {
  if (file.size > TEXT_BYTES_MAX) throw new BundleError("bundle_too_large", file.name);
  const bytes = await source.read(await contentsOf(source, file), file.end);
  if (crc32(bytes) !== file.crc) throw new BundleError("bundle_zip", file.name);
  return bytes;
}

async function region(source: ByteSource, file: ZipFile, name: Region["name"]): Promise<Region> {
  if (file.size > STREAM_BYTES_MAX) throw new BundleError("bundle_too_large", name);
  return { name, from: await contentsOf(source, file), to: file.end };
}
