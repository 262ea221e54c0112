/** Whether this device's key may replace or withdraw a bid: only the key that signed it, or one that this key endorsed. */
import type { KeyOfMine } from "@/wire";

/**
 * How this device's key stands to the key that signed a bid: the `same`; another key of the person, which `perhaps`
 * endorsed it; one that came `later` and so cannot have; the key of somebody else (`other`).
 */
export type SignerStanding = "same" | "perhaps" | "later" | "other";

/** The standing. `own` is the id of this device's key, `keys` are the person's as the centre knows them. */
export function signerStanding(signedBy: string, own: string, keys: readonly KeyOfMine[]): SignerStanding {
  if (signedBy === own) return "same";
  const signer = keys.find(({ key_id }) => key_id === signedBy);
  // Keys are endorsed by their own person alone.
  if (!signer) return "other";
  const mine = keys.find(({ key_id }) => key_id === own);
  // Who endorses was there before.
  return mine && mine.since < signer.since ? "later" : "perhaps";
}
