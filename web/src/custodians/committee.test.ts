import { ed25519 } from "@noble/curves/ed25519.js";
import { beforeAll, describe, expect, it } from "vitest";

import { type Bytes, sha256, toBase64, toHex, utf8 } from "@/acts/bytes";
import { ed25519Spki } from "@/acts/signature";
import type { Custodian } from "@/wire";
import { type CommitteeClaim, examineCommittee } from "./committee";

const GROUP_KEY = Uint8Array.from({ length: 96 }, (_, at) => at) as Bytes;
const secretOf = (index: number): Uint8Array => new Uint8Array(32).fill(index);
let id: Bytes;
let claim: CommitteeClaim;

function custodian(index: number, signed: Uint8Array = id, secret = secretOf(index)): Custodian {
  const identity = toBase64(ed25519Spki(ed25519.getPublicKey(secret)));
  return { index, name: `托管人${index}`, identity, public_share: "", signature: toBase64(ed25519.sign(signed, secret)) };
}

beforeAll(async () => {
  id = await sha256(utf8("TL1/committee\0"), GROUP_KEY);
  claim = { group_key: toHex(GROUP_KEY), committee: toHex(id), threshold: 3, custodians: [1, 2, 3, 4, 5].map((index) => custodian(index)) };
});

const withCustodians = (...custodians: Custodian[]): CommitteeClaim => ({ ...claim, custodians });
const noticeOf = ({ group_key, committee }: CommitteeClaim) => ({ group_key, committee: committee ?? null });

describe("a committee", () => {
  it("gives its key where all have signed and the notice names it", async () => {
    const report = await examineCommittee(claim, noticeOf(claim));
    expect(report.sealingKey).toEqual(GROUP_KEY);
    expect([report.goodCount, report.isNoticeSame, report.id]).toEqual([5, true, toHex(id)]);
  });

  it("gives its key where just the threshold has signed", async () => {
    const { signature: _left, ...unsigned } = custodian(4);
    const report = await examineCommittee(withCustodians(custodian(1), custodian(2), custodian(3), unsigned, custodian(5, utf8("another"))));
    expect(report.standings).toEqual(["good", "good", "good", "missing", "forged"]);
    expect(report.sealingKey).toEqual(GROUP_KEY);
  });

  it("gives none where one signature is missing to the threshold", async () => {
    const forged = (index: number) => custodian(index, utf8("another"));
    const report = await examineCommittee(withCustodians(custodian(1), custodian(2), forged(3), forged(4), forged(5)));
    expect([report.goodCount, report.sealingKey]).toEqual([2, undefined]);
  });

  it("takes no signature by another's key", async () => {
    const stolen = { ...custodian(2), signature: custodian(1).signature ?? "" };
    expect((await examineCommittee(withCustodians(custodian(1), stolen))).standings).toEqual(["good", "forged"]);
  });

  it("counts a custodian once, by index and by key", async () => {
    const renamed = { ...custodian(1), index: 2 };
    const reindexed = custodian(1, id, secretOf(9));
    const report = await examineCommittee(withCustodians(custodian(1), renamed, reindexed, custodian(1), custodian(5)));
    expect(report.standings).toEqual(["good", "twice", "twice", "twice", "good"]);
    expect(report.sealingKey).toBeUndefined();
  });

  it("does not let a forged line keep a good one from counting", async () => {
    const impostor = { ...custodian(1), signature: custodian(2).signature ?? "" };
    const report = await examineCommittee({ ...withCustodians(impostor, custodian(1), custodian(2)), threshold: 2 });
    expect(report.standings).toEqual(["forged", "good", "good"]);
    expect(report.sealingKey).toEqual(GROUP_KEY);
  });

  it.each<[string, number | undefined]>([["half", 2], ["none", undefined], ["more than there are", 5], ["a fraction", 2.5]])(
    "gives none for a threshold that is %s", async (_name, threshold) => {
      const { threshold: _left, ...rest } = withCustodians(custodian(1), custodian(2), custodian(3), custodian(4));
      const report = await examineCommittee(threshold === undefined ? rest : { ...rest, threshold });
      expect([report.isMajority, report.sealingKey]).toEqual([false, undefined]);
    },
  );

  it("gives none where notice and centre differ", async () => {
    const otherKey = toHex(Uint8Array.from(GROUP_KEY, (byte) => byte ^ 1));
    for (const notice of [{ ...noticeOf(claim), group_key: otherKey }, { ...noticeOf(claim), committee: "00".repeat(32) }, { group_key: null, committee: null }]) {
      const report = await examineCommittee(claim, notice);
      expect([report.isNoticeSame, report.sealingKey]).toEqual([false, undefined]);
    }
    const swapped = { ...claim, group_key: otherKey };
    expect((await examineCommittee(swapped, { group_key: otherKey, committee: claim.committee ?? null })).sealingKey).toBeUndefined();
  });

  it("survives what cannot be read", async () => {
    const report = await examineCommittee(withCustodians({ ...custodian(1), identity: "###" }, { ...custodian(2), signature: "AAAA" }, { ...custodian(3), identity: "AAAA" }));
    expect(report.standings).toEqual(["unreadable", "forged", "unreadable"]);
    const nothing = await examineCommittee({ custodians: [custodian(1)], threshold: 1, group_key: "zz", committee: null });
    expect([nothing.id, nothing.standings, nothing.sealingKey]).toEqual([undefined, ["unreadable"], undefined]);
  });
});
