/**
 * An expert's sheet: verdicts and scores in the making, what is missing, what needs a reason, and what is committed to.
 *
 * *Invariant*: a sheet is complete exactly if the platform will accept it: every bid with every criterion, once.
 */
import { type Bytes, concat, fromHex, sha256, toHex } from "@/acts/bytes";
import { type Canonical, normalised, writeCanonical } from "@/acts/canonical";
import type { Criterion, CriterionScore, LotTerms, RejectionCode, Verdict } from "@/protocol";
import { isBeyond, parsePoints } from "./points";

/** A verdict in the making. */
export interface DraftVerdict {
  readonly isMet: boolean | null;
  readonly code: RejectionCode | null;
  readonly evidence: string;
}

/** A score in the making. */
export interface DraftScore {
  readonly points: string;
  readonly reason: string;
}

/** The sheet of one seat in one lot; cells are named by [`cellName`]. */
export interface Sheet {
  readonly v: 1;
  readonly verdicts: Readonly<Record<string, DraftVerdict>>;
  readonly scores: Readonly<Record<string, DraftScore>>;
  /** What was committed to: without it the scores cannot be revealed. */
  readonly committed: { readonly salt: string; readonly scores: readonly CriterionScore[] } | null;
}

/** A bid whose technical mark would be void for want of a reason. */
export interface UnreasonedBid {
  readonly bid: string;
  /** At which end of the scale its sum is. */
  readonly end: "high" | "low";
}

/** A sheet of which nothing was written yet. */
export const EMPTY_SHEET: Sheet = { v: 1, verdicts: {}, scores: {}, committed: null };
/** The reasons of rejection. */
export const REJECTIONS: readonly RejectionCode[] = [
  "not_stamped_and_signed", "consortium_without_agreement", "not_qualified", "multiple_bids_or_prices", "below_cost_or_above_ceiling",
  "not_responsive", "collusion_fraud_bribery", "tender_document",
];

/** The name of a cell. */
export function cellName(bid: string, criterion: string): string {
  return `${bid}/${criterion}`;
}

/** The criteria of the preliminary review. */
export function preliminaryOf(terms: LotTerms): readonly Criterion[] {
  return terms.criteria.filter(({ part }) => part === "preliminary");
}

/** The criteria that are scored. */
export function scoredOf(terms: LotTerms): readonly Criterion[] {
  return terms.criteria.filter(({ part }) => part !== "preliminary");
}

/** Most points of a criterion, in hundredths; 0 for pass or fail. */
export function maxOf({ judging }: Criterion): number {
  return judging.kind === "pass_fail" ? 0 : judging.max;
}

/** The verdicts to sign; undefined while one is missing, or rejects without reason and evidence. */
export function buildVerdicts(sheet: Sheet, bids: readonly string[], terms: LotTerms): readonly Verdict[] | undefined {
  const verdicts = bids.flatMap((bid) => preliminaryOf(terms).map((criterion) => verdictOf(sheet, bid, criterion.code)));
  return verdicts.every((verdict): verdict is Verdict => verdict !== undefined) ? verdicts : undefined;
}

/** The scores to commit to; undefined while one is missing or out of range. */
export function buildScores(sheet: Sheet, bids: readonly string[], terms: LotTerms): readonly CriterionScore[] | undefined {
  const scores = bids.flatMap((bid) => scoredOf(terms).map((criterion) => scoreOf(sheet, bid, criterion)));
  return scores.every((score): score is CriterionScore => score !== undefined) ? scores : undefined;
}

/** How many cells of the sheet have a value, of how many. */
export function progressOf(sheet: Sheet, bids: readonly string[], terms: LotTerms, part: "preliminary" | "scored"): readonly [number, number] {
  const criteria = part === "preliminary" ? preliminaryOf(terms) : scoredOf(terms);
  const isFilled = (bid: string, criterion: Criterion) =>
    part === "preliminary" ? verdictOf(sheet, bid, criterion.code) !== undefined : scoreOf(sheet, bid, criterion) !== undefined;
  const filled = bids.flatMap((bid) => criteria.filter((criterion) => isFilled(bid, criterion)));
  return [filled.length, bids.length * criteria.length];
}

