/**
 * Problems (RFC 9457) as pages handle them: a stable code, a status, details that help.
 *
 * *Invariant*: everything that can go wrong between page and server ends as a [`Problem`] with a code.
 */

/** Something that was refused or failed. Nothing was changed unless the code says otherwise. */
export class Problem extends Error {
  constructor(
    /** Stable code: translation key, log label. */
    readonly code: string,
    /** HTTP status; 0 if the server was not reached. */
    readonly status: number,
    /** The server's own title in both languages, for codes that this page does not know. */
    readonly titles: { readonly zh: string; readonly en: string },
    /** Facts that help: limits, moments, fields. */
    readonly details: Readonly<Record<string, unknown>> = {},
    /** After how many seconds it is worth trying again, if the server said so. */
    readonly retryAfterSeconds?: number,
  ) {
    super(code);
    this.name = "Problem";
  }
}

/** Any error as a problem: what is not one already is a fault of the page. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new Problem("page_fault", 0, { zh: text, en: text });
}

/** The server was not reached. */
export function offlineProblem(): Problem {
  return new Problem("offline", 0, { zh: "未能连接服务器", en: "The server could not be reached" });
}

/** The problem of an answer that is not a success. */
export async function problemOf(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const { type: _type, title, title_en, status: _status, code, ...details } = body;
  const words = typeof title === "string" ? title : answer.statusText;
  const retry = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  return new Problem(
    typeof code === "string" ? code : `http_${answer.status}`,
    answer.status,
    { zh: words, en: typeof title_en === "string" ? title_en : words },
    details,
    Number.isFinite(retry) ? retry : undefined,
  );
}
