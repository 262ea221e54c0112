/** Words of uploading a document. */
import { catalogue } from "@/i18n";

/** Looks up a word of it. */
export const u = catalogue({ zh: { uploading: "正在上传 {name}" }, en: { uploading: "Uploading {name}" } });
