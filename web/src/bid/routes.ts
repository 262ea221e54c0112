/** Addresses of the bid workspace. */
import type { RouteRecordRaw } from "vue-router";

const meta = { isForSignedIn: true };

/** The routes; each section is loaded when it is opened. */
export const routes: readonly RouteRecordRaw[] = [
  { path: "/bids", name: "bids", meta, component: () => import("./MyDrafts.vue") },
  {
    path: "/tenders/:tender/lots/:lot/bid", props: true, meta, component: () => import("./BidWorkspace.vue"),
    children: [
      { path: "", name: "bid", component: () => import("./TaskList.vue") },
      { path: "bidder", name: "bid-bidder", component: () => import("./BidderSection.vue") },
      { path: "statement", name: "bid-statement", props: { part: "statement" }, component: () => import("./StatementSection.vue") },
      { path: "price", name: "bid-price", props: { part: "price" }, component: () => import("./StatementSection.vue") },
      { path: "technical", name: "bid-technical", props: { part: "technical" }, component: () => import("./FilesSection.vue") },
      { path: "price-documents", name: "bid-price-documents", props: { part: "priceDocuments" }, component: () => import("./FilesSection.vue") },
      { path: "preflight", name: "bid-preflight", component: () => import("./PreflightSection.vue") },
      { path: "check", name: "bid-check", component: () => import("./SealSection.vue") },
      { path: "receipt", name: "bid-receipt", component: () => import("./ReceiptSection.vue") },
      { path: "letter", name: "bid-letter", component: () => import("./LetterSection.vue") },
    ],
  },
];
