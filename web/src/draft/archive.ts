/**
 * A draft as a file, to be carried to another device: encrypted under a passphrase, in segments, never whole in memory.
 *
 * ```
 * archive = "KBD1" || 16 salt || segment*          segment = u32 length || 12 iv || AES-256-GCM(plaintext), AAD = u32 index || u8 last
 * key     = PBKDF2(SHA-256, passphrase, salt, 600,000)         first segment = JSON head, then the files, one after another
 * ```
 * [D] Own format, of use to nobody but its owner. *Invariant*: a changed, missing or swapped segment is an error.
 */
import { type Bytes, concat, randomBytes, u32, utf8 } from "@/acts/bytes";

const MAGIC = utf8("KBD1");
const SALT_BYTES = 16;
const IV_BYTES = 12;
const SEGMENT_BYTES = 1_048_576;
const ROUNDS = 600_000;
const SEGMENT_BYTES_MAX = SEGMENT_BYTES + IV_BYTES + 16;

/** A file in an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** What an archive holds. */
export interface Archive {
  readonly content: unknown;
  readonly files: readonly ArchivedFile[];
}

/** An archive that cannot be read: `not_an_archive`, or `wrong_passphrase` (which a damaged file looks like, too). */
export class ArchiveError extends Error {
  constructor(readonly code: "not_an_archive" | "wrong_passphrase") {
    super(`archive: ${code}`);
    this.name = "ArchiveError";
  }
}

interface Head {
  readonly content: unknown;
  readonly files: readonly { readonly name: string; readonly size: number; readonly type: string }[];
}

/** Writes an archive. */
export async function writeArchive({ content, files }: Archive, passphrase: string): Promise<Blob> {
  const salt = randomBytes(SALT_BYTES);
  const key = await keyOf(passphrase, salt);
  const listed = files.map(({ name, blob }) => ({ name, size: blob.size, type: blob.type }));
  const segments = [new Blob([utf8(JSON.stringify({ content, files: listed } satisfies Head))]), ...files.flatMap(({ blob }) => pieces(blob))];
  const parts: BlobPart[] = [MAGIC, salt];
  for (const [index, segment] of segments.entries()) {
    const plaintext = new Uint8Array(await segment.arrayBuffer());
    const iv = randomBytes(IV_BYTES);
    const scheme = { name: "AES-GCM", iv, additionalData: place(index, index === segments.length - 1) };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(scheme, key, plaintext));
    parts.push(new Blob([u32(iv.length + sealed.length), iv, sealed]));
  }
  return new Blob(parts, { type: "application/octet-stream" });
}

/** Reads an archive. Throws an [`ArchiveError`]. */
export async function readArchive(archive: Blob, passphrase: string): Promise<Archive> {
  const start = new Uint8Array(await archive.slice(0, MAGIC.length + SALT_BYTES).arrayBuffer());
  const isOurs = start.length === MAGIC.length + SALT_BYTES && MAGIC.every((byte, at) => start[at] === byte);
  if (!isOurs) throw new ArchiveError("not_an_archive");
  const key = await keyOf(passphrase, start.slice(MAGIC.length));
  const blobs: Blob[] = [];
  for (let at = start.length, index = 0; at < archive.size; index += 1) {
    const length = await lengthAt(archive, at);
    const end = at + 4 + length;
    if (length <= IV_BYTES || end > archive.size || (index > 0 && length > SEGMENT_BYTES_MAX)) throw new ArchiveError("not_an_archive");
    const bytes = new Uint8Array(await archive.slice(at + 4, end).arrayBuffer());
    const scheme = { name: "AES-GCM", iv: bytes.slice(0, IV_BYTES), additionalData: place(index, end === archive.size) };
    const plaintext = await crypto.subtle.decrypt(scheme, key, bytes.slice(IV_BYTES)).catch(() => {
      throw new ArchiveError("wrong_passphrase");
    });
    blobs.push(new Blob([plaintext]));
    at = end;
  }
  const [first, ...rest] = blobs;
  if (!first) throw new ArchiveError("not_an_archive");
  return split(JSON.parse(await first.text()) as Head, new Blob(rest));
}

function split({ content, files }: Head, bytes: Blob): Archive {
  let at = 0;
  const cut = files.map(({ name, size, type }) => {
    at += size;
    return { name, blob: bytes.slice(at - size, at, type) };
  });
  if (at !== bytes.size) throw new ArchiveError("not_an_archive");
  return { content, files: cut };
}

function pieces(blob: Blob): Blob[] {
  return Array.from({ length: Math.ceil(blob.size / SEGMENT_BYTES) }, (_, index) =>
    blob.slice(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES),
  );
}

async function lengthAt(archive: Blob, at: number): Promise<number> {
  const bytes = await archive.slice(at, at + 4).arrayBuffer();
  if (bytes.byteLength !== 4) throw new ArchiveError("not_an_archive");
  return new DataView(bytes).getUint32(0);
}

function place(index: number, isLast: boolean): Bytes {
  return concat(u32(index), Uint8Array.of(isLast ? 1 : 0));
}

async function keyOf(passphrase: string, salt: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const scheme = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(scheme, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
