/** Suite 1: HKDF-SHA256 and AES-256-GCM, both by WebCrypto. */
import { type Bytes, sha256 } from "../acts/bytes";
import { TAG_BYTES } from "./payloadPlan";
import { type SuiteAlgorithms } from "./suite";

/** The algorithms of the standard suite. */
export const standard: SuiteAlgorithms = {
  payloadKeyBytes: 32,
  digest: sha256,
  async extract(salt, material) {
    const key = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits"]);
    return async (info, length) => {
      const scheme = { name: "HKDF", hash: "SHA-256", salt, info };
      return new Uint8Array(await crypto.subtle.deriveBits(scheme, key, 8 * length));
    };
  },
  async cipher(payloadKey) {
    const key = await crypto.subtle.importKey("raw", payloadKey, "AES-GCM", false, ["encrypt", "decrypt"]);
    return {
      // WebCrypto works in threads of its own.
      inFlight: 4,
      async seal(nonce, associated, plaintext) {
        return new Uint8Array(await crypto.subtle.encrypt(scheme(nonce, associated), key, plaintext));
      },
      async open(nonce, associated, ciphertext) {
        const plaintext = await crypto.subtle.decrypt(scheme(nonce, associated), key, ciphertext).catch(() => undefined);
        return plaintext && new Uint8Array(plaintext);
      },
    };
  },
};

function scheme(nonce: Bytes, associated: Bytes): AesGcmParams {
  return { name: "AES-GCM", iv: nonce, additionalData: associated, tagLength: 8 * TAG_BYTES };
}
