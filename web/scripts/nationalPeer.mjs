// Writes crypto/vectors/national_peer.json: what `sm-crypto-v2` signs, hashes and encrypts, for the test of the Rust side.
// Signatures are random, so a second run writes other bytes; run it when the peer or the format changes: `node scripts/nationalPeer.mjs`.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";

import { sm2, sm3, sm4 } from "sm-crypto-v2";

const TAG_BYTES = 16;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
/** Bytes that look random and are always the same. */
const counted = (name, length) => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash("sha256").update(`${name} ${i}`).digest());
  return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
};

const messages = ["", "message", "开标一览表", "x".repeat(1000)].map((text) => Uint8Array.from(Buffer.from(text)));

function signature(message, userId) {
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  const options = { der: false, hash: true, publicKey, userId };
  return { secret: privateKey, public_key: publicKey, message: hex(message), signature: sm2.doSignature(message, privateKey, options) };
}

/** One segment as docs/formats.md 4 has it: nonce of 7 zeros, u32 index, u8 last; associated data is the core's digest. */
function segment(index, isLast, length) {
  const key = counted(`key ${index}`, 16);
  const core = counted(`core ${index}`, 32);
  const plaintext = counted(`plaintext ${index}`, length);
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = Number(isLast);
  const options = { mode: "gcm", iv: nonce, associatedData: core, outputTag: true, output: "array", padding: "none" };
  const { output, tag } = sm4.encrypt(plaintext, key, options);
  if (tag.length !== TAG_BYTES) throw new Error("a tag of another length");
  return { key: hex(key), core_sha256: hex(core), index, is_last: isLast, plaintext: hex(plaintext), ciphertext: hex(output) + hex(tag) };
}

const vectors = {
  about: "Made by sm-crypto-v2 1.15 (npm); the keys are public, use them for nothing.",
  signatures: messages.map((message) => signature(message, "1234567812345678")),
  other_ids: [signature(messages[1], "somebody@else"), signature(messages[1], "")],
  sm3: messages.map((message) => ({ message: hex(message), digest: sm3(message) })),
  segments: [segment(0, true, 0), segment(0, false, 1), segment(1, true, 33), segment(70_000, true, 100)],
};
writeFileSync(new URL("../../crypto/vectors/national_peer.json", import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
