/**
 * Sealing a whole bid: its envelopes one after another, each in the sealing worker, with two bars over all of them.
 *
 * Started again with the same draft it goes on where it was: what the server has is not sent twice.
 * *Invariant*: lines are given only when the server has every byte of every envelope.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef } from "vue";

import { type Bytes, fromHex, toHex } from "@/acts/bytes";
import { openDeviceKey } from "@/acts/deviceKey";
import type { CanonicalObject } from "@/acts/canonical";
import { keySuite } from "@/centre";
import type { ManifestLine, TenderView } from "@/protocol";
import { SEGMENT_BYTES, type ChosenDocument } from "@/seal/document";
import { lockBytesOf } from "@/seal/lockBytes";
import { type Progress, RateMeter } from "@/seal/rate";
import { forgetSealing, type RunningSealing, SealFailure, startSealing, uploadEndpoint } from "@/seal/sealer";
import type { SealEvent } from "@/seal/sealJob";
import { STATEMENT_BYTES } from "@/seal/payloadPlan";
import type { Envelope } from "@/wire";

/** What is to be sealed into one envelope. */
export interface EnvelopeContent {
  readonly envelope: Envelope;
  readonly documents: readonly ChosenDocument[];
  readonly statement: CanonicalObject | null;
}

/** How one envelope stands. */
export interface EnvelopeState {
  readonly envelope: Envelope;
  phase: "waiting" | "sealing" | "uploading" | "done";
  readBytes: number;
  readTotal: number;
  sentBytes: number;
  sentTotal: number;
  isResumed: boolean;
  coreSha256: string;
}

/** A sealing of all envelopes, as a page shows it. */
export function useSealing() {
  const envelopes = ref<EnvelopeState[]>([]);
  const phase = ref<"idle" | "running" | "paused" | "done" | "failed" | "cancelled">("idle");
  const failure = shallowRef<{ readonly code: string; readonly detail: string }>();
  const waiting = ref<{ attempt: number; delayMs: number }>();
  const rates = shallowRef<{ sealing?: Progress; uploading?: Progress }>({});
  let running: RunningSealing | undefined;
  let meters: { sealing: RateMeter; uploading: RateMeter } | undefined;

  onScopeDispose(() => running?.cancel());

  function measure(): void {
    const sum = (pick: (state: EnvelopeState) => number) => envelopes.value.reduce((total, state) => total + pick(state), 0);
    const now = performance.now();
    if (!meters) return;
    const fit = (progress: Progress, bytesTotal: number): Progress => ({
      ...progress, bytesTotal,
      secondsLeft: progress.bytesPerSecond ? Math.max(0, bytesTotal - progress.bytesDone) / progress.bytesPerSecond : undefined,
    });
    rates.value = {
      sealing: fit(meters.sealing.progress(sum(({ readBytes }) => readBytes), now), sum(({ readTotal }) => readTotal)),
      uploading: fit(meters.uploading.progress(sum(({ sentBytes }) => sentBytes), now), sum(({ sentTotal }) => sentTotal)),
    };
  }

  function hear(state: EnvelopeState, event: SealEvent): void {
    if (event.kind === "progress") {
      waiting.value = undefined;
      if (event.phase === "reading") state.readBytes = event.progress.bytesDone;
      else [state.phase, state.sentBytes, state.sentTotal] = ["uploading", event.progress.bytesDone, event.progress.bytesTotal];
    }
    if (event.kind === "locked") {
      state.readBytes = state.readTotal;
      state.isResumed = event.isResumed;
      state.coreSha256 = Array.from(event.coreSha256, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    if (event.kind === "waiting") waiting.value = { attempt: event.attempt, delayMs: event.delayMs };
    measure();
  }

  /** Seals to a key that its custodians have signed, and uploads; the manifest lines, ascending by envelope. Throws a [`SealFailure`]. */
  async function sealAll(view: TenderView, lot: string, person: string, sealingKey: Bytes, contents: readonly EnvelopeContent[]): Promise<readonly ManifestLine[]> {
    envelopes.value = contents.map((content) => reactive(startState(content)));
    const bytes = (pick: (state: EnvelopeState) => number) => envelopes.value.reduce((sum, state) => sum + pick(state), 0);
    meters = { sealing: new RateMeter(bytes(({ readTotal }) => readTotal)), uploading: new RateMeter(bytes(({ sentTotal }) => sentTotal)) };
    [phase.value, failure.value] = ["running", undefined];
    try {
      const purpose = await purposeOf(view, lot, person, sealingKey);
      const lines: ManifestLine[] = [];
      for (const [at, content] of contents.entries()) lines.push(await sealOne(envelopes.value[at] as EnvelopeState, content, purpose));
      phase.value = "done";
      return lines.sort((left, right) => left.envelope - right.envelope);
    } catch (error) {
      const code = error instanceof SealFailure ? error.code : "unexpected";
      phase.value = code === "cancelled" ? "cancelled" : "failed";
      failure.value = { code, detail: error instanceof Error ? error.message : String(error) };
      throw error;
    } finally {
      running = undefined;
    }

    async function sealOne(state: EnvelopeState, { envelope, documents, statement }: EnvelopeContent, purpose: Purpose): Promise<ManifestLine> {
      if (phase.value === "cancelled") throw new SealFailure("cancelled", "");
      state.phase = "sealing";
      const { tender, bidder, openingUnixSeconds, locks } = purpose;
      running = startSealing(
        {
          person, tender: view.id, purpose: { tender, lot, envelope, bidder, openingUnixSeconds },
          locks, content: { documents, statement }, endpoint: uploadEndpoint(),
        },
        (event) => hear(state, event),
      );
      if (phase.value === "paused") running.pause();
      const { manifestLine } = await running.result;
      state.phase = "done";
      state.sentBytes = state.sentTotal;
      measure();
      return manifestLine;
    }
  }

  return {
    envelopes, phase, failure, waiting, rates, sealAll,
    isActive: computed(() => phase.value === "running" || phase.value === "paused"),
    pause(): void {
      running?.pause();
      phase.value = "paused";
    },
    resume(): void {
      phase.value = "running";
      running?.resume();
    },
    cancel(): void {
      phase.value = "cancelled";
      running?.cancel();
    },
  };
}

/** Forgets the kept seeds of a bid, once its receipt was checked. */
export async function forgetSealings(person: string, tender: string, lot: string, envelopes: readonly Envelope[]): Promise<void> {
  for (const envelope of envelopes) await forgetSealing({ person, tender, lot, envelope });
}

type Purpose = Awaited<ReturnType<typeof purposeOf>>;

async function purposeOf(view: TenderView, lot: string, person: string, committee: Bytes) {
  const [tender, locks] = [fromHex(view.notice ?? "", 32), lockBytesOf(committee, view.sealing)];
  if (!tender || !locks || view.group_key !== toHex(committee) || view.first_opening_at === null) throw new SealFailure("notice_incomplete", `${view.id}/${lot}`);
  const { keyId } = await openDeviceKey(person, keySuite);
  return { tender, locks, bidder: keyId, openingUnixSeconds: Math.floor(view.first_opening_at / 1000) };
}

function startState({ envelope, documents }: EnvelopeContent): EnvelopeState {
  const size = documents.reduce((sum, { file }) => sum + file.size, 0);
  // Until the payload is laid out its padded length is only an estimate; the worker corrects it.
  const sentTotal = documents.length === 0 ? STATEMENT_BYTES : size + SEGMENT_BYTES;
  return { envelope, phase: "waiting", readBytes: 0, readTotal: size, sentBytes: 0, sentTotal, isResumed: false, coreSha256: "" };
}
