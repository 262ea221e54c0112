/** The names of custodians by their index, as the centre gives them. */
import { centre } from "@/centre";
import { catalogue, language } from "@/i18n";
import type { Dealing } from "@/wire";

const word = catalogue({ zh: { nameless: "{index} 号托管人" }, en: { nameless: "Custodian {index}" } });

/** A dealing of shares: in its custodians' order the rooms count them. */
export interface DealingRef {
  /** Group key of the tender's notice. */
  readonly groupKey: string | null;
  readonly epoch: number;
}

const dealt = (of: DealingRef) => centre.value?.dealings?.find(({ epoch, group_key }) => epoch === of.epoch && group_key === of.groupKey);

const isInOffice = (dealing: Dealing): boolean => dealing.group_key === centre.value?.group_key && dealing.epoch === centre.value.epoch;

/** The name in the language in force, of the custodians in office or of those of an earlier dealing. */
export function custodianName(index: number, of?: DealingRef): string {
  const earlier = of && dealt(of);
  if (earlier && !isInOffice(earlier)) return earlier.names[index - 1] ?? word("nameless", { index });
  const custodian = centre.value?.custodians.find((candidate) => candidate.index === index);
  return (language.value === "en" && custodian?.name_en) || custodian?.name || word("nameless", { index });
}

/** How many custodians together make a key: those in office, or those of an earlier dealing. */
export function thresholdInForce(of?: DealingRef): number {
  const earlier = of && dealt(of);
  if (earlier) return earlier.threshold;
  return centre.value?.threshold ?? Math.floor((centre.value?.custodians.length ?? 0) / 2) + 1;
}
