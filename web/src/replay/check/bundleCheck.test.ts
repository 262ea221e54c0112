import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { type Bytes, utf8 } from "@/acts/bytes";
import { writeCanonical } from "@/acts/canonical";
import { entryLeafHash, RULES } from "@/acts/entry";
import { openBundle } from "@/bundle/reader";
import { sourceOf } from "@/bundle/source";
import { HOST, makeLog, START_MS, type TestAct, type TestLog, TENDER, writeBundle } from "../testBundle";
import { checkBundle } from "./bundleCheck";
import { scanFile } from "./fileScan";

const ACTS: readonly TestAct[] = [
  { type: "DraftTender", events: [{ kind: "tender_approved", revision: 1 }], body: utf8(`{"note":"${"x".repeat(3000)}"}`) },
  { type: "RecordDraw", events: [{ kind: "tender_approved", revision: 2 }], by: "system" },
  { type: "ArchiveTender", events: [{ kind: "tender_archived", note: null }] },
];

/** Which checks failed, by the entry's place in the log (`head`, `end` and `file` for the others). */
async function faultsOf(log: TestLog, logKey?: string): Promise<Record<string, readonly string[]>> {
  return faultsOfBytes(writeBundle(log), logKey);
}

async function faultsOfBytes(bytes: Bytes, logKey: string | undefined): Promise<Record<string, readonly string[]>> {
  const source = sourceOf(new Blob([bytes]));
  const bundle = await openBundle(source);
  const faults: Record<string, readonly string[]> = {};
  const note = (where: string, checks: readonly { name: string; verdict: string; reason: string }[]) => {
    const failed = checks.filter(({ verdict }) => verdict === "failed").map(({ name, reason }) => `${name} ${reason}`);
    if (failed.length > 0) faults[where] = failed;
  };
  for await (const finding of checkBundle(source, bundle, { logKey })) {
    if (finding.kind === "entry") note(`${finding.index}`, finding.verdict.checks);
    else if (finding.kind === "stopped") faults["stopped"] = [finding.about];
    else note(finding.kind, finding.checks);
  }
  for await (const finding of scanFile(source, bundle)) if (finding.kind === "file") note("file", finding.checks);
  return faults;
}

function spoiled(spoil: (log: TestLog) => void, acts: readonly TestAct[] = ACTS): TestLog {
  const log = makeLog(acts);
  spoil(log);
  return log;
}

