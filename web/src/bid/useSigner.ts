/** The key that signed a bid, beside the one of this device. */
import { computed } from "vue";

import { toHex } from "@/acts/bytes";
import { findDeviceKey } from "@/acts/deviceKey";
import { useRemote } from "@/parts/remote";
import type { Bid } from "@/protocol";
import { me } from "@/session";
import { signerStanding } from "./signer";

/** Who signed `bid`, and whether this device may take it back; undefined until both are known. */
export function useSigner(bid: () => Bid | undefined) {
  const { answer: own } = useRemote(
    async () => (me.value ? { key: await findDeviceKey(me.value.person) } : undefined), () => me.value?.person,
  );
  const ownId = computed(() => own.value && (own.value.key ? toHex(own.value.key.keyId) : ""));
  const standing = computed(() => {
    const [signed, id] = [bid(), ownId.value];
    return signed && id !== undefined ? signerStanding(signed.key, id, me.value?.keys ?? []) : undefined;
  });
  return {
    standing,
    /** Whether the centre would refuse this device's key for certain. */
    isRefused: computed(() => standing.value === "other" || standing.value === "later"),
    /** The name of the device that signed, if it is one of this person's. */
    device: computed(() => me.value?.keys.find(({ key_id }) => key_id === bid()?.key)?.name ?? ""),
    /** SubjectPublicKeyInfo of the key that signed, if it is this device's. */
    spki: computed(() => (standing.value === "same" ? own.value?.key?.spki : undefined)),
  };
}

/** What [`useSigner`] knows. */
export type BidSigner = ReturnType<typeof useSigner>;
