/** Addresses of those who run a tender: host, recorder, buyer. */
import type { RouteRecordRaw } from "vue-router";

const meta = { isForSignedIn: true };

/** The routes. */
export const routes: readonly RouteRecordRaw[] = [
  { path: "/host", name: "host", meta, component: () => import("./HostDesk.vue") },
  { path: "/host/new", name: "host-new", meta, component: () => import("./TermsPage.vue") },
  { path: "/host/tenders/:tender", name: "host-tender", props: true, meta, component: () => import("./HostTender.vue") },
  { path: "/host/tenders/:tender/terms", name: "host-terms", props: true, meta, component: () => import("./TermsPage.vue") },
];
