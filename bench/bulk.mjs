import { startOwnServer } from '../dist/cli/own-server.js'
import { findTransport } from '../dist/registry.js'
import { farSide, flood } from './bare.mjs'
import { interleaved, median } from './median.mjs'
import { measured } from './netcmp.mjs'

const MS = 400
const TURNS = 2
const jobs = [
  { proto: 'udp', size: 1472, figure: 'messagesPerSec', what: 'udp: datagrams received, of a bare loop’s' },
  { proto: 'tcp', size: 1 << 20, figure: 'goodputBitsPerSec', what: 'tcp: goodput, of a bare loop’s' },
]

/**
 * What bulk transfer keeps of the same loop without numbers, accounts and sessions. Every round has processes of its own:
 * where one happens to lie in memory changes what it copies per second by far more than is measured here.
 */
export async function bulk(rounds) {
  const rows = []
  for (const { proto, size, figure, what } of jobs) {
    const figures = { a: [], b: [] }
    for (let round = 0; round < rounds; round++) {
      const { a, b } = await oneRound(proto, size, figure)
      figures.a.push(a)
      figures.b.push(b)
    }
    rows.push({
      what,
      value: median(figures.b) / median(figures.a),
      unit: 'x',
      limit: 0.95,
      atMost: false,
      detail: `messages of ${size} B`,
    })
  }
  return rows
}

async function oneRound(proto, size, figure) {
  const job = { workload: 'bulk', sizeBytes: size, ratePerSec: 'max', durationNs: MS * 1e6 }
  const server = await startOwnServer([findTransport(proto)])
  const bare = await farSide(`${proto}-sink`)
  try {
    return await interleaved(
      TURNS,
      async () => {
        await flood(proto, bare.port, size, MS)
        return bare.perSec()
      },
      async () => (await measured(server, proto, job))[figure],
    )
  } finally {
    bare.close()
    await server.close()
  }
}
