import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTransport } from '../../src/registry.ts'
import type { Endpoint } from '../../src/transport/contract.ts'
import { isNative } from './is-native.ts'

const options = { socket: { engine: 'native' } } as const
const udp = findTransport('udp')

/** Two ends, and the messages that came to the second. */
async function pair() {
  const came: Uint8Array[] = []
  const listener = await udp.listen('127.0.0.1:0', options, (endpoint: Endpoint) => {
    endpoint.onMessage((bytes) => came.push(new Uint8Array(bytes)))
  })
  const endpoint = await udp.dial(listener.address, options)
  const close = async () => {
    await endpoint.close()
    await listener.close()
  }
  return { endpoint, came, close }
}

async function until(happened: () => boolean): Promise<void> {
  for (const began = Date.now(); !happened() && Date.now() - began < 5000; ) {
    await new Promise(setImmediate)
  }
}

describe.skipIf(!isNative)('a datagram socket of our own (Linux on x86-64 or ARM64, with koffi)', () => {
  it('hands over an empty datagram, though it is the first of all', async () => {
    const { endpoint, came, close } = await pair()
    endpoint.send(new Uint8Array(0))
    await until(() => came.length > 0)
    expect(came).toEqual([new Uint8Array(0)])
    await close()
  })

  // Breaks when datagrams that leave by one call are joined, cut elsewhere, or change places with others.
  it('keeps the boundaries and the order of what leaves together, whatever the sizes', async () => {
    const { endpoint, came, close } = await pair()
    const size = fc.oneof(fc.constantFrom(0, 1, 64, 1472), fc.integer({ min: 0, max: 9000 }))
    const run = fc.record({ bytes: size, count: fc.integer({ min: 1, max: 70 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 5 }), async (runs) => {
        came.length = 0
        const sent = runs.flatMap(({ bytes, count }) =>
          Array.from({ length: count }, (_, n) => new Uint8Array(bytes).fill(n)),
        )
        for (const message of sent) endpoint.send(message)
        await until(() => came.length >= sent.length)
        expect(came.map((bytes) => Buffer.from(bytes).toString('base64'))).toEqual(
          sent.map((bytes) => Buffer.from(bytes).toString('base64')),
        )
      }),
      { numRuns: 60 },
    )
    await close()
  })

  it('hands over the largest datagram, and takes none that is larger', async () => {
    const { endpoint, came, close } = await pair()
    endpoint.send(new Uint8Array(65_507).fill(7))
    await until(() => came.length > 0)
    expect(came[0]).toEqual(new Uint8Array(65_507).fill(7))
    expect(() => endpoint.send(new Uint8Array(65_508))).toThrow(/over the limit/)
    await close()
  })
})

describe.skipIf(!isNative)(
  'listening and dialling again and again (Linux on x86-64 or ARM64, with koffi)',
  () => {
    it.each(['tcp', 'udp'])('%s leaves no descriptor behind, after 100 times', async (name) => {
      const transport = findTransport(name)
      const once = async () => {
        const listener = await transport.listen('127.0.0.1:0', options, (endpoint) => {
          endpoint.onMessage((bytes) => endpoint.send(bytes))
        })
        const endpoint = await transport.dial(listener.address, options)
        const answer = new Promise((resolve) => endpoint.onMessage(resolve))
        endpoint.send(Uint8Array.of(1))
        await answer
        await endpoint.close()
        await listener.close()
      }
      await once()
      const before = readdirSync('/proc/self/fd').length
      for (let n = 0; n < 100; n++) await once()
      expect(readdirSync('/proc/self/fd').length).toBe(before)
    })
  },
)
