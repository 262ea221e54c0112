/** The vectors of format TL1, which hold the other implementation as well; its failures fail here with the same code. */
import { describe, expect, it } from "vitest";

import { type Bytes, concat, sha256, toHex, utf8 } from "../acts/bytes";
import { parseCanonicalObject } from "../acts/canonical";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { buildCore, checkCore, type Locks, openCore, type OpeningKeys } from "./core";
import { parseCore } from "./coreParts";
import { Derivation } from "./derivation";
import { type Context, contextBytes, type EnvelopeKind, labelIdentity, openingDrawLabel, panelDrawLabel, parseContext, rehearsalLabel, submissionLabel } from "./label";
import { capsuleExponent, GroupKey, isLabelKeyOf, LabelKey, openCapsule, sealCapsule } from "./lock";
import { closedRoot, parseManifest, refuseClosed, writeManifest } from "./manifest";
import { CIPHERTEXT_SEGMENT_BYTES, PayloadSealer } from "./payload";
import { openPayload } from "./payloadOpening";
import { padme, PayloadPlan } from "./payloadPlan";

interface LocksVector {
  committee: string;
  floor: { beacon: { chain: string; key: string }; round: number; recovery: string } | null;
}
interface ContextVector {
  tender: string;
  lot: string;
  envelope: EnvelopeKind;
  submission: string;
  bidder: string;
  committee: string;
  opening: number;
}
interface OpeningVector {
  name: string;
  core: string;
  locks: LocksVector;
  label_key: string;
  beacon_signature: string | null;
  recovery_secret: string | null;
}
type EnvelopeCase = OpeningVector & {
  context: ContextVector;
  context_bytes: string;
  label_bytes: string;
  identity: string;
  seed: string;
  core_sha256: string;
  payload_key: string;
};
type EnvelopeFailure = OpeningVector & { context: ContextVector; operation: "parse" | "check" | "open"; code: string };

const locks = vectorsOf<{
  capsules: { capsule: string; group_key: string; identity: string; label_key: string; message: string; sigma: string }[];
  failures: { capsule: string; code: string; label_key: string; name: string }[];
  points_refused: { bytes: string; code: string; group: "g1" | "g2"; name: string }[];
}>("tl1_lock.json");
const committees = vectorsOf<{
  committee: { group_key: string; public_shares: string[] };
  committee_id: string;
  labels: {
    label: {
      submission?: Omit<ContextVector, "bidder" | "committee" | "opening">;
      draw?: { tender: string; lot: string; subject: { opening?: string; panel?: string } };
      rehearsal?: { date: string };
    };
    bytes: string;
    identity: string;
    label_key: string;
    label_key_sha256: string;
    partials: { index: number; key: string }[];
  }[];
}>("tl1_committee.json");
const envelopes = vectorsOf<{ cases: EnvelopeCase[]; failures: EnvelopeFailure[] }>("tl1_envelope.json");
const payloads = vectorsOf<{
  padme: [number, number][];
  cases: PayloadCase[];
  edited: { name: string; case: string; code: string; edit: Edit }[];
  forged: { name: string; core: string; payload_key: string; ciphertext: string; code: string }[];
}>("tl1_payload.json");
const manifests = vectorsOf<{
  manifests: { text: string; sha256: string }[];
  closed_root: string;
  closed_root_of_none: string;
  closed_root_of_the_first: string;
  proofs: { manifest_sha256: string; proof: { index: number; size: number; path: string[] } }[];
  failures: { name: string; text: string; code: string }[];
}>("tl1_manifest.json");

