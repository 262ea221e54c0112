/** What page and worker say to each other. */
import type { BundleError } from "@/bundle/error";
import type { BundleFile } from "@/bundle/source";
import type { BundleFinding } from "./bundleCheck";
import type { ScanFinding } from "./fileScan";
import type { Trust } from "./headCheck";

/** To the worker, once. */
export interface ToChecker {
  readonly file: BundleFile;
  readonly trust: Trust;
}

/** From the worker. */
export type FromChecker =
  | { readonly kind: "found"; readonly findings: readonly (BundleFinding | ScanFinding)[] }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly code: BundleError["code"] | undefined; readonly about: string };
