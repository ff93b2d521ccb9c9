import { startOwnServer } from '../dist/cli/own-server.js'
import { findTransport } from '../dist/registry.js'
import { farSide, flood } from './bare.mjs'
import { interleaved, median } from './median.mjs'
import { measured } from './netcmp.mjs'

const MS = 400
const FAR_SIDES = 5
const jobs = [
  { proto: 'udp', size: 1472, figure: 'messagesPerSec', what: 'udp: datagrams received, of a bare loop’s' },
  { proto: 'tcp', size: 1 << 20, figure: 'goodputBitsPerSec', what: 'tcp: goodput, of a bare loop’s' },
]

/**
 * What bulk transfer keeps of the same loop without numbers, accounts and sessions. Several far sides in turn: where a
 * process happens to lie in memory changes what it copies per second by more than is measured here.
 */
export async function bulk(rounds) {
  const rows = []
  for (const { proto, size, figure, what } of jobs) {
    const pairs = []
    while (pairs.length < FAR_SIDES) pairs.push(await againstOne(rounds, proto, size, figure))
    rows.push({
      what,
      value: median(pairs.map(({ b }) => b)) / median(pairs.map(({ a }) => a)),
      unit: 'x',
      limit: 0.95,
      atMost: false,
      detail: `messages of ${size} B`,
    })
  }
  return rows
}

async function againstOne(rounds, proto, size, figure) {
  const job = { workload: 'bulk', sizeBytes: size, ratePerSec: 'max', durationNs: MS * 1e6 }
  const server = await startOwnServer([findTransport(proto)])
  const bare = await farSide(`${proto}-sink`)
  try {
    return await interleaved(
      rounds,
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
