/** What the page and the sealing worker say to each other. */
import { type SealEvent, type SealJob } from "./sealJob";

/** From the page. */
export type ToSealer =
  | { readonly kind: "ping" }
  | { readonly kind: "start"; readonly job: SealJob }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "cancel" };

/** From the worker. */
export type FromSealer = SealEvent | { readonly kind: "pong" };
