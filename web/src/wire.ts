/**
 * What HTTP answers look like around the core's own types, which are in `protocol.ts` (docs/api.md).
 */
import type { ClockStep, Event, Instant, ManifestLine, OpeningRecord, Rehearsal, Role, SealingPolicy, TimeAuthorityRecord, TimeLimits } from "@/protocol";

/** Kind of a sealed envelope: 1 technical, 2 price, 3 opening statement, 4 price statement. */
export type Envelope = ManifestLine["envelope"];

/** Something that has a name in both languages. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly name_en?: string;
}

/** A signing key of the person who is signed in. */
export interface KeyOfMine {
  readonly key_id: string;
  readonly name: string;
  readonly since: Instant;
  readonly status: "active" | "pending" | "revoked";
}

/** Who is signed in. */
export interface Me {
  readonly person: string;
  readonly name: string;
  readonly login: string;
  readonly org: Named | null;
  readonly roles: readonly Role[];
  readonly keys: readonly KeyOfMine[];
  /** The log's origin. */
  readonly origin: string;
}

/** A custodian: holds one share of the key that opens bids. */
export interface Custodian {
  /** Index from 1, as in the log. */
  readonly index: number;
  readonly name: string;
  readonly name_en?: string;
  /** Key that signs what the custodian says: SubjectPublicKeyInfo, base64. */
  readonly identity?: string;
  /** Public share, hexadecimal. */
  readonly public_share?: string;
  /** By the identity key over the committee's id, base64; see `custodians/committee.ts`. */
  readonly signature?: string;
}

/** Who held the shares of a dealing. */
export interface Dealing {
  /** Group key, 192 hexadecimal digits. */
  readonly group_key: string;
  /** How many times the shares of this group key were dealt before. */
  readonly epoch: number;
  readonly threshold: number;
  /** Names of the custodians, by index from 1. */
  readonly names: readonly string[];
}

/** What came of the platform's last question to a witness. */
export type WitnessStanding = "unknown" | "cosigns" | "unreachable" | "refuses";

/** The centre: what readers need to check everything else against. */
export interface Centre {
  /** None before the centre is founded. */
  readonly name: string | null;
  readonly name_en?: string;
  readonly origin: string;
  /** Verifier key of the log (signed-note form). */
  readonly log_key: string;
  /** Receipts of the rotations of that key, in their order. */
  readonly rotations?: readonly string[];
  /** Verifier keys of the witnesses. */
  readonly witness_keys: readonly string[];
  /** How it stands with each of them, in the same order. */
  readonly witnesses?: readonly WitnessStanding[];
  /** How many witnesses must have cosigned a head. */
  readonly witness_quorum?: number;
  /** Too few witnesses cosign at present: what binds waits for them, everything else goes on. */
  readonly lacks_witnesses?: boolean;
  readonly custodians: readonly Custodian[];
  /** How many custodians together make a key. */
  readonly threshold?: number;
  /** Group key, 192 hexadecimal digits. */
  readonly group_key: string | null;
  /** SHA-256("TL1/committee\0" ‖ group key). */
  readonly committee?: string | null;
  /** How many times the shares of this group key were dealt before. */
  readonly epoch?: number | null;
  /** Every dealing of shares, in order. */
  readonly dealings?: readonly Dealing[];
  /** The last rehearsal of this committee; null before the first. */
  readonly rehearsal?: Rehearsal | null;
  /** Whose time-stamps count. */
  readonly time_authorities?: readonly TimeAuthorityRecord[];
  /** Who may let the signer of the log go on after a step of its clock, verifier keys. */
  readonly keepers?: readonly string[];
  /** The steps that they have accepted, oldest first. */
  readonly clock_steps?: readonly ClockStep[];
  readonly limits: TimeLimits;
  /** How tenders that are published from now on are sealed beside the committee's lock. */
  readonly sealing: SealingPolicy;
  /** SHA-256 of the sealing page's bundle. */
  readonly sealing_page_sha256: string | null;
  /** Organisations with a role: registrar, buyers, agencies, supervisor. */
  readonly organisations: readonly Named[];
  /** Telephone for help. */
  readonly phone?: string;
}

/** Filters of the hall, as they stand in the address. */
export interface HallQuery {
  readonly q?: string;
  readonly stage?: string;
  readonly category?: string;
  readonly region?: string;
  readonly page?: number;
}

/** What lets a socket into a room, for a minute. */
export interface Ticket {
  readonly ticket: string;
  readonly streams: readonly string[];
}

/** The notice as its host signed it. */
export interface PublicationAnswer {
  /** The payload of the `PublishTender` act, base64: its SHA-256 is the notice's digest. */
  readonly payload: string;
  /** Its body, where that stands beside the payload. */
  readonly body: unknown;
  /** The host's public key, base64. */
  readonly spki: string | null;
  /** The host's signature over the payload, base64. */
  readonly signature: string;
}

/** The opening record and the digest that `SignRecord` signs. */
export interface RecordAnswer {
  readonly record: OpeningRecord;
  readonly sha256: string;
}

/** The answer to an act. */
export interface ActAnswer {
  /** Place in the log, from 0. */
  readonly index: number;
  /** The moment that counted. */
  readonly ts: Instant;
  /** The receipt: tlog-proof text. */
  readonly receipt: string;
  /** Whether the server says that a quorum of witnesses has cosigned the receipt's head; sent again, the act is answered anew. */
  readonly is_witnessed?: boolean;
  /** Those events that the actor may know. */
  readonly events: readonly Event[];
}

/** A log entry of a tender, for the replay. */
export interface ReplayEntry {
  readonly index: number;
  readonly ts: Instant;
  readonly stream: string;
  readonly sseq: number;
  readonly type: string;
  /** A person's id, `system`, or `sealed` where the act is withheld until the result. */
  readonly actor: string;
  readonly role: string;
  /** The signed payload, base64; empty where it is withheld. */
  readonly payload: string;
  readonly events: readonly Event[];
  /** How many of the entry's events are withheld until the result. */
  readonly withheld?: number;
  /** The receipt of the entry: tlog-proof text with the entry, its inclusion and the newest head; none where withheld. */
  readonly proof?: string;
  /** SubjectPublicKeyInfo of the actor's key, base64. */
  readonly spki?: string;
}

/** The entries of a tender. */
export type EntriesAnswer = readonly ReplayEntry[];
