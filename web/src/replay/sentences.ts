/**
 * What happened, in a sentence: the names of events (`i18n/events`) told with who and how much.
 *
 * *Invariant*: every sentence is made of what the entry itself records; a kind without a sentence of its own keeps its name.
 */
import { faultText } from "@/custodians/faultWords";
import { custodianName, type DealingRef } from "@/custodians/custodianNames";
import { catalogue } from "@/i18n";
import { eventName } from "@/i18n/events";
import { t } from "@/i18n/shared";
import { organisationName, personName } from "@/names";
import { moneyText } from "@/parts/money";
import { momentText } from "@/parts/time";
import { priceOf } from "@/opening/statement";
import { r } from "@/opening/words";
import type { BidId, CustodianFault, Event, LotFact, LotTerms, OrgId } from "@/protocol";
import { sentencesZh } from "./sentences.zh";
import { w } from "./words";

/** What a sentence may need to know besides the event. */
export interface Telling {
  /** Whose a bid is. */
  readonly bidder: (bid: BidId) => OrgId | undefined;
  readonly terms: LotTerms | undefined;
  /** Group key of the notice: whose custodians are meant. */
  readonly groupKey: string | null;
}

/** The sentence of an event. */
export function sentenceOf(event: Event, telling: Telling): string {
  return "lot" in event ? ofLot(event, telling) : ofTender(event);
}

function ofTender(event: Exclude<Event, LotFact>): string {
  switch (event.kind) {
    case "document_added":
      return say("document_added", { name: event.document.name });
    case "tender_published":
      return say("tender_published", { moment: momentText(event.opening_at) });
    case "addendum_issued":
      return event.opening_at === null ? say("addendum_issued", { number: event.number }) : say("postponed", { number: event.number, moment: momentText(event.opening_at) });
    case "schedule_pinned":
      return say("schedule_pinned", { count: event.pins.length });
    case "directive_issued":
    case "objection_decided":
    case "complaint_decided":
      return named(event, say(`is_${"order" in event ? event.order : event.decision}`, {}));
    default:
      return named(event);
  }
}

/** The name of an event with what somebody wrote in it, if anybody did; `how` stands between. */
function named(event: Event, how = ""): string {
  const { claim, text, reason } = event as { claim?: string; text?: string; reason?: string };
  const said = claim ?? text ?? reason;
  return said === undefined ? eventName(event.kind) : say("named", { what: eventName(event.kind), how, text: said });
}

function ofLot(event: LotFact, telling: Telling): string {
  const name = (bid: BidId) => organisationName(telling.bidder(bid) ?? bid);
  switch (event.kind) {
    case "bid_submitted":
      return say(event.replaces === null ? "bid_submitted" : "bid_replaced", { org: organisationName(event.org) });
    case "bid_withdrawn":
    case "bid_reconfirmed":
    case "checked_in":
      return say(event.kind, { org: organisationName(event.org) });
    case "lot_closed":
      return say("lot_closed", { count: event.bids.length });
    case "opening_held":
      return say("opening_held", { agreeing: event.agreeing, asked: event.asked });
    case "lot_failed":
      return t(`stage.failed.${event.reason}`);
    case "opening_drawn":
      return event.coefficient === null ? say("order_drawn", { count: event.order.length }) : say("opening_drawn", { count: event.order.length, coefficient: event.coefficient });
    case "seals_checked":
      return event.mismatched.length === 0 ? say("seals_checked", { count: event.bids }) : say("seals_differ", { count: event.mismatched.length, names: event.mismatched.map(name).join(w("list")) });
    case "keys_released":
      return ofRelease(event, { groupKey: telling.groupKey, epoch: event.epoch });
    case "custodians_awaited":
      return say("custodians_awaited", { count: event.answered.length, faults: faults(event.failed, { groupKey: telling.groupKey, epoch: event.epoch }) });
    case "envelope_unsealed":
      return ofUnsealing(event, name(event.bid));
    case "contents_recorded":
      return say("contents_recorded", { org: name(event.bid), envelope: envelope(event.envelope) });
    case "bid_read":
      return ofReading(event, telling.terms);
    case "line_confirmed":
      return say("line_confirmed", { org: name(event.bid) });
    case "objection_raised":
    case "objection_answered":
      return say(event.kind, { org: name(event.bid), text: event.text });
    case "record_signed":
      return say("record_signed", { org: organisationName(event.org), role: t(`role.${event.role}`) });
    default:
      return ofReview(event, name);
  }
}

function ofReview(event: LotFact, name: (bid: BidId) => string): string {
  switch (event.kind) {
    case "seat_taken":
      return say("seat_taken", { person: personName(event.person), seat: event.seat });
    case "expert_recused":
      return say("expert_recused", { reason: event.reason });
    case "preliminary_judged":
    case "scores_committed":
    case "scores_revealed":
    case "stage_signed":
      return say("of_seat", { seat: event.seat, what: eventName(event.kind) });
    case "preliminary_concluded":
      return event.rejected.length === 0 ? say("all_accepted", {}) : say("rejected", { names: event.rejected.map(({ bid }) => name(bid)).join(w("list")) });
    case "stage_passed":
      return say("stage_passed", { count: event.passed.length });
    case "bids_ranked": {
      const first = event.ranking.find(({ rank }) => rank === 1);
      return first ? say("bids_ranked", { org: name(first.bid), total: (first.total / 100).toFixed(2) }) : eventName(event.kind);
    }
    case "report_signed":
      return event.dissent === null ? say("of_seat", { seat: event.seat, what: eventName(event.kind) }) : say("dissent", { seat: event.seat, text: event.dissent });
    case "candidates_published":
      return say("candidates_published", { names: event.candidates.map(({ org }) => organisationName(org)).join(w("list")) });
    case "award_confirmed":
      return say("award_confirmed", { org: organisationName(event.org) });
    case "letter_issued":
      return say(event.is_winner ? "letter_winner" : "letter_issued", { org: organisationName(event.org) });
    case "letters_issued":
      return say("letters_issued", { count: event.letters });
    default:
      return named(event);
  }
}

function ofRelease({ answered, envelope: kind, failed }: Extract<LotFact, { kind: "keys_released" }>, of: DealingRef): string {
  const released = say("keys_released", { count: answered.length, envelope: envelope(kind) });
  return failed.length === 0 ? released : `${released}${say("but", { faults: faults(failed, of) })}`;
}

function ofUnsealing({ envelope: kind, failure }: Extract<LotFact, { kind: "envelope_unsealed" }>, org: string): string {
  const told = { org, envelope: envelope(kind) };
  return failure === null ? say("envelope_unsealed", told) : say("envelope_failed", { ...told, why: r(`failure.${failure}`) });
}

function ofReading({ org, position, statement }: Extract<LotFact, { kind: "bid_read" }>, terms: LotTerms | undefined): string {
  const price = terms && priceOf([...terms.statement_fields, ...terms.price_fields], statement);
  const told = { position, org: organisationName(org) };
  return price === undefined || !terms ? say("bid_read", told) : say("price_read", { ...told, price: moneyText(price, terms.ceiling.currency) });
}

function envelope(kind: 1 | 2 | 3 | 4): string {
  return w(`envelope.${kind}`);
}

function faults(failed: readonly CustodianFault[], of: DealingRef): string {
  return failed.map(({ code, index }) => `${custodianName(index, of)} ${faultText(code)}`).join(w("and"));
}

const say = catalogue<keyof typeof sentencesZh>({ zh: sentencesZh, en: () => import("./sentences.en").then(({ sentencesEn }) => sentencesEn) });
