import { describe, expect, it } from "vitest";

import { sha256, toHex, utf8 } from "./bytes";
import { type Canonical, CanonicalError, normalised, parseCanonical, writeCanonical } from "./canonical";
import { hexBytes, vectorsOf } from "./vectors";

const vectors = vectorsOf<{
  good: { text: string; sha256: string }[];
  bad: { name: string; hex: string; code: string }[];
  written: { json: string; canonical: string }[];
  unwritable: { json: string; code: string }[];
}>("log_canonical.json");

describe("vectors", () => {
  it.each(vectors.good)("reads and writes $text", async ({ text, sha256: digest }) => {
    const bytes = utf8(text);
    expect(toHex(await sha256(bytes))).toBe(digest);
    expect(writeCanonical(parseCanonical(bytes))).toEqual(bytes);
  });

  it.each(vectors.bad)("refuses $name", ({ hex, code }) => {
    expect(codeOf(() => parseCanonical(hexBytes(hex)))).toBe(code);
  });

  it.each(vectors.written)("writes $json", ({ json, canonical }) => {
    expect(writeCanonical(JSON.parse(json) as Canonical)).toEqual(utf8(canonical));
  });

  it.each(vectors.unwritable)("does not write $json", ({ json, code }) => {
    expect(codeOf(() => writeCanonical(JSON.parse(json) as Canonical))).toBe(code);
  });
});

describe("beside the vectors", () => {
  it("brings typed text into NFC, in depth", () => {
    expect(normalised({ name: "e\u0301", more: ["A\u030a"] })).toEqual({ name: "\u00e9", more: ["\u00c5"] });
  });

  it("writes no lone surrogate, no undefined and no minus zero", () => {
    expect(codeOf(() => writeCanonical("\ud800"))).toBe("not_utf8");
    expect(codeOf(() => writeCanonical({ a: undefined as unknown as null }))).toBe("unwritable");
    expect(codeOf(() => writeCanonical(-0))).toBe("number_form");
  });

  it("treats the key __proto__ as a key", () => {
    const text = utf8('{"__proto__":1}');
    expect(writeCanonical(parseCanonical(text))).toEqual(text);
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof CanonicalError) return error.code;
    throw error;
  }
  return "accepted";
}
