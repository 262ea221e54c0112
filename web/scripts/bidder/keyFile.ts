/**
 * The bidder's signing key in a file, because Node has no IndexedDB: an Ed25519 private key as a JWK (RFC 8037).
 *
 * In a browser the key is never extractable; here its bytes exist in script once, to be written down.
 * *Invariant*: a key is used only after it is on disk, readable by its owner alone; a file that is no key is not replaced.
 */
import { readFile, writeFile } from "node:fs/promises";

import { MemoryShelf } from "../../src/acts/browserStore";
import { fromHex, toHex } from "../../src/acts/bytes";
import { type DeviceKeyRecord, openDeviceKey } from "../../src/acts/deviceKey";
import { type Signer } from "../../src/acts/act";
import { ed25519Spki } from "../../src/acts/signature";
import { BidderFailure } from "./failure";
import { isObject, type JsonObject, parseJson } from "./json";

const OWNER_ONLY = 0o600;

/** The signer whose key is in this file; made there if there is no file. Throws a [`BidderFailure`] `key_malformed`. */
export async function openKeyFile(path: string, person: string): Promise<Signer> {
  const jwk = (await readJwk(path)) ?? (await makeJwk(path));
  const shelf = new MemoryShelf<DeviceKeyRecord>();
  await shelf.write(person, await recordOf(jwk));
  return openDeviceKey(person, async () => "standard", shelf);
}

async function readJwk(path: string): Promise<JsonObject | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new BidderFailure("key_unreadable", path);
  });
  if (text === undefined) return undefined;
  const jwk = parseJson(text);
  if (!isObject(jwk)) throw malformed(path);
  return jwk;
}

async function makeJwk(path: string): Promise<JsonObject> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new BidderFailure("algorithm_missing", "Ed25519");
  const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.privateKey)) };
  // `wx`: two runs at the same moment must not each believe that their own key is the one on disk.
  await writeFile(path, `${JSON.stringify(jwk)}\n`, { mode: OWNER_ONLY, flag: "wx" });
  return jwk;
}

async function recordOf(jwk: JsonObject): Promise<DeviceKeyRecord> {
  const publicKey = typeof jwk["x"] === "string" ? fromHex(toHex(Buffer.from(jwk["x"], "base64url")), 32) : undefined;
  if (publicKey === undefined) throw malformed("x");
  try {
    const privateKey = await crypto.subtle.importKey("jwk", jwk as JsonWebKey, "Ed25519", false, ["sign"]);
    return { algorithm: 1, privateKey, spki: ed25519Spki(publicKey), createdMs: Date.now() };
  } catch {
    throw malformed("no Ed25519 private key");
  }
}

function malformed(detail: string): BidderFailure {
  return new BidderFailure("key_malformed", detail);
}
