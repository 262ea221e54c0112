/**
 * Reading from and writing to the platform over HTTP, with types and problems. What changes something is a signed act: see `actor.ts`.
 *
 * *Invariant*: every request that is not a GET carries the CSRF header; every failure is a `Problem`.
 */
import { offlineProblem, problemOf } from "@/problem";
import type { FloorKey, FloorKeys, SignedLine, TenderSummary, TenderView } from "@/protocol";
import type { EntriesAnswer, HallQuery, Me, Named, PublicationAnswer, RecordAnswer, Ticket } from "@/wire";

/** Fetches JSON by GET. */
export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const answer = await request(path, signal ? { signal } : {});
  return (await answer.json()) as Answer;
}

/** Fetches text by GET. */
async function readText(path: string): Promise<string> {
  return (await request(path, {})).text();
}

/** Sends JSON; the answer's JSON, or undefined where the answer has no content. */
export async function send<Answer>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Answer> {
  const answer = await request(path, {
    method,
    headers: { "X-Kaibiao-Csrf": "1", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body) }),
  });
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offlineProblem();
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

const part = encodeURIComponent;

/** The paths of the interface (docs/api.md) with the types of their answers. */
export const api = {
  session: () => read<Me>("/api/session"),
  signIn: (login: string, password: string) => send<Me>("POST", "/api/session", { login, password }),
  signOut: () => send<undefined>("DELETE", "/api/session"),
  certifyKey: (key: { alg: number; spki: string; proof: string; name: string }) => send<Me>("POST", "/api/keys", key),
  tenders: (query: HallQuery, signal?: AbortSignal) =>
    read<{ tenders: TenderSummary[]; total: number }>(`/api/tenders${searchOf(query)}`, signal),
  tender: (id: string, signal?: AbortSignal) => read<TenderView>(`/api/tenders/${part(id)}`, signal),
  record: (tender: string, lot: string, opening: number) =>
    read<RecordAnswer>(`/api/tenders/${part(tender)}/lots/${part(lot)}/record?opening=${opening}`),
  publication: (tender: string) => read<PublicationAnswer>(`/api/tenders/${part(tender)}/publication`),
  bringFloorKey: (tender: string, key: FloorKey) => send<FloorKeys>("POST", `/api/tenders/${part(tender)}/floor-keys`, key),
  entries: (tender: string, from: number, signal?: AbortSignal) =>
    read<EntriesAnswer>(`/api/tenders/${part(tender)}/entries?from=${from}`, signal),
  /** At most 500 lines in order from `from` on; none behind the end. */
  custodianRecord: (index: number, from: number, signal?: AbortSignal) =>
    read<SignedLine[]>(`/api/custodians/${index}/record?from=${from}`, signal),
  organisation: (id: string) => read<Named>(`/api/organisations/${part(id)}`),
  person: (id: string) => read<Named>(`/api/persons/${part(id)}`),
  ticket: (tender: string, lot: string) => send<Ticket>("POST", `/api/rooms/${part(tender)}/${part(lot)}/ticket`),
  checkpoint: () => readText("/log/checkpoint"),
  signedCheckpoint: () => readText("/log/checkpoint/signed"),
  consistency: (from: number, to: number) => read<{ proof: string[] }>(`/api/log/consistency?from=${from}&to=${to}`),
} as const;

/** The address of a tender's document. */
export function documentAddress(tender: string, sha256: string): string {
  return `/api/tenders/${part(tender)}/documents/${part(sha256)}`;
}

/** All public tenders, page after page. */
export async function allTenders(signal?: AbortSignal): Promise<readonly TenderSummary[]> {
  const all: TenderSummary[] = [];
  for (let page = 1; ; page += 1) {
    const { tenders, total } = await api.tenders({ page }, signal);
    all.push(...tenders);
    if (tenders.length === 0 || all.length >= total) return all;
  }
}

function searchOf(query: HallQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
