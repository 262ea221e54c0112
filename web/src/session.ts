/**
 * Who is signed in, and in which of their roles.
 *
 * The cookie is the session; this is what the page knows of it. Signing in also makes this device's signing key, because
 * without a certified key a person can read but not act.
 */
import { computed, ref, shallowRef } from "vue";

import { api } from "@/api";
import { recall, remember } from "@/preference";
import { asProblem, Problem } from "@/problem";
import type { Role } from "@/protocol";
import type { Me } from "@/wire";

/** What this device's key is good for. `unendorsed`: the person has other keys, and none of them has signed for this one. */
export type DeviceKeyState = "unknown" | "active" | "pending" | "unendorsed" | "revoked" | "none";

const person = shallowRef<Me>();
const chosenRole = ref<Role>();
const knownOnce = ref(false);

/** The person, if signed in. */
export const me = computed(() => person.value);
/** The role the person acts in. */
export const role = computed(() => chosenRole.value);
/** Whether the server has said who we are, or that we are nobody. */
export const isSessionKnown = computed(() => knownOnce.value);
/** What this device's key is good for. */
export const deviceKey = ref<DeviceKeyState>("unknown");

/** Asks who is signed in. Never rejects: without an answer one reads as the public. */
export async function loadSession(): Promise<void> {
  try {
    accept(await api.session());
    void lookAtKey();
  } catch {
    accept(undefined);
  } finally {
    knownOnce.value = true;
  }
}

/** Asks again: another device may have endorsed this one's key meanwhile. Without an answer what is known stays. */
export async function refreshSession(): Promise<void> {
  try {
    accept(await api.session());
  } catch (error) {
    if (asProblem(error).status === 401) accept(undefined);
  }
  await lookAtKey();
}

/** Signs in; then makes and certifies this device's key if it has none. Throws a `Problem` if name or password are wrong. */
export async function signIn(login: string, password: string): Promise<void> {
  accept(await api.signIn(login, password));
  knownOnce.value = true;
  await ensureDeviceKey();
}

/** Signs out. The device key stays on the device. */
export async function signOut(): Promise<void> {
  await api.signOut();
  accept(undefined);
}

/** Chooses the role to act in. */
export function chooseRole(role: Role): void {
  chosenRole.value = role;
  remember("role", role);
}

/** Makes this device's key if there is none, and has it certified. Returns the problem instead of throwing: reading works without. */
export async function ensureDeviceKey(): Promise<Problem | undefined> {
  const known = person.value;
  if (!known) return undefined;
  try {
    const { certifyDeviceKey } = await import("@/deviceKey");
    const answer = await certifyDeviceKey(known);
    person.value = answer.me;
    deviceKey.value = answer.state;
    return undefined;
  } catch (error) {
    deviceKey.value = "none";
    return asProblem(error);
  }
}

/** Whether the person may act in this role. */
export function hasRole(wanted: Role): boolean {
  return person.value?.roles.includes(wanted) ?? false;
}

/** Says what this device's key is good for, as far as that is known without making one. */
async function lookAtKey(): Promise<void> {
  const known = person.value;
  if (!known) return;
  try {
    const { stateOfDeviceKey } = await import("@/deviceKey");
    deviceKey.value = await stateOfDeviceKey(known);
  } catch {
    // Without storage there is no key; the first act says so.
  }
}

function accept(known: Me | undefined): void {
  person.value = known;
  const last = recall("role");
  chosenRole.value = known?.roles.find((role) => role === last) ?? known?.roles[0];
  if (!known) deviceKey.value = "unknown";
}
