/** Words of the bid workspace. */
import { catalogue } from "@/i18n";
import { en } from "./messages.en";
import { zh } from "./messages.zh";

/** Looks up a word of the bid workspace. */
export const b = catalogue({ zh, en });
