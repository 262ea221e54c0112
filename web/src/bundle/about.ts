/**
 * What a bundle says of itself: which log, which tender, under which head (`bundle.json`).
 *
 * Claims of whoever wrote the file: nothing here is believed before it has been checked.
 */
import { type Bytes, fromBase64, fromHex } from "@/acts/bytes";
import { type Canonical, CanonicalError, isArray, isObject, parseCanonical } from "@/acts/canonical";
import { UUID } from "@/acts/actPayload";
import { BundleError } from "./error";

/** `bundle.json`. */
export interface BundleAbout {
  readonly centreEntries: number;
  readonly tenderEntries: number;
  /** The signed and cosigned checkpoint that all proofs lead to. */
  readonly head: string;
  readonly logKey: string;
  readonly witnessKeys: readonly string[];
  readonly origin: string;
  /** C2SP tlog-policy. */
  readonly policy: string;
  /** How the log's key was rotated, each with its inclusion proof under the head. */
  readonly rotations: readonly ShownRotation[];
  readonly rules: number;
  readonly scope: "supervisor" | "public";
  readonly tender: string;
}

/** An entry by which the log's key was rotated. */
export interface ShownRotation {
  readonly entry: Bytes;
  readonly index: number;
  readonly proof: readonly Bytes[];
}

const FIELDS = "centre_entries,head,log_vkey,origin,policy,rules,scope,tender,tender_entries,v,witness_vkeys";
/** Of a log whose key was rotated. */
const FIELDS_ROTATED = FIELDS.replace("policy,", "policy,rotations,");

/** Reads `bundle.json`. Throws a [`BundleError`]. */
export function parseAbout(bytes: Bytes): BundleAbout {
  const fields = canonical(bytes, "bundle.json");
  const names = isObject(fields) ? Object.keys(fields).join() : "";
  if (!isObject(fields) || (names !== FIELDS && names !== FIELDS_ROTATED) || fields["v"] !== 2) throw unknown("bundle.json");
  const { centre_entries, tender_entries, head, log_vkey, witness_vkeys, origin, policy, rules, scope, tender, rotations = [] } = fields;
  const isGood =
    isCount(centre_entries) && isCount(tender_entries) && isCount(rules) && isText(head) && isText(log_vkey) && isText(origin) && isText(policy) &&
    isText(tender) && UUID.test(tender) && (scope === "supervisor" || scope === "public") && isArray(witness_vkeys) && witness_vkeys.every(isText) && isArray(rotations);
  if (!isGood) throw unknown("bundle.json");
  return {
    centreEntries: centre_entries, tenderEntries: tender_entries, head, logKey: log_vkey, witnessKeys: witness_vkeys, origin, policy, rules, scope, tender,
    rotations: rotations.map(parseRotation),
  };
}

function parseRotation(shown: Canonical): ShownRotation {
  if (!isObject(shown) || Object.keys(shown).join() !== "entry,index,proof" || !isCount(shown["index"]) || !isArray(shown["proof"])) throw unknown("bundle.json");
  const entry = isText(shown["entry"]) ? fromBase64(shown["entry"]) : undefined;
  if (!entry) throw unknown("bundle.json");
  return { entry, index: shown["index"], proof: shown["proof"].map(digest) };
}

function digest(value: Canonical): Bytes {
  const bytes = isText(value) ? fromHex(value, 32) : undefined;
  if (!bytes) throw unknown("bundle.json");
  return bytes;
}

function canonical(bytes: Bytes, name: string): Canonical {
  try {
    return parseCanonical(bytes);
  } catch (error) {
    if (error instanceof CanonicalError) throw new BundleError("bundle_not_canonical", name);
    throw error;
  }
}

function isText(value: Canonical | undefined): value is string {
  return typeof value === "string";
}

function isCount(value: Canonical | undefined): value is number {
  return typeof value === "number" && value >= 0;
}

function unknown(name: string): BundleError {
  return new BundleError("bundle_form", name);
}
