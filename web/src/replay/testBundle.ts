/**
 * Bundles for tests: a small log with real signatures, proofs and heads, written as `src/replay/bundle` writes it.
 *
 * A test says what happened and what to spoil before the file is put together.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, concat, toBase64, toHex, u16, u32, u64, utf8 } from "@/acts/bytes";
import { type Canonical, type CanonicalObject, writeCanonical } from "@/acts/canonical";
import { RULES } from "@/acts/entry";
import { writeVerifierKey } from "@/acts/note";
import { preAuthentication } from "@/acts/pae";
import { ed25519Spki } from "@/acts/signature";
import { crc32 } from "@/bundle/zip";

/** An act of the tender, in good faith. */
export interface TestAct {
  readonly type: string;
  readonly events: readonly CanonicalObject[];
  /** Signed by the host, or by nobody. */
  readonly by?: "host" | "system";
  readonly changes?: CanonicalObject;
  readonly body?: Bytes;
  readonly tsMs?: number;
  readonly rules?: number;
}

/** A record before it is written: what a test may spoil. */
export interface TestRecord {
  index: number;
  entry: Bytes | undefined;
  leaf?: Bytes;
  events: Bytes;
  body: Bytes | undefined;
  proof: readonly Bytes[];
}

/** A log and what a bundle of it holds. */
export interface TestLog {
  about: { [key: string]: Canonical };
  heads: Bytes;
  readonly centre: TestRecord[];
  readonly tender: TestRecord[];
  readonly files: readonly { readonly name: string; readonly bytes: Bytes }[];
}

/** The tender of every test bundle, its host, and when it began. */
export const TENDER = "00000000-0000-4000-8000-000000000001";
export const HOST = "00000000-0000-4000-8000-000000000002";
const REGISTRAR = "00000000-0000-4000-8000-000000000003";
const ORG = "00000000-0000-4000-8000-000000000004";
const ORIGIN = "test/tlog/1";
export const START_MS = 1_800_000_000_000;

const secret = (name: string): Bytes => hash(utf8(name));
const SECRETS = { log: secret("log"), witness: secret("witness"), registrar: secret("registrar"), host: secret("host") };

/** A log with a register of two people and these acts of the tender. */
export function makeLog(acts: readonly TestAct[]): TestLog {
  const writer = new LogWriter();
  const registrarKey = spkiOf("registrar");
  const person = (id: string, role: string): CanonicalObject => ({ kind: "person_registered", name: role, org: ORG, person: id, roles: [role] });
  const certified = (id: string, spki: Bytes): CanonicalObject => ({
    kind: "key_certified", endorsed_by: null, key: { alg: 1, device: "test", person: id, spki: toBase64(spki) }, key_id: toHex(hash(spki)),
  });
  writer.add("centre", { type: "FoundCentre", events: [person(REGISTRAR, "registrar"), certified(REGISTRAR, registrarKey)] }, "system");
  writer.add("centre", { type: "RegisterPerson", events: [person(HOST, "host")] }, "registrar");
  writer.add("centre", { type: "CertifyKey", events: [certified(HOST, spkiOf("host"))] }, "registrar");
  for (const act of acts) writer.add(TENDER, act, act.by ?? "host");
  return writer.finish();
}

/** The bytes of a bundle. */
export function writeBundle({ about, heads, centre, tender, files }: TestLog): Bytes {
  return writeZip([
    { name: "bundle.json", bytes: writeCanonical(about) }, { name: "heads.chain", bytes: heads, isLong: true },
    { name: "centre.entries", bytes: concat(...centre.map(writeRecord)), isLong: true }, { name: "tender.entries", bytes: concat(...tender.map(writeRecord)), isLong: true },
    ...files,
  ]);
}

/** A record as it is written. */
function writeRecord({ index, entry, leaf, events, body, proof }: TestRecord): Bytes {
  const part = (bytes: Bytes | undefined) => (bytes ? concat(u32(bytes.length), bytes) : u32(0xffff_ffff));
  const shown = entry ? concat(part(entry), part(events)) : concat(part(undefined), leaf ?? new Uint8Array(32), part(undefined));
  return concat(u64(BigInt(index)), shown, part(body), u16(proof.length), ...proof);
}

/** A file of a test's zip. */
export interface TestFile {
  readonly name: string;
  readonly bytes: Bytes;
  /** With the field of 64-bit lengths. */
  readonly isLong?: boolean;
  readonly method?: number;
}

/** A zip of stored files, as the writer in Rust lays it out. */
export function writeZip(files: readonly TestFile[]): Bytes {
  const parts: Bytes[] = [];
  const list: Bytes[] = [];
  let at = 0;
  for (const { name, bytes, isLong = false, method = 0 } of files) {
    const long = isLong ? concat(le(1, 2), le(16, 2), le(bytes.length, 8), le(bytes.length, 8)) : new Uint8Array(0);
    const size = isLong ? le(0xffff_ffff, 4) : le(bytes.length, 4);
    const shared = concat(le(isLong ? 45 : 10, 2), le(0, 2), le(method, 2), le(0, 2), le(33, 2), le(crc32(bytes), 4), size, size, le(name.length, 2), le(long.length, 2));
    const header = concat(le(0x0403_4b50, 4), shared, utf8(name), long);
    list.push(concat(le(0x0201_4b50, 4), le(45, 2), shared, le(0, 2), le(0, 2), le(0, 2), le(0, 4), le(at, 4), utf8(name), long));
    parts.push(header, bytes);
    at += header.length + bytes.length;
  }
  const directory = concat(...list);
  return concat(...parts, directory, le(0x0605_4b50, 4), le(0, 4), le(files.length, 2), le(files.length, 2), le(directory.length, 4), le(at, 4), le(0, 2));
}

