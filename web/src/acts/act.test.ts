import { describe, expect, it, vi } from "vitest";

import { type ActDraft, parseWire, readActBody, refuseActSignature, type SignedAct, signAct, writeWire } from "./act";
import { ActError, parsePayload } from "./actPayload";
import { MemoryShelf } from "./browserStore";
import { sha256, toHex, utf8 } from "./bytes";
import { type Canonical, CanonicalError, writeCanonical } from "./canonical";
import { type DeviceKeyRecord, findDeviceKey, openDeviceKey } from "./deviceKey";
import { preAuthentication } from "./pae";
import { algorithmOf, isEd25519Signed, isEd25519SignedInScript, keyIdOf } from "./signature";
import { base64Bytes, hexBytes, vectorsOf } from "./vectors";

interface WireVector {
  alg: number;
  key_id: string;
  sig: string;
  body: string | null;
  payload: string;
}
const vectors = vectorsOf<{
  keys: { name: string; alg: number; spki: string; key_id: string }[];
  bad_keys: { name: string; spki: string; code: string }[];
  good: {
    name: string;
    key: string | null;
    act: WireVector;
    payload: string;
    pae: string;
    payload_sha256: string;
    body_value: Canonical;
  }[];
  bad: { name: string; call: "verify" | "read" | "body"; key?: string; act: WireVector; code: string }[];
  payloads: { name: string; text: string; code: string }[];
}>("log_act.json");
const signedByPeople = vectors.good.filter(({ act }) => act.alg !== 0);

describe("vectors", () => {
  it.each(vectors.keys)("knows the key of $name", async ({ spki, alg, key_id }) => {
    expect(algorithmOf(base64Bytes(spki))).toBe(alg);
    expect(toHex(await keyIdOf(base64Bytes(spki)))).toBe(key_id);
  });

  it.each(vectors.bad_keys)("refuses the key: $name", ({ spki, code }) => {
    expect(algorithmOf(base64Bytes(spki))).toBe(code);
  });

  it.each(signedByPeople)("accepts: $name", async ({ key, act, payload, pae, payload_sha256, body_value }) => {
    const signed = parseWire(writeCanonical({ ...act }));
    expect(signed.payload).toEqual(utf8(payload));
    expect(toHex(preAuthentication(signed.payload))).toBe(pae);
    expect(toHex(await sha256(signed.payload))).toBe(payload_sha256);
    expect(await refuseActSignature(signed, spkiOf(key))).toBeUndefined();
    expect(await readActBody(signed)).toEqual(body_value);
    expect(writeWire(signed)).toEqual(writeCanonical({ ...act }));
  });

  it.each(vectors.bad.filter(({ call }) => call === "verify"))("refuses the signature: $name", async ({ key, act, code }) => {
    expect(await refuseActSignature(unchecked(act), spkiOf(key ?? null))).toBe(code);
  });

  it.each(vectors.bad.filter(({ call, act }) => call === "body" && act.alg !== 0))("refuses the body: $name", async ({ act, code }) => {
    await expect(readActBody(unchecked(act))).rejects.toMatchObject({ code });
  });

  it.each(vectors.bad.filter(({ call }) => call === "read"))("reads no person's act: $name", ({ act, code }) => {
    // Acts of the system and acts without a signature do not come from people: the wire reader takes neither.
    const expected = act.alg === 0 ? "unknown_algorithm" : code;
    expect(codeOf(() => parseWire(writeCanonical({ ...act })))).toBe(expected);
  });

  it.each(vectors.payloads)("refuses the payload: $name", ({ text, code }) => {
    expect(codeOf(() => parsePayload(utf8(text)))).toBe(code);
  });

  it.each(signedByPeople.filter(({ act }) => act.alg === 1))("agrees with the check in script: $name", async ({ key, act }) => {
    const [publicKey, signature] = [spkiOf(key).slice(-32), base64Bytes(act.sig)];
    const message = preAuthentication(base64Bytes(act.payload));
    expect(isEd25519SignedInScript(publicKey, message, signature)).toBe(true);
    expect(await isEd25519Signed(publicKey, message, signature)).toBe(true);
    signature[0] = (signature[0] as number) ^ 1;
    expect(isEd25519SignedInScript(publicKey, message, signature)).toBe(false);
    expect(await isEd25519Signed(publicKey, message, signature)).toBe(false);
  });
});

const standard = async () => "standard" as const;
const national = async () => "national" as const;

