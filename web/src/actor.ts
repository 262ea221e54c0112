/**
 * Acting: builds an act, signs it with this device's key, sends it, checks the receipt.
 *
 * The only way a page changes something. *Invariant*: what is resent after a broken line is the same bytes, so that an
 * act is never done twice.
 */
import { signAct, writeWire } from "@/acts/act";
import { type Bytes, fromHex, sha256, toHex } from "@/acts/bytes";
import type { CanonicalObject } from "@/acts/canonical";
import { openDeviceKey } from "@/acts/deviceKey";
import { HeadMemory } from "@/acts/head";
import { type ReceiptReport, verifyReceipt } from "@/acts/receipt";
import { send } from "@/api";
import { keySuite, loadCentre } from "@/centre";
import { serverNow } from "@/clock";
import { checkHead } from "@/logHead";
import { policyOf } from "@/policy";
import { Problem } from "@/problem";
import type { Role } from "@/protocol";
import { me, role as currentRole } from "@/session";
import type { ActAnswer } from "@/wire";

/** To what an act is addressed, what it says, and in which role it is done. */
export interface ActOptions {
  /** The tender; left out for acts of the centre. */
  readonly tender?: string;
  /** The lot; left out where the act is about the whole tender. */
  readonly lot?: string;
  /** The command's own fields. */
  readonly body: CanonicalObject;
  /** The role; the one chosen in the frame if left out. */
  readonly role?: Role;
}

/** What came of an act. */
export interface ActResult extends ActAnswer {
  /** The receipt as this browser checked it; undefined only where the centre's keys are unknown. */
  readonly report: ReceiptReport | undefined;
}

const ATTEMPTS = 3;

/** Does an act. Throws a `Problem`: `not_signed_in`, those of the server, or `offline` after three attempts. */
export async function act(type: string, { tender, lot, body, role }: ActOptions): Promise<ActResult> {
  const person = me.value;
  const actingRole = role ?? currentRole.value;
  if (!person || !actingRole) throw new Problem("not_signed_in", 401, { zh: "请先登录", en: "Please sign in" });
  const signer = await openDeviceKey(person.person, keySuite);
  const seen = await (await HeadMemory.open()).newest(person.origin);
  const signed = await signAct(
    {
      type, body, role: actingRole, actor: person.person, origin: person.origin, tender: tender ?? null, lot: lot ?? null,
      seen: seen ? { size: seen.size, root: seen.root } : null, prev: previous(signer.keyId), clientTimeMs: Math.round(serverNow()),
    },
    signer,
  );
  const answer = await deliver(writeWire(signed));
  rememberPrevious(signer.keyId, await sha256(signed.payload));
  return { ...answer, report: await checkReceipt(answer.receipt, signer.spki, signed.payload) };
}

async function deliver(wire: Bytes): Promise<ActAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send<ActAnswer>("POST", "/api/acts", wire);
    } catch (error) {
      const isPassing = error instanceof Problem && (error.code === "offline" || error.status === 503);
      if (!isPassing || attempt === ATTEMPTS) throw error;
      const pauseMs = (error.retryAfterSeconds ?? attempt) * 1000;
      await new Promise((resume) => setTimeout(resume, pauseMs * (0.5 + Math.random() / 2)));
    }
  }
}

async function checkReceipt(receipt: string, spki: Bytes, payload: Bytes): Promise<ReceiptReport | undefined> {
  const centre = await loadCentre();
  const policy = centre && (await policyOf(centre));
  if (!centre || !policy) return undefined;
  const report = await verifyReceipt(receipt, policy, { spki, payload, mayAwaitWitnesses: true });
  // The receipt's head is the newest this browser has seen: the next act will name it.
  if (report.checkpointNote) await checkHead(centre, report.checkpointNote).catch(() => undefined);
  return report;
}

/** Digest of this key's previous payload: a signer's acts form a chain of their own. */
function previous(keyId: Bytes): Bytes | null {
  try {
    return fromHex(localStorage.getItem(`kaibiao.prev.${toHex(keyId)}`) ?? "", 32) ?? null;
  } catch {
    return null;
  }
}

function rememberPrevious(keyId: Bytes, digest: Bytes): void {
  try {
    localStorage.setItem(`kaibiao.prev.${toHex(keyId)}`, toHex(digest));
  } catch {
    // Without storage the chain begins anew with each page; the log's own order stays what it is.
  }
}
