// Generated from the Rust types by tests/protocol.rs. Do not edit.

export type ManifestLine = { core_sha256: string, envelope: 1 | 2 | 3 | 4, root: string, submission: string, total_len: number, };

export type AbnormalRule = { 
/**
 * Share of the ceiling; in the procurement regime, of the budget where no ceiling is set (财政部令第 87 号, article 63).
 */
of_ceiling: Decimal | null, 
/**
 * Share of the mean price.
 */
of_mean: Decimal | null, 
/**
 * Which prices that mean is taken of.
 */
mean_of: MeanOf, 
/**
 * Share of the second lowest price; tests the lowest bid only.
 */
of_next: Decimal | null, 
/**
 * Whether a price exactly at a limit is abnormally low already.
 */
is_inclusive: boolean, 
/**
 * How long the bidder has at least to explain, in minutes; more than 0.
 */
explanation_minutes: number, };

export type AcceptComplaint = { 
/**
 * Which. 
 */
complaint: ComplaintId, };

export type AddDocument = { 
/**
 * The document; its bytes were uploaded before. 
 */
document: Document, };

export type Addendum = { 
/**
 * Number from 1.
 */
number: number, 
/**
 * When it was issued.
 */
issued_at: Instant, 
/**
 * Whether it may affect the preparation of bids, as the host states.
 */
affects_bids: boolean, 
/**
 * Its documents.
 */
documents: Array<Document>, 
/**
 * What changes.
 */
text: LongText, 
/**
 * New deadline, if postponed.
 */
opening_at: Instant | null, };

export type AfterAward = { 
/**
 * By when the award is reported to the supervisor.
 */
report_by: Instant | null, 
/**
 * Whether it was.
 */
is_reported: boolean, 
/**
 * By when the contract is signed, once letters are out.
 */
sign_by: Instant | null, 
/**
 * Candidates who do not get it, in order.
 */
fallen: Array<Fallen>, 
/**
 * The contract, once one side has signed.
 */
contract: Contract | null, };

export type Aggregation = { "kind": "mean" } | { "kind": "trimmed_mean", 
/**
 * From this many valid marks on; at least 3, by custom 5.
 */
trim_from: number, };

export type AmendContract = { 
/**
 * SHA-256 of the amendment. 
 */
amendment_sha256: string, 
/**
 * Its number, from 1. 
 */
number: number, 
/**
 * What it changes. 
 */
text: LongText, };

export type Amendment = { 
/**
 * SHA-256 of it.
 */
amendment_sha256: string, 
/**
 * What it changes.
 */
text: LongText, 
/**
 * Who has signed: it is in force with both.
 */
signed: Array<Role>, };

export type Amount = { 
/**
 * How many.
 */
count: number, 
/**
 * Of what.
 */
unit: Unit, };

export type AnswerDirective = { 
/**
 * Which. 
 */
directive: DirectiveId, 
/**
 * What was done. 
 */
text: LongText, };

export type AnswerEnquiry = { 
/**
 * Which. 
 */
enquiry: EnquiryId, 
/**
 * The answer. 
 */
text: LongText, };

export type AnswerObjection = { 
/**
 * Whose objection. 
 */
bid: BidId, 
/**
 * The answer. 
 */
text: LongText, };

export type AppointCommittee = { 
/**
 * The custodians.
 */
committee: Committee, };

export type ApproveReplacement = { 
/**
 * Which.
 */
key_id: string, };

export type ApproveTender = { 
/**
 * Digests of all documents, ascending. 
 */
documents: string[], 
/**
 * Revision of the terms, counted from 1. 
 */
revision: number, 
/**
 * SHA-256 of their canonical text. 
 */
terms_sha256: string, };

export type ArchiveTender = { 
/**
 * A note for the file. 
 */
note: ShortText | null, };

export type Argued = { 
/**
 * Why, in law and in fact.
 */
argument: LongText, 
/**
 * Digests of files.
 */
evidence: string[], 
/**
 * What is asked for.
 */
remedy: LongText, };

export type AskEnquiry = { 
/**
 * Its id. 
 */
enquiry: EnquiryId, 
/**
 * The question. 
 */
text: LongText, };

export type Audience = "public" | { "own": OrgId } | "host" | "panel" | "supervisor";

export type Awaited = { 
/**
 * Custodians who answered rightly.
 */
answered: Array<number>, 
/**
 * Of which dealing of the shares they are the custodians.
 */
epoch: number, 
/**
 * The others, and why.
 */
failed: Array<CustodianFault>, };

export type AwardBasis = "price_only" | "cost_only" | "quality_only" | "rated_criteria";

export type Band = { 
/**
 * Upper end as a ratio of the mean; at least 1.
 */
high: Decimal, 
/**
 * Lower end as a ratio of the mean; more than 0, at most 1.
 */
low: Decimal, };

export type BandedMedian = { 
/**
 * Points of a price equal to the benchmark; more than 0.
 */
points_max: Points, 
/**
 * How many bids the lottery admits to the calculation.
 */
lottery_limit: LotteryLimit, 
/**
 * x: the least drop from the ceiling, as a ratio, that brings a bid into series B; from 0 to less than 1.
 */
drop_min: Decimal, 
/**
 * Where the middle band ends.
 */
band: Band, 
/**
 * From this many bids in series B on, the highest and the lowest are left out of the mean; at least 3.
 */
trim_from: number, 
/**
 * C, fixed or drawn; more than 0.
 */
coefficient: Coefficient, 
/**
 * Points lost for each percent above the benchmark; not negative.
 */
above_per_percent: Decimal, 
/**
 * Points lost for each percent below the benchmark; not negative.
 */
below_per_percent: Decimal, };

export type BaseBand = { 
/**
 * How far above the mean a price may lie, in percent; not negative.
 */
valid_percent: Decimal, 
/**
 * How far below B the benchmark lies, in percent, fixed or drawn; from 0 to less than 100.
 */
float_percent: Coefficient, };

export type BaseDeviation = { 
/**
 * Points of a price equal to the mean; more than 0.
 */
points_max: Points, 
/**
 * Points lost for each percent above the mean; not negative.
 */
up_per_percent: Decimal, 
/**
 * Points lost for each percent below the mean; not negative.
 */
down_per_percent: Decimal, 
/**
 * Whether a score stops at 0; if not, it may be negative.
 */
is_clamped: boolean, };

export type Benchmark = { 
/**
 * Points of a price within the free margin; more than 0.
 */
points_max: Points, 
/**
 * K, fixed or drawn; more than 0, at most 1.
 */
coefficient: Coefficient, 
/**
 * Deviation in percent that costs nothing; not negative.
 */
free_percent: Decimal, 
/**
 * Percent of the maximum lost for each percent of deviation beyond the free margin; not negative.
 */
penalty_percent: Decimal, };

export type Bid = { 
/**
 * Its id.
 */
id: BidId, 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * Who submitted.
 */
person: PersonId, 
/**
 * The key that signed; it alone, or one that its owner endorsed, may replace or withdraw.
 */
key: string, 
/**
 * Addenda it takes into account.
 */
document_set: number, 
/**
 * Its envelopes.
 */
manifest: ManifestLine[], 
/**
 * When its signed act was read.
 */
submitted_at: Instant, 
/**
 * Whether it counts.
 */
status: BidStatus, 
/**
 * What came out of its envelopes.
 */
unsealed: { [key in number]: Unsealed }, };

export type BidId = string;

export type BidScore = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * Business points.
 */
business: Points, 
/**
 * Each criterion with what each seat gave.
 */
criteria: Array<CriterionResult>, 
/**
 * Technical points.
 */
technical: Points, 
/**
 * Why: every step of the aggregation over the seats.
 */
trace: Trace<number>, 
/**
 * Seats whose technical score is void, because an extreme score had no reason.
 */
void_seats: Array<number>, };

export type BidStatus = "standing" | "replaced" | "withdrawn";

export type BidView = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * The addenda that it takes into account.
 */
document_set: number, 
/**
 * Envelopes that opened.
 */
opened: Array<number>, 
/**
 * Statements that were read out.
 */
statement: Array<StatementValue>, 
/**
 * Whether it passed the technical stage; none before.
 */
passed: boolean | null, };

export type CallPanel = { 
/**
 * Salted commitments to experts, ascending. 
 */
commitments: string[], };

export type CancelTender = { 
/**
 * Why. 
 */
reason: LongText, };

export type Candidate = { 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * Rank and scores.
 */
result: RankedBid, };

export type CaseAnswer = { 
/**
 * What.
 */
decision: CaseDecision, 
/**
 * When.
 */
decided_at: Instant, 
/**
 * Whether its time was over.
 */
is_late: boolean, 
/**
 * Why.
 */
text: LongText, };

export type CaseDecision = "upheld" | "partly_upheld" | "rejected";

export type Category = "works" | "goods" | "services";

export type CentreCommand = { "type": "FoundCentre", "body": FoundCentre } | { "type": "RegisterOrganisation", "body": RegisterOrganisation } | { "type": "RegisterPerson", "body": RegisterPerson } | { "type": "GrantRoles", "body": GrantRoles } | { "type": "CertifyKey", "body": CertifyKey } | { "type": "EndorseKey", "body": CertifyKey } | { "type": "RevokeKey", "body": RevokeKey } | { "type": "RequestReplacement", "body": CertifyKey } | { "type": "ApproveReplacement", "body": ApproveReplacement } | { "type": "SetTimeLimits", "body": SetTimeLimits } | { "type": "SetHolidays", "body": Holidays } | { "type": "SetSealingPolicy", "body": SetSealingPolicy } | { "type": "AppointCommittee", "body": AppointCommittee } | { "type": "RecordRehearsal", "body": RecordRehearsal } | { "type": "RecordSealingPage", "body": RecordSealingPage } | { "type": "NameTimeAuthorities", "body": NameTimeAuthorities } | { "type": "RotateLogKey", "body": RotateLogKey } | { "type": "NameKeepers", "body": NameKeepers } | { "type": "RecordClockAccepted", "body": RecordClockAccepted } | { "type": "Tick", "body": Tick };

