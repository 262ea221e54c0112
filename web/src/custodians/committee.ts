/**
 * Whether the key that bids are sealed to is really the custodians' (docs/formats.md 6): their signatures over the committee's id.
 *
 * It does not decide who the custodians are: that their identity keys stay the same is remembered in `centre.ts`.
 * *Invariant*: a key to seal to is handed out only where more than half of the custodians named have signed its committee.
 */
import { type Bytes, fromBase64, fromHex, sha256, toHex, utf8 } from "@/acts/bytes";
import { algorithmOf, isSignedBy } from "@/acts/signature";
import type { Centre, Custodian } from "@/wire";

/** What a notice says about its lock. */
export interface NoticeLock {
  /** 192 hexadecimal digits. */
  readonly group_key: string | null;
  /** SHA-256("TL1/committee\0" ‖ group key), hexadecimal. */
  readonly committee: string | null;
}

/** What the centre says about its committee. */
export type CommitteeClaim = Pick<Centre, "custodians" | "threshold" | "group_key" | "committee">;

/** What a custodian's signature is worth; `twice` where index or identity key has counted already. */
export type SignatureStanding = "good" | "forged" | "missing" | "unreadable" | "twice";

/** What was found out about a committee. */
export interface CommitteeReport {
  /** The committee's id as computed here; undefined if the group key has not its form. */
  readonly id: string | undefined;
  /** The centre states the id that belongs to its group key. */
  readonly isIdRight: boolean;
  /** The notice names the same key and the same id; undefined where no notice was looked at. */
  readonly isNoticeSame: boolean | undefined;
  /** How many signatures are needed. */
  readonly threshold: number;
  /** The threshold is more than half of the custodians, and not more than there are. */
  readonly isMajority: boolean;
  /** The standing of each signature, in the order of the centre's list. */
  readonly standings: readonly SignatureStanding[];
  /** How many count. */
  readonly goodCount: number;
  /** The 96 bytes to seal to; only where nothing of the above failed. */
  readonly sealingKey: Bytes | undefined;
}

/** Checks a committee, and the lock of a notice against it. Never throws on hostile input. */
export async function examineCommittee(claim: CommitteeClaim, notice?: NoticeLock): Promise<CommitteeReport> {
  const groupKey = fromHex(claim.group_key ?? "", 96);
  const idBytes = groupKey && (await sha256(utf8("TL1/committee\0"), groupKey));
  const id = idBytes && toHex(idBytes);
  const standings = idBytes ? await standingsOf(claim.custodians, idBytes) : claim.custodians.map((): SignatureStanding => "unreadable");
  const goodCount = standings.filter((standing) => standing === "good").length;
  const [threshold, count] = [claim.threshold ?? 0, claim.custodians.length];
  const isMajority = Number.isInteger(threshold) && 2 * threshold > count && threshold <= count;
  const isIdRight = id !== undefined && claim.committee === id;
  const isNoticeSame = notice && id !== undefined && notice.group_key === claim.group_key && notice.committee === id;
  const isGood = isIdRight && isNoticeSame !== false && isMajority && goodCount >= threshold;
  return { id, isIdRight, isNoticeSame, threshold, isMajority, standings, goodCount, sealingKey: isGood ? groupKey : undefined };
}

async function standingsOf(custodians: readonly Custodian[], id: Bytes): Promise<readonly SignatureStanding[]> {
  const counted = new Set<string>();
  const standings: SignatureStanding[] = [];
  for (const custodian of custodians) {
    const names = [`index ${custodian.index}`, `identity ${custodian.identity}`];
    const standing = await standingOf(custodian, id);
    // One custodian counts once, under whichever names a server lists it.
    standings.push(standing === "good" && names.some((name) => counted.has(name)) ? "twice" : standing);
    if (standing === "good") for (const name of names) counted.add(name);
  }
  return standings;
}

async function standingOf({ identity, signature }: Custodian, id: Bytes): Promise<SignatureStanding> {
  if (!identity || !signature) return "missing";
  const [spki, bytes] = [fromBase64(identity), fromBase64(signature)];
  const algorithm = spki && algorithmOf(spki);
  if (!spki || !bytes || typeof algorithm !== "number") return "unreadable";
  return (await isSignedBy(algorithm, spki, id, bytes)) ? "good" : "forged";
}
