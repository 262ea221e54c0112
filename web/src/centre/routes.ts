/** Addresses of the registrar, and of a person's own keys. */
import type { RouteRecordRaw } from "vue-router";

const meta = { isForSignedIn: true };

/** The routes. */
export const routes: readonly RouteRecordRaw[] = [
  { path: "/centre", name: "centre", meta, component: () => import("./CentrePage.vue") },
  { path: "/my-keys", name: "my-keys", meta, component: () => import("./MyKeys.vue") },
];