export type CentreEvent = { "kind": "centre_founded", 
/**
 * Its name.
 */
name: ShortText, 
/**
 * The centre as an organisation.
 */
org: OrgId, } | { "kind": "organisation_registered", 
/**
 * Its id.
 */
org: OrgId, 
/**
 * The organisation.
 */
organisation: Organisation, } | { "kind": "person_registered", 
/**
 * Name.
 */
name: ShortText, 
/**
 * Organisation.
 */
org: OrgId, 
/**
 * Id.
 */
person: PersonId, 
/**
 * Roles.
 */
roles: Array<Role>, } | { "kind": "roles_granted", 
/**
 * Who.
 */
person: PersonId, 
/**
 * All roles from now on.
 */
roles: Array<Role>, } | { "kind": "key_certified", 
/**
 * The earlier key of the same person that signed for it; none if a registrar did.
 */
endorsed_by: string | null, 
/**
 * The key.
 */
key: KeyRecord, 
/**
 * Its id.
 */
key_id: string, } | { "kind": "replacement_requested", 
/**
 * The key.
 */
key: KeyRecord, 
/**
 * Who asked.
 */
by: PersonId, 
/**
 * Its id.
 */
key_id: string, } | { "kind": "replacement_approved", 
/**
 * Which.
 */
key_id: string, 
/**
 * From when it counts.
 */
valid_from: Instant, } | { "kind": "key_revoked", 
/**
 * Which.
 */
key_id: string, 
/**
 * Why.
 */
reason: ShortText, } | { "kind": "time_limits_set", 
/**
 * The limits.
 */
limits: TimeLimits, } | { "kind": "holidays_set", 
/**
 * What was announced.
 */
announced: Holidays, } | { "kind": "sealing_policy_set", 
/**
 * For tenders that are published from now on.
 */
policy: SealingPolicy, } | { "kind": "time_authorities_named", 
/**
 * All of them.
 */
authorities: Array<TimeAuthorityRecord>, } | { "kind": "log_key_rotated", 
/**
 * The key before, a `vkey` line.
 */
from: string, 
/**
 * The key from now on.
 */
to: string, } | { "kind": "keepers_named", 
/**
 * All of them from now on, `vkey` lines.
 */
keepers: Array<ShortText>, } | { "kind": "clock_accepted", 
/**
 * What was accepted, and by whom.
 */
step: ClockStep, } | { "kind": "committee_appointed", 
/**
 * The committee.
 */
committee: Committee, } | { "kind": "rehearsal_held", 
/**
 * Who answered rightly.
 */
answered: Array<number>, 
/**
 * SHA-256("TL1/committee\0" ‖ group key).
 */
committee: string, 
/**
 * Who did not, and why.
 */
failed: Array<RehearsalFault>, } | { "kind": "sealing_page_recorded", 
/**
 * The digest.
 */
sha256: string, } | { "kind": "clock_read", };

export type CertifyKey = { 
/**
 * The key.
 */
key: KeyRecord, };

export type CheckIn = Record<symbol, never>;

export type ClockStep = { 
/**
 * What the clock said as the keepers were asked.
 */
asked_at: Instant, 
/**
 * Names of the keepers who signed.
 */
by: Array<ShortText>, 
/**
 * Of this question alone, 32 hexadecimal digits.
 */
nonce: string, 
/**
 * Root of the head that was signed last.
 */
root: string, 
/**
 * Its size.
 */
size: number, 
/**
 * How much more the clock had moved than time had passed.
 */
step_ms: Span, };

export type CloseLot = { 
/**
 * Standing bids. 
 */
bids: number, 
/**
 * Closed root over the standing manifests. 
 */
root: string, };

export type ClosedBid = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, };

export type Coefficient = { "from": "fixed", 
/**
 * The value.
 */
value: Decimal, } | { "from": "drawn", 
/**
 * The values, all different, in the order that the index of the draw counts.
 */
among: Array<Decimal>, };

export type CommitScores = { 
/**
 * SHA-256(0x02 ‖ salt ‖ canonical scores). 
 */
commitment: string, };

export type Committee = { 
/**
 * Custodians, by index from 1.
 */
custodians: Array<CustodianRecord>, 
/**
 * How many times the shares of this group key were dealt before: 0 for a new key.
 */
epoch: number, 
/**
 * Joint public key, 192 hexadecimal digits.
 */
group_key: string, 
/**
 * How many are needed.
 */
threshold: number, 
/**
 * Digest of the ceremony's transcript.
 */
transcript: string, };

export type ComplaintCase = { 
/**
 * Its id.
 */
complaint: ComplaintId, 
/**
 * What is claimed.
 */
claim: LongText, 
/**
 * Why, by what evidence, and what is asked for.
 */
argued: Argued | null, 
/**
 * Who complains.
 */
org: OrgId | null, 
/**
 * Whether it is the reader's own.
 */
is_mine: boolean, 
/**
 * When it was filed.
 */
filed_at: Instant, 
/**
 * By when it is accepted or refused.
 */
accept_by: Instant, } & ({ "status": "filed" } | { "status": "refused", 
/**
 * Why.
 */
reason: LongText, } | { "status": "accepted", 
/**
 * By when it is decided.
 */
decide_by: Instant, } | { "status": "decided", 
/**
 * What.
 */
answer: CaseAnswer, });

export type ComplaintGround = { "from": "objection", 
/**
 * Which.
 */
objection: ObjectionId, } | { "from": "knowledge", 
/**
 * When the complainant came to know of it.
 */
known_at: Instant, 
/**
 * The lot; none: the whole tender.
 */
scope: string | null, };

export type ComplaintId = string;

export type ConfirmAward = { 
/**
 * The winning bid: the first candidate. 
 */
bid: BidId, };

export type ConfirmReading = { 
/**
 * The own bid. 
 */
bid: BidId, };

export type Contract = { 
/**
 * SHA-256 of the contract.
 */
contract_sha256: string, 
/**
 * Its price in minor units.
 */
price_minor: number, 
/**
 * When both had signed.
 */
concluded_at: Instant | null, 
/**
 * Amendments, in order; the last one may lack a signature.
 */
amendments: Array<Amendment>, 
/**
 * What was done under it, in order.
 */
performance: Array<Performance>, };

export type Criterion = { 
/**
 * Its number in the tender document.
 */
code: string, 
/**
 * What the expert looks at and what evidence is asked for.
 */
guidance: Text2, 
/**
 * How it is judged.
 */
judging: Judging, 
/**
 * Where it counts.
 */
part: Part, 
/**
 * Its name.
 */
title: Text2, };

export type CriterionResult = { 
/**
 * The criterion.
 */
criterion: string, 
/**
 * Objective criteria: whether all seats found the same.
 */
is_agreed: boolean, 
/**
 * Points by seat.
 */
seats: Array<SeatPoints>, };

export type CriterionScore = { 
/**
 * Bid. 
 */
bid: BidId, 
/**
 * Criterion. 
 */
criterion: string, 
/**
 * Points in hundredths. 
 */
points: Points, 
/**
 * Why; asked for at 90 % or more and 60 % or less of a scored criterion's part. 
 */
reason: LongText | null, };

export type Currency = string;

export type CustodianFault = { 
/**
 * Error code. 
 */
code: string, 
/**
 * Index from 1. 
 */
index: number, };

export type CustodianRecord = { 
/**
 * Identity key, SubjectPublicKeyInfo, base64.
 */
identity: string, 
/**
 * Index from 1.
 */
index: number, 
/**
 * Name of the institution.
 */
name: ShortText, 
/**
 * Public share, 192 hexadecimal digits.
 */
public_share: string, 
/**
 * Signature over the group key's digest by the identity key, base64.
 */
signature: string, };

export type Dated = { 
/**
 * The moment: no earlier than, or no later than, as the rule says; none where it depends on what is to come.
 */
at: Instant | null, 
/**
 * The limit.
 */
limit: Limit, };

export type Day = string;

export type DecideComplaint = { 
/**
 * Which. 
 */
complaint: ComplaintId, 
/**
 * What is decided. 
 */
decision: CaseDecision, 
/**
 * Why. 
 */
text: LongText, };

export type DecideObjection = { 
/**
 * What is decided. 
 */
decision: CaseDecision, 
/**
 * Which. 
 */
objection: ObjectionId, 
/**
 * Why. 
 */
text: LongText, };

export type Decimal = string;

export type DeclareRetender = { 
/**
 * Why. 
 */
reason: LongText, };

