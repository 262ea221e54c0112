// Types that go over the wire. Generated from the Rust types of `src/tender`; do not edit by hand.

export type TenderId = string;
export type PersonId = string;
export type OrgId = string;
export type BidId = string;
export type EnquiryId = string;
export type LotId = string;
export type SubmissionId = string;
export type Instant = number;
export type ShortText = string;
export type LongText = string;
export type Points = number;
export type Text2 = { en: LongText; zh: LongText };
export type Currency = "CNY";
export type Money = { currency: Currency; minor: number };
export type Role = "registrar" | "buyer" | "host" | "recorder" | "bidder" | "expert" | "supervisor";
export type Regime = "bidding" | "procurement";
export type Category = "works" | "goods" | "services";
export type Procedure = "one_stage" | "two_stage";
export type Envelope = 1 | 2 | 3 | 4;
export type FieldKind = "text" | "days" | "price";
export type Field = { id: string; kind: FieldKind; label: Text2 };
export type Judging = { kind: "pass_fail" } | { kind: "scored"; max: Points } | { kind: "objective"; max: Points };
export type Part = "preliminary" | "technical" | "business";
export type Criterion = { code: string; guidance: Text2; judging: Judging; part: Part; title: Text2 };
export type PanelTerms = { size: number; trimmed: boolean };
export type LotTerms = {
  candidates_max: number;
  ceiling: Money;
  coefficients: string[];
  criteria: Criterion[];
  duration_days_max: number;
  id: LotId;
  min_bids: number;
  panel: PanelTerms;
  price_points: Points;
  price_rule: unknown;
  statement_fields: Field[];
  price_fields: Field[];
  title: Text2;
};
export type Terms = {
  agency: OrgId;
  buyer: OrgId;
  category: Category;
  contact: ShortText;
  lots: LotTerms[];
  opening_at: Instant;
  procedure: Procedure;
  project_code: ShortText;
  plan_approval: ShortText;
  qualification: Text2;
  regime: Regime;
  region: ShortText;
  summary: Text2;
  title: Text2;
};
export type Document = { len: number; media_type: string; name: ShortText; sha256: string };
export type TimeLimits = {
  candidate_publicity_ms: number;
  key_replacement_ms: number;
  notice_to_deadline_ms: number;
  reason: LongText | null;
};
export type ManifestLine = {
  core_sha256: string;
  envelope: Envelope;
  root: string;
  submission: SubmissionId;
  total_len: number;
};
export type CustodianFault = { code: string; index: number };
export type FieldValue = number | ShortText;
export type StatementValue = { id: string; value: FieldValue };
export type UnsealFailure =
  | "file_corrupt" | "wrong_lock" | "malformed" | "identity_mismatch" | "platform_fault" | "custodians_unavailable";
export type Unsealed =
  | { outcome: "opened"; files: Document[]; label_key: string; statement: StatementValue[] | null }
  | { outcome: "failed"; code: UnsealFailure; label_key: string | null };
export type FailureReason = "too_few_bids" | "no_valid_bid";
export type Phase = "none" | "draft" | "approved" | "published" | "cancelled" | "archived";
export type Stage =
  | { stage: "receiving" } | { stage: "opening" } | { stage: "opened" } | { stage: "reviewing" } | { stage: "passed" }
  | { stage: "second_opening" } | { stage: "reporting" } | { stage: "reported" } | { stage: "candidates" }
  | { stage: "awarded" } | { stage: "completed" } | { stage: "failed"; reason: FailureReason };
export type RejectionCode = string;
export type Rejection = { code: RejectionCode; evidence: LongText };
export type Verdict = { bid: BidId; criterion: string; is_met: boolean; reason: Rejection | null };
export type CriterionScore = { bid: BidId; criterion: string; points: Points; reason: LongText | null };
export type SeatPoints = { points: Points; reason: LongText | null; seat: number };
export type CriterionResult = { criterion: string; is_agreed: boolean; seats: SeatPoints[] };
export type BidScore = {
  bid: BidId; business: Points; criteria: CriterionResult[]; technical: Points; void_seats: number[];
};
export type RankedBid = {
  bid: BidId; business: Points; is_abnormally_low: boolean; price_minor: number; price_points: Points;
  rank: number | null; technical: Points; total: Points;
};
export type RejectedBid = { bid: BidId; reasons: Rejection[] };
export type Candidate = { org: OrgId; result: RankedBid };
export type PanelSeat = { person: PersonId; seat: number };
export type ClosedBid = { bid: BidId; org: OrgId };
export type TenderEvent =
  | { kind: "tender_drafted"; host: PersonId; terms: Terms }
  | { kind: "tender_revised"; revision: number; terms: Terms }
  | { kind: "document_added"; document: Document }
  | { kind: "tender_approved"; revision: number }
  | { kind: "tender_published"; committee: string; group_key: string; notice: string; opening_at: Instant; short_period: LongText | null }
  | { kind: "addendum_issued"; documents: Document[]; number: number; opening_at: Instant | null; text: LongText }
  | { kind: "enquiry_asked"; enquiry: EnquiryId; text: LongText }
  | { kind: "enquiry_answered"; enquiry: EnquiryId; question: LongText; text: LongText }
  | { kind: "tender_cancelled"; reason: LongText }
  | { kind: "tender_archived"; note: ShortText | null };