describe("locks", () => {
  it.each(locks.capsules)("makes and opens $capsule", async ({ capsule, group_key, identity, label_key, message, sigma }) => {
    const [group, key] = [GroupKey.parse(hexBytes(group_key)), LabelKey.parse(hexBytes(label_key))];
    expect(toHex(await sealCapsule(group, hexBytes(identity), hexBytes(message), hexBytes(sigma)))).toBe(capsule);
    expect(isLabelKeyOf(group, hexBytes(identity), key)).toBe(true);
    expect(toHex(await openCapsule(key, hexBytes(capsule)))).toBe(message);
    expect(await capsuleExponent(hexBytes(sigma), hexBytes(message))).toBeGreaterThan(0n);
  });

  it.each(locks.failures)("refuses: $name", async ({ capsule, code, label_key }) => {
    await expect(openCapsule(LabelKey.parse(hexBytes(label_key)), hexBytes(capsule))).rejects.toMatchObject({ code });
  });

  it.each(locks.points_refused)("refuses the point of $group: $name", async ({ bytes, code, group }) => {
    const parse = async () => (group === "g1" ? LabelKey : GroupKey).parse(hexBytes(bytes));
    await expect(parse()).rejects.toMatchObject({ code });
  });
});

describe("labels and their keys", () => {
  const group = GroupKey.parse(hexBytes(committees.committee.group_key));

  it("names the committee", async () => {
    expect(toHex(await group.committeeId())).toBe(committees.committee_id);
  });

  it.each(committees.labels)("writes and verifies $bytes", async ({ label, bytes, identity, label_key, label_key_sha256, partials }) => {
    const written = labelBytes(label);
    expect(toHex(written)).toBe(bytes);
    expect(toHex(await labelIdentity(written))).toBe(identity);
    expect(isLabelKeyOf(group, hexBytes(identity), LabelKey.parse(hexBytes(label_key)))).toBe(true);
    expect(toHex(await sha256(hexBytes(label_key)))).toBe(label_key_sha256);
    // A partial key is the label's key under the custodian's public share.
    const { index, key } = partials[0] as { index: number; key: string };
    const share = GroupKey.parse(hexBytes(committees.committee.public_shares[index - 1] ?? ""));
    expect(isLabelKeyOf(share, hexBytes(identity), LabelKey.parse(hexBytes(key)))).toBe(true);
    expect(isLabelKeyOf(group, hexBytes(identity), LabelKey.parse(hexBytes(key)))).toBe(false);
  });

  function labelBytes({ submission, draw, rehearsal }: (typeof committees.labels)[number]["label"]): Bytes {
    if (submission) {
      const { tender, lot, envelope, submission: id } = submission;
      return submissionLabel({ tender: hexBytes(tender), lot, envelope, submission: hexBytes(id) });
    }
    if (rehearsal) return rehearsalLabel(rehearsal.date);
    const { tender, lot, subject } = draw ?? { tender: "", lot: "", subject: {} };
    if (subject.opening !== undefined) return openingDrawLabel(hexBytes(tender), lot, hexBytes(subject.opening));
    return panelDrawLabel(hexBytes(tender), lot, hexBytes(subject.panel ?? ""));
  }
});

describe("envelopes", () => {
  it.each(envelopes.cases)("seals and opens: $name", async (vector) => {
    const [context, lockSet, seed] = [contextOf(vector.context), locksOf(vector.locks), hexBytes(vector.seed)];
    expect(toHex(contextBytes(context))).toBe(vector.context_bytes);
    expect(parseContext(hexBytes(vector.context_bytes))).toEqual(context);
    expect(toHex(submissionLabel(context))).toBe(vector.label_bytes);
    expect(toHex(await labelIdentity(submissionLabel(context)))).toBe(vector.identity);
    const core = await buildCore(seed, context, lockSet);
    expect(toHex(core)).toBe(vector.core);
    expect(toHex(await sha256(core))).toBe(vector.core_sha256);
    await checkCore(parseCore(core), context, lockSet);
    expect(toHex(await (await Derivation.of(seed, contextBytes(context))).payloadKey())).toBe(vector.payload_key);
    for (const opened of await openByAll(vector)) {
      expect(toHex(opened.seed)).toBe(vector.seed);
      expect(toHex(opened.payloadKey)).toBe(vector.payload_key);
    }
  });

  it.each(envelopes.failures)("refuses to $operation: $name", async (vector) => {
    const attempt = async () => {
      if (vector.operation === "open") return openByAll(vector);
      const core = parseCore(hexBytes(vector.core));
      return vector.operation === "check" ? checkCore(core, contextOf(vector.context), locksOf(vector.locks)) : core;
    };
    await expect(attempt()).rejects.toMatchObject({ code: vector.code });
  });
});

