import { expect, it } from 'vitest'
import { FrameType } from '../../src/wire/frame.ts'
import { collectGarbage } from '../sim/collect-garbage.ts'
import { controlFrame, DATAGRAMS, openOn, probeFrame, served, statsFrame } from './served.ts'

const SESSIONS = 100
/** What is left of a session: its answer to OPEN, and little else. What it counted of a bulk transfer is half a megabyte. */
const MOST_BYTES = 4096

// Breaks when a server keeps what ended sessions counted for as long as it knows their peers, which are 4096.
it('what a session counted is given back when it ends, however long its peer is known', async () => {
  // Reading files would leave garbage of their own.
  const { connect } = served(DATAGRAMS, { readDrops: () => null })
  const clients = Array.from({ length: SESSIONS }, () => connect())
  collectGarbage()
  const before = process.memoryUsage().arrayBuffers
  for (const client of clients) {
    const token = openOn(client, { workload: 'bulk', ratePerSec: 'max', direction: 'up' }, 1)
    client.arrive(probeFrame(token, 0))
    client.arrive(statsFrame(token, 2, 1, true))
    client.arrive(controlFrame(FrameType.CLOSE, token, 3, {}))
  }
  const kept = () => process.memoryUsage().arrayBuffers - before
  // What was collected is given back by another thread.
  for (const began = Date.now(); kept() >= SESSIONS * MOST_BYTES && Date.now() - began < 5000; ) {
    collectGarbage()
    await new Promise(setImmediate)
  }
  expect(kept()).toBeLessThan(SESSIONS * MOST_BYTES)
  expect(clients.every(({ sent }) => sent.length === 3)).toBe(true)
})
