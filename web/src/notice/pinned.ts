/**
 * Whether custodians have pinned the schedule that is in force: until they have, the earlier one still binds them.
 *
 * Not a check of their signatures, which stand in the log and in each custodian's own record.
 */
import type { TenderView } from "@/protocol";

/** How far the custodians are with the schedule in force. */
export type PinStanding = "none" | "behind" | "pinned";

/** The standing of a published tender's schedule; undefined before the publication, when there is nothing to pin. */
export function pinStanding(view: Pick<TenderView, "notice" | "opening_at" | "phase" | "pinned">): PinStanding | undefined {
  if (view.notice === null || view.opening_at === null) return undefined;
  if (view.pinned === null) return "none";
  const { is_cancelled, notice, opening_at } = view.pinned.schedule;
  const isInForce = is_cancelled === (view.phase === "cancelled") && notice === view.notice && opening_at === view.opening_at;
  return isInForce ? "pinned" : "behind";
}
