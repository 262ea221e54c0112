/**
 * What this browser knows about the centre: its name, its keys, its custodians.
 *
 * Kept on the device, so that a receipt can be checked without a line. *Invariant*: a log key that differs from the
 * remembered one is reported, never silently taken over.
 */
import { computed, ref, shallowRef } from "vue";

import { read } from "@/api";
import { recall, remember } from "@/preference";
import type { Centre } from "@/wire";

const known = shallowRef<Centre | undefined>(remembered());

/** The centre; undefined until the first answer on this device. */
export const centre = computed(() => known.value);
/** The log key or the custodians' group key is another than this device remembered. */
export const isKeyChanged = ref(false);

let asked: Promise<Centre | undefined> | undefined;

/** The centre, asked for once a page load; the remembered one where the server is not reached. */
export function loadCentre(): Promise<Centre | undefined> {
  asked ??= read<Centre>("/api/centre").then(accept, () => {
    asked = undefined;
    return known.value;
  });
  return asked;
}

function accept(answer: Centre): Centre {
  const before = known.value;
  const isOther = before !== undefined && before.origin === answer.origin &&
    (before.log_key !== answer.log_key || (before.group_key !== null && before.group_key !== answer.group_key));
  isKeyChanged.value = isOther;
  known.value = answer;
  // A changed key is shown at every visit until the reader has looked into it, so the old one stays remembered.
  if (!isOther) remember("centre", JSON.stringify(answer));
  return answer;
}

function remembered(): Centre | undefined {
  try {
    return JSON.parse(recall("centre") ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
