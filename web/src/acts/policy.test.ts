import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { parsePolicy } from "./policy";

const fixture = (name: string) => readFileSync(new URL(`../../../docs/verify/fixtures/${name}.vkey`, import.meta.url), "utf8").trim();
const [log, witness] = [fixture("log"), fixture("witness")];

describe("a policy", () => {
  it("may say where logs and witnesses are reached", async () => {
    const plain = `log ${log}\nwitness w ${witness}\ngroup all-of-us 1 w\nquorum all-of-us\n`;
    const reached = `log ${log} https://log.example\nwitness w ${witness} https://w.example\ngroup all-of-us 1 w\nquorum all-of-us\n`;
    const policy = await parsePolicy(plain);
    expect(policy?.witnesses).toHaveLength(1);
    expect(await parsePolicy(reached)).toEqual(policy);
  });

  it("says nothing more", async () => {
    expect(await parsePolicy(`witness w ${witness} https://w.example more\nquorum w\n`)).toBeUndefined();
    expect(await parsePolicy(`log ${log} https://log.example more\nquorum none\n`)).toBeUndefined();
  });
});
