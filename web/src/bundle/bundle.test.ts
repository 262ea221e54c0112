import { describe, expect, it } from "vitest";

import { type Bytes, concat, u16, u32, u64, utf8 } from "@/acts/bytes";
import { makeLog, type TestFile, type TestLog, writeBundle, writeZip } from "@/replay/testBundle";
import { BundleError, bundleErrorTexts } from "./error";
import { openBundle } from "./reader";
import { type BundleRecord, recordsOf } from "./records";
import { type ByteSource, sourceOf } from "./source";

const LOG = makeLog([{ type: "DraftTender", events: [{ kind: "tender_archived", note: null }] }]);
const GOOD = writeBundle(LOG);

/** What opening these bytes and reading both streams comes to: a code, or nothing. */
async function codeOf(bytes: Bytes): Promise<string> {
  try {
    const source = sourceOf(new Blob([bytes]));
    const bundle = await openBundle(source);
    for (const region of [bundle.centre, bundle.tender]) for await (const record of recordsOf(source, region)) expect(record.to).toBeLessThanOrEqual(region.to);
    return "";
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    expect(Object.values(bundleErrorTexts(error)).every((text) => text.length > 8)).toBe(true);
    return error.code;
  }
}

const filesOf = (log: TestLog): TestFile[] => [
  { name: "bundle.json", bytes: utf8("{}") }, { name: "heads.chain", bytes: log.heads }, { name: "centre.entries", bytes: new Uint8Array(0) }, { name: "tender.entries", bytes: new Uint8Array(0) }, ...log.files,
];

describe("a bundle", () => {
  it("is read with its description, heads, streams and documents", async () => {
    const source = sourceOf(new Blob([GOOD]));
    const bundle = await openBundle(source);
    expect([bundle.about.centreEntries, bundle.about.tenderEntries, bundle.about.scope, bundle.files.length]).toEqual([3, 1, "supervisor", 1]);
    const records: BundleRecord[] = [];
    for await (const record of recordsOf(source, bundle.tender)) records.push(record);
    expect(records.map(({ place, index, proof }) => [place, index, proof.length])).toEqual([[0, 3, 2]]);
    expect(records[0]?.entry).toEqual(LOG.tender[0]?.entry);
  });

  it("is not read in its documents and cores", async () => {
    const read: [number, number][] = [];
    const source = sourceOf(new Blob([GOOD]));
    const watched: ByteSource = { size: source.size, read: (from, to) => (read.push([from, to]), source.read(from, to)) };
    const { files, centre, tender } = await openBundle(watched);
    for (const region of [centre, tender]) for await (const record of recordsOf(watched, region)) expect(record.proof.length).toBeGreaterThan(0);
    const [document] = files;
    expect(document && read.filter(([from, to]) => from < document.to && to > document.from)).toEqual([]);
  });

  it("is refused when it is cut off, or has bytes in front, between or behind", async () => {
    for (const length of [0, 1, 21, 22, 100, GOOD.length >> 1, GOOD.length - 1]) expect(await codeOf(GOOD.slice(0, length)), `${length}`).toBe("bundle_zip");
    expect(await codeOf(concat(GOOD, utf8("x")))).toBe("bundle_zip");
    expect(await codeOf(concat(utf8("x"), GOOD))).toBe("bundle_zip");
    const gap = GOOD.indexOf(0x50, 200);
    expect(await codeOf(concat(GOOD.slice(0, gap), utf8("x"), GOOD.slice(gap)))).not.toBe("");
    // A comment is room for bytes that belong to nothing.
    expect(await codeOf(concat(GOOD.slice(0, -2), Uint8Array.of(1, 0), utf8("x")))).toBe("bundle_zip");
  });

  it("is refused when files are missing, out of order, strange or compressed", async () => {
    const files = filesOf(LOG);
    const zipped = (...names: readonly string[]) => writeZip(names.map((name) => files.find((file) => file.name === name) ?? { name, bytes: utf8("x") }));
    expect(await codeOf(zipped("bundle.json", "heads.chain"))).toBe("bundle_missing");
    expect(await codeOf(zipped("heads.chain", "bundle.json", "centre.entries", "tender.entries"))).toBe("bundle_missing");
    const [core, document] = LOG.files.map(({ name }) => name);
    const first = ["bundle.json", "heads.chain", "centre.entries", "tender.entries"];
    expect(await codeOf(zipped(...first, document ?? "", core ?? ""))).toBe("bundle_misplaced");
    expect(await codeOf(zipped(...first, core ?? "", core ?? ""))).toBe("bundle_misplaced");
    expect(await codeOf(zipped(...first, "readme.txt"))).toBe("bundle_misplaced");
    expect(await codeOf(writeZip(files.map((file, at) => (at === 2 ? { ...file, method: 8 } : file))))).toBe("bundle_compressed");
  });

  it("is refused when its description is not canonical or not known", async () => {
    const withText = (about: string) => codeOf(writeZip(filesOf(LOG).map((file) => (file.name === "bundle.json" ? { ...file, bytes: utf8(about) } : file))));
    const about = new TextDecoder().decode(GOOD.slice(41, GOOD.indexOf(0x7d, 41) + 1));
    expect(await withText(about)).toBe("");
    expect(await withText(about.replace(",", ", "))).toBe("bundle_not_canonical");
    expect(await withText(about.replace('"v":2', '"v":1'))).toBe("bundle_form");
  });

  it("is refused where its list says other things than the files", async () => {
    const renamed = GOOD.slice();
    renamed.set(utf8("centre.entrieX"), findText(GOOD, "centre.entries"));
    expect(await codeOf(renamed)).toBe("bundle_zip");
  });
});

