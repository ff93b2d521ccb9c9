/**
 * Servers and clients of the native engine in one process, again and again: `node --expose-gc cycling.mjs`. Prints how many
 * descriptors are open and how much memory is resident, after some cycles and after many more, and ends by itself.
 */
import { readdirSync } from 'node:fs'
import { run } from '../../dist/drive/run.js'
import { nativeClock, sharedLoop } from '../../dist/native/shared-loop.js'
import { findTransport } from '../../dist/registry.js'
import { SessionServer } from '../../dist/service/session-server.js'

const socket = { engine: 'native' }
const clock = nativeClock(await sharedLoop())
const job = {
  workload: 'echo',
  sizeBytes: 64,
  ratePerSec: 'max',
  durationNs: 1e6,
  timeoutNs: 5e9,
  members: 2,
  streams: 1,
  direction: 'up',
  sameClock: false,
  originNs: clock.originNs,
}

async function cycle(name) {
  const transport = findTransport(name)
  const server = new SessionServer(clock, 'cycling')
  const listener = await transport.listen('127.0.0.1:0', { clock, socket }, server.serve(transport.traits))
  const { error } = await run({
    transport,
    target: listener.address,
    job,
    clock,
    socket,
    family: 0,
    nagle: false,
  })
  server.close()
  await listener.close()
  if (error) throw error
}

/** The least of some turns: a connection may still be closing. */
async function descriptors() {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 200; turn++) {
    least = Math.min(least, readdirSync('/proc/self/fd').length)
    await new Promise(setImmediate)
  }
  return least
}

async function cycles(count) {
  for (let n = 0; n < count; n++) for (const name of ['udp', 'tcp']) await cycle(name)
  globalThis.gc()
  return { descriptors: await descriptors(), rssBytes: process.memoryUsage.rss() }
}

const before = await cycles(150)
const after = await cycles(250)
process.stdout.write(JSON.stringify({ before, after }))
