// Writes the files that are made from the code, after the build. `--check` writes nothing and exits 1 where one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resultJsonSchema, sweepJsonSchema, traceJsonSchema } from './generate/json-schema.mjs'
import { metricsPage } from './generate/metrics-page.mjs'

/** Each part: a file of the repository, and what makes its whole text from dist/. Add a line for another. */
const parts = [
  { file: 'schema/result-1.json', make: resultJsonSchema },
  { file: 'schema/sweep-1.json', make: sweepJsonSchema },
  { file: 'schema/trace-1.json', make: traceJsonSchema },
  { file: 'docs/metrics.md', make: metricsPage },
]

const root = new URL('../', import.meta.url)
const isCheck = process.argv.includes('--check')

for (const { file, make } of parts) {
  const at = new URL(file, root)
  const wanted = await make(new URL('dist/', root))
  const found = existsSync(at) ? readFileSync(at, 'utf8') : undefined
  if (found === wanted) continue
  if (isCheck) {
    console.error(`${file}: stale (npm run build writes it again)`)
    process.exitCode = 1
  } else {
    writeFileSync(at, wanted)
    console.log(`${file}: written`)
  }
}