/** The bytes with one bit of the byte at `at` turned. */
function flipped(bytes: Bytes | undefined, at: number): Bytes {
  const copy = (bytes as Bytes).slice();
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

describe("the check of a bundle", () => {
  it("finds nothing wrong with an honest one, of its own key and of one from elsewhere", async () => {
    const log = makeLog(ACTS);
    expect(await faultsOf(log)).toEqual({});
    expect(await faultsOf(log, log.about["log_vkey"] as string)).toEqual({});
    expect(await faultsOf(log, log.about["policy"] as string)).toEqual({});
  });

  it("does not take another key for the log's", async () => {
    const other = "test/tlog/1+5bc6f78e+AfQ7h+DNVHqNJSodZwfCUOxZXik+N2Uz2XF5NAEedH4A";
    expect((await faultsOf(makeLog(ACTS), other))["head"]).toEqual(["log_signature verifier_form"]);
    const log = makeLog(ACTS);
    expect((await faultsOf(log, (log.about["witness_vkeys"] as string[])[0]))["head"]).toEqual(["log_signature verifier_form"]);
  });

  it("finds a changed head, a missing witness, another origin", async () => {
    const { head, policy } = makeLog(ACTS).about as Record<string, string>;
    expect((await faultsOf(spoiled((log) => (log.about["head"] = head?.replace("\n6\n", "\n7\n") ?? ""))))["head"]?.[0]).toBe("log_signature bad_signature");
    const alone = head?.split("\n").slice(0, -2).join("\n");
    expect((await faultsOf(spoiled((log) => (log.about["head"] = `${alone}\n`))))["head"]).toEqual(["witnesses quorum"]);
    expect((await faultsOf(spoiled((log) => (log.about["policy"] = policy?.replace("quorum all\n", "") ?? ""))))["head"]).toEqual(["log_signature verifier_form"]);
    expect(Object.keys(await faultsOf(spoiled((log) => (log.about["origin"] = "other"))))).toContain("head");
  });

  it("finds heads that do not lead to the signed one, and only those", async () => {
    const flippedHeads = await faultsOf(spoiled((log) => (log.heads = flipped(log.heads, 10))));
    expect(flippedHeads).toEqual({ head: ["heads root_mismatch"] });
    expect(await faultsOf(spoiled((log) => (log.heads = new Uint8Array(0))))).toEqual({ head: ["heads size_out_of_range"] });
  });

  it("finds a flipped byte at the entry in which it is, and at no other but the one that names its leaf", async () => {
    expect(await faultsOf(spoiled((log) => (log.tender[1]!.events = flipped(log.tender[1]?.events, 5))))).toEqual({ 4: ["outcome other_outcome"] });
    expect(await faultsOf(spoiled((log) => (log.tender[0]!.body = flipped(log.tender[0]?.body, 20))))).toEqual({ 3: ["body body_mismatch"] });
    const signature = await faultsOf(spoiled((log) => (log.tender[2]!.entry = flipped(log.tender[2]?.entry, 50))));
    expect(signature).toEqual({ 5: ["inclusion root_mismatch", "actor_signature bad_signature"] });
    const mark = await faultsOf(spoiled((log) => (log.tender[1]!.entry = flipped(log.tender[1]?.entry, 0))));
    expect(mark["4"]?.[0]).toBe("framing entry_magic");
    expect(mark["5"]).toEqual(["sprev link"]);
    expect(Object.keys(mark)).toEqual(["4", "5"]);
  });

  it("finds entries that are left out, turned round, or taken off the end", async () => {
    expect(await faultsOf(spoiled((log) => log.tender.splice(1, 1)))).toEqual({ 5: ["place sequence_gap", "sprev link"], end: ["count entries_missing_at_end"] });
    const turned = await faultsOf(spoiled((log) => log.tender.reverse()));
    expect(turned["4"]).toContain("place out_of_order");
    expect(await faultsOf(spoiled((log) => log.tender.pop()))).toEqual({ end: ["count entries_missing_at_end"] });
    const withheld = await faultsOf(spoiled((log) => (log.tender[1]!.entry = undefined)));
    expect(withheld["4"]?.[0]).toBe("withheld no_entry");
  });

  it("finds acts of a key that is not registered, not of the person, not in that role", async () => {
    const of = async (changes: TestAct["changes"], by: "host" | "system" = "host") => (await faultsOf(makeLog([{ ...ACTS[2]!, by, ...(changes && { changes }) }])))["3"];
    expect(await of({ role: "buyer" })).toEqual(["key role_not_held"]);
    expect(await of({ actor: TENDER })).toEqual(["key other_person"]);
    expect(await of({ actor: HOST }, "system")).toEqual(["payload author"]);
    // The register is cut down to its founding: the host's key is not in it, and the cut is found too.
    const unknown = await faultsOf(spoiled((log) => (log.centre[2]!.events = writeCanonical([]))));
    expect(unknown["2"]).toEqual(["outcome other_outcome"]);
    expect(unknown["3"]).toEqual(["key unknown_key"]);
  });

  it("finds a number used twice, time that runs back, a head that nobody showed, another tender", async () => {
    const of = async (...acts: readonly Partial<TestAct>[]) => faultsOf(makeLog(acts.map((act) => ({ ...ACTS[2]!, ...act }))));
    expect(await of({ changes: { nonce: "f".repeat(32) } }, { changes: { nonce: "f".repeat(32) } })).toEqual({ 4: ["nonce nonce_reused"] });
    expect(await of({}, { tsMs: START_MS + 2500 })).toEqual({ 4: ["clock time_runs_back"] });
    expect(await of({ changes: { seen: { root: "0".repeat(64), size: 2 } } })).toEqual({ 3: ["seen unknown_head"] });
    expect(await of({ changes: { tender: HOST } })).toEqual({ 3: ["stream other_stream"] });
    expect(await of({ changes: { origin: "other" } })).toEqual({ 3: ["stream other_origin"] });
    expect(await of({ changes: { body: null, body_sha256: "0".repeat(64) } })).toEqual({ 3: ["body body_missing"] });
  });

  it("tells where a stream cannot be read on, and a document that is not what its name says", async () => {
    const broken = await faultsOf(spoiled((log) => (log.tender[1]!.proof = Array.from({ length: 64 }, () => new Uint8Array(32)))));
    expect(broken["stopped"]).toEqual(["tender.entries 1"]);
    expect(broken["end"]).toEqual(["count entries_missing_at_end"]);
    const name = `files/${"0".repeat(64)}`;
    const documents = await faultsOf({ ...makeLog(ACTS), files: [{ name, bytes: utf8("another") }] });
    expect(documents).toEqual({ file: [`documents ${"0".repeat(64)}`] });
  });

  it("does not vouch for what other rules decided", async () => {
    expect(await faultsOf(makeLog([{ ...ACTS[2]!, rules: RULES + 1 }]))).toEqual({ 3: ["rules unknown_rules"] });
    expect(await faultsOf(makeLog([{ ...ACTS[2]!, rules: 0 }]))).toEqual({ 3: ["rules unknown_rules"] });
  });
});

describe("the check of the public's bundle", () => {
  /** A bundle in which these records are withheld. */
  async function forPublic(isWithheld: (index: number) => boolean, acts: readonly TestAct[] = ACTS): Promise<TestLog> {
    const log = makeLog(acts);
    log.about["scope"] = "public";
    for (const record of [...log.centre, ...log.tender].filter(({ index }) => isWithheld(index))) {
      record.leaf = await entryLeafHash(record.entry as Bytes);
      [record.entry, record.body] = [undefined, undefined];
    }
    return log;
  }

  it("says what it cannot check, and takes it for no fault", async () => {
    expect(await faultsOf(await forPublic((index) => index < 5))).toEqual({});
  });

  it("finds what not everybody may know: an act of the register, a step of the host, an event among others, what is no event", async () => {
    expect(await faultsOf(await forPublic((index) => index > 0 && index < 5))).toEqual({ 0: ["public not_for_the_public"] });
    expect(await faultsOf(await forPublic((index) => index < 4))).toEqual({ 4: ["public not_for_the_public"] });
    const of = async (...events: TestAct["events"]) => (await faultsOf(await forPublic((index) => index < 3, [{ ...ACTS[2]!, events }])))["3"];
    const archived = { kind: "tender_archived", note: null };
    expect(await of(archived)).toBeUndefined();
    expect(await of(archived, { kind: "checked_in", lot: "1", org: HOST })).toEqual(["public not_for_the_public"]);
    expect(await of({ kind: "of_a_later_release" })).toEqual(["public not_for_the_public"]);
    expect(await of({ note: "no kind" })).toEqual(["public not_for_the_public"]);
  });
});

describe("bundles that the platform wrote", () => {
  const fixture = (name: string) => readFileSync(new URL(`../../../../docs/verify/fixtures/${name}`, import.meta.url));
  const key = fixture("log.vkey").toString("utf8").trim();
  const check = (bytes: Bytes) => faultsOfBytes(bytes, key);

  it("hold: the whole one, and the public's", async () => {
    expect(await check(new Uint8Array(brotliDecompressSync(fixture("whole.tdr.br"))))).toEqual({});
    expect(await check(new Uint8Array(fixture("public.tdr")))).toEqual({});
  });
});