export type Deed = { "kind": "share_taken", 
/**
 * SHA-256("TL1/committee\0" ‖ group key).
 */
committee: string, 
/**
 * How many times the shares of this group key were dealt, from 0.
 */
epoch: number, 
/**
 * Digest of the ceremony's transcript.
 */
transcript: string, } | { "kind": "share_dealt", 
/**
 * The committee.
 */
committee: string, 
/**
 * Which dealing its share is of.
 */
epoch: number, 
/**
 * The ceremony: who it was dealt to.
 */
session: string, } | { "kind": "share_destroyed", 
/**
 * The committee.
 */
committee: string, 
/**
 * Which dealing the share was of.
 */
epoch: number, } | { "kind": "schedule_pinned", 
/**
 * SHA-256 of the signed notice.
 */
notice: string, 
/**
 * The opening from which on it releases.
 */
opening_at: Instant, } | { "kind": "cancellation_pinned", 
/**
 * SHA-256 of the signed notice.
 */
notice: string, } | { "kind": "released", 
/**
 * How many labels.
 */
labels: number, 
/**
 * The lot.
 */
lot: string, 
/**
 * SHA-256 of the signed notice.
 */
notice: string, 
/**
 * SHA-256 over the labels' digests, in the order of the request.
 */
subject: string, 
/**
 * `opening_draw`, `panel_draw`, or the number of the envelope kind.
 */
what: string, } | { "kind": "rehearsed", 
/**
 * The day.
 */
date: string, };

export type DeedLine = { 
/**
 * When, by the custodian's own clock.
 */
at: Instant, 
/**
 * What.
 */
deed: Deed, 
/**
 * Digest of the line before; none for the first.
 */
prev: string | null, 
/**
 * Place, from 0.
 */
seq: number, 
/**
 * 1.
 */
v: number, };

export type Directive = { 
/**
 * Its id.
 */
directive: DirectiveId, 
/**
 * When it was issued.
 */
issued_at: Instant, 
/**
 * What it orders.
 */
order: DirectiveOrder, 
/**
 * Why.
 */
reason: LongText, 
/**
 * The lot; none: the whole tender.
 */
scope: string | null, 
/**
 * The host's answer to a correction.
 */
answer: LongText | null, 
/**
 * When a suspension ended.
 */
lifted_at: Instant | null, };

export type DirectiveId = string;

export type DirectiveOrder = "suspend" | "resume" | "correct";

export type Document = { 
/**
 * Bytes.
 */
len: number, 
/**
 * `application/pdf`, mostly.
 */
media_type: string, 
/**
 * File name.
 */
name: ShortText, 
/**
 * SHA-256 of the file.
 */
sha256: string, };

export type DraftTender = { 
/**
 * The terms. 
 */
terms: Terms, };

export type Enquiry = { 
/**
 * Its id.
 */
enquiry: EnquiryId, 
/**
 * When it was asked.
 */
asked_at: Instant, 
/**
 * The question.
 */
question: LongText, 
/**
 * The answer.
 */
answer: LongText | null, };

export type EnquiryId = string;

export type Event = LotFact | TenderEvent;

export type FailureReason = "too_few_bids" | "no_valid_bid" | "upheld_objection" | "winner_fallen";

export type FallReason = "withdrew" | "force_majeure" | "no_performance_security" | "unlawful_conduct";

export type Fallen = { 
/**
 * Its bid.
 */
bid: BidId, 
/**
 * Why.
 */
reason: FallReason, 
/**
 * What happened.
 */
text: LongText, };

export type Field = { 
/**
 * Its name in the statement, `[a-z0-9_]`.
 */
id: string, 
/**
 * What it holds.
 */
kind: FieldKind, 
/**
 * How it is called.
 */
label: Text2, };

export type FieldKind = "text" | "days" | "price";

export type FieldValue = number | ShortText;

export type FileComplaint = { 
/**
 * Why, in law and in fact. 
 */
argument: LongText, 
/**
 * What is claimed; everybody reads it once it is accepted. 
 */
claim: LongText, 
/**
 * Its id. 
 */
complaint: ComplaintId, 
/**
 * Digests of uploaded files, ascending. 
 */
evidence: string[], 
/**
 * What it comes from. 
 */
ground: ComplaintGround, 
/**
 * What is asked for. 
 */
remedy: LongText, };

export type FloorKey = { "kind": "beacon", 
/**
 * Which, from 1.
 */
round: number, 
/**
 * Its signature, 96 hexadecimal digits.
 */
signature: string, } | { "kind": "recovery", 
/**
 * 64 hexadecimal digits.
 */
secret: string, };

export type FloorKeys = { 
/**
 * Signatures of the beacon's rounds, 96 hexadecimal digits each.
 */
beacons: { [key in number]: string }, 
/**
 * The secret of the recovery key, once its holders have published it.
 */
recovery: string | null, };

export type Formula = { "formula": "lowest" } & Lowest | { "formula": "base_deviation" } & BaseDeviation | { "formula": "benchmark" } & Benchmark | { "formula": "base_band" } & BaseBand | { "formula": "value_for_money" } & ValueForMoney | { "formula": "banded_median" } & BandedMedian;

export type FoundCentre = { 
/**
 * Key of the certification authority.
 */
authority: KeyRecord, 
/**
 * The centre as an organisation.
 */
centre: Organisation, 
/**
 * Its id.
 */
org: OrgId, };

export type GrantRoles = { 
/**
 * Who.
 */
person: PersonId, 
/**
 * All roles from now on.
 */
roles: Array<Role>, };

export type HoldOpening = { 
/**
 * How many agree with the platform's. 
 */
agreeing: number, 
/**
 * By how much the one that is furthest away differs, milliseconds; above zero: it is ahead. 
 */
apart_ms: number, 
/**
 * How many clocks of others were read. 
 */
asked: number, };

export type Holidays = { 
/**
 * Public holidays, ascending.
 */
holidays: Array<Day>, 
/**
 * Where it was announced, or why it differs from that.
 */
reason: LongText, 
/**
 * Saturdays and Sundays that are worked instead, ascending.
 */
working_days: Array<Day>, 
/**
 * The year.
 */
year: number, };

export type ImportedDraft = { 
/**
 * Documents that the tender lists; the host fetches them by hand and uploads them.
 */
documents: Array<ListedDocument>, 
/**
 * Notes beyond those listed.
 */
more_notes: number, 
/**
 * What could not be taken, and why.
 */
notes: Array<Note>, 
/**
 * Where the terms come from.
 */
source: Source, 
/**
 * The terms, as far as the file has them.
 */
terms: PartialTerms, };

export type Instant = number;

export type IssueAddendum = { 
/**
 * Whether it may affect the preparation of bids: the host's statement; such a change keeps the law's distance from the deadline. 
 */
affects_bids: boolean, 
/**
 * New documents. 
 */
documents: Array<Document>, 
/**
 * Its number, counted from 1. 
 */
number: number, 
/**
 * A later deadline and opening, or none. 
 */
opening_at: Instant | null, 
/**
 * What changes. 
 */
text: LongText, };

export type IssueDirective = { 
/**
 * Its id. 
 */
directive: DirectiveId, 
/**
 * What is ordered. 
 */
order: DirectiveOrder, 
/**
 * Why; of a correction also what. 
 */
reason: LongText, 
/**
 * The lot that it concerns; none: the whole tender. 
 */
scope: string | null, };

export type IssueLetters = Record<symbol, never>;

export type JudgePreliminary = { 
/**
 * Every bid with every preliminary criterion. 
 */
verdicts: Array<Verdict>, };

export type Judging = { "kind": "pass_fail" } | { "kind": "scored", 
/**
 * Most points.
 */
max: Points, } | { "kind": "objective", 
/**
 * Most points.
 */
max: Points, };

export type KeyRecord = { 
/**
 * Algorithm: 1 Ed25519, 2 P-256, 3 SM2.
 */
alg: number, 
/**
 * How its owner calls the device.
 */
device: ShortText, 
/**
 * Whose.
 */
person: PersonId, 
/**
 * SubjectPublicKeyInfo, base64.
 */
spki: string, };

export type Limit = { 
/**
 * How much: the centre's own amount, else the law's.
 */
amount: Amount, 
/**
 * Where the law's stands.
 */
article: Text2, 
/**
 * What the law says.
 */
lawful: Amount, 
/**
 * What is to be known of it.
 */
note: Text2 | null, 
/**
 * Of what.
 */
rule: Rule, 
/**
 * Since when the law says so.
 */
valid_from: Day, 
/**
 * Until when, if not any more.
 */
valid_to: Day | null, };

export type ListedDocument = { 
/**
 * What it is (`documentType`).
 */
kind: ShortText | null, 
/**
 * Media type, as the file says.
 */
media_type: ShortText | null, 
/**
 * Title.
 */
title: ShortText | null, 
/**
 * Address, as text: nothing is fetched, and a page must not link anything but http and https.
 */
url: string | null, };

export type LongText = string;

