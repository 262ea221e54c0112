/** Asking again and again while somebody looks. A hidden page asks nothing; once it is seen again, it asks at once. */
import { onScopeDispose } from "vue";

/** Calls `ask` every `intervalMs` while the page is visible, and at once when it becomes visible; ends with the calling scope. */
export function pollWhileVisible(ask: () => unknown, intervalMs: number): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const begin = () => (timer ??= setInterval(ask, intervalMs));
  const end = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const onChange = () => {
    if (document.visibilityState !== "visible") return end();
    begin();
    ask();
  };
  document.addEventListener("visibilitychange", onChange);
  if (document.visibilityState === "visible") begin();
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", onChange);
    end();
  });
}
