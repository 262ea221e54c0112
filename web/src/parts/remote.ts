/** Something that is read from the server: waiting, there, or a problem. The newest question wins; older answers are dropped. */
import { onScopeDispose, ref, shallowRef, watch } from "vue";

import { asProblem, type Problem } from "@/problem";

/** Reads again whenever what `ask` depends on changes, and when asked to. */
export function useRemote<Answer>(ask: (signal: AbortSignal) => Promise<Answer>, dependsOn: () => unknown) {
  const answer = shallowRef<Answer>();
  const problem = shallowRef<Problem>();
  const isLoading = ref(true);
  let asking: AbortController | undefined;

  async function reload(): Promise<void> {
    asking?.abort();
    const own = new AbortController();
    asking = own;
    isLoading.value = true;
    try {
      const got = await ask(own.signal);
      if (own !== asking) return;
      [answer.value, problem.value] = [got, undefined];
    } catch (error) {
      if (own === asking && !own.signal.aborted) problem.value = asProblem(error);
    } finally {
      if (own === asking) isLoading.value = false;
    }
  }

  watch(dependsOn, () => void reload(), { immediate: true });
  onScopeDispose(() => asking?.abort());
  return { answer, problem, isLoading, reload };
}