class LogWriter {
  private readonly leaves: Bytes[] = [];
  private readonly records: { stream: string; record: TestRecord }[] = [];
  private readonly last = new Map<string, { readonly count: number; readonly leaf: Bytes }>();

  add(stream: string, act: TestAct, by: "system" | "registrar" | "host"): void {
    const index = this.leaves.length;
    const before = this.last.get(stream);
    const events = writeCanonical(act.events);
    const actor = by === "system" ? "system" : by === "host" ? HOST : REGISTRAR;
    const isDetached = act.body !== undefined;
    const payload = writeCanonical({
      actor, body: isDetached ? null : {}, body_sha256: act.body ? toHex(hash(act.body)) : null, client_time: START_MS, lot: null, nonce: index.toString(16).padStart(32, "0"), origin: ORIGIN,
      prev: null, role: by, seen: null, tender: stream === TENDER ? TENDER : null, type: act.type, v: 1, ...act.changes,
    });
    const head = writeCanonical({
      outcome: toHex(hash(events)), rules: act.rules ?? RULES, sprev: before ? toHex(before.leaf) : null, sseq: before?.count ?? 0, stream, ts: act.tsMs ?? START_MS + index * 1000,
    });
    const [keyId, signature] = by === "system" ? [new Uint8Array(32), new Uint8Array(0)] : [hash(spkiOf(by)), new Uint8Array(ed25519.sign(preAuthentication(payload), SECRETS[by]))];
    const entry = concat(utf8("TLE1"), Uint8Array.of(by === "system" ? 0 : 1, 0), keyId, u16(signature.length), signature, u16(head.length), head, u16(payload.length), payload);
    const leaf = hash(Uint8Array.of(0), entry);
    this.leaves.push(leaf);
    this.last.set(stream, { count: (before?.count ?? 0) + 1, leaf });
    this.records.push({ stream, record: { index, entry, events, body: act.body, proof: [] } });
  }

  finish(): TestLog {
    const tree = new Tree(this.leaves);
    for (const { record } of this.records) record.proof = tree.inclusion(record.index);
    const of = (stream: string) => this.records.filter((one) => one.stream === stream).map(({ record }) => record);
    const [centre, tender, size] = [of("centre"), of(TENDER), this.leaves.length];
    const text = `${ORIGIN}\n${size}\n${toBase64(tree.root())}\n`;
    const keys = { log: verifier("log", ORIGIN, 1), witness: verifier("witness", "w", 4) };
    const time = 1_800_000_001n;
    const cosigned = concat(u64(time), new Uint8Array(ed25519.sign(utf8(`cosignature/v1\ntime ${time}\n${text}`), SECRETS.witness)));
    const line = ({ name, hash: id }: { name: string; hash: Bytes }, signature: Uint8Array) => `— ${name} ${toBase64(concat(id, signature))}\n`;
    const [log_vkey, witness] = [writeVerifierKey(keys.log), writeVerifierKey(keys.witness)];
    const about = {
      centre_entries: centre.length, tender_entries: tender.length, head: `${text}\n${line(keys.log, ed25519.sign(utf8(text), SECRETS.log))}${line(keys.witness, cosigned)}`, log_vkey,
      origin: ORIGIN, policy: `log ${log_vkey}\nwitness w1 ${witness}\ngroup all 1 w1\nquorum all\n`, rules: RULES, scope: "supervisor", tender: TENDER, v: 2, witness_vkeys: [witness],
    };
    const document = utf8("a document");
    return { about, heads: writeSteps(tree, [size]), centre, tender, files: [{ name: `cores/${"0".repeat(32)}`, bytes: utf8("a core") }, { name: `files/${toHex(hash(document))}`, bytes: document }] };
  }
}

/** The steps by which the log grew to these sizes. */
export function writeSteps(tree: Pick<Tree, "subtree">, sizes: readonly number[]): Bytes {
  const steps: Bytes[] = [];
  let at = 0;
  for (const size of sizes) {
    steps.push(u64(BigInt(size)));
    while (at < size) {
      let level = 0;
      while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= size) level += 1;
      steps.push(tree.subtree(level, at / 2 ** level));
      at += 2 ** level;
    }
  }
  return concat(...steps);
}

/** RFC 6962, with every level kept: proofs of a large log are wanted too. */
export class Tree {
  private readonly levels: Bytes[][];

  constructor(leaves: readonly Bytes[]) {
    this.levels = [[...leaves]];
    for (let row = this.levels[0] as Bytes[]; row.length > 1; ) {
      const below = row;
      row = Array.from({ length: Math.ceil(below.length / 2) }, (_, at) => {
        const [left, right] = [below[2 * at] as Bytes, below[2 * at + 1]];
        return right ? hash(Uint8Array.of(1), left, right) : left;
      });
      this.levels.push(row);
    }
  }

  root(): Bytes {
    return this.levels.at(-1)?.[0] as Bytes;
  }

  subtree(level: number, place: number): Bytes {
    return this.levels[level]?.[place] as Bytes;
  }

  inclusion(index: number): readonly Bytes[] {
    return this.levels.flatMap((row, level) => row[Math.floor(index / 2 ** level) ^ 1] ?? []);
  }
}

function verifier(of: keyof typeof SECRETS, name: string, type: 1 | 4) {
  const publicKey = new Uint8Array(ed25519.getPublicKey(SECRETS[of]));
  return { name, type, hash: hash(utf8(`${name}\n`), Uint8Array.of(type), publicKey).slice(0, 4), publicKey };
}

function spkiOf(of: keyof typeof SECRETS): Bytes {
  return ed25519Spki(ed25519.getPublicKey(SECRETS[of]));
}

function hash(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(sha256(concat(...parts)));
}

function le(value: number, length: 2 | 4 | 8): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes.slice(0, length);
}
