// Reads what `netcmp --format json --output run.json` saved. Usage: node read-a-result.mjs run.json
import { readFileSync } from 'node:fs'
import { parseResult } from 'netcmp'

const file = process.argv[2] ?? 'run.json'
const { config, partial, runs, verdicts } = parseResult(readFileSync(file, 'utf8'), file)

console.log(`${config.transports.join(' and ')}, ${runs.length} runs${partial ? ', cut short' : ''}`)

const real = verdicts.filter(({ outcome }) => outcome === 'a' || outcome === 'b')
for (const { workload, metric, a, b, ratio, difference, ci95, outcome } of real) {
  const winner = outcome === 'a' ? a : b
  const size = ratio === null ? `differs by ${difference}` : `is ${ratio.toFixed(2)} times`
  const interval = ci95.map((end) => end.toPrecision(2)).join(' to ')
  console.log(
    `${workload} ${metric}: ${b.transport} ${size} of ${a.transport} (${interval}): ${winner.transport} is better`,
  )
}
console.log(`${verdicts.length - real.length} other comparisons showed no difference, or could not be made`)
