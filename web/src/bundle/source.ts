/**
 * Where a bundle's bytes come from: a file of this device, or one that `kaibiao replay` serves. Read piece by piece, so
 * that two gigabytes of documents are never in memory.
 *
 * Both kinds can be sent to a worker as they are.
 */
import type { Bytes } from "@/acts/bytes";
import { BundleError } from "./error";

/** A file behind an address whose server answers ranges. */
export interface ServedFile {
  readonly url: string;
  readonly size: number;
}

/** A bundle as the page holds it. */
export type BundleFile = Blob | ServedFile;

/** The bytes of a file. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `from` up to `to`, exactly as many. Throws a [`BundleError`] (`bundle_io`). */
  read(from: number, to: number): Promise<Bytes>;
}

/** The bytes of a bundle's file. */
export function sourceOf(file: BundleFile): ByteSource {
  const fetchPiece = file instanceof Blob ? (from: number, to: number) => file.slice(from, to).arrayBuffer() : (from: number, to: number) => fetchRange(file, from, to);
  return {
    size: file.size,
    async read(from, to) {
      const bytes = new Uint8Array(await piece(fetchPiece, from, to));
      if (bytes.length !== to - from) throw new BundleError("bundle_io", `${from}–${to}`);
      return bytes;
    },
  };
}

/** The file behind an address; throws a [`BundleError`] (`bundle_io`) where none is served. */
export async function servedFile(url: string): Promise<ServedFile> {
  const answer = await fetch(url, { method: "HEAD" }).catch(() => undefined);
  const size = Number(answer?.headers.get("Content-Length") ?? Number.NaN);
  if (!answer?.ok || !Number.isSafeInteger(size)) throw new BundleError("bundle_io", url);
  return { url, size };
}

async function fetchRange({ url }: ServedFile, from: number, to: number): Promise<ArrayBuffer> {
  if (from === to) return new ArrayBuffer(0);
  const answer = await fetch(url, { headers: { Range: `bytes=${from}-${to - 1}` } });
  // Anything but the part that was asked for would be the whole file in memory.
  if (answer.status !== 206) throw new Error(String(answer.status));
  return answer.arrayBuffer();
}

async function piece(fetchPiece: (from: number, to: number) => Promise<ArrayBuffer>, from: number, to: number): Promise<ArrayBuffer> {
  try {
    return await fetchPiece(from, to);
  } catch (error) {
    throw new BundleError("bundle_io", error instanceof Error ? error.message : String(error));
  }
}
