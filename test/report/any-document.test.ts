import fc from 'fast-check'
import { expect, it } from 'vitest'
import { metrics as catalogue } from '../../src/measure/metrics.ts'
import { formats, render } from '../../src/report/render.ts'
import { printable, widthOf } from '../../src/report/text.ts'
import { parseResult } from '../../src/result/read.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { writeResult } from '../../src/result/write.ts'
import { sampleResult } from './sample-result.ts'

// Any document that can be read can be shown: nothing overflows, throws, or leaks how a missing value is stored.

const leak = /NaN|undefined|null|Infinity|\[object/
const isClean = (text: string) => !leak.test(text)

const text = fc.string({ unit: 'binary', maxLength: 300 }).filter((each) => isClean(printable(each)))
const name = fc.oneof(
  fc.constantFrom('tcp', 'udp', 'unix', 'constructor', 'toString'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }).filter(isClean),
)
const figure = fc.oneof(
  fc.constantFrom(0, 1, 1e-300, 1e300, Number.MAX_VALUE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 1, max: 1e12, noNaN: true }),
)
const maybe = fc.option(figure, { freq: 4 })
const count = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeNat())
const values: fc.Arbitrary<Metrics> = fc
  .record(Object.fromEntries(catalogue.map(({ id }) => [id, maybe])), { requiredKeys: [] })
  .map((each) => ({ ...each }) as Metrics)

const anyDocument: fc.Arbitrary<ResultDocument> = fc
  .record({
    transports: fc.array(name, { minLength: 1, maxLength: 4 }),
    workloads: fc.uniqueArray(fc.oneof(fc.constantFrom('echo', 'connect', 'bulk', 'chat'), name), {
      maxLength: 5,
    }),
  })
  .chain(({ transports, workloads }) => {
    const pairs = workloads.flatMap((workload) => transports.map((transport) => ({ workload, transport })))
    const each = <T>(make: (pair: { workload: string; transport: string }) => fc.Arbitrary<T>) =>
      fc
        .tuple(...pairs.map((pair) => fc.option(make(pair), { freq: 5 })))
        .map((all) => all.filter((one) => one !== null))
    const sample = sampleResult({ workloads: [] })
    return fc.record<ResultDocument>({
      schema: fc.constant('netcmp.result/1'),
      partial: fc.boolean(),
      tool: fc.record({
        name: fc.constant('netcmp'),
        version: name,
        startedAt: fc.constantFrom('2026-11-21T08:15:42.000Z', '2026-02-31T08:15:42Z'),
        durationNs: count,
        command: fc.option(fc.array(text, { maxLength: 3 })),
      }),
      host: fc.record({ platform: name, release: text, arch: name, cpu: text, cores: count, node: text }),
      clock: fc.constant(sample.clock),
      config: fc.record({
        target: text,
        addresses: fc.constant(
          Object.fromEntries(transports.map((transport, port) => [transport, `[::1]:${port}`])),
        ),
        transports: fc.constant(transports),
        workloads: fc.constant(workloads),
        sizeBytes: count,
        bulkSizeBytes: fc.dictionary(name, count, { maxKeys: 3 }),
        ratePerSec: fc.oneof(fc.constant('max' as const), fc.double({ min: 1e-9, max: 1e12, noNaN: true })),
        bulkRatePerSec: fc.oneof(
          fc.constant('max' as const),
          fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
        ),
        durationNs: count,
        blocks: count,
        seed: count,
        timeoutNs: count,
        members: count,
        streams: count,
        direction: fc.constantFrom('up', 'down', 'both'),
        nagle: fc.boolean(),
        family: fc.constantFrom(0, 4, 6),
      }),
      runs: each((pair) =>
        fc.record({
          transport: fc.constant(pair.transport),
          workload: fc.constant(pair.workload),
          block: fc.integer({ min: 0, max: 2 }),
          engine: name,
          metrics: values,
          error: fc.option(text),
        }),
      ),
      summary: each((pair) =>
        fc.record({
          transport: fc.constant(pair.transport),
          workload: fc.constant(pair.workload),
          engine: name,
          blocks: count,
          metrics: values,
          curve: fc.option(fc.array(figure.map(Math.abs), { maxLength: 120 })),
        }),
      ),
      verdicts: fc
        .tuple(
          ...pairs.map(({ workload, transport }) =>
            fc.array(
              fc.record({
                workload: fc.constant(workload),
                metric: fc.constantFrom(...catalogue.map(({ id }) => id)),
                better: fc.constantFrom('lower' as const, 'higher' as const),
                a: fc.record({ transport: fc.constant(transports[0] ?? ''), value: maybe }),
                b: fc.record({ transport: fc.constant(transport), value: maybe }),
                ratio: fc.option(figure.map((ratio) => Math.abs(ratio) || 1)),
                difference: maybe,
                ci95: fc.option(fc.tuple(figure, figure)),
                pairs: count,
                outcome: fc.constantFrom('a' as const, 'b' as const, 'none' as const, 'unknown' as const),
                reason: fc.option(text),
              }),
              { maxLength: 30 },
            ),
          ),
        )
        .map((lists) => lists.flat()),
      warnings: fc.array(fc.record({ code: name, text }), { maxLength: 3 }),
    })
  })

it('is shown within the width, in every format', () => {
  fc.assert(
    fc.property(anyDocument, fc.integer({ min: 40, max: 100 }), (document, columns) => {
      const read = parseResult(writeResult(document), 'any.json')
      for (const format of formats) {
        const shown = render(read, { format, columns, color: false })
        expect(shown.endsWith('\n')).toBe(true)
        if (format === 'json') continue
        expect(shown).not.toMatch(leak)
        expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
        if (format !== 'table') continue
        for (const line of shown.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(Math.min(80, columns))
      }
    }),
    { seed: 20_261_121, numRuns: 400 },
  )
}, 60_000)
