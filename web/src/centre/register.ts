/** What the registrar reads and asks beside signed acts (docs/api.md), and the forms of what is typed. */
import { read, send } from "@/api";
import type { KeyRecord, Role } from "@/protocol";
import type { Named } from "@/wire";

/** A person of the register with the account. */
export interface ListedPerson {
  readonly person: string;
  readonly name: string;
  readonly org: Named | null;
  readonly roles: readonly Role[];
  readonly login: string | null;
  readonly has_password: boolean;
}

/** A one-time code, shown once. */
export interface Enrolment {
  readonly person: string;
  readonly login: string;
  readonly code: string;
}

/** People of a page, from 1. */
export const PEOPLE_PAGE = 50;
/** Every role, in the order of the register. */
export const ROLES: readonly Role[] = ["registrar", "buyer", "host", "recorder", "bidder", "expert", "supervisor"];

/** A page of people. */
export function readPeople(page: number, signal?: AbortSignal): Promise<{ readonly people: readonly ListedPerson[]; readonly total: number }> {
  return read(`/api/admin/people?page=${page}`, signal);
}

/** Gives a person an account, or a new code for the one there is. */
export function invite(person: string, login?: string): Promise<Enrolment> {
  return send("POST", "/api/admin/people", login === undefined ? { person } : { person, login });
}

/** The text of a key as a person shows it to the registrar or to an older device. */
export function keyText({ alg, device, person, spki }: KeyRecord): string {
  return JSON.stringify({ alg, device, person, spki });
}

/** The key of such a text; undefined for any other text. */
export function parseKeyText(text: string): KeyRecord | undefined {
  try {
    const value = JSON.parse(text.trim()) as Partial<KeyRecord>;
    const isKey = (value.alg === 1 || value.alg === 2 || value.alg === 3) && [value.device, value.person, value.spki].every((field) => typeof field === "string" && field !== "");
    return isKey ? { alg: value.alg as number, device: value.device as string, person: value.person as string, spki: value.spki as string } : undefined;
  } catch {
    return undefined;
  }
}

/** What two devices show of the same key, for eyes to compare: the first 64 bits of its id. */
export function checkCode(keyId: string): string {
  return keyId.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
}

/** Whether a text has the form of a unified social credit code: 18 characters, none of I O S V Z (GB 32100-2015). */
export function isCreditCode(text: string): boolean {
  return /^[0-9A-HJ-NP-RTUW-Y]{18}$/.test(text);
}

/** Rows as CSV (RFC 4180); a leading sign is quoted away, since spreadsheets take it for a formula. */
export function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}
