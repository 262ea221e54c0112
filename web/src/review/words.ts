/** Words of the panel's workspace. */
import { catalogue } from "@/i18n";
import { en } from "./messages.en";
import { zh } from "./messages.zh";

/** Looks up a word of the panel's workspace. */
export const v = catalogue({ zh, en });
