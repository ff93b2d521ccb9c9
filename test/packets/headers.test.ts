import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readIcmpMessage } from '../../src/packets/icmp-message.ts'
import { Protocol, readIpPacket } from '../../src/packets/ip-packet.ts'
import { readTcpOptions } from '../../src/packets/tcp-options.ts'
import { hasTcpFlag, readTcpSegment, sequenceLength, TcpFlag } from '../../src/packets/tcp-segment.ts'
import { readUdpDatagram } from '../../src/packets/udp-datagram.ts'
import { ipPacket, tcpSegment, udpDatagram, uint32 } from './made-packets.ts'

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'))

describe('IPv4', () => {
  test('a packet as Linux sends it', () => {
    // 10.9.0.1 > 10.9.0.2, ICMP echo request, id 7, seq 1, as tcpdump -x prints it.
    const packet = readIpPacket(
      bytes('4500 0020 1c46 4000 4001 0a81 0a09 0001 0a09 0002 0800 f7f7 0007 0001 0000 0000'),
    )
    expect(packet).toEqual({
      version: 4,
      source: '10.9.0.1',
      destination: '10.9.0.2',
      protocol: Protocol.ICMP,
      ttl: 64,
      fragment: null,
      payload: bytes('0800 f7f7 0007 0001 0000 0000'),
      payloadBytes: 12,
    })
  })

  test('options are no payload, and what lies behind its length is not the packet', () => {
    const packet = ipPacket({ protocol: 17, options: [148, 4, 0, 0, 1, 1, 1, 0] }, [1, 2, 3])
    const padded = new Uint8Array(60).fill(0xee)
    padded.set(packet)
    expect(readIpPacket(padded)).toMatchObject({ payloadBytes: 3, payload: new Uint8Array([1, 2, 3]) })
  })

  test('what was not captured is counted all the same', () => {
    const packet = ipPacket({ protocol: 17 }, new Uint8Array(100))
    expect(readIpPacket(packet.subarray(0, 50))).toMatchObject({
      payloadBytes: 100,
      payload: new Uint8Array(30),
    })
  })

  test('fragments', () => {
    const fragment = { id: 77, offsetBytes: 1480, isLast: false }
    expect(readIpPacket(ipPacket({ protocol: 17, fragment }, [1]))?.fragment).toEqual(fragment)
    const last = { id: 77, offsetBytes: 2960, isLast: true }
    expect(readIpPacket(ipPacket({ protocol: 17, fragment: last }, [1]))?.fragment).toEqual(last)
  })

  test.each([
    ['a header length under 20', '44 00 0020 0000 0000 40 11 0000 0a090001 0a090002'],
    ['a header longer than the packet', '4f 00 0020 0000 0000 40 11 0000 0a090001 0a090002'],
    ['a length under its header', '45 00 0010 0000 0000 40 11 0000 0a090001 0a090002'],
    ['version 5', '55 00 0014 0000 0000 40 11 0000 0a090001 0a090002'],
    ['19 bytes', '45 00 0014 0000 0000 40 11 0000 0a090001 0a0900'],
  ])('%s is none', (_, hex) => {
    expect(readIpPacket(bytes(hex))).toBeUndefined()
  })
})

