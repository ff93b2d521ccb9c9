// Measures an echo over TCP and UDP as against a host of which nothing is known, and keeps the four times of every
// answer beside it. Usage: node stamping-client.mjs ADDRESS; prints { transport: { metrics, stamps } } as JSON.
import { compare, findTransport, hostClock } from 'netcmp'

const REPLY_PROBE = 0x85
const MESSAGES_NS = 200_000_000

const address = process.argv[2]
const stamps = { tcp: [], udp: [] }

/** The same transport, whose answers are looked at as they come. */
function stamping(transport) {
  return {
    ...transport,
    async dial(...where) {
      const endpoint = await transport.dial(...where)
      const onMessage = endpoint.onMessage.bind(endpoint)
      endpoint.onMessage = (handler) =>
        onMessage((bytes, at, messageBytes) => {
          if ((bytes[3] & 0x8f) === REPLY_PROBE) stamps[transport.name].push(timesOf(bytes, at))
          handler(bytes, at, messageBytes)
        })
      return endpoint
    },
  }
}

function timesOf(bytes, at) {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [sentAtNs, farReceivedAtNs, farSentAtNs] = [24, 32, 40].map((offset) =>
    Number(view.getBigUint64(offset)),
  )
  return { forwardNs: farReceivedAtNs - sentAtNs, reverseNs: hostClock.originNs + at - farSentAtNs }
}

const { document } = await compare({
  transports: [findTransport('tcp'), findTransport('udp')].map(stamping),
  target: { name: address, addresses: { tcp: address, udp: address }, sameHost: false },
  workloads: ['echo'],
  sizeBytes: 1000,
  ratePerSec: 1000,
  durationNs: MESSAGES_NS,
  blocks: 1,
  timeoutNs: 5_000_000_000,
})
const runs = document.runs.map(({ transport, metrics }) => [
  transport,
  { metrics, stamps: stamps[transport] },
])
process.stdout.write(JSON.stringify(Object.fromEntries(runs)))
