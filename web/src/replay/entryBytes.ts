/** The fields of an entry's bytes that are shown as they are. Loaded when somebody looks. */
import { type Bytes, toHex } from "@/acts/bytes";
import { CanonicalError } from "@/acts/canonical";
import { entryLeafHash, EntryError, parseEntry } from "@/acts/entry";
import { parseReceipt } from "@/acts/receipt";
import type { EntryBytes } from "./source";

/** Key, leaf, outcome and signed text; undefined where the bytes are no entry, or nobody signed. */
export async function describeEntry(bytes: Bytes): Promise<Omit<EntryBytes, "body">> {
  const leaf = toHex(await entryLeafHash(bytes));
  try {
    const entry = parseEntry(bytes);
    if (entry.kind === "act") {
      const keyId = entry.algorithm === 0 ? undefined : toHex(entry.keyId);
      return { leaf, keyId, outcome: toHex(entry.head.outcome), payload: new TextDecoder().decode(entry.payload) };
    }
  } catch (error) {
    if (!(error instanceof EntryError) && !(error instanceof CanonicalError)) throw error;
  }
  return { leaf, keyId: undefined, outcome: undefined, payload: "" };
}

/** The same of the entry in a receipt; undefined if the text is none. */
export async function describeReceipt(text: string): Promise<Omit<EntryBytes, "body"> | undefined> {
  const receipt = parseReceipt(text);
  return typeof receipt === "string" ? undefined : describeEntry(receipt.entry);
}