describe("signing", () => {
  const draft: ActDraft = {
    type: "SubmitBid", body: { note: "e\u0301" }, actor: "4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f", role: "bidder",
    origin: "kaibiao.example/tlog/1", tender: null, lot: "1", seen: null, prev: null, clientTimeMs: 1,
  };

  it("makes one key for a person, and signs what the reader accepts", async () => {
    const shelf = new MemoryShelf<DeviceKeyRecord>();
    expect(await findDeviceKey("a", shelf)).toBeUndefined();
    const [first, again, other] = [await openDeviceKey("a", standard, shelf), await openDeviceKey("a", standard, shelf), await openDeviceKey("b", standard, shelf)];
    expect(again.keyId).toEqual(first.keyId);
    expect(other.keyId).not.toEqual(first.keyId);
    const act = await signAct(draft, first);
    const travelled = parseWire(writeWire(act));
    expect(await refuseActSignature(travelled, first.spki)).toBeUndefined();
    expect(await refuseActSignature(travelled, other.spki)).toBe("other_key");
    expect(await readActBody(travelled)).toEqual({ note: "\u00e9" });
  });

  it("never lets the private key out", async () => {
    const shelf = new MemoryShelf<DeviceKeyRecord>();
    await openDeviceKey("a", standard, shelf);
    const record = await shelf.read("a");
    if (record?.algorithm !== 1) throw new Error("an Ed25519 key was to be made");
    expect(record.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", record.privateKey)).rejects.toThrow();
  });

  it("takes P-256 where the browser has no Ed25519", async () => {
    const generate = crypto.subtle.generateKey.bind(crypto.subtle) as (...args: unknown[]) => Promise<CryptoKeyPair>;
    const spy = vi.spyOn(crypto.subtle, "generateKey").mockImplementation((async (algorithm: unknown, ...rest: unknown[]) => {
      if (algorithm === "Ed25519") throw new DOMException("no such algorithm", "NotSupportedError");
      return generate(algorithm, ...rest);
    }) as typeof crypto.subtle.generateKey);
    const signer = await openDeviceKey("a", standard, new MemoryShelf<DeviceKeyRecord>()).finally(() => spy.mockRestore());
    expect(signer.algorithm).toBe(2);
    expect(algorithmOf(signer.spki)).toBe(2);
    const act = parseWire(writeWire(await signAct(draft, signer)));
    expect(await refuseActSignature(act, signer.spki)).toBeUndefined();
    act.signature[5] = (act.signature[5] as number) ^ 1;
    expect(await refuseActSignature(act, signer.spki)).toBe("bad_signature");
  });

  it("takes SM2 where the centre asks for the national suite, and keeps its secret wrapped", async () => {
    const shelf = new MemoryShelf<DeviceKeyRecord>();
    const signer = await openDeviceKey("a", national, shelf);
    expect([signer.algorithm, algorithmOf(signer.spki)]).toEqual([3, 3]);
    const act = parseWire(writeWire(await signAct(draft, signer)));
    expect(await refuseActSignature(act, signer.spki)).toBeUndefined();
    act.signature[5] = (act.signature[5] as number) ^ 1;
    expect(await refuseActSignature(act, signer.spki)).toBe("bad_signature");
    const record = await shelf.read("a");
    if (record?.algorithm !== 3) throw new Error("an SM2 key was to be made");
    expect(record.wrapping.extractable).toBe(false);
    expect(record.wrapped.length).toBe(48);
    // The key stays what it is when the centre asks for other ones.
    expect((await openDeviceKey("a", standard, shelf)).keyId).toEqual(signer.keyId);
  });

  it("detaches a long body", async () => {
    const signer = await openDeviceKey("a", standard, new MemoryShelf<DeviceKeyRecord>());
    const body = { text: "x".repeat(3000) };
    const act = await signAct({ ...draft, body }, signer);
    expect(parsePayload(act.payload)).toMatchObject({ body: null, bodySha256: await sha256(writeCanonical(body)) });
    expect(await readActBody(parseWire(writeWire(act)))).toEqual(body);
  });

  it("signs nothing that the server would refuse by its form", async () => {
    const signer = await openDeviceKey("a", standard, new MemoryShelf<DeviceKeyRecord>());
    await expect(signAct({ ...draft, role: "no role" }, signer)).rejects.toMatchObject({ code: "payload_value" });
    await expect(signAct({ ...draft, body: { text: "x".repeat(1_100_000) } }, signer)).rejects.toMatchObject({ code: "body_size" });
  });
});

function spkiOf(name: string | null) {
  const key = vectors.keys.find((known) => known.name === name);
  if (!key) throw new Error(`no key ${name}`);
  return base64Bytes(key.spki);
}

/** The act of a vector without the checks of the wire reader. */
function unchecked({ alg, key_id, sig, body, payload }: WireVector): SignedAct {
  const detachedBody = body === null ? null : base64Bytes(body);
  const parts = { keyId: hexBytes(key_id), payload: base64Bytes(payload), signature: base64Bytes(sig), detachedBody, nonce: "" };
  return { ...parts, algorithm: alg as SignedAct["algorithm"] };
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ActError || error instanceof CanonicalError) return error.code;
    throw error;
  }
  return "accepted";
}
