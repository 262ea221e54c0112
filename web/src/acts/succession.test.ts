import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";

import { changesSince } from "@/centreKeys";
import { checkHead } from "@/replay/check/headCheck";
import { makeLog, type TestLog, writeBundle } from "@/replay/testBundle";
import { Heads } from "@/bundle/heads";
import { openBundle } from "@/bundle/reader";
import { sourceOf } from "@/bundle/source";
import type { Centre } from "@/wire";
import { type Bytes, concat, toBase64, utf8 } from "./bytes";
import { type CheckpointPolicy, parseVerifierKey, writeVerifierKey } from "./note";
import { provenKeys, verifyUnder } from "./succession";

const ORIGIN = "test/tlog/1";
const hash = (...parts: readonly Uint8Array[]): Bytes => new Uint8Array(sha256(concat(...parts)));

/** A key of the log by its secret, with which it signs. */
function signer(name: string) {
  const secret = hash(utf8(name));
  const publicKey = new Uint8Array(ed25519.getPublicKey(secret));
  const id = hash(utf8(`${ORIGIN}\n`), Uint8Array.of(1), publicKey).slice(0, 4);
  const line = (text: string) => `— ${ORIGIN} ${toBase64(concat(id, new Uint8Array(ed25519.sign(utf8(text), secret))))}\n`;
  return { vkey: writeVerifierKey({ name: ORIGIN, type: 1, hash: id, publicKey }), line };
}

// The log of test bundles is signed with the secret "log": that is the new key.
const [old, next, other] = [signer("old"), signer("log"), signer("other")];

function succession(from = old, to = next): string {
  const text = `${ORIGIN}\nkaibiao/log-key-succession/v1\n${from.vkey}\n${to.vkey}\n`;
  return `${text}\n${from.line(text)}${to.line(text)}`;
}

function rotatedLog(body = succession()): TestLog {
  return makeLog([{ type: "RotateLogKey", events: [], changes: { tender: null, body: { succession: body } } }]);
}

function receiptOf({ about, tender }: TestLog): string {
  const { index, entry = new Uint8Array(0), proof } = tender[0] ?? { index: 0, proof: [] };
  return `c2sp.org/tlog-proof@v1\nextra ${toBase64(entry)}\nindex ${index}\n${proof.map((one) => `${toBase64(one)}\n`).join("")}\n${String(about["head"])}`;
}

async function policy(log: TestLog, key: string, quorum = 1): Promise<CheckpointPolicy> {
  const [known, witness] = await Promise.all([parseVerifierKey(key), parseVerifierKey(String((log.about["witness_vkeys"] as string[])[0]))]);
  if (!known || !witness) throw new Error("a test key");
  return { log: known, witnesses: [witness], quorum };
}

function centre(log: TestLog, key: string, rotations: readonly string[]): Centre {
  return { origin: ORIGIN, log_key: key, rotations, witness_keys: log.about["witness_vkeys"], witness_quorum: 1, group_key: null, custodians: [] } as unknown as Centre;
}

describe("a rotated key of the log", () => {
  it("is followed by whoever knows either key, with the quorum", async () => {
    const log = rotatedLog();
    const receipt = receiptOf(log);
    for (const key of [old.vkey, next.vkey]) {
      const keys = await provenKeys(await policy(log, key), [receipt]);
      expect(keys?.map(({ from }) => from)).toEqual([0, (log.tender[0]?.index ?? 0) + 1]);
      expect((await verifyUnder(receipt, keys ?? [], await policy(log, key))).isValid).toBe(true);
    }
    expect(await provenKeys(await policy(log, other.vkey), [receipt])).toBeUndefined();
    const cut = receipt.slice(0, receipt.lastIndexOf("— w "));
    expect(await provenKeys(await policy(log, old.vkey), [cut])).toBeUndefined();
  });

  it("is not followed where one of the two did not sign, or the other one signs the head", async () => {
    const byOldAlone = succession().split("\n").slice(0, -2).join("\n") + "\n";
    for (const body of [succession(old, other), succession(other, next), byOldAlone, "nonsense"]) {
      const log = rotatedLog(body);
      expect(await provenKeys(await policy(log, old.vkey), [receiptOf(log)])).toBeUndefined();
    }
    const log = rotatedLog();
    const text = String(log.about["head"]).split("\n\n")[0] + "\n";
    log.about["head"] = String(log.about["head"]).replace(next.line(text), old.line(text));
    expect(await provenKeys(await policy(log, old.vkey), [receiptOf(log)]), "a head by the key that has retired").toBeUndefined();
  });

  it("raises no alarm on a device that knew the old one, and one that is only told does", async () => {
    const log = rotatedLog();
    const [before, after] = [centre(log, old.vkey, []), centre(log, next.vkey, [receiptOf(log)])];
    expect(await changesSince(before, after)).toEqual([]);
    for (const told of [centre(log, next.vkey, []), centre(log, other.vkey, [receiptOf(log)])]) {
      expect((await changesSince(before, told)).map(({ kind }) => kind)).toEqual(["log"]);
    }
    const alone = { ...before, witness_quorum: 0 };
    expect(await changesSince(alone, after), "nobody vouches for it").toHaveLength(1);
  });

  it("is followed in a bundle", async () => {
    const log = rotatedLog();
    const [{ index, entry = new Uint8Array(0), proof } = { index: 0, proof: [] as readonly Bytes[] }] = log.tender;
    const shown = { entry: toBase64(entry), index, proof: proof.map((one) => Array.from(one, (byte) => byte.toString(16).padStart(2, "0")).join("")) };
    log.about["rotations"] = [shown];
    const verdict = async () => {
      const bundle = await openBundle(sourceOf(new Blob([writeBundle(log)])));
      const { checks } = await checkHead(bundle.about, new Heads(0), { logKey: old.vkey });
      return checks.find(({ name }) => name === "log_signature")?.verdict;
    };
    expect(await verdict()).toBe("passed");
    log.about["rotations"] = [{ ...shown, index: index - 1 }];
    expect(await verdict()).toBe("failed");
    delete log.about["rotations"];
    expect(await verdict()).toBe("failed");
  });
});