export type LotEvent =
  | { kind: "bid_submitted"; bid: BidId; document_set: number; key: string; manifest: ManifestLine[]; org: OrgId; person: PersonId; replaces: BidId | null }
  | { kind: "bid_withdrawn"; bid: BidId; org: OrgId }
  | { kind: "checked_in"; org: OrgId }
  | { kind: "lot_closed"; bids: ClosedBid[]; checked_in: OrgId[]; root: string }
  | { kind: "lot_failed"; reason: FailureReason }
  | { kind: "opening_drawn"; coefficient: string | null; label_key: string; order: BidId[] }
  | { kind: "seals_checked"; bids: number; mismatched: BidId[] }
  | { kind: "keys_released"; answered: number[]; envelope: Envelope; failed: CustodianFault[] }
  | { kind: "envelope_unsealed"; bid: BidId; envelope: Envelope; failure: UnsealFailure | null }
  | { kind: "contents_recorded"; bid: BidId; envelope: Envelope; result: Unsealed }
  | { kind: "reading_started"; opening: number }
  | { kind: "bid_read"; bid: BidId; label_key: string; org: OrgId; position: number; statement: StatementValue[] }
  | { kind: "reading_finished"; opening: number }
  | { kind: "line_confirmed"; bid: BidId }
  | { kind: "objection_raised"; bid: BidId; text: LongText }
  | { kind: "objection_answered"; bid: BidId; text: LongText }
  | { kind: "record_signed"; org: OrgId; role: Role }
  | { kind: "opening_recorded"; not_confirmed: BidId[]; opening: number; record_sha256: string }
  | { kind: "panel_called"; commitments: string[] }
  | { kind: "panel_drawn"; label_key: string; ranked: string[] }
  | { kind: "seat_taken"; commitment: string; person: PersonId; seat: number }
  | { kind: "expert_recused"; commitment: string; reason: ShortText }
  | { kind: "review_started"; bids: BidId[] }
  | { kind: "preliminary_judged"; seat: number; verdicts: Verdict[] }
  | { kind: "preliminary_concluded"; rejected: RejectedBid[] }
  | { kind: "scores_committed"; commitment: string; seat: number }
  | { kind: "scores_revealed"; scores: CriterionScore[]; seat: number }
  | { kind: "scores_concluded"; scores: BidScore[] }
  | { kind: "stage_signed"; seat: number }
  | { kind: "stage_passed"; passed: BidId[] }
  | { kind: "second_opening_started"; bids: BidId[] }
  | { kind: "bids_ranked"; ranking: RankedBid[]; trace: unknown }
  | { kind: "report_signed"; dissent: LongText | null; seat: number }
  | { kind: "report_closed"; report_sha256: string }
  | { kind: "candidates_published"; candidates: Candidate[]; panel: PanelSeat[]; until: Instant }
  | { kind: "award_confirmed"; bid: BidId; org: OrgId }
  | { kind: "letter_issued"; bid: BidId; org: OrgId; result: RankedBid | null; score: BidScore | null; is_winner: boolean }
  | { kind: "letters_issued"; letters: number };
export type LotFact = { lot: LotId } & LotEvent;
export type Event = LotFact | TenderEvent;
export type BidStatus = "standing" | "replaced" | "withdrawn";
export type Bid = {
  id: BidId; org: OrgId; person: PersonId; key: string; document_set: number; manifest: ManifestLine[];
  submitted_at: Instant; status: BidStatus; unsealed: Record<number, Unsealed>;
};
export type Addendum = { number: number; issued_at: Instant; documents: Document[]; text: LongText; opening_at: Instant | null };
export type Enquiry = { enquiry: EnquiryId; asked_at: Instant; question: LongText; answer: LongText | null };
export type OpeningStep = "unsealing" | "unsealed" | "reading" | "confirming" | "recorded";
export type ObjectionView = { bid: BidId; text: LongText; answer: LongText | null };
export type OpeningView = {
  step: OpeningStep; bids: BidId[]; read: number; confirmed: BidId[]; objections: ObjectionView[];
  signatures: [Role, OrgId][]; record_sha256: string | null;
};
export type RecordLine = { bid: BidId; org: OrgId; objection: LongText | null; statement: StatementValue[] | null };
export type OpeningRecord = {
  closed_at: Instant | null; closed_root: string | null; coefficient: string | null; lines: RecordLine[]; opening: number;
};
export type BidView = { bid: BidId; org: OrgId; opened: number[]; statement: StatementValue[]; passed: boolean | null };
export type PanelProgress = {
  judged: number; committed: number; revealed: number; stage_signed: number; report_signed: number;
};
export type PanelStep = "judged" | "committed" | "revealed" | "stage_signed" | "report_signed";
export type Mine = { bid: Bid | null; is_checked_in: boolean; seat: number | null; done: PanelStep[] };
export type LotView = {
  id: LotId; stage: Stage; closed_root: string | null; closed_at: Instant | null; bids: BidView[];
  coefficient: string | null; openings: OpeningView[]; seats: [number, number] | null; progress: PanelProgress | null;
  rejected: RejectedBid[]; scores: BidScore[]; ranking: RankedBid[]; candidates: Candidate[];
  candidates_until: Instant | null; awarded: BidId | null; mine: Mine;
};
export type TenderView = {
  id: TenderId; phase: Phase; revision: number; terms: Terms; documents: Document[]; addenda: Addendum[];
  enquiries: Enquiry[]; published_at: Instant | null; notice: string | null; group_key: string | null;
  committee: string | null; first_opening_at: Instant | null; opening_at: Instant | null;
  short_period: LongText | null; cancelled: LongText | null; lots: LotView[];
};
export type LotStage = { id: LotId; stage: Stage };
export type TenderSummary = {
  id: TenderId; phase: Phase; title: Text2; buyer: OrgId; region: string; category: Category; project_code: string;
  ceiling_minor: number; opening_at: Instant | null; published_at: Instant | null; lots: LotStage[];
};
