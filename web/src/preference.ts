/**
 * What this device remembers about its reader's taste: language, size of text, theme, the role chosen last.
 *
 * Nothing here is evidence and nothing is secret; a browser that refuses storage only forgets.
 */

/** The names of what is remembered. */
export type PreferenceName = "language" | "size" | "theme" | "role" | "voice" | "centre";

/** The remembered value, if there is one. */
export function recall(name: PreferenceName): string | undefined {
  try {
    return localStorage.getItem(`kaibiao.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a value. */
export function remember(name: PreferenceName, value: string): void {
  try {
    localStorage.setItem(`kaibiao.${name}`, value);
  } catch {
    // Storage is refused (private window, policy): the choice lasts as long as the page.
  }
}
