/** Announcements: one sentence per fact that matters, for the live region, and aloud for lines that are read out. */
import { languageTag } from "@/i18n";
import { eventName } from "@/i18n/events";
import { organisationName } from "@/names";
import type { LotTerms } from "@/protocol";
import type { Fact } from "./stream";
import type { OpeningState } from "./fold";
import { fieldsOf, spokenStatement } from "./statement";
import { p } from "./partWords";

/** Kinds that come in numbers and are shown, not announced one by one. */
const QUIET = new Set(["envelope_unsealed", "contents_recorded", "keys_released"]);

/** The sentence for a fact; empty where it is only shown. */
export function sentenceOf({ event }: Fact, opening: OpeningState | undefined, terms: LotTerms): string {
  if (QUIET.has(event.kind)) return "";
  if (event.kind !== "bid_read" || !opening) return eventName(event.kind);
  const values = spokenStatement(fieldsOf(terms, opening.statement), event.statement, terms.ceiling.currency);
  return p("voice.read", { position: event.position, bidder: organisationName(event.org), values });
}

/** Says a sentence with the device's own voice; devices without one stay silent. */
export function speak(sentence: string): void {
  if (!("speechSynthesis" in globalThis)) return;
  const utterance = new SpeechSynthesisUtterance(sentence.replace(/¥ ?/g, "").replace(/,/g, ""));
  utterance.lang = languageTag();
  speechSynthesis.speak(utterance);
}
