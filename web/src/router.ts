/**
 * Addresses and their pages; every page but the frame is loaded when it is opened.
 *
 * The workspaces bring their own routes: a folder `bid`, `host`, `review` or `centre` with a `routes.ts` is found here.
 */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { wordsReady } from "@/i18n";
import { isSessionKnown, me } from "@/session";

const workspaces = import.meta.glob<{ routes: readonly RouteRecordRaw[] }>("./{bid,host,review,centre}/routes.ts", { eager: true });

const routes: readonly RouteRecordRaw[] = [
  { path: "/", name: "hall", component: () => import("@/hall/HallPage.vue") },
  { path: "/sign-in", name: "sign-in", component: () => import("@/signin/SignInPage.vue") },
  { path: "/tenders/:tender", name: "tender", props: true, component: () => import("@/notice/TenderPage.vue") },
  { path: "/tenders/:tender/lots/:lot/room", name: "room", props: true, meta: { isLean: true }, component: () => import("@/opening/OpeningRoom.vue") },
  {
    path: "/tenders/:tender/lots/:lot/replay", name: "replay", props: true, meta: { isForSignedIn: true },
    component: () => import("@/replay/LotReplayPage.vue"),
  },
  { path: "/replay", name: "replay-file", component: () => import("@/replay/FilePage.vue") },
  { path: "/verify", name: "verify", component: () => import("@/verify/VerifyPage.vue") },
  { path: "/custodians", name: "custodians", component: () => import("@/custodians/CustodiansPage.vue") },
  { path: "/supervise", name: "supervise", meta: { isForSignedIn: true }, component: () => import("@/supervise/WallPage.vue") },
  ...Object.values(workspaces).flatMap((workspace) => workspace.routes),
  { path: "/:path(.*)*", name: "not-found", component: () => import("@/frame/NotFoundPage.vue") },
];

/** The router of the application. */
export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash } : to.query["keep"] === undefined ? { top: 0 } : false),
});

router.beforeEach((to) => {
  if (!to.meta["isForSignedIn"] || !isSessionKnown.value || me.value) return true;
  return { name: "sign-in", query: { then: to.fullPath } };
});
// By now the page's own module is there, and with it the list of words it waits for.
router.beforeResolve(async () => {
  await wordsReady();
});
