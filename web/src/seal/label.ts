/**
 * Labels and contexts: what a lock is locked to, and what an envelope is bound to (docs/formats.md 3).
 *
 * A label holds no time: postponement changes when its key is released, never the label.
 * *Invariant*: one meaning has one encoding; what is parsed here writes the same bytes again.
 */
import { ByteReader, type Bytes, concat, sha256, toHex, u16, u64, utf8 } from "../acts/bytes";

/** 1 qualification and technical documents, 2 price documents, 3 opening statement, 4 price statement. */
export type EnvelopeKind = 1 | 2 | 3 | 4;
/** Bytes of a submission id. */
export const SUBMISSION_BYTES = 16;

/** What an envelope is bound to: every byte of its core depends on it. */
export interface Context {
  /** 01: SHA-256 of the payload of the `PublishTender` act. */
  readonly tender: Bytes;
  /** 02: the lot, 1–16 of `[A-Za-z0-9-]`. */
  readonly lot: string;
  /** 03. */
  readonly envelope: EnvelopeKind;
  /** 04: 16 random bytes, the envelope's own. */
  readonly submission: Bytes;
  /** 05: `key_id` of the bidder's signing key. */
  readonly bidder: Bytes;
  /** 06: the committee's name. */
  readonly committee: Bytes;
  /** 07: the first announced opening, unix seconds. */
  readonly openingUnixSeconds: number;
}

/** Why bytes or fields are not a context. */
export type LabelCode = "label_lot" | "label_envelope" | "label_date" | "label_encoding";

/** A context that is not one. */
export class LabelError extends Error {
  constructor(readonly code: LabelCode) {
    super(`label: ${code}`);
    this.name = "LabelError";
  }
}

/** The kind of a number; throws a [`LabelError`]. */
function envelopeKind(number: number | undefined): EnvelopeKind {
  if (number !== 1 && number !== 2 && number !== 3 && number !== 4) throw new LabelError("label_envelope");
  return number;
}

/** Whether an envelope of this kind holds a statement of fixed size, and no documents. */
export function isStatement(kind: EnvelopeKind): boolean {
  return kind === 3 || kind === 4;
}

/** ctx: TLV(01..07). Throws a [`LabelError`] for fields that have no encoding. */
export function contextBytes(context: Context): Bytes {
  return concat(
    labelFields(context),
    field(5, demandLength(context.bidder, 32)),
    field(6, demandLength(context.committee, 32)),
    field(7, u64(BigInt(context.openingUnixSeconds))),
  );
}

/** The label under which the envelope is locked: "TL1/label\0" || TLV(01,02,03,04). */
export function submissionLabel(context: Pick<Context, "tender" | "lot" | "envelope" | "submission">): Bytes {
  return concat(utf8("TL1/label\0"), labelFields(context));
}

/** What the draws of an opening depend on: its label is "TL1/draw\0" || TLV(01,02) || "opening\0" || closed root. */
export function openingDrawLabel(tender: Bytes, lot: string, closedRoot: Bytes): Bytes {
  return drawLabel(tender, lot, "opening\0", closedRoot);
}

/** The label of the draw of a panel, over SHA-256 of the pool's sorted commitments. */
export function panelDrawLabel(tender: Bytes, lot: string, commitments: Bytes): Bytes {
  return drawLabel(tender, lot, "panel\0", commitments);
}

/** The label of a rehearsal of the committee, whose key opens nothing; the date is `YYYY-MM-DD`. */
export function rehearsalLabel(date: string): Bytes {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date)) throw new LabelError("label_date");
  return utf8(`TL1/rehearsal\0${date}`);
}

/** What the capsules of a label are locked to: SHA-256 of the label. */
export function labelIdentity(label: Bytes): Promise<Bytes> {
  return sha256(label);
}

/** The context of exactly these bytes. Throws a [`LabelError`]. */
export function parseContext(bytes: Uint8Array): Context {
  const reader = new ByteReader(bytes);
  const context = {
    tender: value(reader, 1, 32),
    lot: parseLot(value(reader, 2)),
    envelope: envelopeKind(value(reader, 3, 1)[0]),
    submission: value(reader, 4, SUBMISSION_BYTES),
    bidder: value(reader, 5, 32),
    committee: value(reader, 6, 32),
    openingUnixSeconds: Number(new DataView(value(reader, 7, 8).buffer).getBigUint64(0)),
  };
  // A moment beyond 2^53 seconds could not be written again exactly, so it is no moment.
  if (!reader.isAtEnd() || !Number.isSafeInteger(context.openingUnixSeconds)) throw new LabelError("label_encoding");
  return context;
}

/** A submission id as text: 32 lower-case hexadecimal digits. */
export function submissionText(submission: Bytes): string {
  return toHex(submission);
}

function drawLabel(tender: Bytes, lot: string, subject: string, digest: Bytes): Bytes {
  const fields = concat(field(1, demandLength(tender, 32)), field(2, lotBytes(lot)));
  return concat(utf8("TL1/draw\0"), fields, utf8(subject), demandLength(digest, 32));
}

function labelFields({ tender, lot, envelope, submission }: Pick<Context, "tender" | "lot" | "envelope" | "submission">): Bytes {
  return concat(
    field(1, demandLength(tender, 32)),
    field(2, lotBytes(lot)),
    field(3, Uint8Array.of(envelopeKind(envelope))),
    field(4, demandLength(submission, SUBMISSION_BYTES)),
  );
}

function field(tag: number, bytes: Uint8Array): Bytes {
  return concat(Uint8Array.of(tag), u16(bytes.length), bytes);
}

/** The next field's value. All fields are required, so reading them by tag also enforces their order. */
function value(reader: ByteReader, tag: number, length?: number): Bytes {
  if (reader.u8() !== tag) throw new LabelError("label_encoding");
  const bytes = reader.lengthPrefixed();
  if (bytes === undefined || (length !== undefined && bytes.length !== length)) throw new LabelError("label_encoding");
  return bytes;
}

function lotBytes(lot: string): Bytes {
  if (!isLot(lot)) throw new LabelError("label_lot");
  return utf8(lot);
}

function isLot(lot: string): boolean {
  return /^[A-Za-z0-9-]{1,16}$/.test(lot);
}

function parseLot(bytes: Bytes): string {
  const lot = String.fromCharCode(...bytes);
  if (!isLot(lot)) throw new LabelError("label_lot");
  return lot;
}

function demandLength(bytes: Bytes, length: number): Bytes {
  if (bytes.length !== length) throw new LabelError("label_encoding");
  return bytes;
}
