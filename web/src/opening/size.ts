/** The width of an element as it changes. */
import { onMounted, onScopeDispose, ref, type Ref } from "vue";

/** Follows the width of `element`, in CSS pixels. */
export function useElementSize(element: Readonly<Ref<HTMLElement | null>>): { readonly width: Ref<number> } {
  const width = ref(640);
  const observer = new ResizeObserver(([entry]) => (width.value = entry?.contentRect.width ?? width.value));
  onMounted(() => element.value && observer.observe(element.value));
  onScopeDispose(() => observer.disconnect());
  return { width };
}
