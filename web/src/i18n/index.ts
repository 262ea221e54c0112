/**
 * Words in two languages: the language in force, typed catalogues, texts that the notice brings in both languages.
 *
 * Not a library of formats: dates and money have their own modules. Each area has its own catalogue beside its pages,
 * so that a reader loads only the words of the pages that are open.
 * *Invariant*: both languages of a catalogue have the same keys; a missing one is a type error.
 */
import { ref, shallowRef, watch } from "vue";

import type { Text2 } from "@/protocol";
import { recall, remember } from "@/preference";

/** The platform's languages; Chinese is the text in law. */
export type Language = "zh" | "en";
/** What is filled into the places `{name}` of a text. */
export type Values = Readonly<Record<string, string | number>>;
/** The texts of one language. */
export type Words<Key extends string> = Readonly<Record<Key, string>>;

/** The language in force; everything that was written with it is written anew when it changes. */
export const language = ref<Language>(initialLanguage());

/** Chooses the language, for this device. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember("language", chosen);
  markDocument();
}

/** The BCP 47 tag of the language in force. */
export function languageTag(): string {
  return language.value === "zh" ? "zh-CN" : "en";
}

/** Writes the language on the document, for screen readers, hyphenation and fonts. */
export function markDocument(): void {
  document.documentElement.lang = languageTag();
}

/** English words that are on their way; see [`wordsReady`]. */
const pending = new Set<Promise<unknown>>();

/**
 * The function that looks up the words of one area. English may be left to be loaded by those who read it: most readers
 * of an opening do not, and it would be a tenth of what they load.
 */
export function catalogue<Key extends string>(words: { readonly zh: Words<Key>; readonly en: Words<Key> | (() => Promise<Words<Key>>) }) {
  const english = shallowRef<Words<Key> | undefined>(typeof words.en === "function" ? undefined : words.en);
  function load(fetchWords: () => Promise<Words<Key>>): void {
    const coming = fetchWords().then((loaded) => (english.value = loaded), () => undefined);
    pending.add(coming);
    void coming.then(() => pending.delete(coming));
  }
  if (typeof words.en === "function") {
    const fetchWords = words.en;
    watch(language, (chosen) => chosen === "en" && !english.value && load(fetchWords), { immediate: true });
  }
  return (key: Key, values: Values = {}): string => fill(((language.value === "en" && english.value) || words.zh)[key], values);
}

/** Resolves when no words are on their way, so that a page is never shown in the wrong language first. */
export async function wordsReady(): Promise<void> {
  while (pending.size > 0) await Promise.all(pending);
}

/** A text that exists in both languages, in the one in force. */
export function say(text: Text2): string {
  return language.value === "en" && text.en !== "" ? text.en : text.zh;
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** Chinese is the language in law; English is a choice that the browser remembers. */
function initialLanguage(): Language {
  return recall("language") === "en" ? "en" : "zh";
}