describe('IPv6', () => {
  test('addresses as RFC 5952 writes them', () => {
    const of = (address: string) => {
      const header = bytes(`60000000 0000 3b 40 ${address} ${'00'.repeat(15)}01`)
      return readIpPacket(header)?.source
    }
    expect(of('20010db8 0000 0000 0001 0000 0000 0001')).toBe('2001:db8::1:0:0:1')
    expect(of('20010db8 0000 0001 0001 0001 0001 0001')).toBe('2001:db8:0:1:1:1:1:1')
    expect(of('20010000 0000 0001 0000 0000 0000 0001')).toBe('2001:0:0:1::1')
    expect(of('fe800000 00000000 00000000 00000000')).toBe('fe80::')
    expect(of('00000000 00000000 00000000 00000000')).toBe('::')
    expect(readIpPacket(bytes(`60000000 0000 3b 40 ${'00'.repeat(31)}01`))?.destination).toBe('::1')
  })

  test('what follows every common extension header is found', () => {
    const hopByHop = [43, 0, 5, 2, 0, 0, 1, 0]
    const routing = [60, 1, ...Array(14).fill(0)]
    const destination = [51, 0, 1, 4, 0, 0, 0, 0]
    const authentication = [44, 4, ...Array(22).fill(0)]
    const fragment = [17, 0, 0, 1, 0, 0, 0, 9]
    const extensions = [...hopByHop, ...routing, ...destination, ...authentication, ...fragment]
    const packet = ipPacket({ version: 6, protocol: 0 }, [...extensions, 1, 2, 3])
    expect(readIpPacket(packet)).toEqual({
      version: 6,
      source: 'fd09::1',
      destination: 'fd09::2',
      protocol: 17,
      ttl: 64,
      fragment: { id: 9, offsetBytes: 0, isLast: false },
      payload: new Uint8Array([1, 2, 3]),
      payloadBytes: 3,
    })
  })

  test('behind the header of a later fragment lies no header', () => {
    const packet = ipPacket(
      { version: 6, protocol: 60, fragment: { id: 9, offsetBytes: 8, isLast: true } },
      [255, 255, 255, 255, 255, 255, 255, 255],
    )
    expect(readIpPacket(packet)).toMatchObject({ protocol: 60, payloadBytes: 8 })
  })

  test('an atomic fragment is a whole packet', () => {
    const packet = ipPacket(
      { version: 6, protocol: 17, fragment: { id: 9, offsetBytes: 0, isLast: true } },
      [1],
    )
    expect(readIpPacket(packet)).toMatchObject({ protocol: 17, fragment: null, payloadBytes: 1 })
  })

  test('an extension header that does not end within the packet makes it none', () => {
    expect(readIpPacket(ipPacket({ version: 6, protocol: 0 }, [17, 1, ...Array(13).fill(0)]))).toBeUndefined()
    expect(readIpPacket(ipPacket({ version: 6, protocol: 0 }, [17, 0, 0]))).toBeUndefined()
  })
})

describe('TCP', () => {
  test('a SYN as Linux sends it', () => {
    // 10.9.0.1.40000 > 10.9.0.2.7117: S 305419896:305419896(0) win 64240 <mss 1460,sackOK,timestamp 1 0,nop,wscale 7>
    const hex =
      '9c40 1bcd 12345678 00000000 a002 faf0 0000 0000 020405b4 0402 080a 00000001 00000000 01 030307'
    const segment = readTcpSegment(bytes(hex), 40)
    expect(segment).toMatchObject({
      sourcePort: 40000,
      destinationPort: 7117,
      seq: 0x12345678,
      ack: 0,
      flags: TcpFlag.SYN,
      window: 64240,
      payloadBytes: 0,
    })
    expect(readTcpOptions(segment?.options ?? new Uint8Array())).toEqual({
      mssBytes: 1460,
      isSackPermitted: true,
      timestamps: { value: 1, echo: 0 },
      windowScale: 7,
    })
  })

  test('SACK blocks, each in turn', () => {
    const blocks = [uint32(0xffff_ff00), uint32(5), uint32(100), uint32(200)].flat()
    expect(readTcpOptions(new Uint8Array([1, 1, 5, 18, ...blocks]))).toEqual({
      sackBlocks: [
        [0xffff_ff00, 5],
        [100, 200],
      ],
    })
  })

  test('unknown options are passed over; one without end, and what follows it, is left', () => {
    const [mss, unknown] = [
      [2, 4, 5, 180],
      [30, 4, 9, 9],
    ] as const
    expect(readTcpOptions(new Uint8Array([...unknown, ...mss]))).toEqual({ mssBytes: 1460 })
    expect(readTcpOptions(new Uint8Array([0, ...mss]))).toEqual({})
    expect(readTcpOptions(new Uint8Array([30, 0, ...mss]))).toEqual({})
    expect(readTcpOptions(new Uint8Array([...mss, 5, 18, 1]))).toEqual({ mssBytes: 1460 })
    expect(readTcpOptions(new Uint8Array([2, 3, 5, ...mss]))).toEqual({ mssBytes: 1460 })
  })

  test('SYN and FIN take a sequence number each, as every byte does', () => {
    const of = (flags: number, payload: readonly number[]) => {
      const segment = readTcpSegment(tcpSegment({ flags }, payload), 20 + payload.length)
      return segment && sequenceLength(segment)
    }
    expect(of(TcpFlag.ACK, [])).toBe(0)
    expect(of(TcpFlag.SYN, [])).toBe(1)
    expect(of(TcpFlag.FIN | TcpFlag.ACK, [1, 2])).toBe(3)
  })

  test('a header that is not whole is none; a payload that was not captured is counted', () => {
    const segment = tcpSegment({}, new Uint8Array(30))
    expect(readTcpSegment(segment.subarray(0, 19), 50)).toBeUndefined()
    expect(readTcpSegment(segment.subarray(0, 20), 50)).toMatchObject({
      payloadBytes: 30,
      payload: new Uint8Array(),
    })
    const cut = new Uint8Array(segment)
    cut[12] = 0xf0
    expect(readTcpSegment(cut, 50)).toBeUndefined()
    cut[12] = 0x40
    expect(readTcpSegment(cut, 50)).toBeUndefined()
  })
})

