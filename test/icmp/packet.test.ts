import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksum, ECHO_BYTES, messageOf, type Requests, writeRequest } from '../../src/icmp/packet.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

const ping4: Requests = { family: 4, isRaw: false, identifier: 0x1234, sentCount: 10 }
const raw4: Requests = { ...ping4, isRaw: true }
const raw6: Requests = { ...raw4, family: 6 }

const IP_HEADER = bytesOf('45 00 00 20 00 00 40 00 40 01 00 00 7f 00 00 01 7f 00 00 01')

/** A reply as the kernel hands it over, and its checksum right. */
function reply({ family, isRaw, identifier }: Requests, seq: number, message: Uint8Array): Uint8Array {
  const packet = new Uint8Array(ECHO_BYTES + message.length)
  packet.set(message, ECHO_BYTES)
  writeRequest(packet, family, identifier, seq)
  packet[0] = family === 4 ? 0 : 129
  packet.fill(0, 2, 4)
  new DataView(packet.buffer).setUint16(2, checksum(packet))
  return isRaw && family === 4 ? Uint8Array.from([...IP_HEADER, ...packet]) : packet
}

describe('the Internet checksum', () => {
  it('is that of the example of RFC 1071, 3', () => {
    expect(checksum(bytesOf('00 01 f2 03 f4 f5 f6 f7'))).toBe(~0xddf2 & 0xffff)
  })

  it('of what contains its own is 0, for any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(0xffff), fc.nat(0xffff), (message, id, seq) => {
        const packet = new Uint8Array(ECHO_BYTES + message.length)
        packet.set(message, ECHO_BYTES)
        writeRequest(packet, 4, id, seq)
        expect(checksum(packet)).toBe(0)
      }),
    )
  })
})

describe('an echo request', () => {
  // Type, code, checksum, identifier, sequence number: RFC 792 and RFC 4443, 4.1.
  it.each([
    [4, '08 00 a484 1234 0005 4142'],
    [6, '80 00 0000 1234 0005 4142'],
  ] as const)('of IPv%i', (family, hex) => {
    const packet = bytesOf('ff ff ffff ffff ffff 4142')
    writeRequest(packet, family, 0x1234, 5)
    expect(Buffer.from(packet).toString('hex')).toBe(hex.replaceAll(' ', ''))
  })
})

describe('a reply', () => {
  it.each([ping4, raw4, raw6, { ...ping4, family: 6 } as Requests])(
    'to %o hands over what it carries',
    (requests) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(9), (message, seq) => {
          expect(messageOf(reply(requests, seq, message), requests)).toEqual(message)
        }),
      )
    },
  )

  const message = Uint8Array.of(1, 2, 3)
  const broken = (requests: Requests, at: number, value: number) => {
    const packet = reply(requests, 3, message)
    packet[at] = value
    return packet
  }

  it.each<[string, Requests, Uint8Array]>([
    ['to another identifier', ping4, reply({ ...ping4, identifier: 0x1235 }, 3, message)],
    ['to a request that was not sent yet', ping4, reply(ping4, 10, message)],
    ['that is a request', ping4, broken(ping4, 0, 8)],
    ['that is a request of IPv6', raw6, broken(raw6, 0, 128)],
    ['that says the host is unreachable', ping4, broken(ping4, 0, 3)],
    ['with a code', ping4, broken(ping4, 1, 1)],
    ['with a wrong checksum', raw4, broken(raw4, 30, 0xff)],
    ['in an IP packet that is no IPv4', raw4, broken(raw4, 0, 0x65)],
    ['in an IP packet whose header is longer than it', raw4, broken(raw4, 0, 0x4f)],
    ['in an IP packet whose header is too short', raw4, broken(raw4, 0, 0x44)],
    ['of the other family', raw6, reply({ ...ping4 }, 3, message)],
    ['too short', ping4, reply(ping4, 3, message).subarray(0, 7)],
    ['empty', raw4, new Uint8Array(0)],
  ])('%s is none', (_, requests, packet) => {
    expect(messageOf(packet, requests)).toBeUndefined()
  })

  it('is not thrown over, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.constantFrom(ping4, raw4, raw6),
        (packet, requests) => {
          messageOf(packet, requests)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('past 65536 requests may have any number', () => {
    const many = { ...ping4, sentCount: 70_000 }
    expect(messageOf(reply(many, 65_535, message), many)).toEqual(message)
  })
})
