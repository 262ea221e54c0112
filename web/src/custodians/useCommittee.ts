/**
 * The check of the custodians' key as a page holds it: run again when notice or centre change.
 *
 * The cryptography comes after the page. *Invariant*: a report is of the notice and the centre that are shown, or absent.
 */
import { computed, shallowRef, watch } from "vue";

import { centre, loadCentre } from "@/centre";
import type { Check } from "@/parts/checks";
import type { CommitteeReport, NoticeLock } from "./committee";

type Words = typeof import("./committeeChecks");

/** Checks the centre's committee, and against it the lock that `notice` gives, if it gives one. */
export function useCommittee(notice: () => NoticeLock | undefined = () => undefined) {
  const report = shallowRef<CommitteeReport>();
  const words = shallowRef<Words>();
  let asking = 0;

  watch([centre, () => notice()?.group_key, () => notice()?.committee], async () => {
    const own = (asking += 1);
    report.value = undefined;
    const [known, lock] = [centre.value, notice()];
    if (!known || known.custodians.length === 0) return;
    const loaded = await import("./committeeChecks");
    const examined = await loaded.examineCommittee(known, lock);
    if (own === asking) [report.value, words.value] = [examined, loaded];
  }, { immediate: true });
  void loadCentre();

  return {
    report,
    /** What was checked, for the jade mark; empty while it is not known. */
    checks: computed<readonly Check[]>(() => (report.value && words.value?.committeeChecks(report.value, centre.value?.custodians ?? [])) ?? []),
    /** The standing of the signature at this place of the list, in words. */
    standingAt: (at: number): string => {
      const standing = report.value?.standings[at];
      return standing && words.value ? words.value.standingText(standing) : "";
    },
  };
}