export type LotCommand = { "type": "SubmitBid", "body": SubmitBid } | { "type": "WithdrawBid", "body": WithdrawBid } | { "type": "ReconfirmBid", "body": ReconfirmBid } | { "type": "CheckIn", "body": CheckIn } | { "type": "HoldOpening", "body": HoldOpening } | { "type": "CloseLot", "body": CloseLot } | { "type": "RecordDraw", "body": RecordDraw } | { "type": "RecordSealCheck", "body": RecordSealCheck } | { "type": "RecordRelease", "body": RecordRelease } | { "type": "RecordWaiting", "body": RecordWaiting } | { "type": "RecordUnsealed", "body": RecordUnsealed } | { "type": "StartReading", "body": StartReading } | { "type": "ReadBid", "body": ReadBid } | { "type": "ConfirmReading", "body": ConfirmReading } | { "type": "ObjectInRoom", "body": ObjectInRoom } | { "type": "AnswerObjection", "body": AnswerObjection } | { "type": "SignRecord", "body": SignRecord } | { "type": "CallPanel", "body": CallPanel } | { "type": "RecordPanelDraw", "body": RecordPanelDraw } | { "type": "TakeSeat", "body": TakeSeat } | { "type": "RecuseSelf", "body": RecuseSelf } | { "type": "StartReview", "body": StartReview } | { "type": "JudgePreliminary", "body": JudgePreliminary } | { "type": "CommitScores", "body": CommitScores } | { "type": "RevealScores", "body": RevealScores } | { "type": "SignStage", "body": SignStage } | { "type": "StartSecondOpening", "body": StartSecondOpening } | { "type": "SignReport", "body": SignReport } | { "type": "PublishCandidates", "body": PublishCandidates } | { "type": "ConfirmAward", "body": ConfirmAward } | { "type": "IssueLetters", "body": IssueLetters } | { "type": "ReturnToPanel", "body": ReturnToPanel } | { "type": "ReportAward", "body": ReportAward } | { "type": "ReportWinnerFallen", "body": ReportWinnerFallen } | { "type": "DeclareRetender", "body": DeclareRetender } | { "type": "SignContract", "body": SignContract } | { "type": "AmendContract", "body": AmendContract } | { "type": "RecordPerformance", "body": RecordPerformance };

export type LotFact = { 
/**
 * The lot.
 */
lot: string, } & ({ "kind": "bid_submitted", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The addenda it takes into account.
 */
document_set: number, 
/**
 * The key that signed.
 */
key: string, 
/**
 * Its envelopes.
 */
manifest: ManifestLine[], 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * Who submitted.
 */
person: PersonId, 
/**
 * What it replaces.
 */
replaces: BidId | null, } | { "kind": "bid_withdrawn", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, } | { "kind": "bid_reconfirmed", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The addenda it takes into account.
 */
document_set: number, 
/**
 * The bidder.
 */
org: OrgId, } | { "kind": "checked_in", 
/**
 * The bidder.
 */
org: OrgId, } | { "kind": "lot_closed", 
/**
 * Standing bids, in the order of their ids.
 */
bids: Array<ClosedBid>, 
/**
 * Who has checked in.
 */
checked_in: Array<OrgId>, 
/**
 * The closed root.
 */
root: string, } | { "kind": "lot_failed", 
/**
 * Why.
 */
reason: FailureReason, } | { "kind": "opening_drawn", 
/**
 * The coefficient, if the price rule needs one.
 */
coefficient: Decimal | null, 
/**
 * The draw label's key.
 */
label_key: string, 
/**
 * Bids in reading order; also the lottery order of the price rule.
 */
order: Array<BidId>, } | { "kind": "seals_checked", 
/**
 * How many.
 */
bids: number, 
/**
 * Those that differ.
 */
mismatched: Array<BidId>, } | { "kind": "keys_released", 
/**
 * Who answered rightly.
 */
answered: Array<number>, 
/**
 * For which envelopes.
 */
envelope: 1 | 2 | 3 | 4, 
/**
 * Of which dealing of the shares they are the custodians.
 */
epoch: number, 
/**
 * Who did not.
 */
failed: Array<CustodianFault>, } | { "kind": "opening_held", 
/**
 * Clocks of others that agree with the platform's.
 */
agreeing: number, 
/**
 * By how much the one that is furthest away differs, milliseconds; above zero: it is ahead.
 */
apart_ms: number, 
/**
 * Clocks of others that were read.
 */
asked: number, } | { "kind": "custodians_awaited", 
/**
 * Who answered rightly.
 */
answered: Array<number>, 
/**
 * Of which dealing of the shares they are the custodians.
 */
epoch: number, 
/**
 * Who did not, and why.
 */
failed: Array<CustodianFault>, } | { "kind": "envelope_unsealed", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The envelope.
 */
envelope: 1 | 2 | 3 | 4, 
/**
 * Why it did not open.
 */
failure: UnsealFailure | null, } | { "kind": "contents_recorded", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The envelope.
 */
envelope: 1 | 2 | 3 | 4, 
/**
 * The contents.
 */
result: Unsealed, } | { "kind": "reading_started", 
/**
 * Which opening: 1 or 2.
 */
opening: number, } | { "kind": "bid_read", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The key of the statement's label: anyone can check it.
 */
label_key: string, 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * Place in the reading order, from 1.
 */
position: number, 
/**
 * The values.
 */
statement: Array<StatementValue>, } | { "kind": "reading_finished", 
/**
 * Which opening.
 */
opening: number, } | { "kind": "line_confirmed", 
/**
 * The bid.
 */
bid: BidId, } | { "kind": "objection_raised", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * What is wrong.
 */
text: LongText, } | { "kind": "objection_answered", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The answer.
 */
text: LongText, } | { "kind": "record_signed", 
/**
 * For whom.
 */
org: OrgId, 
/**
 * As what.
 */
role: Role, } | { "kind": "opening_recorded", 
/**
 * Bids whose bidder did not confirm.
 */
not_confirmed: Array<BidId>, 
/**
 * Which opening.
 */
opening: number, 
/**
 * The record.
 */
record_sha256: string, } | { "kind": "panel_called", 
/**
 * The pool.
 */
commitments: string[], } | { "kind": "panel_drawn", 
/**
 * The draw label's key.
 */
label_key: string, 
/**
 * The pool in drawn order.
 */
ranked: string[], } | { "kind": "seat_taken", 
/**
 * The drawn commitment.
 */
commitment: string, 
/**
 * The expert; secret until the result.
 */
person: PersonId, 
/**
 * Seat from 1.
 */
seat: number, } | { "kind": "expert_recused", 
/**
 * The commitment.
 */
commitment: string, 
/**
 * Why.
 */
reason: ShortText, } | { "kind": "review_started", 
/**
 * Bids that opened.
 */
bids: Array<BidId>, } | { "kind": "preliminary_judged", 
/**
 * Whose.
 */
seat: number, 
/**
 * The verdicts.
 */
verdicts: Array<Verdict>, } | { "kind": "preliminary_concluded", 
/**
 * Rejected bids with the majority's reasons.
 */
rejected: Array<RejectedBid>, } | { "kind": "scores_committed", 
/**
 * The commitment.
 */
commitment: string, 
/**
 * Whose.
 */
seat: number, } | { "kind": "scores_revealed", 
/**
 * The scores.
 */
scores: Array<CriterionScore>, 
/**
 * Whose.
 */
seat: number, } | { "kind": "scores_concluded", 
/**
 * By bid.
 */
scores: Array<BidScore>, } | { "kind": "stage_signed", 
/**
 * Whose.
 */
seat: number, } | { "kind": "stage_passed", 
/**
 * Bids that go on.
 */
passed: Array<BidId>, } | { "kind": "second_opening_started", 
/**
 * Bids whose price envelopes open; the others never.
 */
bids: Array<BidId>, } | { "kind": "bids_ranked", 
/**
 * Best first.
 */
ranking: Array<RankedBid>, 
/**
 * Why: every step of the price rule.
 */
trace: Trace<BidId>, } | { "kind": "report_signed", 
/**
 * A written dissent.
 */
dissent: LongText | null, 
/**
 * Whose.
 */
seat: number, } | { "kind": "report_closed", 
/**
 * The report.
 */
report_sha256: string, } | { "kind": "candidates_published", 
/**
 * Best first.
 */
candidates: Array<Candidate>, 
/**
 * The experts, named now.
 */
panel: Array<PanelSeat>, 
/**
 * Objections until.
 */
until: Instant, } | { "kind": "award_confirmed", 
/**
 * The winning bid.
 */
bid: BidId, 
/**
 * The winner.
 */
org: OrgId, } | { "kind": "letter_issued", 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * Rank and scores, if it was ranked.
 */
result: RankedBid | null, 
/**
 * Own technical and business scores, if it was scored.
 */
score: BidScore | null, 
/**
 * Whether this is the award letter.
 */
is_winner: boolean, } | { "kind": "letters_issued", 
/**
 * How many.
 */
letters: number, } | { "kind": "report_due", 
/**
 * Until.
 */
until: Instant, } | { "kind": "contract_due", 
/**
 * Until.
 */
until: Instant, } | { "kind": "returned_to_panel", 
/**
 * Which objection.
 */
objection: ObjectionId, 
/**
 * What the panel has to look at again.
 */
reason: LongText, } | { "kind": "award_reported", 
/**
 * Whether its time was over.
 */
is_late: boolean, 
/**
 * The report.
 */
text: LongText, } | { "kind": "winner_fallen", 
/**
 * Its bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * Why.
 */
reason: FallReason, 
/**
 * What happened.
 */
text: LongText, } | { "kind": "retender_declared", 
/**
 * Why.
 */
reason: LongText, } | { "kind": "contract_signed", 
/**
 * SHA-256 of the contract.
 */
contract_sha256: string, 
/**
 * For whom.
 */
org: OrgId, 
/**
 * Its price in minor units.
 */
price_minor: number, 
/**
 * As what.
 */
role: Role, } | { "kind": "contract_concluded", 
/**
 * The winning bid.
 */
bid: BidId, 
/**
 * SHA-256 of the contract.
 */
contract_sha256: string, 
/**
 * The winner.
 */
org: OrgId, 
/**
 * Its price in minor units.
 */
price_minor: number, } | { "kind": "amendment_signed", 
/**
 * SHA-256 of the amendment.
 */
amendment_sha256: string, 
/**
 * Its number, from 1.
 */
number: number, 
/**
 * For whom.
 */
org: OrgId, 
/**
 * As what.
 */
role: Role, 
/**
 * What it changes.
 */
text: LongText, } | { "kind": "contract_amended", 
/**
 * SHA-256 of the amendment.
 */
amendment_sha256: string, 
/**
 * Its number.
 */
number: number, } | { "kind": "performance_recorded", 
/**
 * Whether in time.
 */
is_on_time: boolean, 
/**
 * What.
 */
text: LongText, });

