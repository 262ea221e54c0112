/** Words of those who run a tender. */
import { catalogue } from "@/i18n";
import { en } from "./messages.en";
import { zh } from "./messages.zh";

/** Looks up a word of the host's pages. */
export const h = catalogue({ zh, en });
