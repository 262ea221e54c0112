/** The fields of an entry's bytes that are shown as they are. */
import { type Bytes, toHex } from "@/acts/bytes";
import { CanonicalError } from "@/acts/canonical";
import { EntryError, parseEntry } from "@/acts/entry";

/** Key and outcome; undefined where the bytes are no entry or nobody signed. */
export function describeEntry(bytes: Bytes): { readonly keyId: string | undefined; readonly outcome: string | undefined; readonly payload: string } {
  try {
    const entry = parseEntry(bytes);
    if (entry.kind === "act") {
      return { keyId: entry.algorithm === 0 ? undefined : toHex(entry.keyId), outcome: toHex(entry.head.outcome), payload: new TextDecoder().decode(entry.payload) };
    }
  } catch (error) {
    if (!(error instanceof EntryError) && !(error instanceof CanonicalError)) throw error;
  }
  return { keyId: undefined, outcome: undefined, payload: "" };
}
