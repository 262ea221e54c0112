/**
 * What this browser knows about the centre: its name, its keys, its custodians.
 *
 * Kept on the device, so that a receipt can be checked without a line. *Invariant*: a key that differs from the remembered
 * one is reported, and taken over only when the reader says so.
 */
import { computed, shallowRef } from "vue";

import type { KeySuite } from "@/acts/deviceKey";
import { read } from "@/api";
import type { KeyChange } from "@/centreKeys";
import { recall, remember } from "@/preference";
import type { Centre } from "@/wire";

const known = shallowRef<Centre | undefined>(remembered());
const changes = shallowRef<readonly KeyChange[]>([]);

/** The centre; undefined until the first answer on this device. */
export const centre = computed(() => known.value);
/** Keys of the log and of the custodians that are not the ones this device remembers. */
export const changedKeys = computed(() => changes.value);

let asked: Promise<Centre | undefined> | undefined;

/** The centre, asked for once a page load; the remembered one where the server is not reached. */
export function loadCentre(): Promise<Centre | undefined> {
  asked ??= read<Centre>("/api/centre").then(accept).catch(() => {
    asked = undefined;
    return known.value;
  });
  return asked;
}

/** Which keys the centre asks for on devices: those of its sealing policy's suite. */
export async function keySuite(): Promise<KeySuite> {
  return (await loadCentre())?.sealing.suite ?? "standard";
}

/** Asks again, after an act that changes the centre. */
export function reloadCentre(): Promise<Centre | undefined> {
  asked = undefined;
  return loadCentre();
}

/** The reader has compared the changed keys and takes them: from now on they are the remembered ones. */
export function confirmKeys(): void {
  changes.value = [];
  if (known.value) remember("centre", JSON.stringify(known.value));
}

async function accept(answer: Centre): Promise<Centre> {
  const [before, text] = [remembered(), JSON.stringify(answer)];
  changes.value = !before || recall("centre") === text ? [] : await (await import("@/centreKeys")).changesSince(before, answer);
  known.value = answer;
  // A changed key is shown at every visit until the reader has looked into it, so the old one stays remembered.
  if (changes.value.length === 0) remember("centre", text);
  return answer;
}

function remembered(): Centre | undefined {
  try {
    return JSON.parse(recall("centre") ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
