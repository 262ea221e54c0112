import { describe, expect, it } from "vitest";

import type { TenderView } from "@/protocol";
import { sha256, toBase64, toHex } from "@/acts/bytes";
import { type Canonical, writeCanonical } from "@/acts/canonical";
import { reportOn, saysTheSame } from "./signedNotice";

const SEALING = { floor: null, suite: "standard" } as const;
const VIEW = {
  id: "t", terms: { title: "x" }, sealing: SEALING,
  group_key: "ab", committee: "cd", first_opening_at: 7, opening_at: 9, documents: [{ sha256: "22" }, { sha256: "11" }],
} as unknown as TenderView;
const BODY = { sealing: SEALING, terms_sha256: "ef", group_key: "ab", committee: "cd", opening_at: 7, documents: ["11", "22"], revision: 1 };

describe("a signed notice", () => {
  it("says what the page shows, though the opening was postponed since", () => {
    expect(saysTheSame(BODY, VIEW, "ef")).toBe(true);
  });

  it.each([
    ["terms", { terms_sha256: "00" }],
    ["key", { group_key: "00" }],
    ["committee", { committee: "00" }],
    ["moment", { opening_at: 9 }],
    ["documents", { documents: ["11"] }],
    ["suite", { sealing: { ...SEALING, suite: "national" } }],
    ["floor", { sealing: { ...SEALING, floor: { network: "00", recovery: "00" } } }],
  ] as const)("says something else: %s", (_what, change) => {
    expect(saysTheSame({ ...BODY, ...change }, VIEW, "ef")).toBe(false);
  });
});

describe("a signed notice as the server gives it", () => {
  const published = async (body: Canonical, beside: Canonical | null = null) => {
    const act = writeCanonical({ type: "PublishTender", tender: "t", ...(beside === null ? { body } : { body_sha256: toHex(await sha256(writeCanonical(beside))) }) });
    const view = { ...VIEW, notice: toHex(await sha256(act)) };
    return { answer: { payload: toBase64(act), body: beside, spki: null, signature: "" }, view };
  };
  const goodBody = async () => ({ ...BODY, terms_sha256: toHex(await sha256(writeCanonical(VIEW.terms as unknown as Canonical))) });

  it("is the one whose digest the page shows", async () => {
    const { answer, view } = await published(await goodBody());
    expect(await reportOn(answer, view)).toMatchObject({ isSame: true, isSigned: false });
    expect(await reportOn(answer, { ...view, notice: "00" })).toMatchObject({ isSame: false, isSigned: false });
    expect(await reportOn(answer, { ...view, id: "u" })).toMatchObject({ isSame: false });
    expect(await reportOn({ ...answer, payload: "AA==" }, view)).toMatchObject({ isSame: false });
  });

  it("may have its body beside it, under the digest that was signed", async () => {
    const body = await goodBody();
    const { answer, view } = await published(null, body);
    expect(await reportOn(answer, view)).toMatchObject({ isSame: true });
    expect(await reportOn({ ...answer, body: { ...body, revision: 2 } }, view)).toMatchObject({ isSame: false });
    expect(await reportOn({ ...answer, body: null }, view)).toMatchObject({ isSame: false });
  });

  it("with an opening that is not the one shown is found out", async () => {
    const { answer, view } = await published({ ...(await goodBody()), opening_at: 6 });
    expect(await reportOn(answer, view)).toMatchObject({ isSame: false });
  });
});
