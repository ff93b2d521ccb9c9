import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SEAL_BYTES, SealedEndpoint, sharedKey } from '../../src/drive/sealed-endpoint.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { endpointPair } from '../sim/fake-endpoint.ts'

const KEY = new TextEncoder().encode('Jefe, who wants nothing')

function pair(clientKey: Uint8Array, serverKey: Uint8Array) {
  const clock = new FakeClock()
  const { client, server } = endpointPair(clock)
  const heard: Uint8Array[] = []
  const unsealed: Uint8Array[] = []
  const sealed = new SealedEndpoint(server, serverKey, (bytes) => unsealed.push(bytes.slice()))
  sealed.onMessage((bytes, _at, messageBytes) => {
    expect(messageBytes).toBe(bytes.length)
    heard.push(bytes.slice())
  })
  return { client, sender: new SealedEndpoint(client, clientKey, () => {}), heard, unsealed }
}

describe('a sealed endpoint', () => {
  it('carries every message whole, with the first 16 bytes of its HMAC-SHA-256 behind it', () => {
    // RFC 4231, test case 2.
    const { client, sender, heard } = pair(new TextEncoder().encode('Jefe'), new TextEncoder().encode('Jefe'))
    const message = new TextEncoder().encode('what do ya want for nothing?')
    sender.send(message)
    expect(heard).toEqual([message])
    const [wire] = client.sent
    expect(Buffer.from(wire?.subarray(message.length) ?? []).toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c7',
    )
  })

  it('hands over what was sent, of any length, and the next in the same memory', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (messages) => {
        const { sender, heard } = pair(KEY, KEY)
        for (const message of messages) sender.send(message)
        expect(heard).toEqual(messages)
      }),
    )
  })

  it('hands over nothing with a bit changed, cut off, or added', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), fc.nat(), (message, at, cut) => {
        const { client, sender, heard, unsealed } = pair(KEY, KEY)
        sender.send(message)
        const wire = client.sent[0] as Uint8Array
        const bit = at % (8 * wire.length)
        const changed = wire.slice()
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
        const forged = [changed, wire.slice(0, cut % wire.length), new Uint8Array([...wire, 0])]
        for (const each of forged) client.peer?.arrive(each)
        expect(heard).toHaveLength(1)
        expect(unsealed).toEqual(forged)
      }),
    )
  })

  it('hands over nothing sealed with another key, or not sealed', () => {
    const { client, sender, heard, unsealed } = pair(new Uint8Array(16).fill(1), KEY)
    sender.send(new Uint8Array(64))
    client.send(new Uint8Array(64))
    client.send(new Uint8Array(0))
    expect(heard).toEqual([])
    expect(unsealed.map((each) => each.length)).toEqual([64 + SEAL_BYTES, 64, 0])
  })
})

it('a key is the text of its file without what surrounds it, and long enough', () => {
  expect(sharedKey(' 0123456789abcdef\n', 'k')).toEqual(new TextEncoder().encode('0123456789abcdef'))
  expect(() => sharedKey('short\n', 'key.txt')).toThrow('netcmp: the key in key.txt has 5 bytes, it needs 16')
})
