/**
 * Bytes as the written formats use them: hexadecimal, base64, big-endian integers, comparison.
 *
 * Not a codec of any format. *Invariant*: every reader here is strict, so that one value has one text.
 */

/** Bytes in a buffer of their own kind, as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** The parts, one after another. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of lower-case hexadecimal digits; undefined for every other text, and for another length than `length` bytes. */
export function fromHex(text: string, length?: number): Bytes | undefined {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return undefined;
  const bytes = Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
  return length === undefined || bytes.length === length ? bytes : undefined;
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of standard base64 with padding; undefined unless the text is exactly what [`toBase64`] would write. */
export function fromBase64(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : undefined;
}

/** A 16-bit integer, big-endian. Throws a RangeError beyond 65,535: no format has such a length. */
export function u16(value: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`not a u16: ${value}`);
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** A 32-bit integer, big-endian. Throws a RangeError beyond 2^32 − 1. */
export function u32(value: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`not a u32: ${value}`);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A 64-bit integer, big-endian. Throws a RangeError beyond 2^64 − 1. */
export function u64(value: bigint): Bytes {
  if (value < 0n || value >= 1n << 64n) throw new RangeError(`not a u64: ${value}`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** Whether both hold the same bytes. Not for secrets: it stops at the first difference. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** Which of two byte strings comes first; a prefix comes before what it begins. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = (left[at] as number) - (right[at] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** SHA-256 of the parts one after another (FIPS 180-4). */
export async function sha256(...parts: readonly Uint8Array[]): Promise<Bytes> {
  const [only] = parts;
  const data = parts.length === 1 && only?.buffer instanceof ArrayBuffer ? (only as Bytes) : concat(...parts);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

/** Random bytes of the platform's generator. */
export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Reads a byte string from its beginning; every step is undefined once the bytes are used up. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** The next `length` bytes, as a copy. */
  take(length: number): Bytes | undefined {
    if (this.at + length > this.bytes.length) return undefined;
    const taken = new Uint8Array(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return taken;
  }

  /** The next byte. */
  u8(): number | undefined {
    return this.take(1)?.[0];
  }

  /** The next 16-bit integer. */
  u16(): number | undefined {
    const bytes = this.take(2);
    return bytes && new DataView(bytes.buffer).getUint16(0);
  }

  /** The next 32-bit integer. */
  u32(): number | undefined {
    const bytes = this.take(4);
    return bytes && new DataView(bytes.buffer).getUint32(0);
  }

  /** The bytes behind a 16-bit length. */
  lengthPrefixed(): Bytes | undefined {
    const length = this.u16();
    return length === undefined ? undefined : this.take(length);
  }

  /** Whether everything has been read. */
  isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }
}
