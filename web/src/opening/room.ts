/** A room as a page uses it: the line, the folded state, what just happened, what was checked. */
import { computed, onScopeDispose, ref, shallowRef } from "vue";

import { api } from "@/api";
import { serverNow } from "@/clock";
import type { Check } from "@/parts/checks";
import { EMPTY_ROOM, fold, type RoomState } from "./fold";
import { type Checked, type Fact, type LineState, type Passing, RoomStream } from "./stream";
import { r } from "./words";

/** How many facts a room keeps for the list of what just happened. */
const NEWS_MAX = 50;
/** A fact older than this when it is heard is history: it is shown, not announced. */
const FRESH_MS = 15_000;

/** Follows the room of a lot as long as the calling component lives; `announce` hears every fresh fact. */
export function useRoom(tender: string, lot: string, announce: (fact: Fact) => unknown, newsMax = NEWS_MAX) {
  const state = shallowRef<RoomState>(EMPTY_ROOM);
  const line = shallowRef<LineState>({ kind: "connecting" });
  const passing = shallowRef<Passing>({});
  const news = shallowRef<readonly Fact[]>([]);
  const checked = shallowRef<readonly Checked[]>([]);
  const hasHeard = ref(false);

  const stream = new RoomStream(
    { ticket: () => api.ticket(tender, lot), connect: () => new WebSocket(roomAddress(tender, lot)), random: Math.random },
    {
      facts(facts) {
        for (const fact of facts) state.value = fold(state.value, fact.event, fact.t, lot);
        news.value = [...news.value, ...facts].slice(-newsMax);
        checked.value = stream.checked();
        for (const fact of facts) if (serverNow() - fact.t < FRESH_MS) announce(fact);
      },
      passing: (now) => (passing.value = now),
      reset() {
        [state.value, news.value, checked.value] = [EMPTY_ROOM, [], []];
      },
      line(next) {
        line.value = next;
        hasHeard.value ||= next.kind === "live";
      },
    },
  );
  const retry = () => stream.retryNow();
  addEventListener("online", retry);
  stream.start();
  onScopeDispose(() => {
    removeEventListener("online", retry);
    stream.stop();
  });

  const checks = computed<readonly Check[]>(() =>
    checked.value.map(({ stream: name, facts, digest }) => ({
      title: r("chain.title"),
      verdict: line.value.kind === "broken" && line.value.stream === name ? "failed" : "passed",
      detail: r("chain.detail", { stream: name, n: facts }),
      evidence: digest,
    })),
  );
  return { state, line, passing, news, checks, hasHeard, retry };
}

function roomAddress(tender: string, lot: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/rooms/${encodeURIComponent(tender)}/${encodeURIComponent(lot)}`;
}
