/**
 * The signing key of a person on this device: made by the browser, kept in IndexedDB, never extractable.
 *
 * Ed25519 where WebCrypto has it, else ECDSA P-256; SM2 where the centre asks for the national suite. Not an identity: the
 * registrar's certificate in the log makes it one. *Invariant*: one key for a person and an origin; no bytes of a private
 * key of WebCrypto ever exist in script (what holds for SM2 is said in `deviceKeyNational.ts`).
 */
import { openBrowserShelf, type Shelf } from "./browserStore";
import { type Bytes } from "./bytes";
import { type Signer } from "./act";
import { makeNationalKey, type NationalKeyRecord, signNationally } from "./deviceKeyNational";
import { keyIdOf } from "./signature";

/** The algorithms that a centre asks for: those of WebCrypto, or SM2. */
export type KeySuite = "standard" | "national";

/** A record on the shelf. */
export type DeviceKeyRecord = WebKeyRecord | NationalKeyRecord;

/** A key that WebCrypto made and keeps: Ed25519 or P-256. */
interface WebKeyRecord {
  readonly algorithm: 1 | 2;
  readonly privateKey: CryptoKey;
  readonly spki: Bytes;
  /** When it was made, unix milliseconds by this device's clock. */
  readonly createdMs: number;
}

/** The person's key on this device, made at the first call; only then `suite` is asked for. */
export async function openDeviceKey(person: string, suite: () => Promise<KeySuite>, shelf?: Shelf<DeviceKeyRecord>): Promise<Signer> {
  const keys = shelf ?? (await openBrowserShelf<DeviceKeyRecord>("device_keys"));
  const record = (await keys.read(person)) ?? (await keys.writeIfAbsent(person, await makeKey(await suite())));
  return signerOf(record);
}

/** The person's key if this device has one: to tell "sign in on a new device" from "first visit". */
export async function findDeviceKey(person: string, shelf?: Shelf<DeviceKeyRecord>): Promise<Signer | undefined> {
  const keys = shelf ?? (await openBrowserShelf<DeviceKeyRecord>("device_keys"));
  const record = await keys.read(person);
  return record && signerOf(record);
}

/** A new key in the place of the one that this device has; the old one is gone for good. */
export async function renewDeviceKey(person: string, suite: () => Promise<KeySuite>, shelf?: Shelf<DeviceKeyRecord>): Promise<void> {
  const keys = shelf ?? (await openBrowserShelf<DeviceKeyRecord>("device_keys"));
  await keys.write(person, await makeKey(await suite()));
}

/** Which algorithm of WebCrypto a new key on this device would have. */
export async function newKeyAlgorithm(): Promise<1 | 2> {
  return (await makeWebKey()).algorithm;
}

async function signerOf(record: DeviceKeyRecord): Promise<Signer> {
  return {
    algorithm: record.algorithm,
    spki: record.spki,
    keyId: await keyIdOf(record.spki),
    async sign(message: Bytes): Promise<Bytes> {
      if (record.algorithm === 3) return signNationally(record, message);
      const scheme = record.algorithm === 1 ? "Ed25519" : { name: "ECDSA", hash: "SHA-256" };
      return new Uint8Array(await crypto.subtle.sign(scheme, record.privateKey, message));
    },
  };
}

function makeKey(suite: KeySuite): Promise<DeviceKeyRecord> {
  return suite === "national" ? makeNationalKey() : makeWebKey();
}

async function makeWebKey(): Promise<WebKeyRecord> {
  const edwards = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]).catch(() => undefined);
  if (edwards !== undefined && "privateKey" in edwards) return recordOf(1, edwards);
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  return recordOf(2, await crypto.subtle.generateKey(curve, false, ["sign", "verify"]));
}

async function recordOf(algorithm: 1 | 2, pair: CryptoKeyPair): Promise<WebKeyRecord> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { algorithm, privateKey: pair.privateKey, spki, createdMs: Date.now() };
}
