/**
 * A person's SM2 key on this device. No browser makes or keeps one, so the secret lies wrapped on the shelf, under an AES
 * key that script can use and not read, and exists in script for the moment of a signature.
 *
 * That is weaker than the keys of WebCrypto: script that runs in this page at that moment could take it. A centre that
 * asks for the national suite chooses that too (docs/national.md).
 */
import { type Bytes, fromHex, toHex } from "./bytes";
import { SM2_SIGNER_ID, spkiOfSm2 } from "./signature";

/** The record on the shelf. */
export interface NationalKeyRecord {
  readonly algorithm: 3;
  /** Opens `wrapped`; its bytes are never in script. */
  readonly wrapping: CryptoKey;
  readonly iv: Bytes;
  /** AES-256-GCM of the 32 bytes of the secret; the public key is bound to it. */
  readonly wrapped: Bytes;
  readonly spki: Bytes;
  /** When it was made, unix milliseconds by this device's clock. */
  readonly createdMs: number;
}

/** A new key. */
export async function makeNationalKey(): Promise<NationalKeyRecord> {
  const { sm2 } = await import("sm-crypto-v2");
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  const [secret, spki] = [bytesOf(privateKey, 32), spkiOfSm2(bytesOf(publicKey, 65))];
  const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = new Uint8Array(await crypto.subtle.encrypt(scheme(iv, spki), wrapping, secret));
  secret.fill(0);
  return { algorithm: 3, wrapping, iv, wrapped, spki, createdMs: Date.now() };
}

/** r || s over `message`, 64 bytes. */
export async function signNationally({ wrapping, iv, wrapped, spki }: NationalKeyRecord, message: Bytes): Promise<Bytes> {
  const { sm2 } = await import("sm-crypto-v2");
  const secret = new Uint8Array(await crypto.subtle.decrypt(scheme(iv, spki), wrapping, wrapped));
  const signature = sm2.doSignature(message, toHex(secret), { der: false, hash: true, userId: SM2_SIGNER_ID });
  secret.fill(0);
  return bytesOf(signature, 64);
}

const scheme = (iv: Bytes, spki: Bytes): AesGcmParams => ({ name: "AES-GCM", iv, additionalData: spki });

function bytesOf(hex: string, length: number): Bytes {
  const bytes = fromHex(hex, length);
  if (!bytes) throw new Error("the library for SM2 gave another length than the standard's");
  return bytes;
}
