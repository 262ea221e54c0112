/** The entries of a tender from the server, page by page, each checked in this page. */
import { api } from "@/api";
import { loadCentre } from "@/centre";
import { policyOf } from "@/policy";
import type { ReplayEntry } from "@/wire";
import type { LinkedVerdict } from "./entryCheck";
import type { ReplaySource } from "./source";

/** A source of a tender's entries. */
export function serverSource(tender: string): ReplaySource {
  let all: readonly ReplayEntry[] = [];
  return {
    async load(take, signal) {
      all = [];
      for (let from = 0; !signal.aborted; ) {
        const page = await api.entries(tender, from);
        const last = page.at(-1);
        if (!last) return;
        all = [...all, ...page];
        take(page);
        from = last.sseq + 1;
      }
    },
    async check(take, signal) {
      const centre = await loadCentre();
      const policy = centre && (await policyOf(centre));
      if (!policy) return "no_keys";
      const { checkEntry } = await import("./entryCheck");
      const leaves = new Map<string, LinkedVerdict["leaf"]>();
      for (const [at, entry] of all.entries()) {
        if (signal.aborted) break;
        const { leaf, ...verdict } = await checkEntry(entry, policy, leaves.get(entry.stream));
        leaves.set(entry.stream, leaf);
        take([[at, verdict]]);
      }
      return "checked";
    },
    distrustedFrom: () => Number.POSITIVE_INFINITY,
    async bytes(_entry, at) {
      const proof = all[at]?.proof;
      if (proof === undefined) return undefined;
      const described = await (await import("./entryBytes")).describeReceipt(proof);
      return described && { ...described, body: undefined };
    },
    linkPrefix: () => "",
  };
}
