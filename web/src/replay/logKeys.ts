/**
 * Keys of logs that readers brought from elsewhere, remembered on this device by the log's origin.
 *
 * A file's own key is never remembered: it would vouch for itself at the next visit.
 */
import { centre } from "@/centre";

/** Where the key is from that a file is checked against. */
export type KeyOrigin = "own" | "given" | "remembered" | "device";

/** A key, or a whole policy, and where it is from. */
export interface KnownKey {
  readonly origin: KeyOrigin;
  readonly text: string | undefined;
}

const NAME = "kaibiao.log-keys";

/** The best key for a log: one given earlier, the centre's that this device remembers, else none but the file's own. */
export function keyFor(origin: string): KnownKey {
  const given = remembered()[origin];
  if (given !== undefined) return { origin: "remembered", text: given };
  const own = centre.value;
  return own?.origin === origin ? { origin: "device", text: own.log_key } : { origin: "own", text: undefined };
}

/** Remembers a key that somebody gave; undefined forgets it. */
export function rememberKey(origin: string, text: string | undefined): void {
  const { [origin]: _before, ...others } = remembered();
  try {
    localStorage.setItem(NAME, JSON.stringify(text === undefined ? others : { ...others, [origin]: text }));
  } catch {
    // Storage is refused: the key lasts as long as the page.
  }
}

function remembered(): Readonly<Record<string, string>> {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(NAME) ?? "{}");
    return typeof known === "object" && known !== null ? Object.fromEntries(Object.entries(known).filter(([, text]) => typeof text === "string")) : {};
  } catch {
    return {};
  }
}
