import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitToFlip, flipBit, packetBytes, unicastBytes } from '../../src/lab/frame.ts'

const ONE = [2, 0, 0, 0, 0, 2]
const GROUP = [0x33, 0x33, 0, 0, 0, 1]

/** A frame that begins at `at`, behind other bytes. */
function frameOf(to: readonly number[], type: number, packet: readonly number[], at = 3): Uint8Array {
  const before = new Array<number>(at).fill(0xff)
  return Uint8Array.from([...before, ...to, 2, 0, 0, 0, 0, 1, type >> 8, type & 255, ...packet])
}

function ipv4(payload: readonly number[], { options = 0, protocol = 17 } = {}): number[] {
  const header = new Array<number>(20 + options).fill(0)
  const length = header.length + payload.length
  header[0] = 0x40 | (header.length / 4)
  header[2] = length >> 8
  header[3] = length & 255
  header[9] = protocol
  return [...header, ...payload]
}

function ipv6(payload: readonly number[]): number[] {
  const header = new Array<number>(40).fill(0)
  header[0] = 0x60
  header[4] = payload.length >> 8
  header[5] = payload.length & 255
  return [...header, ...payload]
}

const PAYLOAD = [1, 2, 3, 4]

describe('a frame', () => {
  it.each([
    ['IPv4', 0x0800, ipv4(PAYLOAD), 24],
    ['IPv4 with options', 0x0800, ipv4(PAYLOAD, { options: 8 }), 32],
    ['IPv4, padded', 0x0800, [...ipv4(PAYLOAD), 0, 0, 0], 24],
    ['IPv6', 0x86dd, ipv6(PAYLOAD), 44],
    ['ARP', 0x0806, new Array(28).fill(0), 0],
    ['a tag of a virtual network', 0x8100, ipv4(PAYLOAD), 0],
    ['IPv4 that says that it is longer than it is', 0x0800, ipv4(PAYLOAD).with(3, 255), 24],
    ['IPv4, cut off', 0x0800, ipv4(PAYLOAD).slice(0, 19), 0],
    ['IPv6, cut off', 0x86dd, ipv6(PAYLOAD).slice(0, 39), 0],
  ] as const)('holds so much of %s', (_what, type, packet, bytes) => {
    const frame = frameOf(ONE, type, packet)
    expect(unicastBytes(frame, 3, frame.length - 3)).toBe(bytes)
    const forGroup = frameOf(GROUP, type, packet)
    expect(packetBytes(forGroup, 3, frame.length - 3)).toBe(bytes)
    expect(unicastBytes(forGroup, 3, frame.length - 3)).toBe(0)
  })
})

const bitsOf = (bytes: Uint8Array) => [...bytes].map((each) => each.toString(2).padStart(8, '0')).join('')

describe('a corrupt packet', () => {
  const payload = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 8, maxLength: 40 })
  const drawn = fc.integer({ min: 0, max: 2 ** 32 - 1 })

  it('differs by one bit, behind the header', () => {
    fc.assert(
      fc.property(payload, drawn, fc.constantFrom(ipv4, ipv6), (bytes, bit, packetOf) => {
        const packet = packetOf(bytes, { options: 4, protocol: 6 })
        const before = Uint8Array.from([0xff, ...packet, 0xff])
        const after = before.slice()
        flipBit(after, 1, bitToFlip(before, 1, packet.length, bit))
        const [a, b] = [bitsOf(before), bitsOf(after)]
        const flipped = [...a].flatMap((each, index) => (each === b[index] ? [] : index))
        const header = packet.length - bytes.length
        expect(flipped).toHaveLength(1)
        expect(flipped[0]).toBeGreaterThanOrEqual(8 * (1 + header))
        expect(flipped[0]).toBeLessThan(8 * (1 + packet.length))
      }),
    )
  })

  // Breaks when UDP takes a spoilt packet for one without a checksum.
  it('of UDP never says that it has no checksum', () => {
    for (let bit = 0; bit < 16; bit++) {
      const checksum = 1 << bit
      const packet = ipv4([0, 1, 0, 2, 0, 8, checksum >> 8, checksum & 255])
      for (let each = 0; each < 64; each++) {
        const after = Uint8Array.from(packet)
        flipBit(after, 0, bitToFlip(after, 0, packet.length, each))
        expect((after[26] ?? 0) | (after[27] ?? 0)).not.toBe(0)
        expect(bitsOf(after)).not.toBe(bitsOf(Uint8Array.from(packet)))
      }
    }
  })

  it('has to have something behind the header', () => {
    const packet = Uint8Array.from(ipv4([]))
    expect(bitToFlip(packet, 0, packet.length, 5)).toBe(-1)
  })
})
