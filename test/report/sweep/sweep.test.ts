import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RenderOptions } from '../../../src/report/render.ts'
import { horizontalAxis, horizontalScale } from '../../../src/report/sweep/axis.ts'
import { sweepClosing } from '../../../src/report/sweep/closing.ts'
import { renderSweep } from '../../../src/report/sweep/render.ts'
import { widthOf } from '../../../src/report/text.ts'
import type { Metrics } from '../../../src/result/schema.ts'
import type { SweepDocument } from '../../../src/result/sweep-schema.ts'
import { sampleSweep } from './sample-sweep.ts'

// What people see, byte for byte. After a wanted change: npx vitest run test/report -u, and read the difference.

const table = (columns: number): RenderOptions => ({ format: 'table', columns, color: false })
const as = (format: 'csv' | 'markdown'): RenderOptions => ({ format, columns: 80, color: false })

const link = { burstLoss: null, duplicateRatio: 0, corruptRatio: 0, reorderRatio: 0, bitsPerSec: 10e6 }
const way = { ...link, lossRatio: 0, queuePackets: 100, delayNs: 0, jitterNs: 0, drop: [] }

/** Loss and delay in the lab, echo and bulk; of UDP no transfer is whole where packets are lost, and one cell failed. */
function lossy(): SweepDocument {
  const metricsOf = (at: object, transport: string, workload: string): Metrics => {
    const { lossRatio, delayNs } = at as { lossRatio: number; delayNs: number }
    const isTcp = transport === 'tcp'
    const again = isTcp ? lossRatio * 20 : 0
    return workload === 'echo'
      ? {
          rttP50Ns: 100_000 + 2 * delayNs,
          rttP99Ns: (200_000 + 2 * delayNs) * (1 + again),
          lossRatio: isTcp ? 0 : 2 * lossRatio,
        }
      : {
          transferNs: isTcp ? 5e6 * (1 + 10 * again) : lossRatio > 0 ? null : 4e6,
          sentCount: 100,
          receivedCount: 98,
        }
  }
  const document = sampleSweep({
    workloads: ['echo', 'bulk'],
    parameters: [
      { id: 'lossRatio', values: [0, 0.01, 0.02, 0.05] },
      { id: 'delayNs', values: [0, 20e6] },
    ],
    figures: [
      { workload: 'echo', metric: 'rttP99Ns' },
      { workload: 'echo', metric: 'lossRatio' },
      { workload: 'bulk', metric: 'transferNs' },
    ],
    metricsOf,
    failing: ({ lossRatio, delayNs }, transport) =>
      lossRatio === 0.05 && delayNs !== 0 && transport === 'tcp'
        ? 'tcp: no answer from server:7117 within 1 s'
        : undefined,
  })
  return { ...document, link: { maker: 'relay', mtuBytes: 1500, seed: 1, up: way, down: way } }
}

const few = { parameters: [{ id: 'sizeBytes', values: [64, 100] }], blocks: 8 }
const manySizes = { parameters: [{ id: 'sizeBytes', values: [64, 256, 1024, 4096] }] }

const cases: [file: string, document: SweepDocument, options: RenderOptions][] = [
  ['sweep-80.txt', sampleSweep(), table(80)],
  ['sweep-40.txt', sampleSweep(), table(40)],
  ['sweep-color.txt', sampleSweep(), { format: 'table', columns: 80, color: true }],
  ['sweep-lossy.txt', lossy(), table(80)],
  ['sweep-interrupted.txt', sampleSweep({ cutAfter: 40 }), table(80)],
  [
    'sweep-three-transports.txt',
    sampleSweep({ ...manySizes, transports: ['unix', 'tcp', 'udp'] }),
    table(80),
  ],
  ['sweep-one-transport.txt', sampleSweep({ ...manySizes, transports: ['udp'] }), table(80)],
  ['sweep.csv', sampleSweep(few), as('csv')],
  ['sweep.md', lossy(), as('markdown')],
]

it.each(cases)('%s', async (file, document, options) => {
  await expect(renderSweep(document, options)).toMatchFileSnapshot(`../../golden/${file}`)
})

it('colour changes nothing but the colour', () => {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
  for (const columns of [40, 80]) {
    const colored = renderSweep(lossy(), { format: 'table', columns, color: true })
    expect(colored).toMatch(escapes)
    expect(colored.replace(escapes, '')).toBe(renderSweep(lossy(), table(columns)))
  }
})

it('whatever was measured, or was not, can be shown: nothing overflows, throws, or leaks how it is stored', () => {
  const figure = fc.option(
    fc.oneof(fc.constantFrom(0, 1, 1e300, 1e-300), fc.double({ min: 0, max: 1e12, noNaN: true })),
  )
  const grids = fc.record({
    transports: fc.constantFrom(['tcp', 'udp'], ['udp'], ['unix', 'tcp', 'udp']),
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: 65_507 }), { minLength: 1, maxLength: 12 }),
    losses: fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
    rates: fc.constantFrom(['max', 1000], [1000], ['max', 10, 100]),
    figures: fc.array(fc.record({ rttP50Ns: figure, lossRatio: figure, sentCount: figure }), {
      minLength: 1,
    }),
    blocks: fc.constantFrom(1, 3, 8),
    columns: fc.integer({ min: 40, max: 80 }),
    cutAfter: fc.option(fc.nat(200), { nil: undefined }),
  })
  fc.assert(
    fc.property(grids, ({ sizes, losses, rates, figures, columns, cutAfter, ...options }) => {
      let n = 0
      const document = sampleSweep({
        ...options,
        ...(cutAfter === undefined ? {} : { cutAfter }),
        parameters: [
          { id: 'sizeBytes', values: sizes },
          { id: 'lossRatio', values: losses },
          { id: 'ratePerSec', values: rates },
        ],
        figures: ['rttP50Ns', 'lossRatio', 'sentCount'].map((metric) => ({ workload: 'echo', metric })),
        metricsOf: () => figures[n++ % figures.length] ?? {},
      })
      const text = renderSweep(document, table(columns))
      expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object/)
      expect(text.split('\n').filter((line) => widthOf(line) > columns)).toEqual([])
      for (const format of ['csv', 'markdown'] as const) {
        expect(renderSweep(document, as(format))).not.toMatch(/NaN|undefined|null|Infinity|\[object/)
      }
    }),
    { numRuns: 60 },
  )
})

