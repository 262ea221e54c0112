// Writing parts of bundles, for tests that change them.
import { u32, u64 } from '../lib/bytes.mjs'
import { parse, write } from '../lib/canonical.mjs'

/** The file `bundle.json` with other fields. */
export const withAbout = (file, changes) => ({ ...file, bytes: Buffer.from(write({ ...parse(file.bytes), ...changes })) })

export function recordBytes({ index, entry, events, body, leaf, proof }) {
  const part = (bytes) => (bytes === null ? u32(0xffffffff) : Buffer.concat([u32(bytes.length), bytes]))
  const count = Buffer.from([0, proof.length])
  return Buffer.concat([u64(index), part(entry), ...(entry === null ? [leaf] : []), part(events), part(body), count, ...proof])
}
