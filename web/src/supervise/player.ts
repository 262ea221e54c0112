/** The player of a replay: loads the entries, checks them one after another, moves the playhead, folds what was visible. */
import { computed, onScopeDispose, ref, shallowReactive, shallowRef } from "vue";

import { api } from "@/api";
import { loadCentre } from "@/centre";
import { EMPTY_ROOM, fold, type RoomState } from "@/opening/fold";
import { asProblem, type Problem } from "@/problem";
import { policyOf } from "@/policy";
import type { ReplayEntry } from "@/wire";
import { isHeard, type Viewpoint } from "./audience";
import type { EntryVerdict } from "./entryCheck";
import { happenedAt, momentAt, offsetsOf } from "./timeline";

/** Speeds on offer. */
export const SPEEDS = [1, 2, 4, 8, 16, 32, 64] as const;
const FRAME_MS = 100;

/** A player for the lot of a tender, as long as the calling component lives. */
export function usePlayer(tender: string, lot: string) {
  const entries = shallowRef<readonly ReplayEntry[]>([]);
  const problem = shallowRef<Problem>();
  const isLoading = ref(true);
  const verdicts = shallowReactive(new Map<number, EntryVerdict>());
  const playheadMs = ref(0);
  const speed = ref<number>(8);
  const isPlaying = ref(false);
  const isSkipping = ref(true);
  /** The centre's keys are not known here, so nothing can be checked. */
  const isUncheckable = ref(false);
  const viewpoint = ref<Viewpoint>("everything");

  const offsets = computed(() => offsetsOf(entries.value, isSkipping.value));
  const lengthMs = computed(() => offsets.value.at(-1) ?? 0);
  const happened = computed(() => happenedAt(offsets.value, playheadMs.value));
  const moment = computed(() => momentAt(entries.value, offsets.value, playheadMs.value));
  const room = computed(() => foldUpTo(entries.value, happened.value, viewpoint.value, lot));
  const failures = computed(() => [...verdicts.values()].filter(({ standing }) => standing === "failed").length);
  const withheld = computed(() => [...verdicts.values()].filter(({ standing }) => standing === "withheld").length);
  /** How many entries from the beginning have been looked at without finding a fault. */
  const verified = computed(() => {
    const first = entries.value.findIndex((_, at) => (verdicts.get(at)?.standing ?? "failed") === "failed");
    return first < 0 ? entries.value.length : first;
  });

  let isGone = false;
  const timer = setInterval(() => {
    if (!isPlaying.value) return;
    playheadMs.value = Math.min(lengthMs.value, playheadMs.value + FRAME_MS * speed.value);
    if (playheadMs.value === lengthMs.value) isPlaying.value = false;
  }, FRAME_MS);
  onScopeDispose(() => {
    isGone = true;
    clearInterval(timer);
  });
  const isSilenceSkipped = computed({
    get: () => isSkipping.value,
    set(isWanted) {
      // The axis changes under the playhead: it stays at its entry.
      const at = happened.value - 1;
      isSkipping.value = isWanted;
      goTo(at);
    },
  });

  function goTo(at: number): void {
    playheadMs.value = offsets.value[Math.min(Math.max(at, 0), entries.value.length - 1)] ?? 0;
  }

  function toggle(): void {
    if (!isPlaying.value && playheadMs.value >= lengthMs.value) playheadMs.value = 0;
    isPlaying.value = !isPlaying.value;
  }

  async function load(): Promise<void> {
    isLoading.value = true;
    problem.value = undefined;
    try {
      entries.value = await allEntries(tender);
      playheadMs.value = 0;
    } catch (error) {
      problem.value = asProblem(error);
    } finally {
      isLoading.value = false;
    }
    await checkAll();
  }

  async function checkAll(): Promise<void> {
    const centre = await loadCentre();
    const policy = centre && (await policyOf(centre));
    isUncheckable.value = !policy;
    if (!policy) return;
    const { checkEntry } = await import("./entryCheck");
    const leaves = new Map<string, EntryVerdict["leaf"]>();
    for (const [at, entry] of entries.value.entries()) {
      if (isGone) return;
      const verdict = await checkEntry(entry, policy, leaves.get(entry.stream));
      leaves.set(entry.stream, verdict.leaf);
      verdicts.set(at, verdict);
    }
  }

  void load();
  return {
    entries, problem, isLoading, verdicts, verified, withheld, failures, playheadMs, lengthMs, offsets, happened, moment, room, speed, isPlaying,
    isSilenceSkipped, isUncheckable, viewpoint, goTo, toggle, load,
  };
}

async function allEntries(tender: string): Promise<readonly ReplayEntry[]> {
  const all: ReplayEntry[] = [];
  for (let from = 0; ; ) {
    const page = await api.entries(tender, from);
    const last = page.at(-1);
    if (!last) return all;
    all.push(...page);
    from = last.sseq + 1;
  }
}

function foldUpTo(entries: readonly ReplayEntry[], count: number, viewpoint: Viewpoint, lot: string): RoomState {
  return entries.slice(0, count).reduce(
    (room, entry) => entry.events.filter(({ kind }) => isHeard(kind, viewpoint)).reduce((state, event) => fold(state, event, entry.ts, lot), room),
    EMPTY_ROOM,
  );
}
