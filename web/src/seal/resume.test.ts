import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { MemoryShelf } from "../acts/browserStore";
import { type Bytes, toHex } from "../acts/bytes";
import { quicknet, roundAt } from "./beacon";
import { openCore } from "./core";
import { parseCore } from "./coreParts";
import { type ChosenDocument } from "./document";
import { type LockBytes, lockBytesOf } from "./lockBytes";
import { type EnvelopeContent, PayloadPlan } from "./payloadPlan";
import { recoveryPublicKey } from "./recovery";
import { SealingMemory, type SealingRecord, type SealingSlot } from "./resume";
import { runSealJob, type SealEvent, type SealJob } from "./sealJob";
import { ThrowawayCommittee, trialSeal } from "./throwaway";
import { patternDocument, trialPurpose } from "./trial";
import { TusServer } from "./tusServer";
import { PART_BYTES } from "./upload";
import { UploadSwitch } from "./uploadSwitch";

const committee = new ThrowawayCommittee();
const locks = committee.locks();
const purpose = trialPurpose(1);
const slot: SealingSlot = { person: "p", tender: "t", lot: "L1", envelope: 1 };
const content: EnvelopeContent = { documents: [patternDocument("a.pdf", 1_200_000)], statement: null };
let records: MemoryShelf<SealingRecord>;
let keys: MemoryShelf<CryptoKey>;
let memory: SealingMemory;

beforeEach(() => {
  [records, keys] = [new MemoryShelf<SealingRecord>(), new MemoryShelf<CryptoKey>()];
  memory = new SealingMemory(records, keys);
});

describe("an unfinished sealing", () => {
  it("gives the same bytes to the next page", async () => {
    const first = await memory.seal(slot, await plan(), purpose, locks);
    expect(first.isResumed).toBe(false);
    const again = await nextPage().seal(slot, await plan(), purpose, locks);
    expect(again.isResumed).toBe(true);
    expect(again.envelope.core).toEqual(first.envelope.core);
    expect(toHex(await again.envelope.part(900_000, 1_100_000))).toBe(toHex(await first.envelope.part(900_000, 1_100_000)));
  });

  it("keeps where the upload stands and what was sealed of it", async () => {
    const first = await memory.seal(slot, await plan(), purpose, locks);
    await first.envelope.part(0, first.envelope.uploadLength);
    await first.keep("https://example/api/uploads/1");
    const again = await nextPage().seal(slot, await plan(), purpose, locks);
    expect(again.uploadUrl).toBe("https://example/api/uploads/1");
    expect(again.envelope.knownDigests()).toEqual(first.envelope.knownDigests());
    expect(again.envelope.knownDigests().length).toBe(2);
    expect(await again.envelope.manifestLine()).toEqual(await first.envelope.manifestLine());
  });

  it("holds no seed that can be read", async () => {
    const { envelope } = await memory.seal(slot, await plan(), purpose, locks);
    const labelKey = await committee.labelKey(envelope.context);
    const { seed } = await openCore(envelope.core, locks, { kind: "committee", labelKey });
    const record = await records.read("p/t/L1/1");
    expect(Object.values(record ?? {}).filter((value) => value instanceof Uint8Array).map(toHex).join()).not.toContain(toHex(seed));
    expect((await keys.read("seeds"))?.extractable).toBe(false);
  });

  it.each<[string, () => Promise<Parameters<SealingMemory["seal"]>>]>([
    ["another byte in a file", async () => [slot, await planOf(patternDocument("a.pdf", 1_200_000, 2)), purpose, locks]],
    ["another name", async () => [slot, await planOf(patternDocument("b.pdf", 1_200_000)), purpose, locks]],
    ["another committee", async () => [slot, await plan(), purpose, new ThrowawayCommittee().locks()]],
    ["another suite", async () => [slot, await plan(), purpose, committee.locks("national")]],
    ["another opening", async () => [slot, await plan(), { ...purpose, openingUnixSeconds: 1 }, locks]],
    ["another lot", async () => [{ ...slot, lot: "L2" }, await plan(), purpose, locks]],
    ["another person", async () => [{ ...slot, person: "q" }, await plan(), purpose, locks]],
  ])("takes a new seed and submission for %s", async (_, changed) => {
    const first = await memory.seal(slot, await plan(), purpose, locks);
    const other = await nextPage().seal(...(await changed()));
    expect(other.isResumed).toBe(false);
    expect(other.envelope.context.submission).not.toEqual(first.envelope.context.submission);
    expect(other.uploadUrl).toBeNull();
  });

  it("takes a new seed if the wrapping key or the record is damaged", async () => {
    const first = await memory.seal(slot, await plan(), purpose, locks);
    await keys.erase("seeds");
    const second = await nextPage().seal(slot, await plan(), purpose, locks);
    expect(second.isResumed).toBe(false);
    const record = (await records.read("p/t/L1/1")) as SealingRecord;
    const wrappedSeed = record.wrappedSeed.slice();
    wrappedSeed[20] = (wrappedSeed[20] as number) ^ 1;
    await records.write("p/t/L1/1", { ...record, wrappedSeed });
    const third = await nextPage().seal(slot, await plan(), purpose, locks);
    expect(third.isResumed).toBe(false);
    const submissions = [first, second, third].map(({ envelope }) => toHex(envelope.context.submission));
    expect(new Set(submissions).size).toBe(3);
  });

  it("is forgotten once the receipt is there", async () => {
    await memory.seal(slot, await plan(), purpose, locks);
    expect(await memory.isUnfinished(slot)).toBe(true);
    await memory.forget(slot);
    expect(await memory.isUnfinished(slot)).toBe(false);
    expect((await memory.seal(slot, await plan(), purpose, locks)).isResumed).toBe(false);
  });
});

