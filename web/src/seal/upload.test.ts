import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { type Bytes, sha256, toHex } from "../acts/bytes";
import { newSealIdentity, type SealedEnvelope, sealEnvelope, type SealInput } from "./envelope";
import { ThrowawayCommittee } from "./throwaway";
import { type LineAnswer, sendByFetch, type SendRequest } from "./transport";
import { patternDocument, trialPurpose } from "./trial";
import { type Fault, TusServer } from "./tusServer";
import { ATTEMPTS_MAX, fullJitterMs, PART_BYTES, uploadEnvelope, type UploadJob } from "./upload";
import { UploadSwitch } from "./uploadSwitch";

const input: SealInput = {
  purpose: trialPurpose(1),
  locks: new ThrowawayCommittee().locks(),
  content: { documents: [patternDocument("a.pdf", 9_000_001, 5)], statement: null },
  identity: newSealIdentity(),
};
let whole: Bytes;
let expected: string;
let length: number;
let server: TusServer;
let endpoint: string;

beforeAll(async () => {
  const envelope = await sealEnvelope(input);
  length = envelope.uploadLength;
  whole = await envelope.part(0, length);
  expected = await digest(whole);
});

beforeEach(async () => {
  server = new TusServer();
  endpoint = await server.listen();
});

afterEach(() => server.close());

