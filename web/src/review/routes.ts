/** Addresses of the panel's workspace. */
import type { RouteRecordRaw } from "vue-router";

const meta = { isForSignedIn: true };

/** The routes. */
export const routes: readonly RouteRecordRaw[] = [
  { path: "/reviews", name: "reviews", meta, component: () => import("./MyReviews.vue") },
  { path: "/tenders/:tender/lots/:lot/review", name: "review", props: true, meta, component: () => import("./ReviewWorkspace.vue") },
];
