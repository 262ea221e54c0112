/**
 * From a job to a receipt, in the order in which a person does it at the page: sign in, certify the key, read the notice,
 * seal and upload, sign, check the receipt.
 *
 * *Invariant*: the bid's lines are signed only when the server has every byte of every envelope.
 */
import { writeFile } from "node:fs/promises";

import { signAct, type Signer, writeWire } from "../../src/acts/act";
import { type Bytes, toBase64, toHex, utf8 } from "../../src/acts/bytes";
import { preAuthentication } from "../../src/acts/pae";
import { verifyReceipt } from "../../src/acts/receipt";
import { policyOf } from "../../src/policy";
import { type TenderView } from "../../src/protocol";
import { manifestOf, type ManifestLine } from "../../src/seal/manifest";
import { type ActAnswer, type Centre, type Me } from "../../src/wire";
import { BidderFailure } from "./failure";
import { type BidderJob } from "./job";
import { openKeyFile } from "./keyFile";
import { Line } from "./line";
import { sealAll } from "./seal";

/** Hands in the bid of a job; its id. A standing bid of the same organisation is replaced. */
export async function handIn(job: BidderJob): Promise<string> {
  const line = new Line(job.baseUrl);
  const me = await line.send<Me>("/api/session", JSON.stringify({ login: job.login, password: job.password }));
  const signer = await openKeyFile(job.key, me.person);
  await certify(line, me, signer);
  const view = await line.read<TenderView>(`/api/tenders/${encodeURIComponent(job.tender)}`);
  const lines = manifestOf(await sealAll(job, line, view, me, signer));
  const bid = crypto.randomUUID();
  const { answer, payload } = await submit(job, line, view, me, signer, { bid, lines });
  await checkReceipt(line, answer.receipt, signer, payload);
  await writeFile(job.receipt, answer.receipt);
  return bid;
}

/** Has the key certified unless the centre knows it; a key that does not count yet ends the run. */
async function certify(line: Line, me: Me, signer: Signer): Promise<void> {
  const keyId = toHex(signer.keyId);
  const isKnown = me.keys.some(({ key_id }) => key_id === keyId);
  const { keys } = isKnown ? me : await showKey(line, me, signer);
  const status = keys.find(({ key_id }) => key_id === keyId)?.status;
  if (status !== "active") throw new BidderFailure("key_not_active", status ?? "unknown");
}

async function showKey(line: Line, me: Me, signer: Signer): Promise<Me> {
  const proof = await signer.sign(preAuthentication(utf8(`kaibiao key ${me.person} ${me.origin}`)));
  const shown = { alg: signer.algorithm, spki: toBase64(signer.spki), proof: toBase64(proof), name: `Node ${process.versions.node}` };
  return line.send<Me>("/api/keys", JSON.stringify(shown));
}

interface Submitted {
  readonly bid: string;
  readonly lines: readonly ManifestLine[];
}

async function submit(job: BidderJob, line: Line, view: TenderView, me: Me, signer: Signer, { bid, lines }: Submitted) {
  const replaces = view.lots.find(({ id }) => id === job.lot)?.mine.bid?.id ?? null;
  const signed = await signAct(
    {
      type: "SubmitBid", actor: me.person, role: "bidder", origin: me.origin, tender: job.tender, lot: job.lot,
      body: { bid, document_set: view.addenda.length, manifest: lines, replaces },
      // This device remembers neither heads nor earlier acts from one run to the next.
      seen: null, prev: null, clientTimeMs: Date.now(),
    },
    signer,
  );
  const answer = await line.deliver<ActAnswer>("/api/acts", writeWire(signed));
  return { answer, payload: signed.payload };
}

async function checkReceipt(line: Line, receipt: string, { spki }: Signer, payload: Bytes): Promise<void> {
  const policy = await policyOf(await line.read<Centre>("/api/centre"));
  if (!policy) throw new BidderFailure("centre_keys", "a key of the centre cannot be read");
  const { checks, isValid } = await verifyReceipt(receipt, policy, { spki, payload });
  const open = checks.filter(({ verdict }) => verdict !== "passed");
  // Everything is at hand here, so a check that was not done is as bad as one that failed.
  if (!isValid || open.length > 0) {
    throw new BidderFailure("receipt_invalid", open.map(({ name, reason }) => `${name} ${reason}`).join(", "));
  }
}
