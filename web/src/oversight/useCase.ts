/** A case while it is written: its texts, and the files that it rests on. */
import { computed, reactive, ref } from "vue";

import type { Document } from "@/protocol";

/** The most files of evidence of one case. */
export const EVIDENCE_MAX = 8;

/** An empty case, whether all of it is written, and as it is signed: digests ascending, each once. */
export function useCase() {
  const texts = reactive({ argument: "", claim: "", remedy: "" });
  const evidence = ref<readonly Document[]>([]);
  const trimmed = (text: string) => text.normalize("NFC").trim();
  return {
    texts,
    evidence,
    isWritten: computed(() => [texts.argument, texts.claim, texts.remedy].every((text) => trimmed(text) !== "")),
    signed: () => ({
      argument: trimmed(texts.argument), claim: trimmed(texts.claim), remedy: trimmed(texts.remedy),
      evidence: [...new Set(evidence.value.map(({ sha256 }) => sha256))].sort(),
    }),
    clear: () => {
      Object.assign(texts, { argument: "", claim: "", remedy: "" });
      evidence.value = [];
    },
  };
}