describe("an upload", () => {
  it("sends the parts in order, with checksum, and hears of it", async () => {
    const job = await jobOf();
    const url = await uploadEnvelope(job);
    expect(url).toBe(`${endpoint}/1`);
    expect(await stored()).toBe(expected);
    expect(server.requests).toEqual(["POST", "PATCH 0", `PATCH ${PART_BYTES}`]);
    expect(job.kept).toEqual([url, url, url]);
    expect(job.progress.at(-1)).toMatchObject({ bytesDone: length, bytesTotal: length });
    expect(server.headers.every((headers) => headers["x-kaibiao-csrf"] === "1" && headers["tus-resumable"] === "1.0.0")).toBe(true);
  });

  it("says what it is about", async () => {
    const job = await jobOf();
    await uploadEnvelope(job);
    const metadata = Object.fromEntries(
      (server.uploads.get("1")?.metadata ?? "").split(",").map((pair) => {
        const [key, value] = pair.split(" ");
        return [key, atob(value ?? "")];
      }),
    );
    const { context, core } = job.envelope;
    const submission = toHex(context.submission);
    expect(metadata).toEqual({ tender: "t-1", lot: "L1", envelope: "1", submission, core_len: `${core.length}` });
  });

  it.each<[string, string, Fault]>([
    ["a cut connection", "PATCH", "cut"],
    ["a cut at the creation", "POST", "cut"],
    ["a cut after the answer of the offset", "HEAD", "cut"],
    ["a part of which half was kept", "PATCH", { keep: 4_000_003 }],
    ["a part of which nothing was kept", "PATCH", { keep: 0 }],
    ["a server that restarts", "PATCH", { status: 503 }],
    ["a moved offset", "PATCH", { status: 409 }],
    ["a damaged part", "PATCH", { status: 460 }],
    ["a held upload", "PATCH", { status: 423 }],
    ["too many requests", "PATCH", { status: 429, retryAfter: "0" }],
  ])("survives %s", async (_, method, fault) => {
    let left = 2;
    server.fault = (found, number) => {
      // The offset is asked for only after something else has failed.
      if (method === "HEAD" && number === 2) return "cut";
      if (found !== method || left === 0) return undefined;
      left -= 1;
      return fault;
    };
    const job = await jobOf();
    await uploadEnvelope(job);
    expect(left).toBe(0);
    expect(job.waits.length).toBeGreaterThan(0);
    expect(await stored()).toBe(expected);
    expect(server.uploads.size).toBe(1);
  });

  it("begins again if the server has forgotten it", async () => {
    server.fault = (method, number) => {
      if (method === "PATCH" && number === 3) return "cut";
      if (method !== "HEAD") return undefined;
      for (const upload of server.uploads.values()) Object.assign(upload, { metadata: "expired" });
      return { status: 410 };
    };
    const job = await jobOf();
    expect(await uploadEnvelope(job)).toBe(`${endpoint}/2`);
    expect(await stored("2")).toBe(expected);
  });

  it.each<[number, string]>([[401, "signed_out"], [403, "refused"], [409, "refused"], [413, "too_large"], [422, "refused"], [302, "unexpected_answer"]])(
    "ends at status %d with %s",
    async (status, code) => {
      server.fault = () => ({ status });
      await expect(uploadEnvelope(await jobOf())).rejects.toMatchObject({ name: "UploadError", code, status });
      expect(server.requests.length).toBe(1);
    },
  );

  it("gives up after many attempts without progress", async () => {
    server.fault = () => ({ status: 500 });
    const job = await jobOf();
    await expect(uploadEnvelope(job)).rejects.toMatchObject({ code: "line_lost" });
    expect(job.waits).toEqual(Array.from({ length: ATTEMPTS_MAX }, (_, attempt) => attempt + 1));
  });

  it("refuses to go on with the upload of something else", async () => {
    server.uploads.set("1", { length: length + 1, metadata: "", bytes: new Uint8Array(0) });
    const job = { ...(await jobOf()), uploadUrl: `${endpoint}/1` };
    await expect(uploadEnvelope(job)).rejects.toMatchObject({ code: "other_upload" });
  });

  it("sends nothing to another origin", async () => {
    const answer: LineAnswer = { status: 201, header: (name) => (name === "Location" ? "https://elsewhere.example/1" : null) };
    const job = { ...(await jobOf()), send: async () => answer };
    await expect(uploadEnvelope(job)).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  it("pauses, goes on where the server is, and can be cancelled", async () => {
    const control = new UploadSwitch();
    const job = await jobOf(control);
    let pauses = 0;
    const send: SendRequest = (request) => {
      if (request.headers["Upload-Offset"] === `${PART_BYTES}` && pauses === 0) {
        pauses += 1;
        control.pause();
        setTimeout(() => control.resume(), 20);
      }
      return sendByFetch(request);
    };
    await uploadEnvelope({ ...job, send });
    expect(pauses).toBe(1);
    // The aborted part never reached the server; after the pause its offset is asked for.
    expect(server.requests).toEqual(["POST", "PATCH 0", "HEAD", `PATCH ${PART_BYTES}`]);
    expect(job.waits).toEqual([]);
    expect(await stored()).toBe(expected);

    server.uploads.clear();
    const cancelled = new UploadSwitch();
    const second = { ...(await jobOf(cancelled)), onProgress: () => cancelled.cancel() };
    await expect(uploadEnvelope(second)).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("going on in another page", () => {
  it.each([0, 1, 700, PART_BYTES, PART_BYTES + 1, 8_999_999])("sends the rest after %d bytes", async (offset) => {
    server.uploads.set("7", { length, metadata: "", bytes: whole.slice(0, offset) });
    await uploadEnvelope({ ...(await jobOf()), uploadUrl: `${endpoint}/7` });
    expect(await stored("7")).toBe(expected);
    expect(server.requests.slice(0, 2)).toEqual(["HEAD", `PATCH ${offset}`]);
  });

  it("has nothing to send if the server has everything", async () => {
    server.uploads.set("7", { length, metadata: "", bytes: whole });
    await uploadEnvelope({ ...(await jobOf()), uploadUrl: `${endpoint}/7` });
    expect(server.requests).toEqual(["HEAD"]);
  });
});

describe("full jitter", () => {
  it("grows to its cap and is spread below it", () => {
    for (let attempt = 1; attempt < 30; attempt += 1) {
      const delays = Array.from({ length: 200 }, () => fullJitterMs(attempt));
      const bound = Math.min(20_000, 500 * 2 ** attempt);
      expect(Math.max(...delays)).toBeLessThan(bound);
      expect(Math.max(...delays)).toBeGreaterThan(bound / 2);
      expect(Math.min(...delays)).toBeLessThan(bound / 2);
    }
  });
});

interface ObservedJob extends UploadJob {
  readonly envelope: SealedEnvelope;
  readonly kept: string[];
  readonly waits: number[];
  readonly progress: Parameters<UploadJob["onProgress"]>[0][];
}

async function jobOf(control = new UploadSwitch()): Promise<ObservedJob> {
  const [kept, waits, progress]: [string[], number[], ObservedJob["progress"]] = [[], [], []];
  return {
    envelope: await sealEnvelope(input),
    tender: "t-1",
    endpoint,
    uploadUrl: null,
    onKept: async (url) => void kept.push(url),
    onProgress: (found) => void progress.push(found),
    onWaiting: (attempt) => void waits.push(attempt),
    control,
    backoffMs: () => 1,
    kept,
    waits,
    progress,
  };
}

async function stored(id = "1"): Promise<string> {
  return digest(server.uploads.get(id)?.bytes ?? new Uint8Array(0));
}

async function digest(bytes: Bytes): Promise<string> {
  return toHex(await sha256(bytes));
}
