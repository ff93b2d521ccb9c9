import { startOwnServer } from '../dist/cli/own-server.js'
import { findTransport } from '../dist/registry.js'
import { farSide, flood } from './bare.mjs'
import { interleaved } from './median.mjs'
import { measured } from './netcmp.mjs'

const MS = 500
const jobs = [
  { proto: 'udp', size: 1472, figure: 'messagesPerSec', what: 'udp: datagrams received, of a bare loop’s' },
  { proto: 'tcp', size: 1 << 20, figure: 'goodputBitsPerSec', what: 'tcp: goodput, of a bare loop’s' },
]

/** What bulk transfer keeps of the same loop without numbers, accounts and sessions. */
export async function bulk(rounds) {
  const server = await startOwnServer([findTransport('udp'), findTransport('tcp')])
  const rows = []
  try {
    for (const { proto, size, figure, what } of jobs) {
      const bare = await farSide(`${proto}-sink`)
      const { a, b } = await interleaved(
        rounds,
        async () => {
          await flood(proto, bare.port, size, MS)
          return bare.perSec()
        },
        async () => {
          const job = { workload: 'bulk', sizeBytes: size, ratePerSec: 'max', durationNs: MS * 1e6 }
          return (await measured(server, proto, job))[figure]
        },
      )
      bare.close()
      rows.push({
        what,
        value: b / a,
        unit: 'x',
        limit: 0.95,
        atMost: false,
        detail: `messages of ${size} B`,
      })
    }
  } finally {
    await server.close()
  }
  return rows
}
