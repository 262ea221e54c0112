/**
 * The manifest of a bid: what the bidder signs about its envelopes (docs/formats.md 5).
 *
 * *Invariant*: one line for an envelope, ascending; the canonical text is the only text.
 */
import { type Bytes, compareBytes, sha256, toHex } from "../acts/bytes";
import { writeCanonical } from "../acts/canonical";
import { rootOfDigests } from "../acts/tree";
import { type EnvelopeKind } from "./label";

/** One envelope of a bid, as it stands in the body of `SubmitBid`. */
export type ManifestLine = {
  readonly core_sha256: string;
  readonly envelope: EnvelopeKind;
  readonly root: string;
  readonly submission: string;
  readonly total_len: number;
};

/** The lines, ascending by envelope. Throws a RangeError if an envelope stands there twice. */
export function manifestOf(lines: readonly ManifestLine[]): readonly ManifestLine[] {
  const sorted = [...lines].sort((left, right) => left.envelope - right.envelope);
  if (new Set(sorted.map(({ envelope }) => envelope)).size !== sorted.length) throw new RangeError("an envelope stands in the manifest twice");
  return sorted;
}

/** The canonical text of a manifest. */
export function writeManifest(lines: readonly ManifestLine[]): Bytes {
  return writeCanonical(manifestOf(lines));
}

/** SHA-256 of the canonical text, as hexadecimal digits: what stands in the closed root. */
export async function manifestSha256(lines: readonly ManifestLine[]): Promise<string> {
  return toHex(await sha256(writeManifest(lines)));
}

/** The closed root of a lot: the tree head over the SHA-256 digests of the standing manifests, sorted ascending. */
export function closedRoot(manifestDigests: readonly Bytes[]): Promise<Bytes> {
  return rootOfDigests([...manifestDigests].sort(compareBytes));
}
