/**
 * The job of a run: who bids, on what, with which contents, and where key and receipt are kept.
 *
 * *Invariant*: a parsed job has every field in its type and no other; paths are taken as they are.
 */
import { isObject, parseJson, type JsonObject } from "./json";
import { type CanonicalObject } from "../../src/acts/canonical";
import { BidderFailure } from "./failure";

/** A job. Paths are relative to the working folder if they are not absolute. */
export interface BidderJob {
  /** The platform, for example `http://localhost:8080`. */
  readonly baseUrl: URL;
  readonly login: string;
  readonly password: string;
  /** The tender's id. */
  readonly tender: string;
  /** The lot's id. */
  readonly lot: string;
  /** Exactly what envelope 3 states: field id to text, days, or minor units. */
  readonly statement: CanonicalObject;
  /** The same for envelope 4. */
  readonly priceStatement: CanonicalObject;
  /** The PDF of envelope 1. */
  readonly technical: string;
  /** The PDF of envelope 2. */
  readonly price: string;
  /** Where the receipt is written. */
  readonly receipt: string;
  /** Where the signing key is kept as a JWK; made there if there is none. */
  readonly key: string;
}

const FIELDS = [
  "base_url", "key", "login", "lot", "password", "price", "price_statement", "receipt", "statement", "technical", "tender",
].join();

/** The job in a JSON text. Throws a [`BidderFailure`] `job_malformed` that names what is wrong. */
export function parseJob(json: string): BidderJob {
  const job = parseJson(json);
  if (!isObject(job)) throw malformed("not a JSON object");
  const names = Object.keys(job).sort().join();
  if (names !== FIELDS) throw malformed(`fields are ${names}, expected ${FIELDS}`);
  return {
    baseUrl: address(job, "base_url"),
    login: string(job, "login"),
    password: string(job, "password"),
    tender: string(job, "tender"),
    lot: string(job, "lot"),
    statement: statement(job, "statement"),
    priceStatement: statement(job, "price_statement"),
    technical: string(job, "technical"),
    price: string(job, "price"),
    receipt: string(job, "receipt"),
    key: string(job, "key"),
  };
}

function string(job: JsonObject, name: string): string {
  const value = job[name];
  if (typeof value !== "string" || value === "") throw malformed(`${name} is no text`);
  return value;
}

function address(job: JsonObject, name: string): URL {
  const value = string(job, name);
  if (!URL.canParse(value)) throw malformed(`${name} is no address`);
  return new URL(value);
}

function statement(job: JsonObject, name: string): CanonicalObject {
  const value = job[name];
  if (!isObject(value)) throw malformed(`${name} is no object`);
  const fields = Object.entries(value).map(([id, entry]): [string, string | number] => {
    // Canonical JSON has no fractions: an amount is minor units, a duration whole days.
    const isValue = typeof entry === "string" || Number.isSafeInteger(entry);
    if (!isValue) throw malformed(`${name}.${id} is neither text nor a whole number`);
    return [id, entry as string | number];
  });
  return Object.fromEntries(fields);
}

function malformed(detail: string): BidderFailure {
  return new BidderFailure("job_malformed", detail);
}
