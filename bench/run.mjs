/**
 * `npm run bench [-- NAME …] [-- --rounds 9]`: what netcmp's accounting costs, against the same work done bare.
 * Both sides of a ratio are measured in turn in this one run; only ratios of medians are worth quoting.
 */
import { bulk } from './bulk.mjs'
import { pingPong } from './ping-pong.mjs'
import { recording } from './recording.mjs'
import { startup } from './startup.mjs'

const all = { recording, startup, 'ping-pong': pingPong, bulk }
const args = process.argv.slice(2)
const at = args.indexOf('--rounds')
const rounds = at >= 0 ? Number(args.splice(at, 2)[1]) : 9
const names = args.length > 0 ? args : Object.keys(all)

let missed = 0
for (const name of names) {
  const bench = all[name]
  if (bench === undefined) throw new Error(`no bench "${name}" (there are ${Object.keys(all).join(', ')})`)
  for (const { what, value, unit, limit, atMost, detail } of await bench(rounds)) {
    const met = atMost ? value <= limit : value >= limit
    if (!met) missed++
    const bound = `${atMost ? 'at most' : 'at least'} ${limit}${unit}`
    console.log(
      `${met ? 'met   ' : 'MISSED'}  ${what.padEnd(44)} ${value.toFixed(2)}${unit}  (${bound})  ${detail}`,
    )
  }
}
process.exitCode = missed > 0 ? 1 : 0
