/**
 * The desk of a bidder in one lot: the tender as it stands, the draft on this device, and how both are kept.
 *
 * *Invariant*: a change of the draft is on the device before the page says so.
 */
import { computed, type ComputedRef, inject, type InjectionKey, onScopeDispose, ref, type Ref, shallowRef, watch } from "vue";

import { api } from "@/api";
import { Vault } from "@/draft/vault";
import { useRemote } from "@/parts/remote";
import { asProblem, type Problem } from "@/problem";
import type { LotTerms, LotView, TenderView } from "@/protocol";
import { me } from "@/session";
import { type Against, type BidDraft, type DraftFile, EMPTY_DRAFT } from "./draft";
import { lookAtPdf } from "./pdf";

/** What the sections of the workspace share. */
export interface BidDesk {
  readonly tender: string;
  readonly lot: string;
  readonly view: ComputedRef<TenderView | undefined>;
  readonly terms: ComputedRef<LotTerms | undefined>;
  readonly lotView: ComputedRef<LotView | undefined>;
  readonly against: ComputedRef<Against | undefined>;
  readonly draft: Ref<BidDraft | undefined>;
  /** Whether the last change is on the device. */
  readonly isKept: Ref<boolean>;
  readonly problem: Ref<Problem | undefined>;
  reload(): Promise<void>;
  /** Changes the draft and keeps it. */
  change(part: Partial<BidDraft>): Promise<void>;
  /** Takes a file in: looks at it, keeps it in pieces. `onBytes` hears the bytes kept. */
  takeIn(file: File, onBytes: (bytes: number) => void): Promise<DraftFile>;
  /** The bytes of a file of the draft. */
  fileOf(file: DraftFile): Promise<Blob>;
  /** Forgets the bytes of a file. */
  dropFile(file: DraftFile): Promise<void>;
}

/** Where the sections find the desk. */
export const deskKey: InjectionKey<BidDesk> = Symbol("bid desk");

/** The desk, in a section. */
export function useDesk(): BidDesk {
  const desk = inject(deskKey);
  if (!desk) throw new Error("a section stands outside its workspace");
  return desk;
}

const SAVE_AFTER_MS = 400;

/** Sets up the desk for a lot. */
export function openDesk(tender: string, lot: string): BidDesk {
  const remote = useRemote((signal) => api.tender(tender, signal), () => [tender, me.value?.person]);
  const view = remote.answer;
  const terms = computed(() => view.value?.terms.lots.find(({ id }) => id === lot));
  const draft = shallowRef<BidDraft>();
  const problem = shallowRef<Problem>();
  const isKept = ref(true);
  const name = `bid/${tender}/${lot}`;
  let vault: Promise<Vault> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  watch(() => me.value?.person, (person) => {
    if (person === undefined) return;
    vault = Vault.open(person);
    vault.then((opened) => opened.read<BidDraft>(name)).then(
      (kept) => (draft.value = { ...EMPTY_DRAFT, ...kept }),
      (error: unknown) => (problem.value = asProblem(error)),
    );
  }, { immediate: true });
  watch(remote.problem, (found) => (problem.value = found));
  function keepNow(): void {
    if (timer !== undefined) void keep();
  }
  // A page that is put away may never come back.
  document.addEventListener("visibilitychange", keepNow);
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", keepNow);
    keepNow();
  });

  async function keep(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const kept = draft.value;
    try {
      await (await opened()).write(name, kept);
      isKept.value = kept === draft.value;
    } catch (error) {
      problem.value = asProblem(error);
    }
  }

  async function opened(): Promise<Vault> {
    if (!vault) throw new Error("nobody is signed in");
    return vault;
  }

  return {
    tender, lot, terms, draft, isKept, problem,
    view: computed(() => view.value),
    lotView: computed(() => view.value?.lots.find(({ id }) => id === lot)),
    against: computed(() =>
      view.value && terms.value ? { terms: terms.value, procedure: view.value.terms.procedure, addenda: view.value.addenda.length } : undefined,
    ),
    reload: remote.reload,
    async change(part) {
      draft.value = { ...(draft.value ?? EMPTY_DRAFT), ...part };
      isKept.value = false;
      clearTimeout(timer);
      // Only typing waits for the next keystroke: neither what ends or begins a submission does, nor a file that was taken in.
      if ("pending" in part || "technical" in part || "priceDocuments" in part) return keep();
      timer = setTimeout(() => void keep(), SAVE_AFTER_MS);
    },
    async takeIn(file, onBytes) {
      const taken: DraftFile = {
        id: crypto.randomUUID(), name: file.name.normalize("NFC"), size: file.size, verdict: await lookAtPdf(file),
        mediaType: file.type === "" ? "application/octet-stream" : file.type,
      };
      await (await opened()).keepFile(`file/${taken.id}`, file, onBytes);
      return taken;
    },
    async fileOf(file) {
      const blob = await (await opened()).file(`file/${file.id}`);
      if (!blob) throw new Error(`the file is no longer on this device: ${file.name}`);
      return blob;
    },
    async dropFile(file) {
      await (await opened()).eraseFile(`file/${file.id}`);
    },
  };
}
