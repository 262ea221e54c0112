/** The vectors of locks, labels and cores, which hold the other implementation as well; failures fail with the same code. */
import { describe, expect, it } from "vitest";

import { type Bytes, sha256, toHex } from "../acts/bytes";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { buildCore, checkCore } from "./core";
import { parseCore } from "./coreParts";
import { Derivation } from "./derivation";
import { contextOf, type ContextVector, locksOf, openByAll, type OpeningVector } from "./envelopeVectors";
import {
  contextBytes, labelIdentity, openingDrawLabel, panelDrawLabel, parseContext, rehearsalLabel, submissionLabel,
} from "./label";
import { capsuleExponent, GroupKey, isLabelKeyOf, LabelKey, openCapsule, sealCapsule } from "./lock";

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
interface EnvelopeVectors {
  cases: EnvelopeCase[];
  failures: EnvelopeFailure[];
}

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

describe.each(["tl1_envelope.json", "tl1_beacon.json"])("envelopes of %s", (file) => {
  const envelopes = vectorsOf<EnvelopeVectors>(file);

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
    const payloadKey = await (await Derivation.of(lockSet.suite, seed, contextBytes(context))).payloadKey();
    expect(toHex(payloadKey.bytes)).toBe(vector.payload_key);
    for (const opened of await openByAll(vector)) {
      expect(toHex(opened.seed)).toBe(vector.seed);
      expect(opened.payloadKey).toEqual(payloadKey);
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
