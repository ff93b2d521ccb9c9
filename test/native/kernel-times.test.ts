import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostClock } from '../../src/core/host-clock.ts'
import { TimedEndpoint } from '../../src/drive/timed-endpoint.ts'
import { findTransport } from '../../src/registry.ts'
import type { Endpoint, Listener } from '../../src/transport/contract.ts'
import { FrameType, restamp, writeHeader } from '../../src/wire/frame.ts'
import { isNative } from './is-native.ts'

const socket = { engine: 'native', timed: true } as const
const HELD_MS = 20
/** The two clocks do not run exactly alike. */
const CLOCKS_NS = 1e5
const HELD_NS = HELD_MS * 1e6

/** Keeps this thread, and all that runs on it, from everything else. */
function busy(ms: number): void {
  const end = hostClock.now() + ms * 1e6
  while (hostClock.now() < end);
}

function probe(seq: number): Uint8Array {
  const message = new Uint8Array(64)
  writeHeader(message, FrameType.PROBE, 0, { hi: 1, lo: 1 }, 0)
  restamp(message, seq, 0)
  return message
}

describe.skipIf(!isNative).each(['udp', 'tcp'])(
  '%s: the kernel’s times (Linux on x86-64 or ARM64, with koffi)',
  (name) => {
    const transport = findTransport(name)
    let listener: Listener
    let timed: TimedEndpoint
    let answer: (endpoint: Endpoint, message: Uint8Array) => void = () => {}
    const answers: { awayNs: number; rttNs: number }[] = []
    let sentAt = 0

    beforeAll(async () => {
      // The far side's own engine does not matter: node's leaves its kernel alone.
      listener = await transport.listen('127.0.0.1:0', {}, (endpoint) => {
        endpoint.onMessage((message) => answer(endpoint, new Uint8Array(message)))
      })
      timed = new TimedEndpoint(await transport.dial(listener.address, { socket }))
      timed.onMessage((message, at) => answers.push({ awayNs: timed.wireRttNs(message), rttNs: at - sentAt }))
    })

    afterAll(async () => {
      await timed.close()
      await listener.close()
    })

    async function roundTrip(
      seq: number,
      afterSending: () => void,
    ): Promise<{ awayNs: number; rttNs: number }> {
      answers.length = 0
      sentAt = hostClock.now()
      timed.send(probe(seq))
      afterSending()
      for (const began = Date.now(); answers.length === 0 && Date.now() - began < 5000; ) {
        await new Promise(setImmediate)
      }
      return answers[0] as { awayNs: number; rttNs: number }
    }

    it('what the server takes is time away from this host', async () => {
      answer = (endpoint, message) => {
        setTimeout(() => endpoint.send(message), HELD_MS)
      }
      const { awayNs, rttNs } = await roundTrip(0, () => {})
      expect(awayNs).toBeGreaterThan(HELD_NS - 1e6)
      expect(awayNs).toBeLessThanOrEqual(rttNs)
    })

    it('what this host takes before it sends is not', async () => {
      answer = (endpoint, message) => endpoint.send(message)
      const began = hostClock.now()
      busy(HELD_MS)
      const { awayNs } = await roundTrip(1, () => {})
      expect(awayNs).toBeGreaterThan(0)
      expect(awayNs).toBeLessThan(hostClock.now() - began - HELD_NS)
    })

    it('tells messages under way from each other, whichever is answered', async () => {
      const held: (() => void)[] = []
      const heldSince: number[] = []
      answer = (endpoint, message) => {
        heldSince.push(hostClock.now())
        held.push(() => endpoint.send(message))
      }
      answers.length = 0
      const left: number[] = []
      for (let seq = 2; seq < 6; seq++) {
        left.push(hostClock.now())
        timed.send(probe(seq))
        busy(3)
      }
      for (const began = Date.now(); held.length < 4 && Date.now() - began < 5000; )
        await new Promise(setImmediate)
      const answeredAt = hostClock.now()
      for (const send of held.reverse()) send()
      for (const began = Date.now(); answers.length < 4 && Date.now() - began < 5000; )
        await new Promise(setImmediate)
      expect(answers).toHaveLength(4)
      // The last one sent was answered first: each was away for longer than the next.
      // Of two that left as one segment the kernel tells of the last alone.
      const away = answers.map(({ awayNs }) => awayNs).reverse()
      const known = away.filter((ns) => !Number.isNaN(ns))
      expect(known.length).toBeGreaterThan(0)
      expect([...known].sort((a, b) => b - a)).toEqual(known)
      for (const [n, ns] of away.entries()) {
        if (Number.isNaN(ns)) continue
        expect(ns).toBeLessThan(hostClock.now() - (left[n] as number) + CLOCKS_NS)
        // It may leave long after it was sent, where congestion control paces, but not after it was there.
        expect(ns).toBeGreaterThan(answeredAt - (heldSince[n] as number) - CLOCKS_NS)
      }
    })

    it('knows nothing of what it did not send', () => {
      expect(timed.wireRttNs(probe(77))).toBeNaN()
    })
  },
)

describe.skipIf(!isNative)('the kernel’s times of an answer that waits for this process', () => {
  it('end when it came, not when it was read', async () => {
    // A process of its own answers, while this one is busy.
    const { spawn } = await import('node:child_process')
    const program = `
      const socket = require('node:dgram').createSocket('udp4')
      socket.on('message', (message, from) => socket.send(message, from.port, from.address))
      socket.bind(0, '127.0.0.1', () => console.log(socket.address().port))
      process.stdin.on('end', () => process.exit()).resume()`
    const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      const timed = new TimedEndpoint(
        await findTransport('udp').dial(`127.0.0.1:${Number(line)}`, { socket }),
      )
      const away: number[] = []
      timed.onMessage((message) => away.push(timed.wireRttNs(message)))
      const shares: number[] = []
      for (let seq = 0; seq < 10; seq++) {
        const sentAt = hostClock.now()
        timed.send(probe(seq))
        busy(HELD_MS)
        for (const began = Date.now(); away.length <= seq && Date.now() - began < 5000; ) {
          await new Promise(setImmediate)
        }
        const share = (away[seq] as number) / (hostClock.now() - sentAt)
        if (!Number.isNaN(share)) shares.push(share)
      }
      await timed.close()
      // Even where the other process waits for a processor now and then.
      expect(Math.min(...shares)).toBeLessThan(0.5)
      expect(Math.min(...shares)).toBeGreaterThan(0)
    } finally {
      child.stdin.end()
    }
  })
})
