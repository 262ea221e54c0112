/** The names of custodians by their index, as the centre gives them. */
import { centre } from "@/centre";
import { catalogue, language } from "@/i18n";

const word = catalogue({ zh: { nameless: "{index} 号托管人" }, en: { nameless: "Custodian {index}" } });

/** The name in the language in force; the index for custodians of an earlier committee, whose names the centre no longer gives. */
export function custodianName(index: number): string {
  const custodian = centre.value?.custodians.find((candidate) => candidate.index === index);
  return (language.value === "en" && custodian?.name_en) || custodian?.name || word("nameless", { index });
}

/** How many custodians together make a key. */
export function thresholdInForce(): number {
  return centre.value?.threshold ?? Math.floor((centre.value?.custodians.length ?? 0) / 2) + 1;
}
