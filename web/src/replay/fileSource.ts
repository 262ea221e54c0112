/**
 * The entries of an evidence file: read here for playing, checked in a worker meanwhile. No server is asked for anything.
 */
import { ref, shallowReactive, shallowRef } from "vue";

import { type BundleCode, BundleError, bundleErrorTexts } from "@/bundle/error";
import { openBundle, type Bundle } from "@/bundle/reader";
import { recordsOf } from "@/bundle/records";
import { type BundleFile, sourceOf } from "@/bundle/source";
import type { NamedCustodians } from "@/custodians/custodianNames";
import { Problem } from "@/problem";
import type { CentreEvent, Committee } from "@/protocol";
import type { Named } from "@/wire";
import type { BundleFinding } from "./check/bundleCheck";
import type { FromChecker, ToChecker } from "./check/checkMessages";
import type { ScanFinding } from "./check/fileScan";
import { startChecker } from "./checker";
import type { NamedCheck } from "./checkNames";
import { entriesOf } from "./entries";
import type { EntryBytes, EntryVerdict, PlayEntry, ReplaySource, Verdicts } from "./source";

/** Entries are handed over in pieces, so that the first are shown while the rest is read. */
const PIECE = 2000;

/** Something about the file that is no entry of the tender. */
export interface FileFinding {
  readonly check: NamedCheck;
  /** The entry of the register that it is about. */
  readonly index?: number;
}

/** A file that is open for playing. */
export type FileSource = ReplaySource & Awaited<ReturnType<typeof openFile>>;

/** Opens a bundle for playing. Throws a [`Problem`] in words if it is none. */
export async function openFile(file: BundleFile) {
  const bytes = sourceOf(file);
  const bundle = await inWords(openBundle(bytes));
  const named = await inWords(readNames(bytes, bundle));
  const trust = ref<string>();
  const report = useReport();
  /** Where each entry's record stands. */
  const places: number[] = [];
  return {
    bundle, named, trust, report, size: file.size,
    async load(take: (entries: readonly PlayEntry[]) => void, signal: AbortSignal): Promise<void> {
      places.length = 0;
      const pieces = entriesOf(bytes, bundle.tender, PIECE);
      const read = (async () => {
        for await (const piece of pieces) {
          if (signal.aborted) return;
          places.push(...piece.map(({ at }) => at.from));
          take(piece.map(({ entry }) => entry));
        }
      })();
      await inWords(read);
    },
    check: (take: (verdicts: Verdicts) => void, signal: AbortSignal) => runChecker({ file, trust: { logKey: trust.value } }, report, take, signal),
    distrustedFrom: () => report.distrustedFrom.value,
    bytes: async (_entry: PlayEntry, at: number): Promise<EntryBytes | undefined> => {
      const from = places[at];
      if (from === undefined) return undefined;
      for await (const record of recordsOf(bytes, bundle.tender, from, at)) {
        if (!record.entry) return undefined;
        const { describeEntry } = await import("./entryBytes");
        return { ...(await describeEntry(record.entry)), body: record.body && new TextDecoder().decode(record.body) };
      }
      return undefined;
    },
    linkPrefix: () => (report.sha256.value === undefined ? "" : `f=${report.sha256.value}&`),
  };
}

/** What the check of a file found, as it comes in. */
function useReport() {
  return {
    head: shallowRef<readonly NamedCheck[]>(),
    /** Faults of the register and of the file. */
    faults: shallowReactive<FileFinding[]>([]),
    end: shallowRef<readonly NamedCheck[]>(),
    scan: shallowRef<readonly NamedCheck[]>(),
    /** Share of the file that has been read through, 0 to 1. */
    scanned: ref(0),
    sha256: ref<string>(),
    distrustedFrom: ref(Number.POSITIVE_INFINITY),
    centreDone: ref(0),
  };
}

type Report = ReturnType<typeof useReport>;

function restart(report: Report): void {
  report.faults.length = 0;
  [report.head.value, report.end.value, report.scan.value, report.sha256.value] = [undefined, undefined, undefined, undefined];
  [report.scanned.value, report.centreDone.value, report.distrustedFrom.value] = [0, 0, Number.POSITIVE_INFINITY];
}

