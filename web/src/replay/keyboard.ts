/** The replay by keyboard. Keys that somebody types into a field, or with which a control is used, are not the replay's. */
import { onMounted, onScopeDispose } from "vue";

/** What a key does, by its name in `KeyboardEvent.key`. */
export type KeyDeeds = Readonly<Record<string, () => void>>;

/** Keys with which controls of a kind are used themselves. */
const OWN_KEYS: readonly (readonly [selector: string, keys: readonly string[]])[] = [
  ["textarea, select, input:not([type=range], [type=checkbox])", []],
  ["input[type=range]", ["ArrowLeft", "ArrowRight", "Home", "End"]],
  ["button, a, summary, input[type=checkbox]", [" "]],
];

/** Listens as long as the calling component lives. */
export function useKeys(deeds: KeyDeeds): void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isUsed(event.target, event.key)) return;
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  };
  onMounted(() => addEventListener("keydown", listen));
  onScopeDispose(() => removeEventListener("keydown", listen));
}

function isUsed(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  const own = OWN_KEYS.find(([selector]) => target.matches(selector));
  return own !== undefined && (own[1].length === 0 || own[1].includes(key));
}