export type LotStage = { 
/**
 * The lot.
 */
id: string, 
/**
 * Its stage.
 */
stage: Stage, };

export type LotTerms = { 
/**
 * Most candidates that are published (at most 3).
 */
candidates_max: number, 
/**
 * Ceiling price (最高投标限价).
 */
ceiling: Money, 
/**
 * The criteria, in the order of the tender document.
 */
criteria: Array<Criterion>, 
/**
 * Longest duration in calendar days.
 */
duration_days_max: number, 
/**
 * Number of the lot.
 */
id: string, 
/**
 * Fewest bids for an opening (招标投标法 28: three).
 */
min_bids: number, 
/**
 * The panel.
 */
panel: PanelTerms, 
/**
 * How prices become points.
 */
price_rule: PriceRule, 
/**
 * Fields of the statement that is read at the first opening.
 */
statement_fields: Array<Field>, 
/**
 * Fields of the price statement (two-stage only).
 */
price_fields: Array<Field>, 
/**
 * Name of the lot.
 */
title: Text2, };

export type LotView = { 
/**
 * Its number.
 */
id: string, 
/**
 * Its stage.
 */
stage: Stage, 
/**
 * The closed root.
 */
closed_root: string | null, 
/**
 * When it was closed.
 */
closed_at: Instant | null, 
/**
 * Bids, once closed, in reading order.
 */
bids: Array<BidView>, 
/**
 * Custodians that the opening waits for.
 */
awaited: Awaited | null, 
/**
 * The drawn coefficient.
 */
coefficient: Decimal | null, 
/**
 * Openings.
 */
openings: Array<OpeningView>, 
/**
 * The panel as a number of seats taken of those needed.
 */
seats: [number, number] | null, 
/**
 * Counts of the panel's progress, for panel and supervisor.
 */
progress: PanelProgress | null, 
/**
 * Rejected bids (panel, supervisor; everybody once candidates are public).
 */
rejected: Array<RejectedBid>, 
/**
 * Concluded scores (panel, supervisor).
 */
scores: Array<BidScore>, 
/**
 * Ranking (panel, supervisor, host).
 */
ranking: Array<RankedBid>, 
/**
 * Candidates.
 */
candidates: Array<Candidate>, 
/**
 * Objections until.
 */
candidates_until: Instant | null, 
/**
 * The winning bid.
 */
awarded: BidId | null, 
/**
 * What follows from the award.
 */
after: AfterAward, 
/**
 * What is the reader's own.
 */
mine: Mine, };

export type LotteryLimit = { 
/**
 * The greatest number of bids of which all are taken; at least 1.
 */
whole_max: number, 
/**
 * The greatest number of bids that are taken; at least `whole_max`.
 */
cut_max: number, };

export type Lowest = { 
/**
 * Points of the lowest price; more than 0.
 */
points_max: Points, };

export type MeanOf = "all" | "others";

export type Mine = { 
/**
 * The own standing bid.
 */
bid: Bid | null, 
/**
 * Whether checked in.
 */
is_checked_in: boolean, 
/**
 * The own seat.
 */
seat: number | null, 
/**
 * Which steps the own seat has done.
 */
done: Array<PanelStep>, };

export type Money = { minor: number, currency: Currency, };

export type NameKeepers = { 
/**
 * All of them from now on, `vkey` lines.
 */
keepers: Array<ShortText>, };

export type NameRetender = { 
/**
 * The lot that failed. 
 */
of_lot: string, 
/**
 * Its tender. 
 */
of_tender: TenderId, };

export type NameTimeAuthorities = { 
/**
 * All that count from now on.
 */
authorities: Array<TimeAuthorityRecord>, };

export type Note = { 
/**
 * What it is.
 */
code: NoteCode, 
/**
 * Where in the file: `tender/lots/0/value`.
 */
path: string, 
/**
 * What stands there or what was done, for a person; at most 200 characters.
 */
detail: string, };

export type NoteCode = "byte_order_mark" | "version" | "others_left_out" | "linked_release" | "missing" | "empty" | "wrong_type" | "unknown_code" | "shortened" | "not_a_moment" | "amount_unreadable" | "amount_not_positive" | "currency_missing" | "renumbered" | "lot_left_out" | "document_address" | "documents_left_out" | "translation_needed" | "not_mapped";

export type Number = { 
/**
 * The value as a decimal: exact if there is no fraction beside it, else rounded half-up to ten digits.
 */
decimal: string, 
/**
 * The exact value "numerator/denominator" in lowest terms, where no short decimal is exact.
 */
fraction: string | null, };

export type ObjectInRoom = { 
/**
 * The own bid. 
 */
bid: BidId, 
/**
 * What is wrong. 
 */
text: LongText, };

export type ObjectionAbout = "document" | "opening" | "candidates";

export type ObjectionCase = { 
/**
 * Its id.
 */
objection: ObjectionId, 
/**
 * What it is about.
 */
about: ObjectionAbout, 
/**
 * The lot; none where it is about the document.
 */
scope: string | null, 
/**
 * What is claimed.
 */
claim: LongText, 
/**
 * Why, by what evidence, and what is asked for.
 */
argued: Argued | null, 
/**
 * Who objects.
 */
org: OrgId | null, 
/**
 * Whether it is the reader's own.
 */
is_mine: boolean, 
/**
 * When it was raised.
 */
raised_at: Instant, 
/**
 * By when the buyer must answer.
 */
answer_by: Instant, 
/**
 * Whether it was taken back.
 */
is_withdrawn: boolean, 
/**
 * What the buyer decided.
 */
answer: CaseAnswer | null, 
/**
 * Whether it was upheld and nothing has followed yet.
 */
is_unremedied: boolean, };

export type ObjectionId = string;

export type ObjectionView = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * What is wrong.
 */
text: LongText, 
/**
 * The answer.
 */
answer: LongText | null, };

export type OpeningRecord = { 
/**
 * When the lot was closed.
 */
closed_at: Instant | null, 
/**
 * The closed root.
 */
closed_root: string | null, 
/**
 * The drawn coefficient.
 */
coefficient: Decimal | null, 
/**
 * One line per bid, in reading order.
 */
lines: Array<RecordLine>, 
/**
 * Which opening.
 */
opening: number, };

export type OpeningStep = "unsealing" | "unsealed" | "reading" | "confirming" | "recorded";

export type OpeningView = { 
/**
 * How far.
 */
step: OpeningStep, 
/**
 * Bids of this opening, in reading order.
 */
bids: Array<BidId>, 
/**
 * How many have been read.
 */
read: number, 
/**
 * Confirmed lines.
 */
confirmed: Array<BidId>, 
/**
 * Objections.
 */
objections: Array<ObjectionView>, 
/**
 * Who signed.
 */
signatures: Array<[Role, OrgId]>, 
/**
 * The record.
 */
record_sha256: string | null, };

export type OrgId = string;

export type Organisation = { 
/**
 * 统一社会信用代码, 18 digits; none for foreign ones.
 */
credit_code: string | null, 
/**
 * Chinese name.
 */
name: ShortText, 
/**
 * English name.
 */
name_en: ShortText, };

export type Override = { 
/**
 * How much.
 */
amount: Amount, 
/**
 * Of what.
 */
rule: Rule, };

export type PanelProgress = { 
/**
 * Preliminary verdicts in.
 */
judged: number, 
/**
 * Scores committed.
 */
committed: number, 
/**
 * Scores revealed.
 */
revealed: number, 
/**
 * Stage signed.
 */
stage_signed: number, 
/**
 * Report signed.
 */
report_signed: number, };

export type PanelRule = { 
/**
 * The most points of the item; more than 0.
 */
points_max: Points, 
/**
 * Which mean is taken.
 */
aggregation: Aggregation, 
/**
 * When a mark needs a written reason; none if never.
 */
reasons: ReasonRule | null, };

export type PanelSeat = { 
/**
 * The expert.
 */
person: PersonId, 
/**
 * The seat.
 */
seat: number, };

export type PanelStep = "judged" | "committed" | "revealed" | "stage_signed" | "report_signed";

export type PanelTerms = { 
/**
 * Experts with a seat: at least 5 and odd (招标投标法 37).
 */
size: number, 
/**
 * How the seats' technical points become one figure.
 */
technical: PanelRule, };

export type Part = "preliminary" | "technical" | "business";

export type PartialLot = { 
/**
 * The value as the highest price.
 */
ceiling: Money | null, 
/**
 * Number of the lot: the file's, where it can be one of ours.
 */
id: string, 
/**
 * Name of the lot.
 */
title: Text2 | null, };

export type PartialTerms = { 
/**
 * How bids are compared, where the file says it.
 */
award: AwardBasis | null, 
/**
 * The same in the file's words.
 */
award_details: Text2 | null, 
/**
 * Name of the procuring entity: the host picks the organisation.
 */
buyer_name: ShortText | null, 
/**
 * Works, goods or services.
 */
category: Category | null, 
/**
 * Name and telephone of the procuring entity's contact.
 */
contact: ShortText | null, 
/**
 * The lots; one, if the file has none.
 */
lots: Array<PartialLot>, 
/**
 * End of the tender period.
 */
opening_at: Instant | null, 
/**
 * Who may bid.
 */
qualification: Text2 | null, 
/**
 * Region of the procuring entity.
 */
region: ShortText | null, 
/**
 * Description.
 */
summary: Text2 | null, 
/**
 * Title.
 */
title: Text2 | null, };