/** Technical points of a bid so far, in hundredths. */
export function technicalSum(sheet: Sheet, bid: string, terms: LotTerms): number {
  const technical = terms.criteria.filter(({ part }) => part === "technical");
  return technical.reduce((sum, criterion) => sum + (scoreOf(sheet, bid, criterion)?.points ?? 0), 0);
}

/**
 * Bids whose technical sum is at an end of the scale and has no written reason in any technical cell: that mark would be
 * void. Only bids whose technical cells are all filled are judged.
 */
export function bidsWithoutReason(sheet: Sheet, bids: readonly string[], terms: LotTerms): readonly UnreasonedBid[] {
  const { reasons, points_max } = terms.panel.technical;
  const technical = terms.criteria.filter(({ part }) => part === "technical");
  if (!reasons || technical.length === 0) return [];
  return bids.flatMap((bid): UnreasonedBid[] => {
    const scores = technical.map((criterion) => scoreOf(sheet, bid, criterion));
    if (scores.some((score) => score === undefined || score.reason !== null)) return [];
    const sum = technicalSum(sheet, bid, terms);
    if (isBeyond(sum, points_max, reasons.high_ratio, 1)) return [{ bid, end: "high" }];
    return isBeyond(sum, points_max, reasons.low_ratio, -1) ? [{ bid, end: "low" }] : [];
  });
}

/** Whether a single score is at an end of its own scale: a reason is asked for, and the report shows it. */
export function isExtreme(points: number, criterion: Criterion, terms: LotTerms): "high" | "low" | undefined {
  const { reasons } = terms.panel.technical;
  if (!reasons || criterion.part !== "technical" || criterion.judging.kind !== "scored") return undefined;
  if (isBeyond(points, maxOf(criterion), reasons.high_ratio, 1)) return "high";
  return isBeyond(points, maxOf(criterion), reasons.low_ratio, -1) ? "low" : undefined;
}

/** SHA-256(0x02 ‖ salt ‖ canonical scores), as hexadecimal digits. The salt has 32 bytes. */
export async function scoresCommitment(salt: Bytes, scores: readonly CriterionScore[]): Promise<string> {
  return toHex(await sha256(concat(Uint8Array.of(2), salt, writeCanonical(canonicalScores(scores)))));
}

/** Whether a kept salt and its scores open this commitment. */
export async function opens(committed: NonNullable<Sheet["committed"]>, commitment: string): Promise<boolean> {
  const salt = fromHex(committed.salt, 32);
  return salt !== undefined && (await scoresCommitment(salt, committed.scores)) === commitment;
}

/** The scores as they stand in the body of an act. */
export function canonicalScores(scores: readonly CriterionScore[]): Canonical {
  return normalised(scores.map(({ bid, criterion, points, reason }) => ({ bid, criterion, points, reason })));
}

function verdictOf(sheet: Sheet, bid: string, criterion: string): Verdict | undefined {
  const draft = sheet.verdicts[cellName(bid, criterion)];
  if (!draft || draft.isMet === null) return undefined;
  if (draft.isMet) return { bid, criterion, is_met: true, reason: null };
  const evidence = draft.evidence.trim();
  return draft.code === null || evidence === "" ? undefined : { bid, criterion, is_met: false, reason: { code: draft.code, evidence } };
}

function scoreOf(sheet: Sheet, bid: string, criterion: Criterion): CriterionScore | undefined {
  const draft = sheet.scores[cellName(bid, criterion.code)];
  const points = draft && parsePoints(draft.points, maxOf(criterion));
  if (draft === undefined || points === undefined) return undefined;
  const reason = draft.reason.normalize("NFC").trim();
  return { bid, criterion: criterion.code, points, reason: reason === "" ? null : reason };
}
