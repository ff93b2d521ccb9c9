import { startOwnServer } from '../dist/cli/own-server.js'
import { findTransport } from '../dist/registry.js'
import { pingPong as barePingPong, farSide } from './bare.mjs'
import { interleaved } from './median.mjs'
import { measured } from './netcmp.mjs'

const SIZE = 64
const MS = 150

/** What one echoed message costs, over a bare ping-pong of the same size. */
export async function pingPong(rounds) {
  const server = await startOwnServer([findTransport('udp'), findTransport('tcp')])
  const rows = []
  try {
    for (const proto of ['udp', 'tcp']) {
      const bare = await farSide(`${proto}-echo`)
      const { a, b } = await interleaved(
        rounds * 3,
        () => barePingPong(proto, bare.port, SIZE, MS),
        async () => {
          const job = { workload: 'echo', sizeBytes: SIZE, ratePerSec: 'max', durationNs: MS * 1e6 }
          return (await measured(server, proto, job)).receivedCount / (MS / 1e3)
        },
      )
      bare.close()
      rows.push({
        what: `${proto}: one echoed message over a bare one`,
        value: a / b,
        unit: 'x',
        limit: 1.15,
        atMost: true,
        detail: `${SIZE} B, one outstanding`,
      })
    }
  } finally {
    await server.close()
  }
  return rows
}
