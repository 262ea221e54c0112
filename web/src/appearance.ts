/** Size of text in three steps, and the theme: written on the document's root, where the tokens are. */
import { ref } from "vue";

import { recall, remember } from "@/preference";

/** The steps of the text's size. */
export const TEXT_SIZES = ["normal", "large", "largest"] as const;
/** One step. */
export type TextSize = (typeof TEXT_SIZES)[number];
/** Ink on paper, or the dark one for the night and the big screen. */
export type Theme = "light" | "dark";

/** The size in force. */
export const textSize = ref<TextSize>(TEXT_SIZES.find((size) => size === recall("size")) ?? "normal");
/** The theme in force; without a choice, what the device asks for. */
export const theme = ref<Theme>(initialTheme());

/** Chooses the size of text, for this device. */
export function chooseTextSize(size: TextSize): void {
  textSize.value = size;
  remember("size", size);
  markAppearance();
}

/** Chooses the theme, for this device. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  remember("theme", chosen);
  markAppearance();
}

/** Writes size and theme on the document's root. */
export function markAppearance(): void {
  document.documentElement.dataset["size"] = textSize.value;
  document.documentElement.dataset["theme"] = theme.value;
}

function initialTheme(): Theme {
  const chosen = recall("theme");
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
