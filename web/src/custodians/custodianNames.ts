/** The names of custodians by their index, as the centre gives them, or an evidence file that is played. */
import { computed, shallowRef } from "vue";

import { centre } from "@/centre";
import { catalogue, language } from "@/i18n";

const word = catalogue({ zh: { nameless: "{index} 号托管人" }, en: { nameless: "Custodian {index}" } });

/** A committee as far as its names are concerned. */
interface NamedCommittee {
  readonly custodians: readonly { readonly index: number; readonly name: string; readonly name_en?: string }[];
  readonly threshold: number;
}

const played = shallowRef<NamedCommittee>();
const shown = computed<NamedCommittee | undefined>(() => {
  const known = centre.value;
  return played.value ?? (known && { custodians: known.custodians, threshold: known.threshold ?? Math.floor(known.custodians.length / 2) + 1 });
});

/** While a file is played, its own committee is named; without one the centre's is again. */
export function nameCommittee(committee: NamedCommittee | undefined): void {
  played.value = committee;
}

/** How many custodians there are. */
export function custodianCount(): number {
  return shown.value?.custodians.length ?? 0;
}

/** The name in the language in force; the index for custodians of an earlier committee, whose names the centre no longer gives. */
export function custodianName(index: number): string {
  const custodian = shown.value?.custodians.find((candidate) => candidate.index === index);
  return (language.value === "en" && custodian?.name_en) || custodian?.name || word("nameless", { index });
}

/** How many custodians together make a key. */
export function thresholdInForce(): number {
  return shown.value?.threshold ?? 1;
}
