/** The player of a replay: loads entries from its source, checks them meanwhile, moves the playhead, folds what was visible. */
import { computed, onScopeDispose, ref, shallowReactive, shallowRef } from "vue";

import { asProblem, type Problem } from "@/problem";
import type { LotTerms, Terms } from "@/protocol";
import { isHeard, type Viewpoint } from "./audience";
import { directoryOf } from "./directory";
import { History } from "./history";
import type { EntryVerdict, PlayEntry, ReplaySource, Verdicts } from "./source";
import { happenedAt, momentAt, nearestStep, nextIrregular, offsetsOf } from "./timeline";

/** Speeds on offer. */
export const SPEEDS = [1, 2, 4, 8, 16, 32, 64, 150, 300, 600] as const;
const FRAME_MS = 100;

/** A player. */
export type Player = ReturnType<typeof usePlayer>;

/** A player of what a source gives, as long as the calling component lives; `told` gives the terms where the entries carry none. */
export function usePlayer(source: ReplaySource, firstLot: string | undefined, told: () => Terms | undefined) {
  const entries = shallowRef<readonly PlayEntry[]>([]);
  const problem = shallowRef<Problem>();
  const isLoading = ref(true);
  const isCheckable = ref(true);
  const isChecked = ref(false);
  const { verdicts, counts, failed, take, forget } = useVerdicts();
  const filters = { lot: ref(firstLot ?? ""), viewpoint: ref<Viewpoint>("everything"), person: ref("") };
  const playhead = usePlayhead(entries);

  const directory = computed(() => directoryOf(entries.value));
  const terms = computed(() => directory.value.terms ?? told());
  const lots = computed<readonly LotTerms[]>(() => terms.value?.lots ?? directory.value.heard);
  const history = computed(() => new History(entries.value, filters.lot.value, filters.viewpoint.value));
  const state = computed(() => history.value.at(playhead.happened.value));
  const verified = useMark(entries, verdicts, source);
  const ended = new AbortController();
  onScopeDispose(() => ended.abort());

  function hasFailed(at: number): boolean {
    return failed.value.has(at);
  }

  /** Whether an entry is of the lot, of the person, and was heard by the reader who is looked through. */
  function isShown(at: number): boolean {
    const entry = entries.value[at];
    if (!entry) return false;
    const { lot, person } = filters;
    const isOfLot = entry.events.length === 0 || entry.events.some((event) => !("lot" in event) || event.lot === lot.value);
    return isOfLot && (person.value === "" || entry.actor === person.value);
  }

  function isSeen(entry: PlayEntry): boolean {
    return filters.viewpoint.value === "everything" || entry.events.some((event) => isHeard(event, filters.viewpoint.value));
  }

  async function load(): Promise<void> {
    [isLoading.value, problem.value] = [true, undefined];
    try {
      await source.load((more) => {
        entries.value = [...entries.value, ...more];
        isLoading.value = false;
        filters.lot.value ||= lots.value[0]?.id ?? "";
      }, ended.signal);
    } catch (error) {
      problem.value = asProblem(error);
    }
    isLoading.value = false;
    await check();
  }

  async function check(): Promise<void> {
    [isChecked.value, isCheckable.value] = [false, true];
    forget();
    try {
      isCheckable.value = (await source.check(take, ended.signal)) === "checked";
    } catch (error) {
      problem.value ??= asProblem(error);
    }
    isChecked.value = true;
  }

  function retry(): void {
    entries.value = [];
    playhead.slideTo(0);
    void load();
  }

  function goToIrregular(): void {
    const at = nextIrregular(entries.value, playhead.happened.value, hasFailed);
    if (at !== undefined) playhead.goTo(at);
  }

  function goToStep(way: 1 | -1): void {
    const at = nearestStep(entries.value, playhead.happened.value - 1, way);
    playhead.goTo(at ?? (way > 0 ? entries.value.length - 1 : 0));
  }

  void load();
  return {
    source, entries, problem, isLoading, isCheckable, isChecked, verdicts, mark: { counts, verified }, playhead, filters, terms, lots, directory, history, state,
    hasFailed, isShown, isSeen, check, retry, goToIrregular, goToStep,
  };
}

