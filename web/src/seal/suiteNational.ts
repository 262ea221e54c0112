/**
 * Suite 2: HKDF with SM3 and SM4-GCM, in script, because no browser has them; `suite.ts` loads it when it is needed.
 *
 * It does not run in constant time: sealing is done on the bidder's own device, where nobody else measures.
 * *Invariant*: nothing is decrypted without its whole tag, which the library leaves to its caller.
 */
import { hkdf, sm3, sm4 } from "sm-crypto-v2";

import { type Bytes, concat, fromHex } from "../acts/bytes";
import { TAG_BYTES } from "./payloadPlan";
import { type SuiteAlgorithms } from "./suite";

/** The algorithms of the national suite. */
export const national: SuiteAlgorithms = {
  payloadKeyBytes: 16,
  async digest(...parts) {
    return fromHex(sm3(concat(...parts))) as Bytes;
  },
  async extract(salt, material) {
    return async (info, length) => new Uint8Array(hkdf(material, salt, info, length));
  },
  async cipher(payloadKey) {
    return {
      // One at a time: script has one thread, and between two segments it hears a pause or a cancellation.
      inFlight: 1,
      async seal(nonce, associated, plaintext) {
        const { output, tag } = sm4.encrypt(plaintext, payloadKey, { ...options(nonce, associated), outputTag: true });
        return concat(output, tag as Uint8Array);
      },
      async open(nonce, associated, ciphertext) {
        const end = ciphertext.length - TAG_BYTES;
        if (end < 0) return undefined;
        const tag = ciphertext.subarray(end);
        try {
          return new Uint8Array(sm4.decrypt(ciphertext.subarray(0, end), payloadKey, { ...options(nonce, associated), tag }));
        } catch {
          return undefined;
        }
      },
    };
  },
};

function options(nonce: Bytes, associated: Bytes) {
  return { mode: "gcm", iv: nonce, associatedData: associated, output: "array" } as const;
}
