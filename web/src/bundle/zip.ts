/**
 * The container of a bundle: a zip file of stored files, read from its list at the end.
 *
 * Not a general zip reader. *Invariant*: every byte of the file belongs to the list, to a header or to a file's contents:
 * nothing before, between or behind, so nothing can hide there.
 */
import type { Bytes } from "@/acts/bytes";
import { BundleError } from "./error";
import type { ByteSource } from "./source";

/** A file inside. */
export interface ZipFile {
  readonly name: string;
  /** Where its header begins. */
  readonly headerAt: number;
  /** Where its contents end; they begin where [`contentsOf`] says. */
  readonly end: number;
  readonly size: number;
  readonly crc: number;
}

/** Most files in one bundle, and the longest list of them. */
const FILES_MAX = 100_000;
const LIST_BYTES_MAX = 32 * 1024 * 1024;

const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const HEADER_BYTES = 30;
/** A field of 64-bit lengths in a header, which the streams have whatever their length. */
const LONG_FIELD_BYTES = 20;
const LONG = 0xffff_ffff;

/** The files of a bundle, in their order. Throws a [`BundleError`]. */
export async function listFiles(source: ByteSource): Promise<readonly ZipFile[]> {
  const end = await readEnd(source);
  if (end.count > FILES_MAX || end.listSize > LIST_BYTES_MAX) throw new BundleError("bundle_too_large", "zip");
  if (end.listAt + end.listSize !== end.at) throw broken("list");
  const list = await source.read(end.listAt, end.at);
  const entries = readEntries(list, end.count);
  return entries.map((entry, at) => {
    const next = entries[at + 1]?.headerAt ?? end.listAt;
    const between = next - entry.headerAt - HEADER_BYTES - entry.name.length - entry.size;
    if ((at === 0 && entry.headerAt !== 0) || (between !== 0 && between !== LONG_FIELD_BYTES)) throw broken(entry.name);
    return { ...entry, end: next };
  });
}

/** Where the contents of a file begin, after its own header was compared with the list. */
export async function contentsOf(source: ByteSource, file: ZipFile): Promise<number> {
  const header = await source.read(file.headerAt, file.end - file.size);
  const view = viewOf(header);
  const nameLength = view.getUint16(26, true);
  const isSame =
    view.getUint32(0, true) === 0x0403_4b50 && view.getUint16(6, true) === 0 && view.getUint16(8, true) === 0 && view.getUint32(14, true) === file.crc &&
    HEADER_BYTES + nameLength + view.getUint16(28, true) === header.length && ascii(header.subarray(HEADER_BYTES, HEADER_BYTES + nameLength)) === file.name;
  if (!isSame) throw broken(file.name);
  return file.end - file.size;
}

/** CRC-32 of what comes after bytes whose CRC-32 is `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] as number);
  return ~crc >>> 0;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value;
});

interface End {
  /** Where the list ends. */
  readonly at: number;
  readonly count: number;
  readonly listAt: number;
  readonly listSize: number;
}

async function readEnd(source: ByteSource): Promise<End> {
  if (source.size < END_BYTES) throw broken("end");
  const at = source.size - END_BYTES;
  const view = viewOf(await source.read(at, source.size));
  const disks = view.getUint32(4, true);
  const [count, again] = [view.getUint16(8, true), view.getUint16(10, true)];
  // A comment would be room for bytes that belong to nothing.
  if (view.getUint32(0, true) !== 0x0605_4b50 || disks !== 0 || count !== again || view.getUint16(20, true) !== 0) throw broken("end");
  const [listSize, listAt] = [view.getUint32(12, true), view.getUint32(16, true)];
  return count === 0xffff || listSize === LONG || listAt === LONG ? readEnd64(source, at) : { at, count, listAt, listSize };
}

async function readEnd64(source: ByteSource, endAt: number): Promise<End> {
  const at = endAt - LOCATOR_BYTES - END64_BYTES;
  if (at < 0) throw broken("end");
  const view = viewOf(await source.read(at, endAt));
  const isWhole =
    view.getUint32(0, true) === 0x0606_4b50 && long(view, 4) === END64_BYTES - 12 && view.getUint32(16, true) === 0 && view.getUint32(20, true) === 0 &&
    view.getUint32(END64_BYTES, true) === 0x0706_4b50 && long(view, END64_BYTES + 8) === at;
  const count = long(view, 24);
  if (!isWhole || long(view, 32) !== count) throw broken("end");
  return { at, count, listSize: long(view, 40), listAt: long(view, 48) };
}

function readEntries(list: Bytes, count: number): readonly Omit<ZipFile, "end">[] {
  const view = viewOf(list);
  const entries: Omit<ZipFile, "end">[] = [];
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    if (at + ENTRY_BYTES > list.length || view.getUint32(at, true) !== 0x0201_4b50) throw broken("list");
    const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const extraAt = at + ENTRY_BYTES + nameLength;
    if (extraAt + extraLength > list.length) throw broken("list");
    const name = ascii(list.subarray(at + ENTRY_BYTES, extraAt));
    if (view.getUint16(at + 8, true) !== 0 || view.getUint16(at + 10, true) !== 0) throw new BundleError("bundle_compressed", name);
    // No comment of an entry, and one disk.
    if (view.getUint16(at + 32, true) !== 0 || view.getUint16(at + 34, true) !== 0) throw broken(name);
    const [stored, size, headerAt] = lengths(view, at, extraAt, extraLength, name);
    if (stored !== size) throw new BundleError("bundle_compressed", name);
    entries.push({ name, headerAt, size, crc: view.getUint32(at + 16, true) });
    at = extraAt + extraLength;
  }
  if (at !== list.length) throw broken("list");
  return entries;
}

/** Stored length, length and place; those that do not fit 32 bits stand in the field of long ones. */
function lengths(view: DataView, at: number, extraAt: number, extraLength: number, name: string): readonly [number, number, number] {
  const short = { size: view.getUint32(at + 24, true), stored: view.getUint32(at + 20, true), headerAt: view.getUint32(at + 42, true) };
  let next = extraAt + 4;
  const end = extraAt + extraLength;
  if (extraLength > 0 && (extraLength < 4 || view.getUint16(extraAt, true) !== 1 || view.getUint16(extraAt + 2, true) !== extraLength - 4)) throw broken(name);
  const read = (value: number): number => {
    if (value !== LONG) return value;
    if (next + 8 > end) throw broken(name);
    next += 8;
    return long(view, next - 8);
  };
  const size = read(short.size);
  return [read(short.stored), size, read(short.headerAt)];
}

/** A 64-bit length; beyond all files it is no length. */
function long(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken("length");
  return Number(value);
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(about: string): BundleError {
  return new BundleError("bundle_zip", about);
}
