/** The texts of a case while they are written. */
import { computed, reactive } from "vue";

/** Empty texts, whether all are written, and the texts as they are signed. */
export function useCase() {
  const texts = reactive({ argument: "", claim: "", remedy: "" });
  const trimmed = (text: string) => text.normalize("NFC").trim();
  return {
    texts,
    isWritten: computed(() => [texts.argument, texts.claim, texts.remedy].every((text) => trimmed(text) !== "")),
    signed: () => ({ argument: trimmed(texts.argument), claim: trimmed(texts.claim), remedy: trimmed(texts.remedy) }),
    clear: () => Object.assign(texts, { argument: "", claim: "", remedy: "" }),
  };
}
