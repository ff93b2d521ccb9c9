import { describe, expect, it, onTestFinished } from 'vitest'
import { hostClock } from '../../src/core/host-clock.ts'
import { run } from '../../src/drive/run.ts'
import { findTransport } from '../../src/registry.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import type { Transport } from '../../src/transport/contract.ts'
import { job, MS } from '../sim/jobs.ts'
import { type Touch, touchingRelay } from './touching-relay.ts'

const NOTHING = new Uint8Array(0)
const untouched: Touch = (message) => message

async function served(transport: Transport, key?: Uint8Array): Promise<string> {
  const server = new SessionServer(hostClock, 'netcmp test', { key })
  const listener = await transport.listen(transport.ephemeral(), {}, server.serve(transport.traits))
  onTestFinished(async () => {
    server.close()
    await listener.close()
  })
  return listener.address
}

async function echoed(transport: Transport, target: string, sizeBytes: number, key?: Uint8Array) {
  const changed = { sizeBytes, messageCount: 400, durationNs: 10_000 * MS, timeoutNs: 300 * MS }
  const options = { transport, target, clock: hostClock, family: 0, nagle: false, key } as const
  return run({ ...options, job: job('echo', changed) })
}

/** Loses every message of a length of which a test says so, by its number among them. */
function losing(bytes: number, isLost: (n: number) => boolean): Touch {
  let n = -1
  return (message) => {
    if (message.length !== bytes) return message
    n++
    return isLost(n) ? NOTHING : message
  }
}

describe.each(['tcp', 'udp', 'unix'])('echo in messages shorter than a header, over %s', (name) => {
  const transport = findTransport(name)

  it.each([1, 2, 31])('of %d B: every message leaves and comes back as short as that', async (sizeBytes) => {
    const lengths = { up: new Map<number, number>(), down: new Map<number, number>() }
    const counting =
      (way: Map<number, number>): Touch =>
      (message) => {
        way.set(message.length, (way.get(message.length) ?? 0) + 1)
        return message
      }
    const server = await served(transport)
    const target = await touchingRelay(transport, server, counting(lengths.up), counting(lengths.down))
    const { recording, error } = await echoed(transport, target, sizeBytes)
    expect(error).toBeUndefined()
    // Past 256 messages a single byte begins again.
    expect(recording.values()).toMatchObject({
      sentCount: 400,
      receivedCount: 400,
      lossRatio: 0,
      duplicateRatio: 0,
      reorderedRatio: 0,
    })
    expect([lengths.up.get(sizeBytes), lengths.down.get(sizeBytes)]).toEqual([400, 400])
  })

  it('with a key', async () => {
    const key = new Uint8Array(16).fill(7)
    const { recording, error } = await echoed(transport, await served(transport, key), 1, key)
    expect(error).toBeUndefined()
    expect(recording.values()).toMatchObject({ sentCount: 400, receivedCount: 400 })
  })
})

describe('of messages of one byte over udp', () => {
  const udp = findTransport('udp')

  it('exactly those that were lost count as lost, on the way on which they were', async () => {
    const up = losing(1, (n) => n % 50 === 3 || (n >= 200 && n < 260))
    const down = losing(1, (n) => n % 100 === 7)
    const target = await touchingRelay(udp, await served(udp), up, down)
    const { recording, error } = await echoed(udp, target, 1)
    expect(error).toBeUndefined()
    // Up: 8 of every fiftieth, two of them in the burst of 60. Of the 334 that came through, 4 answers.
    const lostUp = 8 - 2 + 60
    expect(recording.values()).toMatchObject({
      sentCount: 400,
      lossRatio: (lostUp + 4) / 400,
      forwardLossRatio: lostUp / 400,
      lossBurstMax: 60,
    })
  })

  it('messages of another length are none of the session’s', async () => {
    const lengthen: Touch = (message) => (message.length === 1 ? new Uint8Array(2) : message)
    const target = await touchingRelay(udp, await served(udp), lengthen, untouched)
    const { recording } = await echoed(udp, target, 1)
    expect(recording.values()).toMatchObject({ receivedCount: 0, lossRatio: 1, forwardLossRatio: 1 })
  })
})