describe("records", () => {
  const withTender = (...parts: readonly Bytes[]) => codeOf(writeZip(filesOf(LOG).map((file) => ({
    ...file, bytes: file.name === "bundle.json" ? GOOD.slice(41, GOOD.indexOf(0x7d, 41) + 1) : file.name === "tender.entries" ? concat(...parts) : file.bytes,
  }))));
  const record = concat(u64(7n), u32(1), utf8("e"), u32(2), utf8("[]"), u32(0xffff_ffff), u16(1), new Uint8Array(32));
  const withheld = concat(u64(8n), u32(0xffff_ffff), new Uint8Array(32), u32(0xffff_ffff), u32(0xffff_ffff), u16(0));

  it("are read whole and withheld, to the last byte", async () => {
    expect(await withTender(record, withheld)).toBe("");
    for (let length = 1; length < record.length; length += 7) expect(await withTender(record.slice(0, length)), `${length}`).toBe("bundle_record");
    expect(await withTender(record, utf8("x"))).toBe("bundle_record");
  });

  it("are refused when a length is beyond its limit, or a part is where none may be", async () => {
    const tail = concat(u32(0xffff_ffff), u16(0));
    const hostile = {
      entry: concat(u64(7n), u32(8193), new Uint8Array(8193), u32(0), tail),
      events: concat(u64(7n), u32(1), utf8("e"), u32(64 * 1024 * 1024 + 1), tail),
      "no events": concat(u64(7n), u32(1), utf8("e"), u32(0xffff_ffff), tail),
      body: concat(u64(7n), u32(1), utf8("e"), u32(0), u32(1_048_577), new Uint8Array(1_048_577), u16(0)),
      "withheld events": concat(u64(7n), u32(0xffff_ffff), new Uint8Array(32), u32(0), tail),
      hashes: concat(u64(7n), u32(1), utf8("e"), u32(0), u32(0xffff_ffff), u16(64), new Uint8Array(32 * 64)),
      index: concat(u64(1n << 60n), u32(1), utf8("e"), u32(0), tail),
    };
    for (const [name, bytes] of Object.entries(hostile)) expect(await withTender(bytes), name).toBe("bundle_record");
  });
});

/** Where a text first stands. */
function findText(bytes: Bytes, text: string): number {
  return new TextDecoder("latin1").decode(bytes).indexOf(text);
}