export type Performance = { 
/**
 * When it was recorded.
 */
at: Instant, 
/**
 * Whether what was due was done in time.
 */
is_on_time: boolean, 
/**
 * What was done.
 */
text: LongText, };

export type PersonId = string;

export type Phase = "none" | "draft" | "approved" | "published" | "cancelled" | "archived";

export type PinnedSchedule = { 
/**
 * Custodians by index, ascending.
 */
custodians: Array<number>, 
/**
 * Of which dealing of the shares they are the custodians.
 */
epoch: number, 
/**
 * What they have pinned.
 */
schedule: Schedule, };

export type Points = number;

export type PriceRule = { 
/**
 * How prices become points or an order.
 */
formula: Formula, 
/**
 * When a price is abnormally low; none where the panel judges without a number.
 */
abnormally_low: AbnormalRule | null, };

export type Procedure = "one_stage" | "two_stage";

export type PublishCandidates = Record<symbol, never>;

export type PublishTender = { 
/**
 * SHA-256("TL1/committee\0" ‖ group key). 
 */
committee: string, 
/**
 * Digests of all documents, ascending. 
 */
documents: string[], 
/**
 * Group key of the custodians, 192 hexadecimal digits. 
 */
group_key: string, 
/**
 * The announced opening: as in the terms. 
 */
opening_at: Instant, 
/**
 * Revision of the terms. 
 */
revision: number, 
/**
 * How envelopes are sealed beside the committee's lock: as the centre asks. 
 */
sealing: Sealing, 
/**
 * SHA-256 of their canonical text: by it the custodians know the terms. 
 */
terms_sha256: string, };

export type RaiseObjection = { 
/**
 * What it is about. 
 */
about: ObjectionAbout, 
/**
 * Why, in law and in fact. 
 */
argument: LongText, 
/**
 * What is claimed; everybody reads it. 
 */
claim: LongText, 
/**
 * Digests of uploaded files, ascending. 
 */
evidence: string[], 
/**
 * Its id. 
 */
objection: ObjectionId, 
/**
 * What is asked for. 
 */
remedy: LongText, 
/**
 * The lot; none exactly where it is about the document. 
 */
scope: string | null, };

export type RankedBid = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * Business points.
 */
business: Points, 
/**
 * The price is so low that an explanation is due before the award.
 */
is_abnormally_low: boolean, 
/**
 * The price in minor units.
 */
price_minor: number, 
/**
 * Price points.
 */
price_points: Points, 
/**
 * Rank from 1; none if the bid was rejected with its price.
 */
rank: number | null, 
/**
 * Technical points.
 */
technical: Points, 
/**
 * Sum.
 */
total: Points, };

export type ReadBid = { 
/**
 * Which. 
 */
bid: BidId, };

export type ReasonRule = { 
/**
 * A mark of this share of the maximum or more needs a reason; at most 1.
 */
high_ratio: Decimal, 
/**
 * A mark of this share of the maximum or less needs a reason; from 0 to less than `high_ratio`.
 */
low_ratio: Decimal, };

export type ReconfirmBid = { 
/**
 * Which. 
 */
bid: BidId, 
/**
 * The newest addendum, which it is to stand under. 
 */
document_set: number, };

export type RecordClockAccepted = { 
/**
 * The note that they have signed (`docs/formats.md`, 8).
 */
note: LongText, };

export type RecordDraw = { 
/**
 * The coefficient, if the price rule needs one. 
 */
coefficient: Decimal | null, 
/**
 * The custodians' key of the draw label, 96 hexadecimal digits. 
 */
label_key: string, 
/**
 * Standing bids in reading order. 
 */
order: Array<BidId>, };

export type RecordFloorKey = { 
/**
 * The key. 
 */
key: FloorKey, };

export type RecordLine = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, 
/**
 * The addenda that the bid takes into account: fewer than there are, if it was never confirmed anew.
 */
document_set: number, 
/**
 * An objection raised in the room.
 */
objection: LongText | null, 
/**
 * The statement as read; none if it did not open.
 */
statement: Array<StatementValue> | null, };

export type RecordPanelDraw = { 
/**
 * The custodians' key of the draw label. 
 */
label_key: string, 
/**
 * The whole pool in drawn order. 
 */
ranked: string[], };

export type RecordPerformance = { 
/**
 * Whether what was due was done in time. 
 */
is_on_time: boolean, 
/**
 * What was done. 
 */
text: LongText, };

export type RecordRehearsal = { 
/**
 * Who answered rightly.
 */
answered: Array<number>, 
/**
 * SHA-256("TL1/committee\0" ‖ group key).
 */
committee: string, 
/**
 * Who did not, and why.
 */
failed: Array<RehearsalFault>, };

export type RecordRelease = { 
/**
 * Indices of custodians whose partial keys were valid. 
 */
answered: Array<number>, 
/**
 * Which envelope's keys. 
 */
envelope: 1 | 2 | 3 | 4, 
/**
 * Of which dealing of the shares they are the custodians. 
 */
epoch: number, 
/**
 * Custodians that failed, and how. 
 */
failed: Array<CustodianFault>, };

export type RecordSchedule = { 
/**
 * Who has pinned it, ascending by index. 
 */
pins: Array<SchedulePin>, 
/**
 * What is pinned. 
 */
schedule: Schedule, };

export type RecordSealCheck = { 
/**
 * Bids whose stored bytes are not those of the receipt: the platform's fault. 
 */
mismatched: Array<BidId>, };

export type RecordSealingPage = { 
/**
 * SHA-256 over the page's files, as `docs/formats.md` lists them.
 */
sha256: string, };

export type RecordUnsealed = { 
/**
 * Which bid. 
 */
bid: BidId, 
/**
 * Which envelope. 
 */
envelope: 1 | 2 | 3 | 4, 
/**
 * What came out. 
 */
result: Unsealed, 
/**
 * The submission. 
 */
submission: string, };

export type RecordWaiting = { 
/**
 * Who answered rightly. 
 */
answered: Array<number>, 
/**
 * Of which dealing of the shares they are the custodians. 
 */
epoch: number, 
/**
 * Who did not, and why. 
 */
failed: Array<CustodianFault>, };

export type RecuseSelf = { 
/**
 * The drawn commitment. 
 */
commitment: string, 
/**
 * Why. 
 */
reason: ShortText, 
/**
 * The salt. 
 */
salt: string, };

export type RefuseComplaint = { 
/**
 * Which. 
 */
complaint: ComplaintId, 
/**
 * Why. 
 */
reason: LongText, };

export type Regime = "bidding" | "procurement";

export type RegisterOrganisation = { 
/**
 * Its id.
 */
org: OrgId, 
/**
 * The organisation.
 */
organisation: Organisation, };

export type RegisterPerson = { 
/**
 * Name.
 */
name: ShortText, 
/**
 * Organisation.
 */
org: OrgId, 
/**
 * Id.
 */
person: PersonId, 
/**
 * Roles.
 */
roles: Array<Role>, };

export type Rehearsal = { 
/**
 * Who answered rightly.
 */
answered: Array<number>, 
/**
 * When.
 */
at: Instant, 
/**
 * Who did not, and why.
 */
failed: Array<RehearsalFault>, };

export type RehearsalFault = { 
/**
 * Stable code.
 */
code: string, 
/**
 * Index in the committee.
 */
index: number, };

export type RejectedBid = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The reasons of the majority.
 */
reasons: Array<Rejection>, };

export type Rejection = { 
/**
 * Reason code. 
 */
code: RejectionCode, 
/**
 * Evidence: page and finding. 
 */
evidence: LongText, };

export type RejectionCode = "not_stamped_and_signed" | "consortium_without_agreement" | "not_qualified" | "multiple_bids_or_prices" | "below_cost_or_above_ceiling" | "not_responsive" | "collusion_fraud_bribery" | "tender_document";

export type Report = { 
/**
 * Bids under review.
 */
bids: Array<ReportBid>, 
/**
 * The drawn coefficient.
 */
coefficient: Decimal | null, 
/**
 * Seats on the panel.
 */
panel: number, 
/**
 * Bids that passed the technical stage.
 */
passed: Array<BidId>, 
/**
 * The ranking.
 */
ranking: Array<RankedBid>, 
/**
 * Rejected bids with reasons.
 */
rejected: Array<RejectedBid>, 
/**
 * Technical and business scores.
 */
scores: Array<BidScore>, 
/**
 * Every step of the price rule.
 */
trace: Trace<BidId> | null, };

export type ReportAward = { 
/**
 * How the tender went. 
 */
text: LongText, };

export type ReportBid = { 
/**
 * The bid.
 */
bid: BidId, 
/**
 * The bidder.
 */
org: OrgId, };

export type ReportWinnerFallen = { 
/**
 * The winning bid, or that of the first candidate. 
 */
bid: BidId, 
/**
 * Why. 
 */
reason: FallReason, 
/**
 * What happened. 
 */
text: LongText, };

export type RetenderOf = { 
/**
 * The lot.
 */
lot: string, 
/**
 * Its tender.
 */
tender: TenderId, };

export type ReturnToPanel = { 
/**
 * The upheld objection. 
 */
objection: ObjectionId, 
/**
 * What the panel has to look at again. 
 */
reason: LongText, };

