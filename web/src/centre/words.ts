/** Words of the registrar's pages. */
import { catalogue } from "@/i18n";
import { en } from "./messages.en";
import { zh } from "./messages.zh";

/** Looks up a word of the registrar's pages. */
export const c = catalogue({ zh, en });
