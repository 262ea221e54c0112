/**
 * The vectors in `crypto/vectors`, for the tests: the same files that hold the other implementation.
 *
 * *Invariant*: a test that finds no vectors fails; [`vectorsOf`] throws instead of giving nothing.
 */
import { readFileSync } from "node:fs";

import { type Bytes, fromBase64, fromHex } from "./bytes";

/** The parsed file of this name. The type is what the test says the file holds. */
export function vectorsOf<File>(name: string): File {
  const path = new URL(`../../../crypto/vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as File;
}

/** The bytes of a vector's hexadecimal digits. */
export function hexBytes(text: string): Bytes {
  const bytes = fromHex(text);
  if (!bytes) throw new Error(`not hexadecimal: ${text}`);
  return bytes;
}

/** The bytes of a vector's base64. */
export function base64Bytes(text: string): Bytes {
  const bytes = fromBase64(text);
  if (!bytes) throw new Error(`not base64: ${text}`);
  return bytes;
}
