/** The words of the frame and of the parts that all pages share. */
import type { Phase, Stage } from "@/protocol";

import { catalogue } from "./index";
import { zh } from "./zh";

/** Looks up a shared word. */
export const t = catalogue<keyof typeof zh>({ zh, en: () => import("./en").then(({ en }) => en) });

/** The name of a lot's stage, with the reason where it failed. */
export function stageText(stage: Stage): string {
  return stage.stage === "failed" ? t(`stage.failed.${stage.reason}`) : t(`stage.${stage.stage}`);
}

/** The name of a tender's phase. */
export function phaseText(phase: Phase): string {
  return t(`phase.${phase}`);
}