interface PayloadCase {
  name: string;
  envelope: EnvelopeKind;
  head: string;
  document_sizes: number[];
  core: string;
  payload_key: string;
  ciphertext: string | null;
  ciphertext_sha256: string;
  segment_sha256: string[];
  root: string;
  total_len: number;
}
interface Edit {
  flip_lowest_bit_at?: number;
  keep_first_bytes?: number;
  swap_segments?: [number, number];
}

describe("payloads", () => {
  it.each(payloads.padme)("pads %d to %d", (length, padded) => {
    expect(padme(length)).toBe(padded);
  });

  it.each(payloads.cases)("seals and opens: $name", async (vector) => {
    const { plan, ciphertext, digests } = await sealed(vector);
    expect(new TextDecoder().decode(plan.head)).toBe(vector.head);
    expect(toHex(await sha256(ciphertext))).toBe(vector.ciphertext_sha256);
    expect(digests).toEqual(vector.segment_sha256);
    expect(plan.ciphertextLength).toBe(vector.total_len);
    expect(toHex(ciphertext)).toBe(vector.ciphertext ?? toHex(ciphertext));
    const opened = await openPayload(vector.envelope, hexBytes(vector.payload_key), await sha256(hexBytes(vector.core)), new Blob([ciphertext]));
    expect(opened.statement).toEqual(parseCanonicalObject(utf8(vector.head))["statement"]);
    expect(opened.documents.map(({ file }) => file.size)).toEqual(vector.document_sizes);
    for (const { file } of opened.documents) {
      expect(toHex(await sha256(new Uint8Array(await file.arrayBuffer())))).toBe(toHex(await sha256(documentBytes(file.size))));
    }
  });

  it.each(payloads.edited)("refuses: $name", async ({ case: name, code, edit }) => {
    const vector = payloads.cases.find((known) => known.name === name);
    if (!vector) throw new Error(`no case ${name}`);
    const ciphertext = edited((await sealed(vector)).ciphertext, edit);
    const opening = openPayload(vector.envelope, hexBytes(vector.payload_key), await sha256(hexBytes(vector.core)), new Blob([ciphertext]));
    await expect(opening).rejects.toMatchObject({ code });
  });

  it.each(payloads.forged)("refuses the forgery: $name", async ({ core, payload_key, ciphertext, code }) => {
    const kind = parseCore(hexBytes(core)).context.envelope;
    const opening = openPayload(kind, hexBytes(payload_key), await sha256(hexBytes(core)), new Blob([hexBytes(ciphertext)]));
    await expect(opening).rejects.toMatchObject({ code });
  });
});

describe("manifests", () => {
  const digests = manifests.manifests.map(({ sha256: digest }) => hexBytes(digest));

  it.each(manifests.manifests)("reads and writes $sha256", async ({ text, sha256: digest }) => {
    const lines = parseManifest(utf8(text));
    expect(writeManifest([...lines].reverse())).toEqual(utf8(text));
    expect(toHex(await sha256(utf8(text)))).toBe(digest);
  });

  it("closes a lot", async () => {
    expect(toHex(await closedRoot(digests))).toBe(manifests.closed_root);
    expect(toHex(await closedRoot([]))).toBe(manifests.closed_root_of_none);
    expect(toHex(await closedRoot(digests.slice(0, 1)))).toBe(manifests.closed_root_of_the_first);
  });

  it.each(manifests.proofs)("finds $manifest_sha256 in the closed root", async ({ manifest_sha256, proof }) => {
    const [digest, root, path] = [hexBytes(manifest_sha256), hexBytes(manifests.closed_root), proof.path.map(hexBytes)];
    expect(await refuseClosed(digest, proof.index, proof.size, path, root)).toBeUndefined();
    expect(await refuseClosed(await sha256(digest), proof.index, proof.size, path, root)).toBe("root_mismatch");
  });

  it.each(manifests.failures)("refuses: $name", async ({ text, code }) => {
    const parse = async () => parseManifest(utf8(text));
    await expect(parse()).rejects.toMatchObject({ code });
  });
});