test('UDP: a datagram, the first fragment of one, and one whose length is none', () => {
  const datagram = udpDatagram({ sourcePort: 1, destinationPort: 65535 }, [1, 2, 3])
  expect(readUdpDatagram(datagram)).toEqual({
    sourcePort: 1,
    destinationPort: 65535,
    payload: new Uint8Array([1, 2, 3]),
    payloadBytes: 3,
  })
  expect(readUdpDatagram(datagram.subarray(0, 9))).toMatchObject({
    payload: new Uint8Array([1]),
    payloadBytes: 3,
  })
  expect(readUdpDatagram(bytes('0001 0002 0007 0000'))).toBeUndefined()
  expect(readUdpDatagram(datagram.subarray(0, 7))).toBeUndefined()
})

test('ICMP: echo requests and replies of both families, and what is neither', () => {
  const [request, reply] = [bytes('0800 0000 0007 0001 ff'), bytes('0000 0000 0007 0002')]
  expect(readIcmpMessage(request, 9, Protocol.ICMP)).toEqual({
    type: 8,
    code: 0,
    echo: { isReply: false, id: 7, seq: 1 },
    payload: bytes('ff'),
    payloadBytes: 1,
  })
  expect(readIcmpMessage(reply, 8, Protocol.ICMP)?.echo).toEqual({ isReply: true, id: 7, seq: 2 })
  expect(readIcmpMessage(bytes('8100 0000 0007 0002'), 8, Protocol.ICMPV6)?.echo?.isReply).toBe(true)
  expect(readIcmpMessage(request, 9, Protocol.ICMPV6)?.echo).toBeNull()
  expect(readIcmpMessage(request.subarray(0, 7), 7, Protocol.ICMP)).toBeUndefined()
})

test('whatever bytes: nothing throws, and nothing is read from outside them', () => {
  const anyPacket = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    // Looks like a packet of either version to begin with.
    fc
      .tuple(
        fc.constantFrom(0x45, 0x46, 0x4f, 0x60),
        fc.constantFrom(0, 6, 17, 43, 44, 51, 58, 60),
        fc.uint8Array({ minLength: 40, maxLength: 120 }),
      )
      .map(([first, protocol, rest]) => {
        rest[0] = first
        rest[first === 0x60 ? 6 : 9] = protocol
        return rest
      }),
  )
  fc.assert(
    fc.property(anyPacket, (packet) => {
      const ip = readIpPacket(packet)
      if (ip === undefined) return
      expect(ip.payloadBytes).toBeGreaterThanOrEqual(ip.payload.length)
      const tcp = readTcpSegment(ip.payload, ip.payloadBytes)
      if (tcp) {
        readTcpOptions(tcp.options)
        expect(tcp.payloadBytes).toBeGreaterThanOrEqual(tcp.payload.length)
        expect(hasTcpFlag(tcp, TcpFlag.SYN)).toBe((tcp.flags & 2) === 2)
      }
      const udp = readUdpDatagram(ip.payload)
      expect(udp?.payloadBytes ?? 0).toBeGreaterThanOrEqual(udp?.payload.length ?? 0)
      const icmp = readIcmpMessage(ip.payload, ip.payloadBytes, ip.protocol)
      expect(icmp?.payloadBytes ?? 0).toBeGreaterThanOrEqual(icmp?.payload.length ?? 0)
    }),
    { numRuns: 1000 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (options) => void readTcpOptions(options)))
})
