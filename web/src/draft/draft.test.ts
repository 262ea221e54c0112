import { describe, expect, it } from "vitest";

import { MemoryShelf } from "@/acts/browserStore";
import { type Bytes, sameBytes } from "@/acts/bytes";
import { ArchiveError, readArchive, writeArchive } from "./archive";
import { PIECE_BYTES, Vault } from "./vault";

const pattern = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
const same = async (blob: Blob | undefined) => new Uint8Array(await (blob as Blob).arrayBuffer());

describe("vault", () => {
  it("gives records and files back, and keeps no plaintext", async () => {
    const [records, keys] = [new MemoryShelf<Bytes>(), new MemoryShelf<CryptoKey>()];
    const vault = await Vault.open("person-1", records, keys);
    await vault.write("bid/t/1", { price: "18332761.47" });
    const bytes = pattern(2 * PIECE_BYTES + 5);
    let kept = 0;
    await vault.keepFile("files/a", new Blob([bytes], { type: "application/pdf" }), (count) => (kept += count));
    expect(await vault.read("bid/t/1")).toEqual({ price: "18332761.47" });
    expect(sameBytes(await same(await vault.file("files/a")), bytes)).toBe(true);
    expect(kept).toBe(bytes.length);
    const raw = new TextDecoder("latin1").decode(await records.read("person-1/bid/t/1"));
    expect(raw).not.toContain("18332761");
    expect(await vault.names("bid/")).toEqual(["bid/t/1"]);
  });

  it("refuses a record that was put under another name, and one of another person", async () => {
    const [records, keys] = [new MemoryShelf<Bytes>(), new MemoryShelf<CryptoKey>()];
    const vault = await Vault.open("person-1", records, keys);
    await vault.write("a", 1);
    await records.write("person-1/b", (await records.read("person-1/a")) as Bytes);
    await expect(vault.read("b")).rejects.toThrow();
    expect(await (await Vault.open("person-2", records, keys)).read("a")).toBeUndefined();
  });

  it("forgets every piece of a file", async () => {
    const records = new MemoryShelf<Bytes>();
    const vault = await Vault.open("p", records, new MemoryShelf<CryptoKey>());
    await vault.keepFile("f", new Blob([pattern(PIECE_BYTES + 1)]));
    await vault.eraseFile("f");
    expect(await records.names()).toEqual([]);
  });
});

describe("archive", () => {
  const files = [{ name: "技术标.pdf", blob: new Blob([pattern(1_500_000)], { type: "application/pdf" }) }, { name: "empty", blob: new Blob([]) }];

  it("carries a draft and its files", async () => {
    const archive = await writeArchive({ content: { a: 1 }, files }, "一句口令");
    const back = await readArchive(archive, "一句口令");
    expect(back.content).toEqual({ a: 1 });
    expect(back.files.map(({ name }) => name)).toEqual(["技术标.pdf", "empty"]);
    expect(sameBytes(await same(back.files[0]?.blob), pattern(1_500_000))).toBe(true);
    expect(back.files[1]?.blob.size).toBe(0);
  });

  it("opens under no other passphrase, and not without its last segment", async () => {
    const archive = await writeArchive({ content: null, files }, "one");
    await expect(readArchive(archive, "two")).rejects.toEqual(new ArchiveError("wrong_passphrase"));
    const lastSegment = 4 + 12 + 16 + (1_500_000 - 1_048_576);
    await expect(readArchive(archive.slice(0, archive.size - lastSegment), "one")).rejects.toEqual(new ArchiveError("wrong_passphrase"));
    await expect(readArchive(new Blob(["%PDF-1.7"]), "one")).rejects.toEqual(new ArchiveError("not_an_archive"));
  });
});
