// The transport contract by itself: listen, dial, send, receive, close. Usage: node echo-over-any-transport.mjs [udp]
import { findTransport, hostClock, plainEcho } from 'netcmp'

const ROUNDS = 100
const LOST_MS = 1000

const transport = findTransport(process.argv[2] ?? 'udp')
const listener = await transport.listen(transport.ephemeral(), {}, plainEcho)
const endpoint = await transport.dial(listener.address, {})

let onAnswer = () => {}
endpoint.onMessage((_bytes, receivedAt) => onAnswer(receivedAt))

const message = new TextEncoder().encode('the same 24 bytes, again')
const rttsNs = []
for (let round = 0; round < ROUNDS; round++) {
  const sentAt = hostClock.now()
  // When the answer came, on the clock that stamped it; undefined where none did.
  const receivedAt = await new Promise((resolve) => {
    const lost = setTimeout(resolve, LOST_MS)
    onAnswer = (at) => {
      clearTimeout(lost)
      resolve(at)
    }
    endpoint.send(message)
  })
  if (receivedAt !== undefined) rttsNs.push(receivedAt - sentAt)
}
await endpoint.close()
await listener.close()

rttsNs.sort((a, b) => a - b)
const medianUs = (rttsNs[Math.floor(rttsNs.length / 2)] ?? Number.NaN) / 1000
console.log(`${transport.name}: ${rttsNs.length} of ${ROUNDS} answered, median ${medianUs.toFixed(1)} us`)
