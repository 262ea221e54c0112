import { beforeAll, describe, expect, it } from "vitest";

import { type Bytes, concat, sha256, toHex, u16 } from "../acts/bytes";
import { hexBytes, vectorsOf } from "../acts/vectors";
import { quicknet, roundAt } from "./beacon";
import { buildCore, buildCoreFromBytes, type Locks, openCore, type OpeningKeys } from "./core";
import { CoreError, parseCore } from "./coreParts";
import { Derivation } from "./derivation";
import {
  type Context, contextBytes, LabelError, labelIdentity, openingDrawLabel, panelDrawLabel, parseContext, submissionLabel,
} from "./label";
import { GroupKey, isLabelKeyOf, LabelKey } from "./lock";
import { segmentNonce } from "./payload";
import { cipherOf } from "./suite";
import { ThrowawayCommittee } from "./throwaway";

const vector = vectorsOf<{
  seed: string;
  context: string;
  label: string;
  identity: string;
  group_key: string;
  label_key: string;
  beacon: { chain: string; key: string; round: number; signature: string };
  recovery_secret: string;
  recovery_key: string;
  core: string;
  core_sha256: string;
  payload_plaintext: string;
  payload_ciphertext: string;
}>("tl1_interop.json");
const floor = { network: quicknet(), recovery: hexBytes(vector.recovery_key) };
/** The context's last field. */
const openingUnixSeconds = Number(BigInt(`0x${vector.context.slice(-16)}`));

describe("the values of two other implementations", () => {
  const committee = GroupKey.parse(hexBytes(vector.group_key));

  it("builds the same core", async () => {
    const [seed, context, label] = [hexBytes(vector.seed), hexBytes(vector.context), hexBytes(vector.label)];
    const core = await buildCoreFromBytes(seed, context, label, openingUnixSeconds, { committee, floor, suite: "standard" });
    expect(toHex(core)).toBe(vector.core);
    expect(toHex(await sha256(core))).toBe(vector.core_sha256);
    expect(toHex(floor.network.chain)).toBe(vector.beacon.chain);
    expect(toHex(floor.network.key.bytes)).toBe(vector.beacon.key);
    expect(roundAt(floor.network, openingUnixSeconds)).toBe(BigInt(vector.beacon.round));
  });

  it("knows the label's key", async () => {
    const identity = await labelIdentity(hexBytes(vector.label));
    expect(toHex(identity)).toBe(vector.identity);
    expect(isLabelKeyOf(committee, identity, LabelKey.parse(hexBytes(vector.label_key)))).toBe(true);
  });

  it("seals the same payload", async () => {
    const derived = await Derivation.of("standard", hexBytes(vector.seed), hexBytes(vector.context));
    const cipher = await cipherOf(await derived.payloadKey());
    const sealed = await cipher.seal(segmentNonce(0, true), hexBytes(vector.core_sha256), hexBytes(vector.payload_plaintext));
    expect(toHex(sealed)).toBe(vector.payload_ciphertext);
  });
});

