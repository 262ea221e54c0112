/**
 * Names of organisations and people by id, for display: fetched once, kept as long as the page.
 *
 * In an opening thousands of readers learn the same ids at the same moment. Those without a part in it ask after a
 * random pause, so that an event never becomes a stampede.
 */
import { reactive } from "vue";

import { api } from "@/api";
import { centre } from "@/centre";
import { language } from "@/i18n";
import { me } from "@/session";
import type { Named } from "@/wire";

const OBSERVER_PAUSE_MS = 2000;
/** A name that was not told is asked for again after so long: a page that shows it asks at every change. */
const AGAIN_MS = 60_000;
const known = reactive(new Map<string, Named>());
const asked = new Set<string>();

/** Takes names from elsewhere: an evidence file brings its own. */
export function learnNames(names: readonly Named[]): void {
  for (const named of names) known.set(named.id, named);
}

/** The name of an organisation in the language in force; a short form of the id until it is known. */
export function organisationName(id: string): string {
  return nameOf(id, [...(centre.value?.organisations ?? []), me.value?.org], () => api.organisation(id));
}

/** The name of a person. */
export function personName(id: string): string {
  return id === me.value?.person ? me.value.name : nameOf(id, [], () => api.person(id));
}

function nameOf(id: string, candidates: readonly (Named | null | undefined)[], fetchName: () => Promise<Named>): string {
  const named = known.get(id) ?? candidates.find((candidate) => candidate?.id === id);
  if (named) return language.value === "en" && named.name_en ? named.name_en : named.name;
  if (!asked.has(id)) {
    asked.add(id);
    setTimeout(() => {
      fetchName().then((answer) => known.set(id, answer), () => setTimeout(() => asked.delete(id), AGAIN_MS));
    }, me.value ? 0 : Math.random() * OBSERVER_PAUSE_MS);
  }
  return id.slice(0, 8);
}
