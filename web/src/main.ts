/** Starts the page: appearance first, then the frame; who is signed in and what time it is are asked for meanwhile. */
import { createApp } from "vue";

import App from "@/App.vue";
import { markAppearance } from "@/appearance";
import { loadCentre } from "@/centre";
import { keepTime } from "@/clock";
import { markDocument, wordsReady } from "@/i18n";
import { router } from "@/router";
import { loadSession } from "@/session";
import "@/style/tokens.css";
import "@/style/base.css";
import "@/style/print.css";

markAppearance();
markDocument();
keepTime();
void loadCentre();
// The session decides which pages one may open, so the first address waits for it.
await Promise.all([loadSession(), wordsReady()]);
createApp(App).use(router).mount("#app");
