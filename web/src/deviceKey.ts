/** This device's signing key, certified: made at the first sign-in, known to the centre afterwards. */
import { api } from "@/api";
import { toBase64, toHex, utf8 } from "@/acts/bytes";
import { findDeviceKey, openDeviceKey } from "@/acts/deviceKey";
import { preAuthentication } from "@/acts/pae";
import { keySuite } from "@/centre";
import type { DeviceKeyState } from "@/session";
import type { Me } from "@/wire";

/**
 * Opens this device's key and asks for its certificate where it is the person's first.
 *
 * Any further key must be endorsed by an older one, so the centre is not asked for what it would refuse.
 */
export async function certifyDeviceKey(me: Me): Promise<{ me: Me; state: DeviceKeyState }> {
  const key = await openDeviceKey(me.person, keySuite);
  const keyId = toHex(key.keyId);
  if (me.keys.length > 0) return { me, state: stateOf(me, keyId) };
  // The proof binds the key to this person and this log, so that nobody can have a stranger's key certified as their own.
  const proof = await key.sign(preAuthentication(utf8(`kaibiao key ${me.person} ${me.origin}`)));
  const answer = await api.certifyKey({
    alg: key.algorithm,
    spki: toBase64(key.spki),
    proof: toBase64(proof),
    name: deviceName(),
  });
  return { me: answer, state: stateOf(answer, keyId) };
}

/** What this device's key is good for; makes none. `unknown` where neither device nor centre has one. */
export async function stateOfDeviceKey(me: Me): Promise<DeviceKeyState> {
  const key = await findDeviceKey(me.person);
  return stateOf(me, key ? toHex(key.keyId) : "");
}

/** A name by which a person recognises the device; not an identification of it. */
export function deviceName(): string {
  const system = ["Windows", "Android", "iPhone", "iPad", "Mac", "Linux"].find((name) => navigator.userAgent.includes(name));
  const browser = ["Edg", "Firefox", "Chrome", "Safari"].find((name) => navigator.userAgent.includes(name));
  return `${browser === "Edg" ? "Edge" : (browser ?? "Browser")} · ${system ?? "?"}`;
}

function stateOf({ keys }: Me, keyId: string): DeviceKeyState {
  const known = keys.find((key) => key.key_id === keyId);
  return known?.status ?? (keys.length > 0 ? "unendorsed" : "unknown");
}
