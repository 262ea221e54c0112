/** The national signatures, digests and prototype lock against `sm-crypto-v2`; envelopes are in `seal/national.test.ts`. */
import { sm2, sm3 } from "sm-crypto-v2";
import { describe, expect, it } from "vitest";

import { refuseActSignature, type SignedAct } from "./act";
import { type Bytes, fromHex, toHex, utf8 } from "./bytes";
import { algorithmOf, isSignedBy, keyIdOf } from "./signature";
import { base64Bytes, hexBytes, vectorsOf } from "./vectors";

interface Signature {
  spki: string;
  message: string;
  signature: string;
}
const vectors = vectorsOf<{
  signer_id: string;
  sm3: { text: string; digest: string }[];
  signatures: (Signature & { secret: string; key_id: string })[];
  bad_signatures: (Signature & { name: string })[];
  bad_keys: { name: string; spki: string; code: string }[];
  act: { spki: string; act: { alg: number; key_id: string; payload: string; sig: string } };
  threshold: { group_secret: string; group_key: string; label_bytes: string; message: string; sm2_ciphertext: string };
}>("national.json");

/** 04, x, y of a SubjectPublicKeyInfo. */
const pointOf = (spki: string) => toHex(base64Bytes(spki).subarray(26));
const asPeer = { der: false, hash: true, userId: vectors.signer_id } as const;

describe("the peer reads what was made here", () => {
  it.each(vectors.sm3)("digests $text", ({ text, digest }) => {
    expect(sm3(utf8(text))).toBe(digest);
  });

  it.each(vectors.signatures)("verifies a signature over $message", ({ secret, spki, message, signature }) => {
    expect(sm2.getPublicKeyFromPrivateKey(secret)).toBe(pointOf(spki));
    expect(sm2.doVerifySignature(hexBytes(message), signature, pointOf(spki), asPeer)).toBe(true);
    expect(sm2.doVerifySignature(utf8("another"), signature, pointOf(spki), asPeer)).toBe(false);
  });

  it("decrypts the lock of the prototype with the whole key", () => {
    const { group_secret, group_key, sm2_ciphertext, label_bytes, message } = vectors.threshold;
    expect(sm2.getPublicKeyFromPrivateKey(group_secret)).toBe(group_key);
    // The peer leaves out the 04 of C1.
    const plaintext = sm2.doDecrypt(sm2_ciphertext.slice(2), group_secret, 1, { output: "array" });
    expect(toHex(plaintext.slice())).toBe(sm3(hexBytes(label_bytes)) + message);
  });
});

describe("alg 3 is read here", () => {
  it.each(vectors.signatures)("verifies a signature over $message", async ({ spki, key_id, message, signature }) => {
    const key = base64Bytes(spki);
    expect(algorithmOf(key)).toBe(3);
    expect(toHex(await keyIdOf(key))).toBe(key_id);
    expect(await isSignedBy(3, key, hexBytes(message), hexBytes(signature))).toBe(true);
    expect(await isSignedBy(3, key, utf8("another"), hexBytes(signature))).toBe(false);
    expect(await isSignedBy(2, key, hexBytes(message), hexBytes(signature))).toBe(false);
  });

  it("verifies what the peer signs, under the one id only", async () => {
    const { privateKey, publicKey } = sm2.generateKeyPairHex();
    const spki = hexBytes(`3059301306072a8648ce3d020106082a811ccf5501822d034200${publicKey}`);
    const signed = (userId: string): Bytes => hexBytes(sm2.doSignature(utf8("开标"), privateKey, { ...asPeer, userId }));
    expect(await isSignedBy(3, spki, utf8("开标"), signed(vectors.signer_id))).toBe(true);
    expect(await isSignedBy(3, spki, utf8("开标"), signed("somebody@else"))).toBe(false);
  });

  it.each(vectors.bad_signatures)("refuses: $name", async ({ spki, message, signature }) => {
    expect(await isSignedBy(3, base64Bytes(spki), hexBytes(message), fromHex(signature) ?? utf8(""))).toBe(false);
  });

  it.each(vectors.bad_keys)("verifies nothing with the key: $name", async ({ spki }) => {
    const { message, signature } = vectors.signatures[0] as Signature;
    expect(await isSignedBy(3, base64Bytes(spki), hexBytes(message), hexBytes(signature))).toBe(false);
  });

  it("checks an act of alg 3", async () => {
    const { spki, act } = vectors.act;
    const read: SignedAct = {
      algorithm: 3, keyId: hexBytes(act.key_id), payload: base64Bytes(act.payload), signature: base64Bytes(act.sig), detachedBody: null, nonce: "",
    };
    expect(act.alg).toBe(3);
    expect(await refuseActSignature(read, base64Bytes(spki))).toBeUndefined();
    const changed = base64Bytes(act.sig);
    changed[40] = (changed[40] as number) ^ 1;
    expect(await refuseActSignature({ ...read, signature: changed }, base64Bytes(spki))).toBe("bad_signature");
    expect(await refuseActSignature({ ...read, algorithm: 2 }, base64Bytes(spki))).toBe("other_key");
  });
});
