import { describe, expect, it } from "vitest";

import { toBase64 } from "@/acts/bytes";
import { parseEntry, RULES } from "@/acts/entry";
import { type CheckpointPolicy, parseVerifierKey } from "@/acts/note";
import type { Event } from "@/protocol";
import type { ReplayEntry } from "@/wire";
import { readEvents } from "./entries";
import { checkEntry } from "./entryCheck";
import { HOST, makeLog, type TestAct, TENDER } from "./testBundle";

const ARCHIVE: TestAct = { type: "ArchiveTender", events: [{ kind: "tender_archived", note: null }], by: "system" };

/** The first entry of a tender as the server gives it, and which of its checks failed. */
async function faultsOf(act: TestAct, spoil: Partial<ReplayEntry> = {}): Promise<readonly string[]> {
  const { about, tender } = makeLog([act]);
  const record = tender[0]!;
  const bytes = record.entry!;
  const parsed = parseEntry(bytes);
  if (parsed.kind === "cover") throw new Error("no act");
  const proof = ["c2sp.org/tlog-proof@v1", `extra ${toBase64(bytes)}`, `index ${record.index}`, ...record.proof.map(toBase64), "", about["head"]].join("\n");
  const entry: ReplayEntry = {
    index: record.index, ts: parsed.head.tsMs, stream: TENDER, sseq: 0, type: act.type, actor: act.by ?? HOST, role: "system",
    payload: toBase64(parsed.payload), events: readEvents<Event>(record.events), proof, ...spoil,
  };
  const { checks } = await checkEntry(entry, await policyOf(about["log_vkey"] as string), undefined);
  return checks.filter(({ verdict }) => verdict === "failed").map(({ name, reason }) => `${name} ${reason}`);
}

async function policyOf(log: string): Promise<CheckpointPolicy> {
  return { log: (await parseVerifierKey(log))!, witnesses: [], quorum: 0 };
}

describe("the check of an entry from the server", () => {
  it("finds nothing wrong with an honest one", async () => {
    expect(await faultsOf(ARCHIVE)).toEqual([]);
  });

  it("finds events, a place and a time that are not the entry's", async () => {
    expect((await faultsOf(ARCHIVE, { events: [] }))[0]).toMatch(/^outcome /);
    expect(await faultsOf(ARCHIVE, { sseq: 1 })).toEqual(["sprev header"]);
    expect(await faultsOf(ARCHIVE, { ts: 0 })).toEqual(["sprev header"]);
    expect(await faultsOf(ARCHIVE, { payload: toBase64(new Uint8Array(2)) })).toHaveLength(1);
  });

  it("does not vouch for what other rules decided", async () => {
    expect(await faultsOf({ ...ARCHIVE, rules: RULES + 1 })).toEqual(["rules unknown_rules"]);
  });
});
