/**
 * The line to the platform: what the browser does by itself and Node does not, which is to keep the session's cookie.
 *
 * *Invariant*: the cookie and the CSRF header go to the platform's own origin and nowhere else; every refusal is a `Problem`.
 */
import { offlineProblem, Problem, problemOf } from "../../src/problem";
import { sendByFetch, type SendRequest } from "../../src/seal/transport";

const ATTEMPTS = 3;

/** A line on which somebody may be signed in. */
export class Line {
  private cookie: string | undefined;

  constructor(private readonly baseUrl: URL) {}

  /** The address of a path of the platform. */
  address(path: string): string {
    return new URL(path, this.baseUrl).href;
  }

  /** Reads JSON. Throws a `Problem`. */
  async read<Answer>(path: string): Promise<Answer> {
    return (await (await this.request(path, { method: "GET" })).json()) as Answer;
  }

  /** Sends bytes of JSON and reads the answer. Throws a `Problem`. */
  async send<Answer>(path: string, body: Uint8Array | string): Promise<Answer> {
    const headers = { "Content-Type": "application/json" };
    return (await (await this.request(path, { method: "POST", headers, body: body as BodyInit })).json()) as Answer;
  }

  /** Sends the same bytes until there is an answer: an act that was done already answers as it did then. */
  async deliver<Answer>(path: string, body: Uint8Array): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.send<Answer>(path, body);
      } catch (error) {
        const isPassing = error instanceof Problem && (error.code === "offline" || error.status === 503);
        if (!isPassing || attempt === ATTEMPTS) throw error;
        const pauseMs = (error.retryAfterSeconds ?? attempt) * 1000;
        await new Promise((resume) => setTimeout(resume, pauseMs));
      }
    }
  }

  /** The way of an upload over this line. */
  readonly sendPart: SendRequest = (request) => {
    if (new URL(request.url).origin !== this.baseUrl.origin) throw new Error(`not this platform: ${request.url}`);
    const session: Record<string, string> = this.cookie === undefined ? {} : { Cookie: this.cookie };
    return sendByFetch({ ...request, headers: { ...request.headers, ...session } });
  };

  private async request(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (init.method !== "GET") headers.set("X-Kaibiao-Csrf", "1");
    if (this.cookie !== undefined) headers.set("Cookie", this.cookie);
    const answer = await fetch(this.address(path), { ...init, headers, redirect: "error" }).catch(() => {
      throw offlineProblem();
    });
    if (!answer.ok) throw await problemOf(answer);
    this.keepCookie(answer);
    return answer;
  }

  /** Name and value only: there is one session, and it ends with this process. */
  private keepCookie(answer: Response): void {
    const [pair] = answer.headers.getSetCookie().flatMap((cookie) => cookie.split(";").slice(0, 1));
    if (pair !== undefined) this.cookie = pair;
  }
}
