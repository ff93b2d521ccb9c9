import { startOwnServer } from '../dist/cli/own-server.js'
import { findTransport } from '../dist/registry.js'
import { farSide, flood } from './bare.mjs'
import { interleaved, median } from './median.mjs'
import { measured } from './netcmp.mjs'

const MS = 200
const REST_MS = 100
const FAR_SIDES = 9
// glibc gives memory back when the top of its heap is free; node's buffers of 64 KiB for every datagram make a process do
// that for each of them or never, by where its heap happens to end. Off at both far sides, whose programs inherit this.
process.env.MALLOC_TRIM_THRESHOLD_ = String(256 << 20)
process.env.MALLOC_TOP_PAD_ = String(16 << 20)

const rest = () => new Promise((resolve) => setTimeout(resolve, REST_MS))

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
    while (pairs.length < FAR_SIDES) pairs.push(await againstOne(Math.ceil(rounds / 2), proto, size, figure))
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
        await rest()
        await flood(proto, bare.port, size, MS)
        return bare.perSec()
      },
      async () => {
        await rest()
        return (await measured(server, proto, job))[figure]
      },
    )
  } finally {
    bare.close()
    await server.close()
  }
}
