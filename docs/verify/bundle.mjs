#!/usr/bin/env node
// Checks an evidence bundle offline: node bundle.mjs evidence.tdr --log-key <vkey> [--policy file] [--json]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { verifyBundle } from './lib/check.mjs'
import { readLogKey, readPolicy } from './lib/note.mjs'

const USAGE = '用法 usage: node bundle.mjs evidence.tdr --log-key <vkey> [--policy file] [--json]'

function run() {
  const options = { 'log-key': { type: 'string' }, policy: { type: 'string' }, json: { type: 'boolean' } }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (positionals.length !== 1) throw new Error(USAGE)
  const trust = {
    logKey: values['log-key'] && readLogKey(values['log-key']),
    policy: values.policy && readPolicy(readFileSync(values.policy, 'utf8')),
  }
  const report = verifyBundle(readFileSync(positionals[0]), trust)
  console.log(values.json ? JSON.stringify(report.tally.toJson()) : textOf(report))
  return report.tally.hasFailed ? 1 : 0
}

function textOf({ about, tally, size, entries, world, notCarried }) {
  const lines = [`${about.tender} ${world?.tender.terms?.title.zh ?? ''}`, `${about.origin} · ${entries} / ${size ?? '?'} 条 entries · ${about.scope}`]
  for (const [id, lot] of world?.tender.lots ?? []) lines.push(...linesOfLot(id, lot, world.centre))
  if (notCarried?.length > 0) lines.push(`未随附的文件 / documents not carried: ${notCarried.length}`, ...notCarried.map((digest) => `    ${digest}`))
  return [...lines, tally.toText()].join('\n')
}

function linesOfLot(id, lot, centre) {
  const ranking = lot.review.ranking.map(({ bid, rank, total }) => `    ${rank ?? '–'}. ${bid} ${(total / 100).toFixed(2)} 分 points`)
  const winner = centre.organisations.get(lot.bids.get(lot.awarded)?.org)
  return [`标段 lot ${id}: ${lot.stage}, 投标 bids ${lot.bids.size}`, ...ranking, ...(winner ? [`    中标 awarded: ${winner.name}`] : [])]
}

try {
  process.exitCode = run()
} catch (error) {
  console.log(`✗ 不是可核验的证据包 / not a bundle that can be verified: ${error.message}`)
  process.exitCode = 1
}
