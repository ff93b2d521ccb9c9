import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { interleaved } from './median.mjs'

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

/** ms of a whole process. */
function timed(...args) {
  const began = process.hrtime.bigint()
  spawnSync(process.execPath, args, { stdio: 'ignore' })
  return Number(process.hrtime.bigint() - began) / 1e6
}

export async function startup(rounds) {
  const { a, b } = await interleaved(
    rounds * 2,
    () => timed('-e', '0'),
    () => timed(bin, '--help'),
  )
  return [
    {
      what: 'netcmp --help over node -e 0',
      value: b - a,
      unit: ' ms',
      limit: 60,
      atMost: true,
      detail: `${(b / a).toFixed(2)} of it`,
    },
  ]
}
