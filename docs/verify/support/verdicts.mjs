// What this verifier says of each bundle of a folder, for another verifier to compare: a line of JSON each, in the order of
// their names: `{name, refused: code}` or `{name, failed: [ids]}`. The key and the policy are those of the bundles.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { verifyBundle } from '../lib/check.mjs'

function verdict(bytes) {
  try {
    const { tally } = verifyBundle(bytes, {})
    return { failed: [...new Set(tally.failures.map(({ id }) => id))].sort() }
  } catch (error) {
    if (!error.code) throw error
    return { refused: error.code }
  }
}

const [folder] = process.argv.slice(2)
for (const name of readdirSync(folder).sort()) {
  console.log(JSON.stringify({ name, ...verdict(readFileSync(join(folder, name))) }))
}
