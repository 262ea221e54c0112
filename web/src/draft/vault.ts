/**
 * Drafts on this device: records and files that nobody else is to read, in IndexedDB under an AES key that script cannot read.
 *
 * Guards what lies on the disk, not against the page itself. Files are kept in pieces, so that none is ever whole in memory.
 * *Invariant*: what is read back is what was written under this name by this person, or it is an error.
 */
import { openBrowserShelf, type Shelf } from "@/acts/browserStore";
import { type Bytes, concat, randomBytes, utf8 } from "@/acts/bytes";

/** Bytes of a piece of a file. */
export const PIECE_BYTES = 1_048_576;
const WRAPPING_KEY = "drafts";
const IV_BYTES = 12;

interface FileHead {
  readonly pieces: number;
  readonly size: number;
  readonly mediaType: string;
}

/** The drafts of one person on this device. */
export class Vault {
  private constructor(
    private readonly person: string,
    private readonly records: Shelf<Bytes>,
    private readonly key: CryptoKey,
  ) {}

  /** Opens the drafts of a person; makes the key at the first call. */
  static async open(person: string, shelf?: Shelf<Bytes>, keyShelf?: Shelf<CryptoKey>): Promise<Vault> {
    const keys = keyShelf ?? (await openBrowserShelf<CryptoKey>("wrapping_keys"));
    const key = (await keys.read(WRAPPING_KEY)) ?? (await keys.writeIfAbsent(WRAPPING_KEY, await makeKey()));
    return new Vault(person, shelf ?? (await openBrowserShelf<Bytes>("drafts")), key);
  }

  /** The record of this name; undefined if there is none. */
  async read<Value>(name: string): Promise<Value | undefined> {
    const sealed = await this.records.read(this.placeOf(name));
    return sealed && (JSON.parse(new TextDecoder().decode(await this.unseal(name, sealed))) as Value);
  }

  /** Keeps a record; it must survive JSON. */
  async write(name: string, value: unknown): Promise<void> {
    await this.records.write(this.placeOf(name), await this.seal(name, utf8(JSON.stringify(value))));
  }

  /** Forgets a record. */
  erase(name: string): Promise<void> {
    return this.records.erase(this.placeOf(name));
  }

  /** Names of this person's records that begin with `prefix`. */
  async names(prefix: string): Promise<readonly string[]> {
    const start = this.placeOf(prefix);
    const places = await this.records.names();
    return places.filter((place) => place.startsWith(start)).map((place) => place.slice(this.person.length + 1));
  }

  /** Keeps a file in pieces. `onBytes` hears the number of bytes of each piece kept. */
  async keepFile(name: string, file: Blob, onBytes: (bytes: number) => void = () => undefined): Promise<void> {
    const pieces = Math.ceil(file.size / PIECE_BYTES);
    for (let index = 0; index < pieces; index += 1) {
      const piece = new Uint8Array(await file.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES).arrayBuffer());
      const place = pieceName(name, index);
      await this.records.write(this.placeOf(place), await this.seal(place, piece));
      onBytes(piece.length);
    }
    // The head last: a file whose keeping broke off does not exist.
    await this.write(name, { pieces, size: file.size, mediaType: file.type } satisfies FileHead);
  }

  /** A kept file; undefined if there is none. The browser may hold it on disk. */
  async file(name: string): Promise<Blob | undefined> {
    const head = await this.read<FileHead>(name);
    if (!head) return undefined;
    const parts: Blob[] = [];
    for (let index = 0; index < head.pieces; index += 1) {
      const place = pieceName(name, index);
      const sealed = await this.records.read(this.placeOf(place));
      if (!sealed) return undefined;
      parts.push(new Blob([await this.unseal(place, sealed)]));
    }
    return new Blob(parts, { type: head.mediaType });
  }

  /** Forgets a file. */
  async eraseFile(name: string): Promise<void> {
    const head = await this.read<FileHead>(name);
    await this.erase(name);
    for (let index = 0; index < (head?.pieces ?? 0); index += 1) await this.erase(pieceName(name, index));
  }

  private placeOf(name: string): string {
    return `${this.person}/${name}`;
  }

  private async seal(name: string, plaintext: Bytes): Promise<Bytes> {
    const iv = randomBytes(IV_BYTES);
    return concat(iv, new Uint8Array(await crypto.subtle.encrypt(this.scheme(name, iv), this.key, plaintext)));
  }

  private async unseal(name: string, sealed: Bytes): Promise<Bytes> {
    const scheme = this.scheme(name, sealed.slice(0, IV_BYTES));
    return new Uint8Array(await crypto.subtle.decrypt(scheme, this.key, sealed.subarray(IV_BYTES)));
  }

  private scheme(name: string, iv: Bytes): AesGcmParams {
    return { name: "AES-GCM", iv, additionalData: utf8(this.placeOf(name)) };
  }
}

function pieceName(name: string, index: number): string {
  return `${name}#${index}`;
}

function makeKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
