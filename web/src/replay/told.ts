/** An entry in one line. */
import { type PlayEntry, SEALED_ACTOR } from "./source";
import { sentenceOf, type Telling } from "./sentences";
import { w } from "./words";

/** What an entry led to, in sentences; of many alike the first and how many. */
export function toldOf(entry: PlayEntry, telling: Telling): string {
  if (entry.events.length === 0) return entry.actor === SEALED_ACTOR ? w("entry.withheld") : entry.type || w("entry.unreadable");
  const sentences = entry.events.map((event) => {
    try {
      return sentenceOf(event, telling);
    } catch {
      // The fields are not those of the kind: the entry was tampered with, and its checks say so.
      return w("entry.unreadable");
    }
  });
  // A letter for each bidder in one act: the last event says how many.
  return sentences.length > SENTENCES_MAX ? `${sentences[0]} … ${sentences.at(-1)}` : sentences.join(w("and"));
}

const SENTENCES_MAX = 3;
