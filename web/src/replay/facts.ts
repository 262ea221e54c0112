/**
 * A state as a list of facts, and the difference of two states: what changed between two moments. Pure, for display only.
 */
import { priceOf } from "@/opening/statement";
import type { Field, LotTerms } from "@/protocol";
import { type ReplayState, standingOf } from "./fold";

/** What a fact is about. */
export type FactName =
  | "phase" | "stage" | "opening_at" | "documents" | "addenda" | "enquiries" | "answers" | "pinned" | "bids" | "checked_in" | "closed_root" | "coefficient"
  | "order" | "seals" | "awaited" | "released" | "unsealed" | "failed" | "read" | "price" | "confirmed" | "objection" | "signatures" | "record"
  | "panel_called" | "panel_drawn" | "seat" | "recused" | "judged" | "rejected" | "committed" | "revealed" | "technical" | "business" | "stage_signed"
  | "passed" | "rank" | "price_points" | "total" | "report_signed" | "dissents" | "candidate" | "awarded" | "letters";

/** A value with what it is measured in. */
export type FactValue =
  | { readonly unit: "count" | "money" | "points" | "moment"; readonly value: number }
  | { readonly unit: "text" | "hash" | "person" | "stage" | "phase"; readonly value: string }
  | { readonly unit: "yes" };

/** A fact: of a bid, of an opening, or of the lot. */
export interface Fact {
  readonly name: FactName;
  readonly bid?: string;
  /** Number of the opening, seat, or kind of envelope. */
  readonly number?: number;
  readonly value: FactValue;
}

/** What changed: one of both is undefined where the fact was not there before, or is not any more. */
export interface Change {
  readonly name: FactName;
  readonly bid: string | undefined;
  readonly number: number | undefined;
  readonly before: FactValue | undefined;
  readonly after: FactValue | undefined;
}

/** What changed from one state to the other, in the order of the procedure. */
export function differences(before: ReplayState, after: ReplayState, lot: string): readonly Change[] {
  const [old, now] = [before, after].map((state) => new Map(factsOf(state, lot).map((fact) => [keyOf(fact), fact]))) as [Map<string, Fact>, Map<string, Fact>];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const changed = keys.filter((key) => JSON.stringify(old.get(key)?.value) !== JSON.stringify(now.get(key)?.value));
  return changed.map((key) => {
    const { name, bid, number } = (now.get(key) ?? old.get(key)) as Fact;
    return { name, bid, number, before: old.get(key)?.value, after: now.get(key)?.value };
  });
}

/** Everything that can be said of a state. What is nothing yet is no fact. */
export function factsOf(state: ReplayState, lot: string): readonly Fact[] {
  const terms = state.terms?.lots.find(({ id }) => id === lot);
  return [...ofNotice(state), ...ofBids(state), ...ofOpenings(state, terms), ...ofPanel(state), ...ofResult(state)];
}

function keyOf({ name, bid, number }: Fact): string {
  return `${name} ${bid ?? ""} ${number ?? ""}`;
}

function ofNotice({ room, phase, documents, addenda, enquiries, answers, pinned }: ReplayState): readonly Fact[] {
  return [
    { name: "phase", value: { unit: "phase", value: phase } },
    { name: "stage", value: { unit: "stage", value: JSON.stringify(room.stage) } },
    ...(room.openingAtMs === null ? [] : [{ name: "opening_at", value: { unit: "moment", value: room.openingAtMs } } as const]),
    ...counted("documents", documents), ...counted("addenda", addenda), ...counted("enquiries", enquiries), ...counted("answers", answers), ...counted("pinned", pinned),
  ];
}

function ofBids({ room, fates, checkedIn }: ReplayState): readonly Fact[] {
  return [
    ...counted("bids", standingOf(fates) || room.bids.length), ...counted("checked_in", Math.max(checkedIn, room.checkedIn.length)),
    ...(room.closedRoot === null ? [] : [{ name: "closed_root", value: { unit: "hash", value: room.closedRoot } } as const]),
    ...(room.coefficient === null ? [] : [{ name: "coefficient", value: { unit: "text", value: room.coefficient } } as const]),
    ...yes("order", room.drawKey !== null),
    ...(room.seals === null ? [] : [{ name: "seals", value: { unit: "text", value: `${room.seals.bids - room.seals.mismatched.length} / ${room.seals.bids}` } } as const]),
    ...counted("awaited", room.awaited?.failed.length ?? 0),
  ];
}

