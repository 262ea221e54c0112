/**
 * A committee of one, made for a trial and forgotten: its key opens what was sealed to it, and nothing else.
 *
 * Never a committee of a tender: [`trialSeal`] uses it to show that this browser can seal what can be opened.
 * *Invariant*: the secret leaves this object only as label keys.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";

import { type Bytes, randomBytes, sha256, toHex, utf8 } from "../acts/bytes";
import { type Locks, openCore } from "./core";
import { sealEnvelope } from "./envelope";
import { type Context, labelIdentity, submissionLabel } from "./label";
import { GroupKey, identityPoint, LabelKey } from "./lock";
import { openPayload } from "./payloadOpening";
import { type Suite } from "./suite";

/** A fresh key pair of a committee of one. */
export class ThrowawayCommittee {
  private readonly secret = bls12_381.utils.randomSecretKey();

  /** The group key. */
  groupKey(): GroupKey {
    return GroupKey.parse(bls12_381.G2.Point.BASE.multiply(this.scalar()).toBytes(true));
  }

  /** Its lock alone. */
  locks(suite: Suite = "standard"): Locks {
    return { committee: this.groupKey(), floor: null, suite };
  }

  /** The key of a context's label. */
  async labelKey(context: Context): Promise<LabelKey> {
    const identity = await labelIdentity(submissionLabel(context));
    return LabelKey.parse(identityPoint(identity).multiply(this.scalar()).toBytes(true));
  }

  private scalar(): bigint {
    return bls12_381.fields.Fr.create(BigInt(`0x${toHex(this.secret)}`));
  }
}

/** How long a trial took, in milliseconds. */
export interface TrialTimes {
  readonly sealMs: number;
  readonly openMs: number;
}

/** Seals a statement to a throwaway committee and opens it again. Rejects unless the same statement comes out. */
export async function trialSeal(suite: Suite): Promise<TrialTimes> {
  const committee = new ThrowawayCommittee();
  const locks = committee.locks(suite);
  const statement = { trial: toHex(randomBytes(16)) };
  const digest = (text: string): Promise<Bytes> => sha256(utf8(text));
  const [tender, bidder] = [await digest("trial tender"), await digest("trial bidder")];
  const purpose = { tender, lot: "1", envelope: 3, bidder, openingUnixSeconds: 0 } as const;
  const startMs = performance.now();
  const envelope = await sealEnvelope({ purpose, locks, content: { documents: [], statement } });
  const upload = await envelope.part(0, envelope.uploadLength);
  const sealedMs = performance.now();
  const core = upload.slice(0, envelope.core.length);
  const keys = { kind: "committee", labelKey: await committee.labelKey(envelope.context) } as const;
  const { payloadKey } = await openCore(core, locks, keys);
  const ciphertext = new Blob([upload.slice(core.length)]);
  const opened = await openPayload(3, payloadKey, envelope.coreSha256, ciphertext);
  if (opened.statement?.["trial"] !== statement.trial) throw new Error("the trial envelope opened to something else");
  return { sealMs: sealedMs - startMs, openMs: performance.now() - sealedMs };
}
