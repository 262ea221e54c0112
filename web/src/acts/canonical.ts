/**
 * Canonical JSON: the one text of a value, for everything that is signed or hashed (docs/formats.md 1).
 *
 * A restriction of RFC 8785. Not a general JSON reader: it repairs nothing.
 * *Invariant*: for every text that [`parseCanonical`] accepts, [`writeCanonical`] of the value gives the same bytes back.
 */
import { type Bytes, utf8 } from "./bytes";

/** What canonical JSON can hold. Numbers are integers within ±(2^53 − 1). */
export type Canonical = string | number | boolean | null | readonly Canonical[] | CanonicalObject;
/** An object of canonical JSON. */
export type CanonicalObject = { readonly [key: string]: Canonical };

/** How deep arrays and objects may stand inside each other. */
const DEPTH_MAX = 16;
/** The longest key, in bytes. */
const KEY_BYTES_MAX = 64;

/** The stable names of what a text or a value can offend against. */
export type CanonicalCode =
  | "not_utf8" | "unexpected_byte" | "unexpected_end" | "trailing_bytes" | "number_form" | "number_range"
  | "bad_escape" | "control_character" | "not_nfc" | "key_form" | "key_order" | "key_twice" | "too_deep" | "unwritable";

/** A text that is not canonical, or a value that has no canonical text. */
export class CanonicalError extends Error {
  constructor(readonly code: CanonicalCode) {
    super(`canonical json: ${code}`);
    this.name = "CanonicalError";
  }
}

/** The canonical bytes of a value. Throws a [`CanonicalError`] for what has none; it never repairs. */
export function writeCanonical(value: Canonical): Bytes {
  return utf8(written(value, 0));
}

/** The same value with every string in Unicode normalisation form C: for what people have typed. */
export function normalised<T extends Canonical>(value: T): T;
export function normalised(value: Canonical): Canonical {
  if (typeof value === "string") return value.normalize("NFC");
  if (value === null || typeof value !== "object") return value;
  if (isArray(value)) return value.map((element) => normalised(element));
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, normalised(element)]));
}

/** The value of a canonical text. Throws a [`CanonicalError`] for every text that is not exactly canonical. */
export function parseCanonical(bytes: Uint8Array): Canonical {
  return new Reader(decoded(bytes)).whole();
}

/** The object of a canonical text; `unexpected_byte` if it is another kind of value. */
export function parseCanonicalObject(bytes: Uint8Array): CanonicalObject {
  const value = parseCanonical(bytes);
  if (!isObject(value)) throw new CanonicalError("unexpected_byte");
  return value;
}

/** Whether a value is an object. */
export const isObject = (value: Canonical | undefined): value is CanonicalObject =>
  typeof value === "object" && value !== null && !isArray(value);

/** Whether a value is an array. */
export const isArray = (value: Canonical | undefined): value is readonly Canonical[] => Array.isArray(value);

function written(value: Canonical, depth: number): string {
  switch (typeof value) {
    case "string":
      return writtenString(value);
    case "number":
      return writtenInteger(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth === DEPTH_MAX) throw new CanonicalError("too_deep");
      return isArray(value) ? `[${value.map((element) => written(element, depth + 1)).join(",")}]` : writtenObject(value, depth);
    default:
      throw new CanonicalError("unwritable");
  }
}

function writtenInteger(value: number): string {
  if (!Number.isInteger(value) || Object.is(value, -0)) throw new CanonicalError("number_form");
  if (!Number.isSafeInteger(value)) throw new CanonicalError("number_range");
  return value.toString();
}

function writtenObject(object: CanonicalObject, depth: number): string {
  // Keys are ASCII, so the order of code units is the order of bytes.
  const keys = Object.keys(object).sort((left, right) => (left < right ? -1 : 1));
  const members = keys.map((key) => {
    if (!isKey(key)) throw new CanonicalError("key_form");
    return `"${key}":${written(object[key] as Canonical, depth + 1)}`;
  });
  return `{${members.join(",")}}`;
}

function writtenString(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new CanonicalError("not_utf8");
  if (!isNfc(text)) throw new CanonicalError("not_nfc");
  // ECMAScript's own quoting is the one of RFC 8785 for every string without lone surrogates.
  return JSON.stringify(text);
}

function isKey(key: string): boolean {
  return key.length <= KEY_BYTES_MAX && /^[a-z0-9_]+$/.test(key);
}