function ofOpenings({ room }: ReplayState, terms: LotTerms | undefined): readonly Fact[] {
  const fields: readonly Field[] = terms ? [...terms.statement_fields, ...terms.price_fields] : [];
  const ofLines = room.openings.flatMap(({ number, read }) =>
    read.flatMap((line): readonly Fact[] => {
      const { bid, position, objection } = line;
      const price = priceOf(fields, line.statement);
      return [
        { name: "read", bid, number, value: { unit: "count", value: position } },
        ...(price === undefined ? [] : [{ name: "price", bid, value: { unit: "money", value: price } } as const]),
        ...yes("confirmed", line.isConfirmed, bid, number),
        ...(objection === null ? [] : [{ name: "objection", bid, number, value: { unit: "text", value: objection.answer ?? objection.text } } as const]),
      ];
    }),
  );
  const ofEnvelopes = room.bids.flatMap(({ bid, opened, failures }): readonly Fact[] => [
    ...opened.flatMap((envelope) => yes("unsealed", true, bid, envelope)),
    ...Object.entries(failures).map(([envelope, failure]) => ({ name: "failed", bid, number: Number(envelope), value: { unit: "text", value: failure } }) as const),
  ]);
  const ofReleases = room.openings.flatMap(({ number, releases, signatures, record }): readonly Fact[] => [
    ...releases.map(({ envelope, answered }) => ({ name: "released", number: envelope, value: { unit: "count", value: answered.length } }) as const),
    ...counted("signatures", signatures.length, number),
    ...(record === null ? [] : [{ name: "record", number, value: { unit: "hash", value: record.sha256 } } as const]),
  ]);
  return [...ofReleases, ...ofEnvelopes, ...ofLines];
}

function ofPanel({ panel, room }: ReplayState): readonly Fact[] {
  const { seats, rejected, scores } = panel;
  return [
    ...yes("panel_called", panel.isCalled), ...yes("panel_drawn", panel.isDrawn),
    ...Object.entries(seats).map(([seat, person]) => ({ name: "seat", number: Number(seat), value: { unit: "person", value: person } }) as const),
    ...counted("recused", panel.recused), ...counted("judged", panel.judged.length),
    ...rejected.flatMap(({ bid }) => yes("rejected", true, bid)),
    ...counted("committed", panel.committed.length), ...counted("revealed", panel.revealed.length),
    ...scores.flatMap(({ bid, technical, business }) => [
      { name: "technical", bid, value: { unit: "points", value: technical } } as const, { name: "business", bid, value: { unit: "points", value: business } } as const,
    ]),
    ...counted("stage_signed", panel.stageSigned.length), ...(room.passed ?? []).flatMap((bid) => yes("passed", true, bid)),
  ];
}

function ofResult({ room, panel, letters }: ReplayState): readonly Fact[] {
  return [
    ...room.ranking.flatMap(({ bid, rank, price_points, total }): readonly Fact[] => [
      ...(rank === null ? [] : [{ name: "rank", bid, value: { unit: "count", value: rank } } as const]),
      { name: "price_points", bid, value: { unit: "points", value: price_points } }, { name: "total", bid, value: { unit: "points", value: total } },
    ]),
    ...counted("report_signed", panel.reportSigned.length), ...counted("dissents", panel.dissents.length),
    ...room.candidates.map(({ result }, at) => ({ name: "candidate", bid: result.bid, value: { unit: "count", value: at + 1 } }) as const),
    ...(room.awarded === null ? [] : yes("awarded", true, room.awarded)), ...counted("letters", letters),
  ];
}

/** A number of things; none of them is no fact. */
function counted(name: FactName, count: number, number?: number): readonly Fact[] {
  return count === 0 ? [] : [{ name, ...(number !== undefined && { number }), value: { unit: "count", value: count } }];
}

function yes(name: FactName, is: boolean, bid?: string, number?: number): readonly Fact[] {
  return is ? [{ name, ...(bid !== undefined && { bid }), ...(number !== undefined && { number }), value: { unit: "yes" } }] : [];
}
