/** Addresses of the centre, and of a person's own keys. */
import type { RouteRecordRaw } from "vue-router";

/** The routes. Anybody may see who watches the log. */
export const routes: readonly RouteRecordRaw[] = [
  { path: "/centre", name: "centre", component: () => import("./CentrePage.vue") },
  { path: "/my-keys", name: "my-keys", meta: { isForSignedIn: true }, component: () => import("./MyKeys.vue") },
];
