/**
 * A custodian's own record, checked line by line as `src/custodian/record.rs` does: each names the one before, each is signed.
 *
 * Not a proof that the record is whole: lines left out at its end do not show. *Invariant*: only lines that hold, with all
 * before them, are handed out as the record.
 */
import { type Bytes, concat, fromBase64, sha256, toHex, utf8 } from "@/acts/bytes";
import { type Canonical, writeCanonical } from "@/acts/canonical";
import { algorithmOf, isSignedBy } from "@/acts/signature";
import type { SignedLine } from "@/protocol";

/** What a custodian put on record. */
export type Deed = SignedLine["line"]["deed"];

/** What is wrong with a line: its form, its number, the digest of the line before, the signature; or with the key itself. */
export type Flaw = "form" | "number" | "chain" | "signature" | "key";

/** What was found out about a record. */
export interface RecordReport {
  /** Lines that hold, from the first on. */
  readonly lines: readonly SignedLine[];
  /** Digest of the last of them, hexadecimal. */
  readonly head: string | undefined;
  /** The place of the first line that does not hold, and why; undefined if all that were given do. */
  readonly broken: { readonly at: number; readonly flaw: Flaw } | undefined;
}

/** Stands before the digest of a line, under its signature. */
const DOMAIN = utf8("KB/custodian record\0");

/**
 * Reads a record with `fetchPage`, which gives lines in order from a place on and none behind the end, and checks it against
 * the identity key (SubjectPublicKeyInfo, base64). Stops at the first line that does not hold. Throws what `fetchPage` throws.
 */
export async function readRecord(fetchPage: (from: number) => Promise<readonly SignedLine[]>, identity: string): Promise<RecordReport> {
  const spki = fromBase64(identity);
  // Custodians sign with Ed25519 only.
  if (!spki || algorithmOf(spki) !== 1) return { lines: [], head: undefined, broken: { at: 0, flaw: "key" } };
  const lines: SignedLine[] = [];
  let head: string | undefined;
  for (;;) {
    const page = await fetchPage(lines.length);
    if (page.length === 0) return { lines, head, broken: undefined };
    for (const given of page) {
      const digest = await digestOf(given);
      const flaw = digest === undefined ? "form" : await flawOf(given, lines.length, head, digest, spki);
      if (digest === undefined || flaw) return { lines, head, broken: { at: lines.length, flaw: flaw ?? "form" } };
      lines.push(given);
      head = toHex(digest);
    }
  }
}

/** The lines that keep no promise: a release before the opening pinned before it, or after a cancellation was pinned. */
export function brokenPromises(lines: readonly SignedLine[]): ReadonlySet<number> {
  const notBefore = new Map<string, number>();
  const broken = new Set<number>();
  for (const { line } of lines) {
    const { at, deed, seq } = line;
    if (deed.kind === "schedule_pinned") notBefore.set(deed.notice, Math.max(deed.opening_at, notBefore.get(deed.notice) ?? 0));
    if (deed.kind === "cancellation_pinned") notBefore.set(deed.notice, Number.POSITIVE_INFINITY);
    // The panel is drawn before the opening: its key opens no bid.
    if (deed.kind === "released" && deed.what !== "panel_draw" && at < (notBefore.get(deed.notice) ?? 0)) broken.add(seq);
  }
  return broken;
}

/** Lines that say the same, one after another: a request that was answered again and again while others were awaited. */
export interface Repeated {
  /** The last of them. */
  readonly last: SignedLine["line"];
  /** The first. */
  readonly first: SignedLine["line"];
  readonly times: number;
}

/** The lines with repetitions in a row put together, newest first. */
export function newestFirst(lines: readonly SignedLine[]): readonly Repeated[] {
  const all: Repeated[] = [];
  for (const { line } of lines) {
    const before = all.at(-1);
    if (before && isSameRelease(before.last.deed, line.deed)) all.splice(-1, 1, { ...before, last: line, times: before.times + 1 });
    else all.push({ first: line, last: line, times: 1 });
  }
  return all.reverse();
}

function isSameRelease(left: Deed, right: Deed): boolean {
  const isOfSame = left.kind === "released" && right.kind === "released" && left.notice === right.notice && left.lot === right.lot;
  return isOfSame && left.what === right.what && left.subject === right.subject && left.labels === right.labels;
}

/** Whether a deed is about the tender whose signed notice has this digest. */
export function isAbout(deed: Deed, notice: string): boolean {
  return "notice" in deed && deed.notice === notice;
}

/** Whether a moment is one that can be written as a date. */
function isMoment(ms: unknown): boolean {
  return typeof ms === "number" && !Number.isNaN(new Date(ms).getTime());
}

async function digestOf(given: SignedLine): Promise<Bytes | undefined> {
  try {
    return await sha256(writeCanonical(given.line as unknown as Canonical));
  } catch {
    return undefined;
  }
}

async function flawOf({ line, signature }: SignedLine, at: number, before: string | undefined, digest: Bytes, spki: Bytes): Promise<Flaw | undefined> {
  const isReadable = line?.v === 1 && isMoment(line.at) && typeof line.deed?.kind === "string";
  if (!isReadable || (line.deed.kind === "schedule_pinned" && !isMoment(line.deed.opening_at))) return "form";
  if (line.seq !== at) return "number";
  if (line.prev !== (before ?? null)) return "chain";
  const bytes = typeof signature === "string" ? fromBase64(signature) : undefined;
  return bytes && (await isSignedBy(1, spki, concat(DOMAIN, digest), bytes)) ? undefined : "signature";
}
