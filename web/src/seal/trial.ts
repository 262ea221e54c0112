/**
 * What the tests of this folder share: files of given bytes, a purpose, a committee of one.
 *
 * *Invariant*: the same call gives the same bytes, so tests can seal twice and compare.
 */
import { type Bytes } from "../acts/bytes";
import { type ChosenDocument } from "./document";
import { type EnvelopePurpose } from "./envelope";
import { type EnvelopeKind } from "./label";

/** Bytes that look random and are always the same. */
export function patternBytes(length: number, seed = 1): Bytes {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** A document of pattern bytes. */
export function patternDocument(name: string, length: number, seed = 1): ChosenDocument {
  return { name, mediaType: "application/pdf", file: new Blob([patternBytes(length, seed)]) };
}

/** A purpose for an envelope of this kind. */
export function trialPurpose(envelope: EnvelopeKind): EnvelopePurpose {
  const [tender, bidder] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  return { tender, lot: "L1", envelope, bidder, openingUnixSeconds: 1_800_000_000 };
}
