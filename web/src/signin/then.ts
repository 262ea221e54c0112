/** Where somebody goes on after signing in: the address in the query, if it is one of this site. */
import type { LocationQuery } from "vue-router";

/** The address to go on to; undefined without one. A link must not be able to lead a signed-in person elsewhere. */
export function wantedAfter(query: LocationQuery): string | undefined {
  const wanted = query["then"];
  return typeof wanted === "string" && /^\/(?![/\\])/.test(wanted) ? wanted : undefined;
}
