/**
 * Sealings that are not finished: seed and submission id, kept until the receipt is there, so that a reload goes on.
 *
 * The seed lies in IndexedDB encrypted under an AES key that script cannot read; that guards the record on disk, not against
 * the page itself. *Invariant*: one seed never seals two plaintexts: a kept seed is used again only if the files, the statement
 * and the core come out the same; otherwise seed and submission id are new.
 */
import { openBrowserShelf, type Shelf } from "../acts/browserStore";
import { type Bytes, concat, randomBytes, sameBytes, utf8 } from "../acts/bytes";
import { type Locks } from "./core";
import { type EnvelopePurpose, newSealIdentity, SealedEnvelope, type SealIdentity } from "./envelope";
import { type EnvelopeKind } from "./label";
import { type PayloadPlan } from "./payloadPlan";

/** What a sealing is for; there is one unfinished sealing at most for each. */
export interface SealingSlot {
  /** The person's id. */
  readonly person: string;
  /** The tender's id. */
  readonly tender: string;
  readonly lot: string;
  readonly envelope: EnvelopeKind;
}

/** The record on the shelf. */
export interface SealingRecord {
  /** Initialisation vector and AES-256-GCM ciphertext of the seed. */
  readonly wrappedSeed: Bytes;
  readonly submission: Bytes;
  readonly headSha256: Bytes;
  readonly coreSha256: Bytes;
  /** Where the upload stands on the server; null before it was created. */
  readonly uploadUrl: string | null;
  /** Digests of the first ciphertext segments, 32 bytes each. */
  readonly digests: Bytes;
  /** Unix milliseconds by this device's clock. */
  readonly createdMs: number;
}

const WRAPPING_KEY = "seeds";
const IV_BYTES = 12;

/** The unfinished sealings of this browser. */
export class SealingMemory {
  constructor(
    private readonly records: Shelf<SealingRecord>,
    private readonly wrappingKeys: Shelf<CryptoKey>,
  ) {}

  /** The memory of this browser. */
  static async open(): Promise<SealingMemory> {
    const records = await openBrowserShelf<SealingRecord>("sealings");
    return new SealingMemory(records, await openBrowserShelf<CryptoKey>("wrapping_keys"));
  }

  /** Seals a plan: goes on with the kept sealing if everything is as it was, begins a new one otherwise. */
  async seal(slot: SealingSlot, plan: PayloadPlan, purpose: EnvelopePurpose, locks: Locks): Promise<Sealing> {
    const record = await this.records.read(slotName(slot));
    const kept = record && (await this.sealAgain(slot, record, plan, purpose, locks));
    if (record && kept) {
      kept.adoptDigests(splitDigests(record.digests));
      return new Sealing(this.records, slotName(slot), record, kept, true);
    }
    const identity = newSealIdentity();
    const envelope = await SealedEnvelope.of(plan, purpose, locks, identity);
    const fresh: SealingRecord = {
      wrappedSeed: await this.wrap(slot, identity.seed),
      submission: identity.submission,
      headSha256: plan.headSha256,
      coreSha256: envelope.coreSha256,
      uploadUrl: null,
      digests: new Uint8Array(0),
      createdMs: Date.now(),
    };
    // Kept before the first byte leaves, or a reload would leave an upload that nobody can finish.
    await this.records.write(slotName(slot), fresh);
    return new Sealing(this.records, slotName(slot), fresh, envelope, false);
  }

  /** Whether there is an unfinished sealing for this. */
  async isUnfinished(slot: SealingSlot): Promise<boolean> {
    return (await this.records.read(slotName(slot))) !== undefined;
  }

  /** Forgets a sealing: once its receipt was checked, or when the bidder gives it up. */
  forget(slot: SealingSlot): Promise<void> {
    return this.records.erase(slotName(slot));
  }

  private async sealAgain(
    slot: SealingSlot,
    record: SealingRecord,
    plan: PayloadPlan,
    purpose: EnvelopePurpose,
    locks: Locks,
  ): Promise<SealedEnvelope | undefined> {
    if (!sameBytes(record.headSha256, plan.headSha256)) return undefined;
    const identity = await this.identityOf(slot, record);
    if (identity === undefined) return undefined;
    const envelope = await SealedEnvelope.of(plan, purpose, locks, identity);
    // Another core would be another associated data under the same key and nonces, or another suite under the same seed.
    return sameBytes(envelope.coreSha256, record.coreSha256) ? envelope : undefined;
  }

  private async identityOf(slot: SealingSlot, { wrappedSeed, submission }: SealingRecord): Promise<SealIdentity | undefined> {
    const key = await this.wrappingKeys.read(WRAPPING_KEY);
    if (key === undefined) return undefined;
    const scheme = wrappingScheme(slot, wrappedSeed.slice(0, IV_BYTES));
    const seed = await crypto.subtle.decrypt(scheme, key, wrappedSeed.slice(IV_BYTES)).catch(() => undefined);
    return seed && { seed: new Uint8Array(seed), submission };
  }

  private async wrap(slot: SealingSlot, seed: Bytes): Promise<Bytes> {
    const key = (await this.wrappingKeys.read(WRAPPING_KEY)) ?? (await this.wrappingKeys.writeIfAbsent(WRAPPING_KEY, await makeKey()));
    const iv = randomBytes(IV_BYTES);
    return concat(iv, new Uint8Array(await crypto.subtle.encrypt(wrappingScheme(slot, iv), key, seed)));
  }
}

/** One sealing, with what is remembered of its upload. */
export class Sealing {
  constructor(
    private readonly records: Shelf<SealingRecord>,
    private readonly name: string,
    private record: SealingRecord,
    readonly envelope: SealedEnvelope,
    /** Whether an earlier page began it. */
    readonly isResumed: boolean,
  ) {}

  /** Where the upload stands on the server, if it was created. */
  get uploadUrl(): string | null {
    return this.record.uploadUrl;
  }

  /** Keeps where the upload stands, and the digests of the segments made so far. */
  async keep(uploadUrl: string): Promise<void> {
    this.record = { ...this.record, uploadUrl, digests: concat(...this.envelope.knownDigests()) };
    await this.records.write(this.name, this.record);
  }
}

function slotName({ person, tender, lot, envelope }: SealingSlot): string {
  return [person, tender, lot, envelope].join("/");
}

function wrappingScheme(slot: SealingSlot, iv: Bytes): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: utf8(slotName(slot)) };
}

function makeKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function splitDigests(digests: Bytes): readonly Bytes[] {
  return Array.from({ length: Math.floor(digests.length / 32) }, (_, index) => digests.slice(32 * index, 32 * index + 32));
}