function isNfc(text: string): boolean {
  return text.normalize("NFC") === text;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CanonicalError("not_utf8");
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

/** Recursive descent over the text, refusing at the first deviation; recursion ends at [`DEPTH_MAX`]. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Canonical {
    const value = this.value(0);
    if (this.at !== this.text.length) throw new CanonicalError("trailing_bytes");
    return value;
  }

  private value(depth: number): Canonical {
    const letter = this.peek();
    if ((letter === "{" || letter === "[") && depth === DEPTH_MAX) throw new CanonicalError("too_deep");
    if (letter === "{") return this.object(depth + 1);
    if (letter === "[") return this.array(depth + 1);
    if (letter === '"') return this.string();
    if (letter === "t") return this.word("true", true);
    if (letter === "f") return this.word("false", false);
    if (letter === "n") return this.word("null", null);
    if (/[-0-9]/.test(letter)) return this.integer();
    throw new CanonicalError(letter === "+" || letter === "." ? "number_form" : "unexpected_byte");
  }

  private object(depth: number): CanonicalObject {
    this.at += 1;
    const members: [string, Canonical][] = [];
    if (this.closes("}")) return {};
    let last: string | undefined;
    do {
      if (this.peek() !== '"') throw new CanonicalError("unexpected_byte");
      const key = this.string();
      if (!isKey(key)) throw new CanonicalError("key_form");
      if (last !== undefined && key <= last) throw new CanonicalError(key === last ? "key_twice" : "key_order");
      this.expect(":");
      members.push([key, this.value(depth)]);
      last = key;
    } while (this.goesOn("}"));
    // `fromEntries` defines own properties, so a key `__proto__` is a key like any other.
    return Object.fromEntries(members);
  }

  private array(depth: number): readonly Canonical[] {
    this.at += 1;
    const elements: Canonical[] = [];
    if (this.closes("]")) return elements;
    do elements.push(this.value(depth));
    while (this.goesOn("]"));
    return elements;
  }

  private closes(close: string): boolean {
    if (this.peek() !== close) return false;
    this.at += 1;
    return true;
  }

  private goesOn(close: string): boolean {
    const letter = this.peek();
    if (letter !== "," && letter !== close) throw new CanonicalError("unexpected_byte");
    this.at += 1;
    return letter === ",";
  }

  private string(): string {
    this.at += 1;
    let text = "";
    for (;;) {
      const start = this.at;
      while (!/["\\\u0000-\u001f]/.test(this.peek())) this.at += 1;
      text += this.text.slice(start, this.at);
      const stop = this.peek();
      this.at += 1;
      if (stop === '"') break;
      if (stop !== "\\") throw new CanonicalError("control_character");
      text += this.escape();
    }
    if (!isNfc(text)) throw new CanonicalError("not_nfc");
    return text;
  }

  private escape(): string {
    const letter = this.peek();
    this.at += 1;
    if (letter !== "u") {
      const meant = Object.hasOwn(SHORT_ESCAPES, letter) ? SHORT_ESCAPES[letter] : undefined;
      if (meant === undefined) throw new CanonicalError("bad_escape");
      return meant;
    }
    const digits = this.text.slice(this.at, this.at + 4);
    if (digits.length < 4) throw new CanonicalError("unexpected_end");
    if (!/^00[01][0-9a-f]$/.test(digits)) throw new CanonicalError("bad_escape");
    const control = String.fromCharCode(Number.parseInt(digits, 16));
    if ("\b\t\n\f\r".includes(control)) throw new CanonicalError("bad_escape");
    this.at += 4;
    return control;
  }

  private integer(): number {
    const digits = /^-?([0-9]*)/.exec(this.text.slice(this.at, this.at + 40)) as RegExpExecArray;
    const text = digits[0];
    this.at += text.length;
    if (digits[1] === "" || /^(?:0[0-9]|-0)/.test(text) || /[.eE]/.test(this.text.charAt(this.at))) {
      throw new CanonicalError("number_form");
    }
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new CanonicalError("number_range");
    return value;
  }

  private word<T>(word: string, value: T): T {
    for (const letter of word) this.expect(letter);
    return value;
  }

  private expect(letter: string): void {
    if (this.peek() !== letter) throw new CanonicalError("unexpected_byte");
    this.at += 1;
  }

  private peek(): string {
    if (this.at >= this.text.length) throw new CanonicalError("unexpected_end");
    return this.text.charAt(this.at);
  }
}
