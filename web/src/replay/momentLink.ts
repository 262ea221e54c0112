/** Links to a moment: `#e=<place in the log>`, for a file with its digest before: `#f=<sha256>&e=<place>`. */

/** What a link names. */
export interface MomentLink {
  /** Place in the log of the entry that had just happened. */
  readonly index: number | undefined;
  /** SHA-256 of the file, hexadecimal. */
  readonly file: string | undefined;
}

/** Reads the fragment of an address; whatever it does not understand it leaves. */
export function readLink(hash: string): MomentLink {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const [index, file] = [parts.get("e") ?? "", parts.get("f") ?? ""];
  return { index: /^[0-9]{1,15}$/.test(index) ? Number(index) : undefined, file: /^[0-9a-f]{64}$/.test(file) ? file : undefined };
}

/** The fragment for an entry. `prefix` names the file, if the address does not name the tender. */
export function writeLink(index: number, prefix: string): string {
  return `#${prefix}e=${index}`;
}