describe('where there is no chart, a line says why', () => {
  const drawn = (document: SweepDocument) => renderSweep(document, table(80)).split('\n')
  const line = (document: SweepDocument) => drawn(document).filter((each) => each.startsWith('no chart'))

  it('two values of each option', () => {
    expect(line(sampleSweep(few))).toEqual([
      'no chart of rttP50Ns (echo): a curve takes an option with three values or more',
    ])
  })

  it('nothing measured, or always the same', () => {
    expect(line(sampleSweep({ ...manySizes, metricsOf: () => ({ rttP50Ns: null }) }))).toEqual([
      'no chart of rttP50Ns (echo) against size: nothing was measured',
    ])
    const figures = [{ workload: 'echo', metric: 'lossRatio' }]
    expect(line(sampleSweep({ ...manySizes, figures, metricsOf: () => ({ lossRatio: 0 }) }))).toEqual([
      'no chart of lossRatio (echo) against size: every value is the same',
    ])
  })

  it('more places of the other options than four: the ends are drawn, and two between', () => {
    const parameters = [
      { id: 'sizeBytes', values: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
      { id: 'lossRatio', values: [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07] },
    ]
    const text = drawn(sampleSweep({ parameters })).join('\n')
    const places = [...text.matchAll(/^rttP50Ns \(echo\) against size, loss (\d) %/gm)].map(
      ([, place]) => place,
    )
    expect(places).toEqual(['0', '2', '5', '7'])
    expect(text).toContain('\n\n4 more charts are left out: the table has their figures\n')
  })
})

it('goodput of payload that its receiver did not read is called so', () => {
  const document = (unreadRatio: number) =>
    sampleSweep({
      ...manySizes,
      workloads: ['bulk'],
      figures: [{ workload: 'bulk', metric: 'goodputBitsPerSec' }],
      metricsOf: (_, transport) => ({
        goodputBitsPerSec: 1e9,
        unreadRatio: transport === 'tcp' ? unreadRatio : 0,
      }),
    })
  const note = 'goodput (TCP): the receiver counts payload, and does not read it: MSG_TRUNC'
  expect(renderSweep(document(1), table(80))).toContain(`\n${note}`)
  expect(renderSweep(document(0), table(80))).not.toContain(note)
})

describe('beneath a plot', () => {
  it('numbers stand where they are; on a logarithmic scale where a linear one hardly tells them apart', () => {
    expect(horizontalScale([0, 1, 2, 5])).toEqual({ positions: [0, 0.2, 0.4, 1], note: '' })
    expect(horizontalScale([1, 100, 200, 300, 400, 500]).note).toBe('')
    const doubling = horizontalScale([1, 2, 4, 8, 16, 32])
    expect(doubling.note).toBe(', log scale')
    expect(doubling.positions.map((each) => Math.round(each * 10))).toEqual([0, 2, 4, 6, 8, 10])
  })

  it('anything else stands evenly', () => {
    expect(horizontalScale(['up', 'down', 'both']).positions).toEqual([0, 0.5, 1])
    expect(horizontalScale([1000, 'max']).positions).toEqual([0, 1])
  })

  it('each value has a mark, and its label where there is room', () => {
    expect(horizontalAxis(3, 21, [0, 2, 10, 20], ['64 B', '1 KiB', '5 KiB', '9 KiB'])).toEqual([
      '   └─┴───────┴─────────┴',
      '  64 B     5 KiB   9 KiB',
    ])
  })
})

describe('the closing sentence', () => {
  it('says of each figure where which side had less, and where nothing was shown', () => {
    expect(sweepClosing(sampleSweep())).toMatch(
      /^UDP’s median round trip was shorter than TCP’s at 4 of 6 sizes \(0\.88x to 0\.90x\); at 2 no difference was shown\.$/,
    )
  })

  it('says nothing that no verdict bears out', () => {
    expect(sweepClosing(sampleSweep({ blocks: 5 }))).toBe(
      'No cell has enough blocks to tell a difference from chance: run it with `--blocks\u00A010`.',
    )
    const same = sampleSweep({ metricsOf: () => ({ rttP50Ns: 50_000 }) })
    const none = {
      ...same,
      cells: same.cells.map((cell) => ({
        ...cell,
        verdicts: cell.verdicts.map((each) => ({ ...each, outcome: 'none' as const })),
      })),
    }
    expect(sweepClosing(none)).toBe(
      'No difference between TCP and UDP in median round trip was shown at any of 6 sizes.',
    )
    expect(sweepClosing(sampleSweep({ transports: ['udp'] }))).toBe('')
  })
})
