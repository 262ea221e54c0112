/** The player of a replay: loads entries from its source, checks them meanwhile, moves the playhead, folds what was visible. */
import { computed, onScopeDispose, ref, shallowReactive, shallowRef } from "vue";

import { asProblem, type Problem } from "@/problem";
import type { LotTerms } from "@/protocol";
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

/** A player of what a source gives, as long as the calling component lives. */
export function usePlayer(source: ReplaySource, firstLot: string | undefined) {
  const entries = shallowRef<readonly PlayEntry[]>([]);
  const problem = shallowRef<Problem>();
  const isLoading = ref(true);
  const isCheckable = ref(true);
  const isChecked = ref(false);
  const verdicts = shallowReactive(new Map<number, EntryVerdict>());
  const filters = { lot: ref(firstLot ?? ""), viewpoint: ref<Viewpoint>("everything"), person: ref("") };
  const playhead = usePlayhead(entries);

  const directory = computed(() => directoryOf(entries.value));
  const lots = computed<readonly LotTerms[]>(() => directory.value.terms?.lots ?? []);
  const history = computed(() => new History(entries.value, filters.lot.value, filters.viewpoint.value));
  const state = computed(() => history.value.at(playhead.happened.value));
  const mark = useMark(entries, verdicts, source);
  const ended = new AbortController();
  onScopeDispose(() => ended.abort());

  function hasFailed(at: number): boolean {
    return verdicts.get(at)?.standing === "failed";
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
    verdicts.clear();
    try {
      isCheckable.value = (await source.check((found: Verdicts) => found.forEach(([at, verdict]) => verdicts.set(at, verdict)), ended.signal)) === "checked";
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
    source, entries, problem, isLoading, isCheckable, isChecked, verdicts, mark, playhead, filters, lots, directory, history, state,
    hasFailed, isShown, isSeen, check, retry, goToIrregular, goToStep,
  };
}

/** "Verified up to here", and how many of the entries failed or are withheld. */
function useMark(entries: { readonly value: readonly PlayEntry[] }, verdicts: ReadonlyMap<number, EntryVerdict>, source: ReplaySource) {
  let reached = 0;
  const counts = computed(() => {
    let [failed, withheld] = [0, 0];
    for (const { standing } of verdicts.values()) {
      if (standing === "failed") failed += 1;
      else if (standing === "withheld") withheld += 1;
    }
    return { failed, withheld, done: verdicts.size };
  });
  /** How many entries from the beginning were looked at without a fault. Verdicts come in order, so it only moves on. */
  const verified = computed(() => {
    if (verdicts.size < reached) reached = 0;
    const limit = source.distrustedFrom();
    while (reached < entries.value.length && (entries.value[reached]?.index ?? 0) < limit && (verdicts.get(reached)?.standing ?? "failed") !== "failed") reached += 1;
    return reached;
  });
  return { counts, verified };
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