export type RevealScores = { 
/**
 * The salt, 64 hexadecimal digits. 
 */
salt: string, 
/**
 * Every standing bid with every scored criterion. 
 */
scores: Array<CriterionScore>, };

export type ReviseTender = { 
/**
 * The new terms. 
 */
terms: Terms, };

export type RevokeKey = { 
/**
 * Which.
 */
key_id: string, 
/**
 * Why.
 */
reason: ShortText, };

export type Role = "registrar" | "buyer" | "host" | "recorder" | "bidder" | "expert" | "supervisor";

export type RotateLogKey = { 
/**
 * The note that both keys have signed (`docs/formats.md`, 8).
 */
succession: LongText, };

export type Rule = "notice_to_deadline" | "notice_publicity" | "document_issue" | "change_before_deadline" | "document_objection" | "objection_answer" | "candidate_publicity_start" | "candidate_publicity" | "complaint_filing" | "complaint_acceptance" | "complaint_decision" | "bid_security_share" | "bid_security_refund" | "award_decision" | "result_notice" | "contract_signing" | "award_report" | "key_replacement";

export type Schedule = { 
/**
 * Whether it was cancelled: never. 
 */
is_cancelled: boolean, 
/**
 * SHA-256 of the signed notice. 
 */
notice: string, 
/**
 * Not before. 
 */
opening_at: Instant, };

export type SchedulePin = { 
/**
 * Index in the committee. 
 */
index: number, 
/**
 * By its identity key (docs/formats.md, custody), base64. 
 */
signature: string, };

export type Sealing = { 
/**
 * The beacon, and the tender's own recovery key should the beacon fail.
 */
floor: { network: string, recovery: string } | null, 
/**
 * The algorithms below the locks.
 */
suite: "standard" | "national", };

export type SealingPolicy = { 
/**
 * The network whose beacon envelopes wait for beside the custodians, by its chain hash; none without.
 */
beacon: string | null, 
/**
 * The algorithms below the locks.
 */
suite: "standard" | "national", };

export type SeatPoints = { 
/**
 * The points.
 */
points: Points, 
/**
 * The reason, if one was written.
 */
reason: LongText | null, 
/**
 * The seat.
 */
seat: number, };

export type SetSealingPolicy = { 
/**
 * For tenders that are published from now on.
 */
policy: SealingPolicy, };

export type SetTimeLimits = { 
/**
 * The limits.
 */
limits: TimeLimits, };

export type ShortText = string;

export type SignContract = { 
/**
 * SHA-256 of the contract. 
 */
contract_sha256: string, 
/**
 * Its price in minor units: that of the bid. 
 */
price_minor: number, };

export type SignRecord = { 
/**
 * SHA-256 of the canonical opening record. 
 */
record_sha256: string, };

export type SignReport = { 
/**
 * A written dissent. 
 */
dissent: LongText | null, 
/**
 * SHA-256 of the canonical report. 
 */
report_sha256: string, };

export type SignStage = { 
/**
 * Bids that passed, ascending. 
 */
passed: Array<BidId>, };

export type SignedLine = { 
/**
 * The line.
 */
line: DeedLine, 
/**
 * By the identity key over "KB/custodian record\0" ‖ SHA-256(canonical JSON of the line), base64.
 */
signature: string, };

export type Source = { 
/**
 * Id of the contracting process.
 */
ocid: ShortText | null, 
/**
 * Id of the release.
 */
release: ShortText | null, 
/**
 * When it was published.
 */
date: Instant | null, 
/**
 * Who published the package.
 */
publisher: ShortText | null, 
/**
 * Language of the texts (ISO 639-1), as the file names it.
 */
language: ShortText | null, };

export type Span = number;

export type Stage = { "stage": "receiving" } | { "stage": "opening" } | { "stage": "opened" } | { "stage": "reviewing" } | { "stage": "passed" } | { "stage": "second_opening" } | { "stage": "reporting" } | { "stage": "reported" } | { "stage": "candidates" } | { "stage": "awarded" } | { "stage": "completed" } | { "stage": "contracted" } | { "stage": "failed", "reason": FailureReason };

export type StartReading = Record<symbol, never>;

export type StartReview = Record<symbol, never>;

export type StartSecondOpening = Record<symbol, never>;

export type StatementValue = { 
/**
 * The field's id in the notice.
 */
id: string, 
/**
 * Its value.
 */
value: FieldValue, };

export type Step<I> = { 
/**
 * What was done.
 */
code: StepCode, 
/**
 * The bid or expert that the step is about, if it is about one.
 */
subject: I | null, 
/**
 * Inputs first, the result last.
 */
terms: Array<Term<I>>, };

export type StepCode = "passing" | "in_calculation" | "series_b" | "within_band" | "lowest_price" | "mean" | "group" | "median" | "reference_price" | "base_price" | "benchmark" | "bid_score" | "bid_distance" | "bid_value" | "abnormal_limit" | "abnormally_low" | "mark_void" | "panel_score";

export type SubmitBid = { 
/**
 * Id of this bid. 
 */
bid: BidId, 
/**
 * Newest addendum that the bid takes into account; 0 before the first. 
 */
document_set: number, 
/**
 * One line per envelope, ascending. 
 */
manifest: ManifestLine[], 
/**
 * The bid that this one replaces. 
 */
replaces: BidId | null, };

export type TakeSeat = { 
/**
 * The drawn commitment. 
 */
commitment: string, 
/**
 * The salt that opens it to this person, 64 hexadecimal digits. 
 */
salt: string, };

export type TenderCommand = { "type": "DraftTender", "body": DraftTender } | { "type": "ReviseTender", "body": ReviseTender } | { "type": "AddDocument", "body": AddDocument } | { "type": "NameRetender", "body": NameRetender } | { "type": "ApproveTender", "body": ApproveTender } | { "type": "PublishTender", "body": PublishTender } | { "type": "IssueAddendum", "body": IssueAddendum } | { "type": "AskEnquiry", "body": AskEnquiry } | { "type": "AnswerEnquiry", "body": AnswerEnquiry } | { "type": "CancelTender", "body": CancelTender } | { "type": "RecordSchedule", "body": RecordSchedule } | { "type": "RecordFloorKey", "body": RecordFloorKey } | { "type": "Tick", "body": Tick } | { "type": "ArchiveTender", "body": ArchiveTender } | { "type": "IssueDirective", "body": IssueDirective } | { "type": "AnswerDirective", "body": AnswerDirective } | { "type": "RaiseObjection", "body": RaiseObjection } | { "type": "WithdrawObjection", "body": WithdrawObjection } | { "type": "DecideObjection", "body": DecideObjection } | { "type": "FileComplaint", "body": FileComplaint } | { "type": "AcceptComplaint", "body": AcceptComplaint } | { "type": "RefuseComplaint", "body": RefuseComplaint } | { "type": "DecideComplaint", "body": DecideComplaint };

export type TenderEvent = { "kind": "tender_drafted", 
/**
 * Who wrote it.
 */
host: PersonId, 
/**
 * The terms, revision 1.
 */
terms: Terms, } | { "kind": "tender_revised", 
/**
 * New revision.
 */
revision: number, 
/**
 * The terms.
 */
terms: Terms, } | { "kind": "document_added", 
/**
 * The document.
 */
document: Document, } | { "kind": "retender_named", 
/**
 * The lot.
 */
of_lot: string, 
/**
 * Its tender.
 */
of_tender: TenderId, } | { "kind": "tender_approved", 
/**
 * Of which revision.
 */
revision: number, } | { "kind": "tender_published", 
/**
 * SHA-256("TL1/committee\0" ‖ group key).
 */
committee: string, 
/**
 * Group key of the custodians.
 */
group_key: string, 
/**
 * SHA-256 of the signed act: tag 01 of every sealed context.
 */
notice: string, 
/**
 * First announced opening: tag 07, which never changes.
 */
opening_at: Instant, 
/**
 * How envelopes are sealed beside the committee's lock.
 */
sealing: Sealing, 
/**
 * Why the period is shorter than the law's, if it is.
 */
short_period: LongText | null, } | { "kind": "addendum_issued", 
/**
 * Whether it may affect the preparation of bids, as the host states.
 */
affects_bids: boolean, 
/**
 * New documents.
 */
documents: Array<Document>, 
/**
 * Number from 1.
 */
number: number, 
/**
 * New deadline and opening, if postponed.
 */
opening_at: Instant | null, 
/**
 * What changes.
 */
text: LongText, } | { "kind": "enquiry_asked", 
/**
 * Its id.
 */
enquiry: EnquiryId, 
/**
 * The question.
 */
text: LongText, } | { "kind": "enquiry_answered", 
/**
 * Which.
 */
enquiry: EnquiryId, 
/**
 * The question.
 */
question: LongText, 
/**
 * The answer.
 */
text: LongText, } | { "kind": "tender_cancelled", 
/**
 * Why.
 */
reason: LongText, } | { "kind": "floor_key_recorded", 
/**
 * The key.
 */
key: FloorKey, } | { "kind": "schedule_pinned", 
/**
 * Of which dealing of the shares they are the custodians.
 */
epoch: number, 
/**
 * Who, ascending by index.
 */
pins: Array<SchedulePin>, 
/**
 * What they have pinned.
 */
schedule: Schedule, } | { "kind": "clock_read", } | { "kind": "tender_archived", 
/**
 * A note.
 */
note: ShortText | null, } | { "kind": "directive_issued", 
/**
 * Its id.
 */
directive: DirectiveId, 
/**
 * What.
 */
order: DirectiveOrder, 
/**
 * Why.
 */
reason: LongText, 
/**
 * The lot; none: the whole tender.
 */
scope: string | null, } | { "kind": "directive_answered", 
/**
 * Which.
 */
directive: DirectiveId, 
/**
 * What was done.
 */
text: LongText, } | { "kind": "objection_filed", 
/**
 * What it is about.
 */
about: ObjectionAbout, 
/**
 * By when the buyer must answer.
 */
answer_by: Instant, 
/**
 * What is claimed.
 */
claim: LongText, 
/**
 * Its id.
 */
objection: ObjectionId, 
/**
 * The lot; none where it is about the document.
 */
scope: string | null, } | { "kind": "objection_argued", 
/**
 * Why.
 */
argument: LongText, 
/**
 * Digests of files.
 */
evidence: string[], 
/**
 * Which.
 */
objection: ObjectionId, 
/**
 * What is asked for.
 */
remedy: LongText, } | { "kind": "objector_named", 
/**
 * Which.
 */
objection: ObjectionId, 
/**
 * Who.
 */
org: OrgId, } | { "kind": "objection_withdrawn", 
/**
 * Which.
 */
objection: ObjectionId, } | { "kind": "objection_decided", 
/**
 * What.
 */
decision: CaseDecision, 
/**
 * Whether its time was over.
 */
is_late: boolean, 
/**
 * Which.
 */
objection: ObjectionId, 
/**
 * Why.
 */
text: LongText, } | { "kind": "complaint_filed", 
/**
 * By when the supervisor accepts or refuses it.
 */
accept_by: Instant, 
/**
 * Why.
 */
argument: LongText, 
/**
 * What is claimed.
 */
claim: LongText, 
/**
 * Its id.
 */
complaint: ComplaintId, 
/**
 * Digests of files.
 */
evidence: string[], 
/**
 * What it comes from.
 */
ground: ComplaintGround, 
/**
 * Who complains.
 */
org: OrgId, 
/**
 * What is asked for.
 */
remedy: LongText, } | { "kind": "complaint_accepted", 
/**
 * What is claimed.
 */
claim: LongText, 
/**
 * Which.
 */
complaint: ComplaintId, 
/**
 * By when it is decided.
 */
decide_by: Instant, 
/**
 * Whether the time to accept it was over.
 */
is_late: boolean, } | { "kind": "complaint_refused", 
/**
 * Which.
 */
complaint: ComplaintId, 
/**
 * Who complained.
 */
org: OrgId, 
/**
 * Why.
 */
reason: LongText, } | { "kind": "complaint_decided", 
/**
 * Which.
 */
complaint: ComplaintId, 
/**
 * What.
 */
decision: CaseDecision, 
/**
 * Whether its time was over.
 */
is_late: boolean, 
/**
 * Why.
 */
text: LongText, };

