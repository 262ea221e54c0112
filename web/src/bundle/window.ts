/** A part of a bundle, read through a window that moves forward. */
import type { Bytes } from "@/acts/bytes";
import type { ByteSource } from "./source";

const WINDOW_BYTES = 1024 * 1024;
const NONE = 0xffff_ffff;

/** Bytes that are not those of a record. */
export const NO_RECORD = new Error("no record");

/** A piece of the file that moves forward. */
export class Window {
  /** Place of the next byte in the file. */
  at: number;
  private piece: Bytes = new Uint8Array(0);
  private pieceAt: number;

  constructor(private readonly source: ByteSource, from: number, private readonly end: number) {
    this.at = from;
    this.pieceAt = from;
  }

  isAtEnd(): boolean {
    return this.at === this.end;
  }

  async take(length: number): Promise<Bytes> {
    if (this.at + length > this.end) throw NO_RECORD;
    if (this.at + length > this.pieceAt + this.piece.length) {
      this.piece = await this.source.read(this.at, Math.min(this.end, this.at + Math.max(length, WINDOW_BYTES)));
      this.pieceAt = this.at;
    }
    const from = this.at - this.pieceAt;
    this.at += length;
    return this.piece.subarray(from, from + length);
  }

  async integer(length: 2 | 4 | 8): Promise<number> {
    let value = 0;
    for (const byte of await this.take(length)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw NO_RECORD;
    return value;
  }

  async part(most: number): Promise<Bytes | undefined> {
    const length = await this.integer(4);
    if (length === NONE) return undefined;
    if (length > most) throw NO_RECORD;
    return this.take(length);
  }
}
