/** Words of the replay. */
import { catalogue } from "@/i18n";
import { zh } from "./messages.zh";

/** Looks up a word of the replay. */
export const w = catalogue<keyof typeof zh>({ zh, en: () => import("./messages.en").then(({ en }) => en) });