/** What was found out about the entries, as it comes in. */
function useVerdicts() {
  const verdicts = shallowReactive(new Map<number, EntryVerdict>());
  const counts = shallowRef({ failed: 0, withheld: 0, done: 0 });
  /** Apart from the verdicts: what looks for faults among all entries is not to look again at every batch that has none. */
  const failed = shallowRef<ReadonlySet<number>>(new Set());

  function take(found: Verdicts): void {
    const places = (wanted: EntryVerdict["standing"]) => found.flatMap(([at, { standing }]) => (standing === wanted ? [at] : []));
    const [bad, hidden] = [places("failed"), places("withheld")];
    for (const [at, verdict] of found) verdicts.set(at, verdict);
    if (bad.length > 0) failed.value = new Set([...failed.value, ...bad]);
    const { withheld, done } = counts.value;
    counts.value = { failed: failed.value.size, withheld: withheld + hidden.length, done: done + found.length };
  }

  function forget(): void {
    verdicts.clear();
    [counts.value, failed.value] = [{ failed: 0, withheld: 0, done: 0 }, new Set()];
  }

  return { verdicts, counts, failed, take, forget };
}

/** "Verified up to here": how many entries from the beginning were looked at without a fault. */
function useMark(entries: { readonly value: readonly PlayEntry[] }, verdicts: ReadonlyMap<number, EntryVerdict>, source: ReplaySource) {
  let reached = 0;
  // Verdicts come in order, so it only moves on.
  return computed(() => {
    if (verdicts.size < reached) reached = 0;
    const limit = source.distrustedFrom();
    while (reached < entries.value.length && (entries.value[reached]?.index ?? 0) < limit && (verdicts.get(reached)?.standing ?? "failed") !== "failed") reached += 1;
    return reached;
  });
}

/** The playhead: where it is, and its running. */
function usePlayhead(entries: { readonly value: readonly PlayEntry[] }) {
  const ms = ref(0);
  const speed = ref<number>(8);
  const isPlaying = ref(false);
  const isSkipping = ref(true);
  /** How many entries had happened where somebody went to: of several at one moment, the one that was meant. */
  const pinned = ref<number>();
  const offsets = computed(() => offsetsOf(entries.value, isSkipping.value));
  const lengthMs = computed(() => offsets.value.at(-1) ?? 0);
  const happened = computed(() => {
    const count = pinned.value ?? 0;
    return count > 0 && offsets.value[count - 1] === ms.value ? count : happenedAt(offsets.value, ms.value);
  });
  const moment = computed(() => momentAt(entries.value, offsets.value, ms.value));
  const isSilenceSkipped = computed({
    get: () => isSkipping.value,
    set(isWanted) {
      // The axis changes under the playhead: it stays at its entry.
      const at = happened.value - 1;
      isSkipping.value = isWanted;
      goTo(at);
    },
  });
  const timer = setInterval(() => {
    if (!isPlaying.value) return;
    pinned.value = undefined;
    ms.value = Math.min(lengthMs.value, ms.value + FRAME_MS * speed.value);
    if (ms.value === lengthMs.value) isPlaying.value = false;
  }, FRAME_MS);
  onScopeDispose(() => clearInterval(timer));

  function goTo(at: number): void {
    const place = Math.min(Math.max(at, 0), entries.value.length - 1);
    pinned.value = place + 1;
    ms.value = offsets.value[place] ?? 0;
  }

  function slideTo(place: number): void {
    [pinned.value, ms.value] = [undefined, place];
  }

  function toggle(): void {
    if (!isPlaying.value && ms.value >= lengthMs.value) slideTo(0);
    isPlaying.value = !isPlaying.value;
  }

  return { ms, speed, isPlaying, isSilenceSkipped, offsets, lengthMs, happened, moment, goTo, slideTo, toggle };
}
