// What this verifier says of each payload, for another verifier to compare: a line of hexadecimal digits each on the way
// in, a line each on the way out: `ok`, or the code that it is refused with.
import { readFileSync } from 'node:fs'
import { readPayload } from '../lib/entry.mjs'

/** An entry of a person with this payload; whose signature it carries is not looked at here. */
const entryOf = (payloadBytes) => ({ alg: 1, keyId: '11'.repeat(32), sig: Buffer.alloc(64), payloadBytes })

function verdict(bytes) {
  try {
    readPayload(entryOf(bytes))
    return 'ok'
  } catch (error) {
    if (!error.code) throw error
    return error.code
  }
}

const lines = readFileSync(0, 'utf8').split('\n').slice(0, -1)
console.log(lines.map((line) => verdict(Buffer.from(line, 'hex'))).join('\n'))