function contextOf({ opening, tender, submission, bidder, committee, lot, envelope }: ContextVector): Context {
  const [tenderBytes, bidderBytes] = [hexBytes(tender), hexBytes(bidder)];
  const names = { lot, envelope, submission: hexBytes(submission), committee: hexBytes(committee) };
  return { ...names, tender: tenderBytes, bidder: bidderBytes, openingUnixSeconds: opening };
}

function locksOf({ committee, floor }: LocksVector): Locks {
  const group = GroupKey.parse(hexBytes(committee));
  if (floor === null) return { committee: group, floor };
  const beacon = { chain: hexBytes(floor.beacon.chain), key: GroupKey.parse(hexBytes(floor.beacon.key)) };
  return { committee: group, floor: { beacon, round: BigInt(floor.round), recovery: hexBytes(floor.recovery) } };
}

/** Opens by each path whose keys the vector gives. */
async function openByAll({ core, locks: lockSet, label_key, beacon_signature, recovery_secret }: OpeningVector) {
  const labelKey = LabelKey.parse(hexBytes(label_key));
  const paths: OpeningKeys[] = [];
  if (beacon_signature !== null) paths.push({ kind: "beacon", labelKey, signature: LabelKey.parse(hexBytes(beacon_signature)) });
  if (recovery_secret !== null) paths.push({ kind: "recovery", labelKey, secret: hexBytes(recovery_secret) });
  if (paths.length === 0) paths.push({ kind: "committee", labelKey });
  const opened = [];
  for (const keys of paths) opened.push(await openCore(hexBytes(core), locksOf(lockSet), keys));
  return opened;
}

function documentBytes(size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, at) => at % 251);
}

async function sealed(vector: PayloadCase) {
  const { documents, statement } = parseCanonicalObject(utf8(vector.head)) as unknown as {
    documents: { name: string; media_type: string }[];
    statement: Record<string, string> | null;
  };
  const files = documents.map(({ name, media_type }, at) => {
    const file = new Blob([documentBytes(vector.document_sizes[at] ?? 0)]);
    return { name, mediaType: media_type, file };
  });
  const plan = await PayloadPlan.lay(vector.envelope, { documents: files, statement });
  const sealer = await PayloadSealer.of(plan, hexBytes(vector.payload_key), await sha256(hexBytes(vector.core)));
  const [segments, digests]: [Bytes[], string[]] = [[], []];
  for await (const { ciphertext, digest } of sealer.segments(0, plan.segmentCount)) {
    segments.push(ciphertext);
    digests.push(toHex(digest));
  }
  return { plan, ciphertext: concat(...segments), digests };
}

function edited(ciphertext: Bytes, { flip_lowest_bit_at, keep_first_bytes, swap_segments }: Edit): Bytes {
  if (flip_lowest_bit_at !== undefined) {
    const changed = ciphertext.slice();
    changed[flip_lowest_bit_at] = (changed[flip_lowest_bit_at] as number) ^ 1;
    return changed;
  }
  if (keep_first_bytes !== undefined) return ciphertext.slice(0, keep_first_bytes);
  const parts: Bytes[] = [];
  for (let at = 0; at < ciphertext.length; at += CIPHERTEXT_SEGMENT_BYTES) parts.push(ciphertext.slice(at, at + CIPHERTEXT_SEGMENT_BYTES));
  const [one, other] = swap_segments ?? [0, 0];
  [parts[one], parts[other]] = [parts[other] as Bytes, parts[one] as Bytes];
  return concat(...parts);
}
