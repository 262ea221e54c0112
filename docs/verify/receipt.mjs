#!/usr/bin/env node
// Checks a receipt, alone and offline: node receipt.mjs receipt.txt --log-key <vkey> [--witness <vkey>]… [--rotation <receipt>]…
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readCheckpoint, readLogKey, readWitnessKey } from './lib/note.mjs'
import { readReceipt, verifyReceipt } from './lib/receipt.mjs'
import { keyAt, provenKeys } from './lib/succession.mjs'

const USAGE = '用法 usage: node receipt.mjs receipt.txt --log-key <vkey> [--witness <vkey>]… [--rotation <receipt>]…'

const moment = (ms) => new Date(Number(ms)).toISOString()

function run(path, logKey, witnesses, rotations) {
  const { receipt, entry, payload, head, cosigned } = verified(path, logKey, witnesses, rotations)
  say('✓', '回执成立', 'the receipt holds')
  say('✓', `检查点由日志密钥 ${head.origin} 签名`, `the checkpoint is signed by the key of ${head.origin}`)
  for (const { name, time } of cosigned) {
    say('✓', `见证 ${name} 于 ${moment(time * 1000n)} 联署`, `cosigned by that witness at that time`)
  }
  if (cosigned.length === 0) say('–', '未要求任何见证', 'no witness was asked for (--witness)')
  say('✓', `第 ${receipt.index} 条在 ${head.size} 条之树下`, `entry ${receipt.index} stands in the tree of ${head.size}`)
  say('✓', '条目与行为格式严格，属于本日志', 'entry and act have exactly their form and are of this log')
  say('–', `签名密钥 ${entry.keyId} 不在回执中，未验行为签名`, 'the signer’s key is not in a receipt: the act’s own signature is not checked here')
  const { type, actor, tender, lot, body } = payload
  console.log(`  ${type} · ${moment(entry.head.ts)} · 行为人 actor ${actor}`)
  console.log(`  项目 tender ${tender ?? '–'} · 标段 lot ${lot ?? '–'}`)
  for (const line of body?.manifest ?? []) {
    const { envelope, core_sha256, root, total_len } = line
    console.log(`  信封 envelope ${envelope}: core ${core_sha256}, root ${root}, ${total_len} bytes`)
  }
}

function verified(path, logKey, witnesses, rotations) {
  const keys = witnesses.map(readWitnessKey)
  const receipt = readReceipt(readFileSync(path))
  const verify = (each, log) => verifyReceipt(each, keyAt(log, readCheckpoint(each.note.text).size), keys, keys.length)
  const log = provenKeys(readLogKey(logKey), rotations.map((rotation) => readReceipt(readFileSync(rotation))), verify)
  return { receipt, ...verify(receipt, log) }
}

function say(mark, zh, en) {
  console.log(`${mark} ${zh} / ${en}`)
}

try {
  const several = { type: 'string', multiple: true, default: [] }
  const options = { 'log-key': { type: 'string' }, witness: several, rotation: several }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (positionals.length !== 1 || !values['log-key']) throw new Error(USAGE)
  run(positionals[0], values['log-key'], values.witness, values.rotation)
} catch (error) {
  say('✗', '回执不成立', `not a valid receipt: ${error.message}`)
  process.exitCode = 1
}
