/**
 * The check of the signed notice as a page holds it: run again when the notice changes.
 *
 * The cryptography comes after the page. *Invariant*: a report is of the notice that is shown, or absent.
 */
import { computed, shallowRef, watch } from "vue";

import type { Check } from "@/parts/checks";
import type { TenderView } from "@/protocol";
import type { NoticeReport } from "./signedNotice";
import { n } from "./words";

/** Examines the signed notice of `view`, once there is one. */
export function useNotice(view: () => TenderView | undefined) {
  const report = shallowRef<NoticeReport>();
  const isUnavailable = shallowRef(false);
  let asking = 0;
  watch(view, async (shown) => {
    const own = (asking += 1);
    [report.value, isUnavailable.value] = [undefined, false];
    if (!shown || shown.notice === null) return;
    const examined = await import("./signedNotice").then(({ examineNotice }) => examineNotice(shown)).catch(() => undefined);
    if (own === asking) [report.value, isUnavailable.value] = [examined, examined === undefined];
  }, { immediate: true });

  const checks = computed<readonly Check[]>(() => {
    const { isSigned, isSame, termsDigest } = report.value ?? {};
    const notice = view()?.notice;
    const verdict = (isGood: boolean | undefined) => (isGood === undefined ? "not_checked" : isGood ? "passed" : "failed");
    const detail = (word: "notice" | "terms") => n(report.value ? `lock.check.${word}.log` : "lock.check.unavailable");
    return [
      { title: n("lock.check.notice"), verdict: verdict(isSigned), ...(notice ? { evidence: notice } : {}), detail: detail("notice") },
      { title: n("lock.check.terms"), verdict: verdict(isSame), ...(termsDigest ? { evidence: termsDigest } : {}), detail: detail("terms") },
    ];
  });
  return {
    checks,
    /** Whether there is a signed notice that says what the page shows; undefined while that is not known. */
    isProven: computed(() => (report.value ? report.value.isSigned && report.value.isSame : isUnavailable.value ? false : undefined)),
  };
}
