/**
 * The manifest of a bid and the closed root of a lot (docs/formats.md 5).
 *
 * *Invariant*: a manifest names at least one envelope, each kind once, ascending, and no submission id twice; the same bid has
 * one text and one digest.
 */
import { type Bytes, compareBytes, fromHex, sha256, toHex } from "../acts/bytes";
import { type Canonical, CanonicalError, isArray, isObject, parseCanonical, writeCanonical } from "../acts/canonical";
import { leafHash, refuseInclusion, type ProofRefusal, rootOfDigests } from "../acts/tree";
import { type EnvelopeKind, SUBMISSION_BYTES } from "./label";

/** One envelope of a bid, as it stands in the body of `SubmitBid`: digests and ids in lower-case hexadecimal digits. */
export type ManifestLine = {
  readonly core_sha256: string;
  readonly envelope: EnvelopeKind;
  readonly root: string;
  readonly submission: string;
  /** Bytes of ciphertext, without the core. */
  readonly total_len: number;
};

/** Why lines are no manifest. */
export type ManifestCode = "manifest_empty" | "manifest_order" | "manifest_submission_twice" | "manifest_text";

/** Lines or a text that are no manifest. */
export class ManifestError extends Error {
  constructor(readonly code: ManifestCode) {
    super(`manifest: ${code}`);
    this.name = "ManifestError";
  }
}

/** The lines, ascending by envelope. Throws a [`ManifestError`]. */
export function manifestOf(lines: readonly ManifestLine[]): readonly ManifestLine[] {
  const sorted = [...lines].sort((left, right) => left.envelope - right.envelope);
  checkLines(sorted);
  return sorted;
}

/** The canonical text of a manifest. Throws a [`ManifestError`]. */
export function writeManifest(lines: readonly ManifestLine[]): Bytes {
  return writeCanonical(manifestOf(lines));
}

/** The manifest of exactly this canonical text. Throws a [`ManifestError`]. */
export function parseManifest(text: Uint8Array): readonly ManifestLine[] {
  const value = parsed(text);
  if (!isArray(value)) throw new ManifestError("manifest_text");
  const lines = value.map(parseLine);
  checkLines(lines);
  return lines;
}

/** SHA-256 of the canonical text, as hexadecimal digits: what stands in the closed root. */
export async function manifestSha256(lines: readonly ManifestLine[]): Promise<string> {
  return toHex(await sha256(writeManifest(lines)));
}

/** The closed root of a lot: the tree head over the SHA-256 digests of the standing manifests, sorted ascending. */
export function closedRoot(manifestDigests: readonly Bytes[]): Promise<Bytes> {
  return rootOfDigests([...manifestDigests].sort(compareBytes));
}

/** Why a manifest's digest does not stand at `index` of the `size` in a closed root; undefined if it does. */
export async function refuseClosed(
  manifestDigest: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
  root: Bytes,
): Promise<ProofRefusal | undefined> {
  return refuseInclusion(await leafHash(manifestDigest), index, size, path, root);
}

function checkLines(lines: readonly ManifestLine[]): void {
  if (lines.length === 0) throw new ManifestError("manifest_empty");
  const isAscending = lines.every((line, at) => at === 0 || (lines[at - 1] as ManifestLine).envelope < line.envelope);
  if (!isAscending) throw new ManifestError("manifest_order");
  const submissions = new Set(lines.map(({ submission }) => submission));
  if (submissions.size !== lines.length) throw new ManifestError("manifest_submission_twice");
}

function parseLine(line: Canonical): ManifestLine {
  const { core_sha256, envelope, root, submission, total_len } = isObject(line) ? line : {};
  const isHex = (text: Canonical | undefined, length: number): text is string =>
    typeof text === "string" && fromHex(text, length) !== undefined;
  const isWhole = isObject(line) && Object.keys(line).join() === "core_sha256,envelope,root,submission,total_len";
  if (!isWhole || !isHex(core_sha256, 32) || !isHex(root, 32) || !isHex(submission, SUBMISSION_BYTES)) {
    throw new ManifestError("manifest_text");
  }
  if (envelope !== 1 && envelope !== 2 && envelope !== 3 && envelope !== 4) throw new ManifestError("manifest_text");
  if (typeof total_len !== "number" || total_len < 0) throw new ManifestError("manifest_text");
  return { core_sha256, envelope, root, submission, total_len };
}

function parsed(text: Uint8Array): Canonical {
  try {
    return parseCanonical(text);
  } catch (error) {
    if (error instanceof CanonicalError) throw new ManifestError("manifest_text");
    throw error;
  }
}