describe("opening", () => {
  const committee = new ThrowawayCommittee();
  const other = new ThrowawayCommittee();
  const seed = new Uint8Array(32).fill(7);
  const plain: Locks = committee.locks();
  const floored: Locks = { ...plain, floor };
  const recovery = hexBytes(vector.recovery_secret);
  const signature = LabelKey.parse(hexBytes(vector.beacon.signature));
  let context: Context;
  let labelKey: LabelKey;
  let core: Bytes;
  let flooredCore: Bytes;
  let keys: OpeningKeys;

  beforeAll(async () => {
    const [tender, bidder] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const names = { lot: "L1", envelope: 3, submission: new Uint8Array(16).fill(3), openingUnixSeconds } as const;
    context = { tender, bidder, ...names, committee: await plain.committee.committeeId() };
    labelKey = await committee.labelKey(context);
    keys = { kind: "committee", labelKey };
    core = await buildCore(seed, context, plain);
    flooredCore = await buildCore(seed, context, floored);
  });

  it("gives the seed and the context back", async () => {
    const opened = await openCore(core, plain, keys);
    expect(opened.seed).toEqual(seed);
    expect(opened.core.context).toEqual(context);
  });

  it("gives the same by both paths of three locks", async () => {
    const byBeacon = await openCore(flooredCore, floored, { kind: "beacon", labelKey, signature });
    const byRecovery = await openCore(flooredCore, floored, { kind: "recovery", labelKey, secret: recovery });
    expect(byBeacon.seed).toEqual(seed);
    expect(byRecovery).toEqual(byBeacon);
  });

  it("names the opener's faults", async () => {
    const wrongKey = { kind: "committee", labelKey: await other.labelKey(context) } as const;
    await expectCode(openCore(core, plain, wrongKey), "wrong_key");
    await expectCode(openCore(core, plain, { kind: "beacon", labelKey, signature }), "wrong_path");
    await expectCode(openCore(flooredCore, floored, keys), "wrong_path");
    await expectCode(openCore(flooredCore, floored, { kind: "beacon", labelKey, signature: labelKey }), "wrong_key");
    await expectCode(openCore(flooredCore, floored, { kind: "recovery", labelKey, secret: seed }), "wrong_key");
    await expectCode(openCore(core, other.locks(), keys), "wrong_lock");
    await expectCode(openCore(flooredCore, plain, keys), "wrong_lock");
    const elsewhere = { ...floor.network, chain: new Uint8Array(32) };
    await expectCode(openCore(flooredCore, { ...floored, floor: { ...floor, network: elsewhere } }, keys), "wrong_lock");
  });

  it("has no core for an opening before the beacon's genesis, and its own rounds for a network of one's own", async () => {
    const early = { ...context, openingUnixSeconds: Number(floor.network.genesis) - 1 };
    await expectCode(buildCore(seed, early, floored), "wrong_context");
    const network = { ...floor.network, chain: new Uint8Array(32).fill(5), genesis: 1_000_000_000n };
    const own = { ...floored, floor: { ...floor, network } };
    const byRecovery = { kind: "recovery", labelKey, secret: recovery } as const;
    const sealed = await buildCore(seed, context, own);
    expect((await openCore(sealed, own, byRecovery)).seed).toEqual(seed);
    const later = { ...own, floor: { ...own.floor, network: { ...network, genesis: 1_000_000_003n } } };
    await expectCode(openCore(sealed, later, byRecovery), "malformed");
  });

  it("refuses a bid copied under another bidder", async () => {
    // The context is exchanged, every lock is kept: the seed masks no longer fit, so another core comes out.
    const copied = { ...context, bidder: new Uint8Array(32).fill(9) };
    const stolen = concat(core.slice(0, 7), contextBytes(copied), core.slice(7 + contextBytes(context).length));
    expect(parseCore(stolen).context.bidder).toEqual(copied.bidder);
    await expectCode(openCore(stolen, plain, keys), "malformed");
  });

  it("refuses every cut and every byte more", async () => {
    for (let length = 0; length < core.length; length += 1) await expectCode(openCore(core.slice(0, length), plain, keys), "malformed");
    await expectCode(openCore(concat(core, Uint8Array.of(0)), plain, keys), "malformed");
  });

  it("refuses a flipped bit in each part", async () => {
    // Every byte would take minutes in script; each field of the core is hit at least once, the small ones wholly.
    for (let at = 0; at < core.length; at += at < 16 ? 1 : 11) {
      const changed = core.slice();
      changed[at] = (changed[at] as number) ^ 0x04;
      await expect(openCore(changed, plain, keys)).rejects.toBeInstanceOf(CoreError);
    }
  });

  it("refuses a recovery lock of small order", () => {
    const at = flooredCore.length - 32 - 2 * 35 - 1 - 48;
    const changed = flooredCore.slice();
    changed.fill(0, at, at + 32);
    expect(() => parseCore(changed)).toThrow(CoreError);
  });
});

describe("contexts and labels", () => {
  const [tender, bidder, committee] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2), new Uint8Array(32).fill(3)];
  const names = { lot: "L1", envelope: 1, submission: new Uint8Array(16).fill(4), openingUnixSeconds: 1_800_000_000 } as const;
  const context: Context = { tender, bidder, committee, ...names };

  it("reads what it writes", () => {
    expect(parseContext(contextBytes(context))).toEqual(context);
    expect(toHex(submissionLabel(context))).toContain(toHex(contextBytes(context)).slice(0, 64));
  });

  it("has another label for every meaning", () => {
    const digest = new Uint8Array(32);
    const labels = [submissionLabel(context), openingDrawLabel(tender, "L1", digest), panelDrawLabel(tender, "L1", digest)];
    expect(new Set(labels.map(toHex)).size).toBe(3);
  });

  it("refuses lots, kinds, orders and lengths that it cannot have", () => {
    const bytes = contextBytes(context);
    expect(() => contextBytes({ ...context, lot: "LOT 1" })).toThrow(LabelError);
    expect(() => contextBytes({ ...context, lot: "" })).toThrow(LabelError);
    expect(() => contextBytes({ ...context, submission: new Uint8Array(15) })).toThrow(LabelError);
    expect(() => parseContext(concat(bytes, Uint8Array.of(8), u16(0)))).toThrow(LabelError);
    expect(() => parseContext(concat(bytes.slice(35), bytes.slice(0, 35)))).toThrow(LabelError);
    for (let length = 0; length < bytes.length; length += 1) expect(() => parseContext(bytes.slice(0, length))).toThrow(LabelError);
  });
});

async function expectCode(opening: Promise<unknown>, code: string): Promise<void> {
  await expect(opening).rejects.toMatchObject({ name: "CoreError", code });
}
