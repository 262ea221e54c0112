import { describe, expect, it } from "vitest";

import type { KeyOfMine } from "@/wire";
import { signerStanding } from "./signer";

const key = (key_id: string, since: number, status: KeyOfMine["status"] = "active"): KeyOfMine => ({ key_id, name: key_id, since, status });
const KEYS = [key("first", 10), key("second", 20), key("lost", 5, "revoked")];

describe("who may take a bid back", () => {
  it.each([
    ["the key that signed", "first", "first", "same"],
    ["a key that came after it", "first", "second", "perhaps"],
    ["a key that came after a revoked one", "lost", "second", "perhaps"],
    ["a key that was there before", "second", "first", "later"],
    ["a colleague's key", "stranger", "first", "other"],
    ["a device that is not endorsed yet", "first", "new", "perhaps"],
    ["a device without any key", "stranger", "", "other"],
  ] as const)("%s", (_what, signedBy, own, standing) => {
    expect(signerStanding(signedBy, own, KEYS)).toBe(standing);
  });
});
