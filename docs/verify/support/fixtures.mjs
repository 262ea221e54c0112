// The fixtures of the tests: what a demo left behind.
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

export const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url))

/** The whole bundle of the demo without its documents; compressed, because it is kept in the repository. */
export const wholeFixture = () => brotliDecompressSync(fixture('whole.tdr.br'))
