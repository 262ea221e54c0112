/** Words of the replay. */
import { catalogue } from "@/i18n";
import { en } from "./messages.en";
import { zh } from "./messages.zh";

/** Looks up a word of the replay. */
export const w = catalogue({ zh, en });