export type TenderId = string;

export type TenderSummary = { 
/**
 * Its id.
 */
id: TenderId, 
/**
 * Where it stands.
 */
phase: Phase, 
/**
 * Its terms without the lots' details are enough for a list; the whole terms are in the view.
 */
title: Text2, 
/**
 * Procuring entity.
 */
buyer: OrgId, 
/**
 * Region.
 */
region: string, 
/**
 * Works, goods, services.
 */
category: Category, 
/**
 * Project code.
 */
project_code: string, 
/**
 * Sum of the lots' ceilings, in minor units of their one currency.
 */
ceiling_minor: number, 
/**
 * Deadline and opening.
 */
opening_at: Instant | null, 
/**
 * When it was published.
 */
published_at: Instant | null, 
/**
 * Stage of each lot.
 */
lots: Array<LotStage>, };

export type TenderView = { 
/**
 * Its id.
 */
id: TenderId, 
/**
 * Where it stands.
 */
phase: Phase, 
/**
 * Revision of the terms.
 */
revision: number, 
/**
 * The terms.
 */
terms: Terms, 
/**
 * Documents.
 */
documents: Array<Document>, 
/**
 * Addenda.
 */
addenda: Array<Addendum>, 
/**
 * Enquiries; unanswered ones only for the host.
 */
enquiries: Array<Enquiry>, 
/**
 * The failed lot that this is the new tender of.
 */
retender_of: RetenderOf | null, 
/**
 * When it was published.
 */
published_at: Instant | null, 
/**
 * Tag 01 of sealed contexts.
 */
notice: string | null, 
/**
 * Group key of the custodians.
 */
group_key: string | null, 
/**
 * Tag 06.
 */
committee: string | null, 
/**
 * How envelopes are sealed beside the committee's lock.
 */
sealing: Sealing, 
/**
 * Rounds of the beacon that the opening waits for, ascending.
 */
beacon_rounds: Array<number>, 
/**
 * Keys of the floor that have come.
 */
floor_keys: FloorKeys, 
/**
 * Tag 07.
 */
first_opening_at: Instant | null, 
/**
 * Deadline and opening in force.
 */
opening_at: Instant | null, 
/**
 * The schedule that enough custodians have pinned; it may lag behind the one in force.
 */
pinned: PinnedSchedule | null, 
/**
 * Why the period is shorter than the law's.
 */
short_period: LongText | null, 
/**
 * Why it was cancelled.
 */
cancelled: LongText | null, 
/**
 * Directives of the supervisor, in order.
 */
directives: Array<Directive>, 
/**
 * Objections before the buyer, in order.
 */
objections: Array<ObjectionCase>, 
/**
 * Complaints before the supervisor, in order: the reader's own, and those that are accepted.
 */
complaints: Array<ComplaintCase>, 
/**
 * Lots.
 */
lots: Array<LotView>, };

export type Term<I> = { 
/**
 * What the value is.
 */
name: TermName, 
/**
 * The value with its unit.
 */
value: TermValue<I>, };

export type TermName = "of" | "left_out" | "over_ceiling" | "limit" | "price" | "ceiling" | "drop_min" | "coefficient" | "share" | "threshold" | "groups" | "median" | "mean" | "next_price" | "reference_price" | "free_margin" | "benchmark" | "deviation" | "penalty" | "points_max" | "quality" | "mark" | "exact" | "result";

export type TermValue<I> = { "unit": "amount", "value": Number } | { "unit": "ratio", "value": Number } | { "unit": "percent", "value": Number } | { "unit": "exact_points", "value": Number } | { "unit": "points", "value": Points } | { "unit": "count", "value": number } | { "unit": "ids", "value": Array<I> };

export type Terms = { 
/**
 * 招标代理: the host's organisation.
 */
agency: OrgId, 
/**
 * 招标人.
 */
buyer: OrgId, 
/**
 * Works, goods or services.
 */
category: Category, 
/**
 * Where questions may be asked by telephone.
 */
contact: ShortText, 
/**
 * The lots.
 */
lots: Array<LotTerms>, 
/**
 * Deadline for bids and opening: the same moment.
 */
opening_at: Instant, 
/**
 * One or two openings.
 */
procedure: Procedure, 
/**
 * 项目代码.
 */
project_code: ShortText, 
/**
 * 招标方案核准: number of the approved procurement plan.
 */
plan_approval: ShortText, 
/**
 * Qualification that is asked for, as printed in the notice.
 */
qualification: Text2, 
/**
 * Body of law.
 */
regime: Regime, 
/**
 * Administrative region.
 */
region: ShortText, 
/**
 * What is bought, in a paragraph.
 */
summary: Text2, 
/**
 * Title.
 */
title: Text2, };

export type Text2 = { 
/**
 * English.
 */
en: LongText, 
/**
 * Chinese.
 */
zh: LongText, };

export type Tick = { 
/**
 * The newest head that a quorum of witnesses has cosigned: a signed note, with the time of each cosignature.
 */
head: string, 
/**
 * Tokens of RFC 3161 over the head's text (origin, size, root), DER in base64.
 */
tokens: Array<string>, };

export type TimeAuthorityRecord = { 
/**
 * The certificate that its own is issued under: DER, base64.
 */
certificate: string, 
/**
 * Its name.
 */
name: ShortText, };

export type TimeLimits = { 
/**
 * The limits that differ, each rule once.
 */
overrides: Array<Override>, 
/**
 * Why they differ; shown on each tender's page.
 */
reason: LongText | null, };

export type Trace<I> = { 
/**
 * What was done, first to last.
 */
steps: Array<Step<I>>, };

export type Unit = "calendar_days" | "working_days" | "hours" | "minutes" | "seconds" | "per_mille";

export type UnsealFailure = "file_corrupt" | "wrong_lock" | "malformed" | "identity_mismatch" | "platform_fault" | "custodians_unavailable";

export type Unsealed = { "outcome": "opened", 
/**
 * Documents inside, as their bidder named them.
 */
files: Array<Document>, 
/**
 * The label key, 96 hexadecimal digits.
 */
label_key: string, 
/**
 * The statement's values, in envelopes 3 and 4.
 */
statement: Array<StatementValue> | null, } | { "outcome": "failed", 
/**
 * Why.
 */
code: UnsealFailure, 
/**
 * The label key, if it was released.
 */
label_key: string | null, };

export type ValueForMoney = Record<symbol, never>;

export type Verdict = { 
/**
 * Bid. 
 */
bid: BidId, 
/**
 * Criterion. 
 */
criterion: string, 
/**
 * Met. 
 */
is_met: boolean, 
/**
 * Why not; asked for when not met. 
 */
reason: Rejection | null, };

export type WithdrawBid = { 
/**
 * Which. 
 */
bid: BidId, };

export type WithdrawObjection = { 
/**
 * The own one. 
 */
objection: ObjectionId, };