/** Runs the worker to its end; what it finds goes into the report, verdicts to the player. */
function runChecker(job: ToChecker, report: Report, take: (verdicts: Verdicts) => void, signal: AbortSignal): Promise<"checked"> {
  restart(report);
  const worker = startChecker(job);
  return new Promise<"checked">((resolve, reject) => {
    const end = (finish: () => void) => {
      worker.terminate();
      finish();
    };
    signal.addEventListener("abort", () => end(() => resolve("checked")), { once: true });
    worker.onerror = (event) => end(() => reject(new Error(event.message || "worker")));
    worker.onmessage = ({ data }: MessageEvent<FromChecker>) => {
      if (data.kind === "done") end(() => resolve("checked"));
      else if (data.kind === "failed") end(() => reject(data.code ? problemOf({ code: data.code, about: data.about }) : new Error(data.about)));
      else take(data.findings.flatMap((finding) => note(report, finding)));
    };
  });
}

/** Notes a finding; the verdict of an entry of the tender is the player's. */
function note(report: Report, finding: BundleFinding | ScanFinding): Verdicts {
  switch (finding.kind) {
    case "head":
      report.head.value = finding.checks;
      if (finding.checks.some(({ verdict }) => verdict === "failed")) report.distrustedFrom.value = 0;
      return [];
    case "entry":
      if (finding.stream === "tender.entries") return [[finding.place, finding.verdict]];
      report.centreDone.value += 1;
      noteRegister(report, finding.index, finding.verdict);
      return [];
    case "stopped":
      report.faults.push({ check: { name: "framing", verdict: "failed", reason: `${finding.code} ${finding.about}` } });
      return [];
    case "end":
      report.end.value = finding.checks;
      return [];
    case "scanned":
      report.scanned.value = finding.done / finding.all;
      return [];
    case "file":
      [report.scan.value, report.sha256.value] = [finding.checks, finding.sha256];
      return [];
  }
}

/** A fault in the register spoils what comes after it: keys and roles stand there. */
function noteRegister(report: Report, index: number, { checks }: EntryVerdict): void {
  const failed = checks.filter(({ verdict }) => verdict === "failed");
  if (failed.length === 0) return;
  report.distrustedFrom.value = Math.min(report.distrustedFrom.value, index);
  report.faults.push(...failed.map((check) => ({ check, index })));
}

/** Names and custodians, as the file's own register has them. */
async function readNames(bytes: ReturnType<typeof sourceOf>, bundle: Bundle) {
  const names: Named[] = [];
  const committees: Committee[] = [];
  try {
    for await (const piece of entriesOf(bytes, bundle.centre, PIECE)) {
      for (const event of piece.flatMap(({ entry }) => entry.events as readonly unknown[] as readonly CentreEvent[])) {
        if (event.kind === "organisation_registered") names.push({ id: event.org, name: event.organisation.name, name_en: event.organisation.name_en });
        else if (event.kind === "person_registered") names.push({ id: event.person, name: event.name });
        else if (event.kind === "committee_appointed") committees.push(event.committee);
      }
    }
  } catch (error) {
    // What was read before gives its names; that the register cannot be read on is said by the check.
    if (!(error instanceof BundleError) || error.code !== "bundle_record") throw error;
  }
  return { names, custodians: custodiansOf(committees) };
}

/** The last committee, and every dealing before it by the names of its custodians. */
function custodiansOf(committees: readonly Committee[]): NamedCustodians | undefined {
  const last = committees.at(-1);
  const dealings = committees.map(({ group_key, epoch, threshold, custodians }) => ({ group_key, epoch, threshold, names: custodians.map(({ name }) => name) }));
  return last && { group_key: last.group_key, epoch: last.epoch, threshold: last.threshold, custodians: last.custodians, dealings };
}

async function inWords<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof BundleError ? problemOf(error) : error;
  }
}

function problemOf(error: { readonly code: BundleCode; readonly about: string }): Problem {
  return new Problem(error.code, 0, bundleErrorTexts(error));
}
