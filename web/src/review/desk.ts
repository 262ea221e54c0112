/**
 * An expert's desk in one lot: the tender, the panel, the opened documents, and the own sheet on this device.
 *
 * *Invariant*: the salt of a commitment is on the device before the commitment is sent.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from "vue";

import { fromHex, randomBytes, toHex } from "@/acts/bytes";
import type { CanonicalObject } from "@/acts/canonical";
import { act } from "@/actor";
import { api } from "@/api";
import { Vault } from "@/draft/vault";
import { pollWhileVisible } from "@/parts/polling";
import { useRemote } from "@/parts/remote";
import { asProblem, Problem } from "@/problem";
import type { CriterionScore, Verdict } from "@/protocol";
import { me } from "@/session";
import { bidsToScore, phaseOf } from "./phase";
import { readFiles, readPanel } from "./remote";
import { canonicalScores, EMPTY_SHEET, scoresCommitment, type Sheet } from "./sheet";

const POLL_MS = 4000;
const SAVE_AFTER_MS = 300;

/** Sets up the desk. */
export function openReviewDesk(tender: string, lot: string) {
  const remote = useRemote(async (signal) => {
    const [view, panel] = await Promise.all([api.tender(tender, signal), readPanel(tender, lot, signal)]);
    const lotView = view.lots.find(({ id }) => id === lot);
    // Before the hand-over there are no documents for the panel, and to ask for them would only be refused.
    const isHandedOver = panel.seat !== null && lotView !== undefined && !["receiving", "opening", "opened", "failed"].includes(lotView.stage.stage);
    return { view, panel, files: isHandedOver ? await readFiles(tender, lot, signal) : [] };
  }, () => [tender, lot, me.value?.person]);
  const sheet = shallowRef<Sheet>();
  const isKept = ref(true);
  const fault = shallowRef<Problem>();
  const name = `review/${tender}/${lot}`;
  let vault: Promise<Vault> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  watch(() => me.value?.person, (person) => {
    if (person === undefined) return;
    vault = Vault.open(person);
    vault.then((opened) => opened.read<Sheet>(name)).then(
      (kept) => (sheet.value = { ...EMPTY_SHEET, ...kept }),
      (error: unknown) => (fault.value = asProblem(error)),
    );
  }, { immediate: true });

  // What others have signed arrives by asking: the panel's stream says no more than these counts.
  pollWhileVisible(() => (remote.isLoading.value ? undefined : remote.reload()), POLL_MS);
  onScopeDispose(() => {
    if (timer !== undefined) void keep();
  });

  async function keep(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const kept = sheet.value;
    if (!vault || !kept) return;
    try {
      await (await vault).write(name, kept);
      isKept.value = kept === sheet.value;
    } catch (error) {
      fault.value = asProblem(error);
    }
  }

  function change(part: Partial<Sheet>): void {
    sheet.value = { ...(sheet.value ?? EMPTY_SHEET), ...part };
    isKept.value = false;
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), SAVE_AFTER_MS);
  }

  async function sign(type: string, body: CanonicalObject): Promise<void> {
    await act(type, { tender, lot, body, role: "expert" });
    await remote.reload();
  }

  const view = computed(() => remote.answer.value?.view);
  const terms = computed(() => view.value?.terms.lots.find(({ id }) => id === lot));
  const lotView = computed(() => view.value?.lots.find(({ id }) => id === lot));
  const files = computed(() => remote.answer.value?.files ?? []);

  return {
    tender, lot, view, terms, lotView, files, sheet, isKept, change, sign,
    reload: remote.reload,
    isLoading: remote.isLoading,
    problem: computed(() => fault.value ?? remote.problem.value),
    panel: computed(() => remote.answer.value?.panel),
    phase: computed(() => {
      const [current, answer] = [lotView.value, remote.answer.value];
      return current && answer ? phaseOf(current, terms.value?.panel.size ?? answer.panel.size, answer.panel.invitation !== null) : undefined;
    }),
    bids: computed(() => (view.value && terms.value && lotView.value ? bidsToScore(lotView.value, terms.value, view.value.terms.procedure, files.value) : [])),

    judge: (verdicts: readonly Verdict[]) => sign("JudgePreliminary", { verdicts: verdicts.map((verdict) => ({ ...verdict, reason: verdict.reason && { ...verdict.reason } })) }),
    async commit(scores: readonly CriterionScore[]): Promise<void> {
      const salt = randomBytes(32);
      const committed = { salt: toHex(salt), scores: canonicalScores(scores) as unknown as readonly CriterionScore[] };
      change({ committed });
      await keep();
      if (!isKept.value) throw new Problem("storage_lost", 0, { zh: "未能保存在本设备", en: "It could not be kept on this device" });
      await sign("CommitScores", { commitment: await scoresCommitment(salt, committed.scores) });
    },
    async reveal(): Promise<void> {
      const committed = sheet.value?.committed;
      if (!committed || !fromHex(committed.salt, 32)) throw new Problem("salt_lost", 0, { zh: "本设备上没有评分与盐", en: "Scores and salt are not on this device" });
      await sign("RevealScores", { salt: committed.salt, scores: canonicalScores(committed.scores) });
    },
  };
}

/** An expert's desk. */
export type ReviewDesk = ReturnType<typeof openReviewDesk>;
