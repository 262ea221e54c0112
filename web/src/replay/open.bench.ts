/**
 * How long an evidence file of 10,000 records takes until it can be played, and how fast it is checked. Not part of the tests:
 * `npm --prefix web run bench`.
 */
import { bench, describe } from "vitest";

import { openBundle } from "@/bundle/reader";
import { sourceOf } from "@/bundle/source";
import type { CanonicalObject } from "@/acts/canonical";
import { checkBundle } from "./check/bundleCheck";
import { directoryOf } from "./directory";
import { entriesOf } from "./entries";
import { History } from "./history";
import type { PlayEntry } from "./source";
import { makeLog, type TestAct, writeBundle } from "./testBundle";
import { markersOf, offsetsOf } from "./timeline";

/** Tenders of about 10,000 records: two hundred bids that are replaced again and again, and as many bidders as fit. */
const TENDERS = [{ bids: 200, rounds: 44 }, { bids: 1400, rounds: 1 }];

/** Each bid is handed in, replaced in every further round, opened envelope by envelope, its contents recorded, read out, confirmed. */
function acts(bids: number, rounds: number): readonly TestAct[] {
  const id = (at: number) => `00000000-0000-4000-8000-${at.toString().padStart(12, "0")}`;
  const last = (at: number) => id((rounds - 1) * bids + at);
  const statement = Array.from({ length: 6 }, (_, at) => ({ id: `field_${at}`, value: `value ${at} of a statement` }));
  const each = (type: string, make: (at: number) => CanonicalObject) => Array.from({ length: bids }, (_, at): TestAct => ({ type, by: "system", events: [{ lot: "1", ...make(at) }] }));
  const handedIn = (round: number) => each("SubmitBid", (at) => ({ kind: "bid_submitted", bid: id(round * bids + at), org: id(at), document_set: 0, key: "0".repeat(64), manifest: statement, person: id(at), replaces: round === 0 ? null : id((round - 1) * bids + at) }));
  return [
    ...Array.from({ length: rounds }, (_, round) => handedIn(round)).flat(),
    { type: "CloseLot", by: "system", events: [{ lot: "1", kind: "lot_closed", bids: Array.from({ length: bids }, (_, at) => ({ bid: last(at), org: id(at) })), checked_in: [], root: "0".repeat(64) }] },
    ...[1, 2, 3].flatMap((envelope) => each("RecordUnsealed", (at) => ({ kind: "envelope_unsealed", bid: last(at), envelope, failure: null }))),
    ...each("RecordUnsealed", (at) => ({ kind: "contents_recorded", bid: last(at), envelope: 3, result: { files: [], label_key: "0".repeat(96), outcome: "opened", statement } })),
    ...each("ReadBid", (at) => ({ kind: "bid_read", bid: last(at), org: id(at), position: at + 1, label_key: "0".repeat(96), statement })),
    ...each("ConfirmReading", (at) => ({ kind: "line_confirmed", bid: last(at) })),
  ];
}

const once = { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 };

describe.each(TENDERS)("an evidence file of $bids bids, handed in $rounds times", ({ bids, rounds }) => {
  const source = sourceOf(new Blob([writeBundle(makeLog(acts(bids, rounds)))]));
  let entries: PlayEntry[] = [];

  bench("opened: entries read, offsets, markers, the first state", async () => {
    const { tender } = await openBundle(source);
    entries = [];
    for await (const piece of entriesOf(source, tender, 2000)) entries.push(...piece.map(({ entry }) => entry));
    markersOf(entries, offsetsOf(entries, true), () => true, () => false);
    directoryOf(entries);
    new History(entries, "1", "everything").at(1);
  }, once);

  bench("jumped to its end", () => {
    new History(entries, "1", "everything").at(entries.length);
  }, once);

  bench("checked", async () => {
    for await (const finding of checkBundle(source, await openBundle(source), { logKey: undefined })) if (finding.kind === "stopped") throw new Error(finding.about);
  }, { ...once, iterations: 1, warmupIterations: 0 });
});
