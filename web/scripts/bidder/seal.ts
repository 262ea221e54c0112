/**
 * The envelopes of a bid, sealed and uploaded one after another by the code that the page's worker runs.
 *
 * *Invariant*: documents are read from their files in pieces; no file is in memory as a whole.
 */
import { openAsBlob } from "node:fs";
import { basename } from "node:path";

import { type Signer } from "../../src/acts/act";
import { MemoryShelf } from "../../src/acts/browserStore";
import { type Bytes, fromHex } from "../../src/acts/bytes";
import { envelopesOf } from "../../src/bid/statement";
import { type TenderView } from "../../src/protocol";
import { type EnvelopeKind } from "../../src/seal/label";
import { type LockBytes, lockBytesOf } from "../../src/seal/lockBytes";
import { type ManifestLine } from "../../src/seal/manifest";
import { type EnvelopeContent } from "../../src/seal/payloadPlan";
import { SealingMemory, type SealingRecord } from "../../src/seal/resume";
import { runSealJob, type SealEvent, type SealJob } from "../../src/seal/sealJob";
import { UploadSwitch } from "../../src/seal/uploadSwitch";
import { type Me } from "../../src/wire";
import { BidderFailure } from "./failure";
import { type BidderJob } from "./job";
import { type Line } from "./line";

/** Seals and uploads every envelope that the procedure asks for; their manifest lines. */
export async function sealAll(job: BidderJob, line: Line, view: TenderView, me: Me, signer: Signer): Promise<readonly ManifestLine[]> {
  const notice = noticeOf(view);
  const memory = new SealingMemory(new MemoryShelf<SealingRecord>(), new MemoryShelf<CryptoKey>());
  const lines: ManifestLine[] = [];
  for (const envelope of envelopesOf(view.terms.procedure)) {
    const { tender, locks, openingUnixSeconds } = notice;
    const sealing: SealJob = {
      person: me.person, tender: view.id, purpose: { tender, lot: job.lot, envelope, bidder: signer.keyId, openingUnixSeconds },
      locks, content: await contentOf(job, envelope), endpoint: line.address("/api/uploads"),
    };
    lines.push(await sealOne(sealing, memory, line));
  }
  return lines;
}

/** What the notice says that every envelope carries. */
function noticeOf(view: TenderView): { tender: Bytes; locks: LockBytes; openingUnixSeconds: number } {
  const [tender, committee] = [fromHex(view.notice ?? "", 32), fromHex(view.group_key ?? "", 96)];
  const locks = committee && lockBytesOf(committee, view.sealing);
  if (!tender || !locks || view.first_opening_at === null) throw new BidderFailure("notice_incomplete", view.id);
  return { tender, locks, openingUnixSeconds: Math.floor(view.first_opening_at / 1000) };
}

async function contentOf(job: BidderJob, envelope: EnvelopeKind): Promise<EnvelopeContent> {
  switch (envelope) {
    case 1:
      return { documents: [await pdf(job.technical)], statement: null };
    case 2:
      return { documents: [await pdf(job.price)], statement: null };
    case 3:
      return { documents: [], statement: job.statement };
    case 4:
      return { documents: [], statement: job.priceStatement };
  }
}

async function pdf(path: string) {
  const file = await openAsBlob(path).catch(() => {
    throw new BidderFailure("document_unreadable", path);
  });
  return { name: basename(path), mediaType: "application/pdf", file };
}

/** One sealing to its end, which is one event. */
async function sealOne(sealing: SealJob, memory: SealingMemory, line: Line): Promise<ManifestLine> {
  const ended: SealEvent[] = [];
  const onEvent = (event: SealEvent) => {
    if (event.kind === "done" || event.kind === "failed") ended.push(event);
  };
  await runSealJob(sealing, { memory, control: new UploadSwitch(), onEvent, send: line.sendPart });
  const [end] = ended;
  if (end?.kind === "done") return end.manifestLine;
  if (end?.kind === "failed") throw new BidderFailure(end.code, `envelope ${sealing.purpose.envelope}: ${end.detail}`);
  throw new BidderFailure("unexpected", "the sealing has no end");
}