describe("a job", () => {
  let server: TusServer;
  let job: SealJob;

  beforeEach(async () => {
    server = new TusServer();
    const endpoint = await server.listen();
    const documents = [patternDocument("a.pdf", 9_000_000)];
    const lockBytes: LockBytes = { committee: locks.committee.bytes, floor: null, suite: "standard" };
    job = { person: "p", tender: "t", purpose, locks: lockBytes, content: { documents, statement: null }, endpoint };
  });
  afterEach(() => server.close());

  it("seals, uploads and tells", async () => {
    const events = await run(job);
    expect(events.map(({ kind }) => kind)).toContain("locked");
    const done = events.at(-1);
    if (done?.kind !== "done") throw new Error(JSON.stringify(done));
    const stored = server.uploads.get("1")?.bytes as Bytes;
    expect(done.manifestLine.total_len).toBe(stored.length - (await coreLength(stored)));
    expect(events.filter(({ kind }) => kind === "done" || kind === "failed").length).toBe(1);
  });

  it("locks to the beacon's round of the announced opening", async () => {
    const floor = { chain: quicknet().chain, recovery: recoveryPublicKey(new Uint8Array(32).fill(7)) };
    const events = await run({ ...job, locks: { ...job.locks, floor } });
    expect(events.at(-1)).toMatchObject({ kind: "done" });
    const stored = server.uploads.get("1")?.bytes as Bytes;
    const core = parseCore(stored.slice(0, await coreLength(stored)));
    expect(core.floor?.round).toBe(roundAt(quicknet(), purpose.openingUnixSeconds));
  });

  it("seals in the suite that the notice names", async () => {
    const floor = { network: toHex(quicknet().chain), recovery: toHex(recoveryPublicKey(new Uint8Array(32).fill(7))) };
    const named = lockBytesOf(job.locks.committee, { floor, suite: "national" });
    if (!named) throw new Error("the notice is whole");
    expect((await run({ ...job, locks: named })).at(-1)).toMatchObject({ kind: "done" });
    const stored = server.uploads.get("1")?.bytes as Bytes;
    const core = parseCore(stored.slice(0, await coreLength(stored)));
    expect([core.suite, core.floor?.round]).toEqual(["national", roundAt(quicknet(), purpose.openingUnixSeconds)]);
  });

  it("is not begun by a notice whose locks cannot be read", () => {
    const floor = { network: toHex(quicknet().chain), recovery: toHex(new Uint8Array(32)) };
    const read = (spoilt: Partial<typeof floor>) => lockBytesOf(job.locks.committee, { floor: { ...floor, ...spoilt }, suite: "standard" });
    expect(read({})).toBeDefined();
    expect(read({ network: floor.network.slice(2) })).toBeUndefined();
    expect(read({ recovery: `${floor.recovery}00` })).toBeUndefined();
  });

  it("ends as cancelled when that happens while a part is sealed", async () => {
    const control = new UploadSwitch();
    server.fault = () => {
      control.cancel();
      return undefined;
    };
    const slow = { ...job, locks: { ...job.locks, suite: "national" } as const };
    expect((await run(slow, control)).at(-1)).toMatchObject({ kind: "failed", code: "cancelled" });
    expect(server.uploads.get("1")?.bytes.length ?? 0).toBe(0);
  });

  it("goes on in the next page after the line was lost", async () => {
    server.fault = (_, number) => (number >= 3 ? { status: 503 } : undefined);
    const failed = (await run(job)).at(-1);
    expect(failed).toMatchObject({ kind: "failed", code: "line_lost" });
    expect(server.uploads.get("1")?.bytes.length).toBe(PART_BYTES);
    server.fault = () => undefined;
    memory = nextPage();
    const events = await run(job);
    expect(events.find(({ kind }) => kind === "locked")).toMatchObject({ isResumed: true });
    expect(events.at(-1)).toMatchObject({ kind: "done" });
    expect(server.uploads.size).toBe(1);
  });

  it("ends with a code for what is wrong", async () => {
    const bad = { ...job, locks: { ...job.locks, committee: new Uint8Array(96) } };
    expect((await run(bad)).at(-1)).toMatchObject({ kind: "failed", code: "point_encoding" });
    const unknown = { chain: new Uint8Array(32), recovery: recoveryPublicKey(new Uint8Array(32).fill(7)) };
    const elsewhere = { ...job, locks: { ...job.locks, floor: unknown } };
    expect((await run(elsewhere)).at(-1)).toMatchObject({ kind: "failed", code: "beacon_network" });
    const wrongKind = { ...job, purpose: trialPurpose(3) };
    expect((await run(wrongKind)).at(-1)).toMatchObject({ kind: "failed", code: "statement_expected" });
    const control = new UploadSwitch();
    control.cancel();
    expect((await run(job, control)).at(-1)).toMatchObject({ kind: "failed", code: "cancelled" });
  });

  async function run(of: SealJob, control = new UploadSwitch()): Promise<SealEvent[]> {
    const events: SealEvent[] = [];
    await runSealJob(of, { memory, control, onEvent: (event) => void events.push(event), backoffMs: () => 1 });
    return events;
  }

  async function coreLength(stored: Bytes): Promise<number> {
    const metadata = server.uploads.get("1")?.metadata ?? "";
    const [, text] = /core_len ([^,]+)/.exec(metadata) ?? [];
    expect(stored.length).toBe(server.uploads.get("1")?.length);
    return Number(atob(text ?? ""));
  }
});

describe("the trial seal", () => {
  it.each(["standard", "national"] as const)("seals and opens in the %s suite", async (suite) => {
    const { sealMs, openMs } = await trialSeal(suite);
    expect(sealMs).toBeGreaterThan(0);
    expect(openMs).toBeGreaterThan(0);
  });
});

function nextPage(): SealingMemory {
  return new SealingMemory(records, keys);
}

function plan(): Promise<PayloadPlan> {
  return PayloadPlan.lay(1, content);
}

function planOf(document: ChosenDocument): Promise<PayloadPlan> {
  return PayloadPlan.lay(1, { documents: [document], statement: null });
}
