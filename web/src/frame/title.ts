/** The page's title in the browser's tab: what it is, then whose. */
import { watchEffect } from "vue";

import { centre } from "@/centre";
import { language } from "@/i18n";

/** Keeps the document's title at what `title` says, as long as the page is open. */
export function useTitle(title: () => string): void {
  watchEffect(() => {
    const house = (language.value === "en" && centre.value?.name_en) || centre.value?.name || "开标 Kaibiao";
    const own = title();
    document.title = own === "" ? house : `${own} · ${house}`;
  });
}
