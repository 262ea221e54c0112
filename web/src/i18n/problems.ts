/**
 * Problem codes in words: what happened, what is safe, what to do next. Loaded when the first problem is shown.
 *
 * Codes without an entry show the server's own title; what is safe follows from the status.
 */
import type { Problem } from "@/problem";
import type { Text2 } from "@/protocol";

import { type Language, language } from "./index";
import { problemsEn } from "./problems.en";
import { problemsZh } from "./problems.zh";

/** `[what happened, what to do next]`; what to do may be left to the status. */
export type ProblemWords = Readonly<Record<string, readonly [string, string?]>>;

/** A problem in words. */
export interface ProblemText {
  readonly what: string;
  readonly safe: string;
  readonly next: string;
}

const WORDS: Readonly<Record<Language, ProblemWords>> = { zh: problemsZh, en: problemsEn };

const SAFE = {
  zh: {
    unchanged: "没有任何改动，您填写的内容仍在本页。",
    offline: "没有收到回执的提交不算提交；已有回执的不受影响。",
    server: "已有回执的内容不受影响。这次操作没有回执，视为未发生。",
  },
  en: {
    unchanged: "Nothing was changed; what you have entered is still on this page.",
    offline: "What has no receipt was not submitted; what has a receipt stands.",
    server: "Everything with a receipt stands. This action has none and counts as not done.",
  },
} as const;

const NEXT = {
  zh: {
    denied: "如果应由您办理，请在页首换成相应身份，或联系中心。",
    gone: "请从大厅重新打开该项目。",
    now: "请刷新页面，查看项目当前所处的阶段。",
    rule: "请按提示更正后再提交。",
    later: "请稍候再试；临近截止请拨打求助电话。",
  },
  en: {
    denied: "If this is yours to do, change your role at the top of the page, or ask the centre.",
    gone: "Open the tender again from the hall.",
    now: "Load the page again to see at which stage the procedure is.",
    rule: "Correct it as indicated and send it again.",
    later: "Try again in a moment; close to a deadline, telephone.",
  },
} as const;

/** The problem in the language in force. */
export function problemText(problem: Problem): ProblemText {
  const tongue = language.value;
  const words = Object.hasOwn(WORDS[tongue], problem.code) ? WORDS[tongue][problem.code] : undefined;
  return {
    what: (words?.[0] ?? problem.titles[tongue]) + articleOf(problem),
    safe: SAFE[tongue][safety(problem)],
    next: words?.[1] ?? NEXT[tongue][remedy(problem)],
  };
}

/** Where the law says so, for a refusal by a limit of time. */
function articleOf({ details }: Problem): string {
  const article = details.article as Text2 | undefined;
  return article ? (language.value === "zh" ? `（${article.zh}）` : ` (${article.en})`) : "";
}

function safety({ status }: Problem): keyof (typeof SAFE)["zh"] {
  if (status === 0) return "offline";
  return status >= 500 ? "server" : "unchanged";
}

function remedy({ status }: Problem): keyof (typeof NEXT)["zh"] {
  if (status === 401 || status === 403) return "denied";
  if (status === 404) return "gone";
  if (status === 409) return "now";
  return status === 0 || status === 429 || status >= 500 ? "later" : "rule";
}
