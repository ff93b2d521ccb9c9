import { expect, it } from 'vitest'
import { verdictsOf } from '../../src/compare/verdicts.ts'
import { type RenderOptions, render } from '../../src/report/render.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { labResult } from './lab-sample.ts'
import { sampleResult } from './sample-result.ts'

// What people see, byte for byte. After a wanted change: npx vitest run test/report -u, and read the difference.

const table = (columns: number): RenderOptions => ({ format: 'table', columns, color: false })

/** As it comes from a network: one workload failed, the tool was late, someone pressed Ctrl-C. */
function interrupted(): ResultDocument {
  const error = 'udp: no answer from 192.0.2.7:7117 within 1 s'
  const document = sampleResult({ cutAfter: 61, failing: { transport: 'udp', workload: 'chat', error } })
  const warning =
    'udp: 1 % of the messages left 4.2 ms late or more: the tool may explain delay (try a lower --rate)'
  return {
    ...document,
    config: {
      ...document.config,
      target: 'lab1',
      addresses: { tcp: '192.0.2.7:7117', udp: '192.0.2.7:7117' },
    },
    warnings: [{ code: 'SENT_LATE', text: warning }],
  }
}

/** Loss, a scale that only logarithms hold, one failed block, and too few answers for a 99 % in each block. */
function rough(): ResultDocument {
  const document = sampleResult({ udpLossRatio: 0.03, messages: 90 })
  const runs = document.runs.map((run, index) => {
    return index === 20 ? { ...run, metrics: {}, error: 'tcp: the far side broke the connection' } : run
  })
  const summary = document.summary.map((each) => {
    const curve = each.curve?.map((ns, index) => (index > 90 ? ns * 40 : ns)) ?? null
    return each.transport === 'udp' ? { ...each, curve } : each
  })
  return { ...document, runs, summary }
}

/** From a lab, where a dial over TCP takes a round trip of the link and one over UDP none: the columns are closer together. */
function lab(): ResultDocument {
  const document = sampleResult({ udpLossRatio: 0.04, workloads: ['echo', 'connect'], tcpDialNs: 2e6 })
  const way = {
    ...{ lossRatio: 0.02, burstLoss: null, duplicateRatio: 0, corruptRatio: 0, reorderRatio: 0 },
    ...{ bitsPerSec: 10e6, queuePackets: 50, delayNs: 20e6, jitterNs: 5e6 },
  }
  const down = { ...way, burstLoss: { p: 0.01, r: 0.3 }, bitsPerSec: null }
  const [up, mtuBytes] = [
    {
      ...way,
      drop: [
        [5, 5],
        [17, 20],
      ] as [number, number][],
    },
    1400,
  ]
  return { ...document, link: { maker: 'relay', mtuBytes, seed: 1, up, down: { ...down, drop: [] } } }
}

/** A protocol alone in a lab, of which nothing but echo was run: no label is as long as some titles. */
function alone(transport: string): ResultDocument {
  const document = labResult(['echo'])
  const only = (each: { transport: string }) => each.transport === transport
  const config = { ...document.config, transports: [transport], workloads: ['echo'] }
  const [runs, summary] = [document.runs.filter(only), document.summary.filter(only)]
  return { ...document, config, runs, summary, verdicts: [] }
}

/** Short runs: 1 MiB at a time too few arrived over TCP for a 99 %, and of echo over UDP too few in each block. */
function short(): ResultDocument {
  const document = labResult(['echo', 'bulk'])
  const runs = document.runs.map((run) =>
    run.transport === 'udp' && run.workload === 'echo'
      ? { ...run, metrics: { ...run.metrics, rttP99Ns: null, receivedCount: 97 } }
      : run,
  )
  const summary = document.summary.map((each) =>
    each.transport === 'tcp' && each.workload === 'bulk'
      ? { ...each, metrics: { ...each.metrics, holBlockedP99Ns: null, receivedCount: 63 } }
      : each,
  )
  return { ...document, runs, summary, verdicts: verdictsOf(document.config.transports, runs, summary) }
}

const cases: [file: string, document: ResultDocument, options: RenderOptions][] = [
  ['table-80.txt', sampleResult(), table(80)],
  ['table-60.txt', sampleResult(), table(60)],
  ['table-40.txt', sampleResult(), table(40)],
  ['table-one-transport.txt', sampleResult({ transports: ['udp'] }), table(80)],
  ['table-three-transports.txt', sampleResult({ transports: ['unix', 'tcp', 'udp'] }), table(80)],
  ['table-interrupted.txt', interrupted(), table(80)],
  ['table-rough.txt', rough(), table(80)],
  ['table-few-blocks.txt', sampleResult({ blocks: 5, workloads: ['connect', 'chat'] }), table(80)],
  ['table-nothing.txt', sampleResult({ blocks: 1 }), table(80)],
  ['table-close.txt', lab(), table(80)],
  ['table-color.txt', sampleResult({ workloads: ['echo'] }), { format: 'table', columns: 80, color: true }],
  ['table-wire-80.txt', labResult(), table(80)],
  ['table-wire-40.txt', labResult(), table(40)],
  ['table-wire-tcp-80.txt', alone('tcp'), table(80)],
  ['table-wire-tcp-40.txt', alone('tcp'), table(40)],
  ['table-wire-udp.txt', alone('udp'), table(80)],
  ['table-wire-short.txt', short(), table(80)],
  ['page.md', interrupted(), { format: 'markdown', columns: 80, color: false }],
  [
    'runs.csv',
    sampleResult({ blocks: 2, workloads: ['connect'] }),
    { format: 'csv', columns: 80, color: false },
  ],
]

it.each(cases)('%s', async (file, document, options) => {
  await expect(render(document, options)).toMatchFileSnapshot(`../golden/${file}`)
})

it('a terminal wider than 80 columns gets no wider page', () => {
  expect(render(sampleResult(), table(200))).toBe(render(sampleResult(), table(80)))
})

it('colour changes nothing but the colour', () => {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
  for (const columns of [40, 60, 80]) {
    const colored = render(rough(), { format: 'table', columns, color: true })
    expect(colored).toMatch(escapes)
    expect(colored.replace(escapes, '')).toBe(render(rough(), table(columns)))
  }
})
