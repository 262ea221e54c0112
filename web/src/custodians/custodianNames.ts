/** The names of custodians by their index, as the centre gives them, or an evidence file that is played. */
import { computed, shallowRef } from "vue";

import { centre } from "@/centre";
import { catalogue, language } from "@/i18n";
import type { Centre, Dealing } from "@/wire";

const word = catalogue({ zh: { nameless: "{index} 号托管人" }, en: { nameless: "Custodian {index}" } });

/** A dealing of shares: in its custodians' order the rooms count them. */
export interface DealingRef {
  /** Group key of the tender's notice. */
  readonly groupKey: string | null;
  readonly epoch: number;
}

/** Custodians in office and earlier dealings, as far as their names are concerned. */
export type NamedCustodians = Pick<Centre, "custodians" | "threshold" | "group_key" | "epoch" | "dealings">;

const played = shallowRef<NamedCustodians>();
const told = computed<NamedCustodians | undefined>(() => played.value ?? centre.value);

/** While a file is played, its own custodians are named; without one the centre's are again. */
export function nameCustodians(custodians: NamedCustodians | undefined): void {
  played.value = custodians;
}

/** How many custodians are in office. */
export function custodianCount(): number {
  return told.value?.custodians.length ?? 0;
}

const dealt = (of: DealingRef) => told.value?.dealings?.find(({ epoch, group_key }) => epoch === of.epoch && group_key === of.groupKey);

const isInOffice = (dealing: Dealing): boolean => dealing.group_key === told.value?.group_key && dealing.epoch === told.value.epoch;

/** The name in the language in force, of the custodians in office or of those of an earlier dealing. */
export function custodianName(index: number, of?: DealingRef): string {
  const earlier = of && dealt(of);
  if (earlier && !isInOffice(earlier)) return earlier.names[index - 1] ?? word("nameless", { index });
  const custodian = told.value?.custodians.find((candidate) => candidate.index === index);
  return (language.value === "en" && custodian?.name_en) || custodian?.name || word("nameless", { index });
}

/** How many custodians together make a key: those in office, or those of an earlier dealing. */
export function thresholdInForce(of?: DealingRef): number {
  const earlier = of && dealt(of);
  if (earlier) return earlier.threshold;
  return told.value?.threshold ?? Math.floor((told.value?.custodians.length ?? 0) / 2) + 1;
}
