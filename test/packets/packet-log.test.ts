import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  directions,
  encodeHead,
  encodeLogHead,
  fates,
  LOG_HEAD_BYTES,
  type LoggedPacket,
  RECORD_HEAD_BYTES,
  readPacketLog,
  recordBytesOf,
} from '../../src/packets/packet-log.ts'
import { logOf } from './log-of.ts'

const count = fc.integer({ min: 0, max: 0xffff_ffff })
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

const packetArbitrary: fc.Arbitrary<LoggedPacket> = fc.record({
  direction: fc.constantFrom(...directions),
  fate: fc.constantFrom(...fates),
  isCopy: fc.boolean(),
  isCorrupt: fc.boolean(),
  isReordered: fc.boolean(),
  number: count,
  runNumber: count,
  packetBytes: count,
  inNs: time,
  outNs: fc.option(time),
  bytes: fc.uint8Array({ maxLength: 70 }),
})
const packetsArbitrary = fc.array(packetArbitrary, { maxLength: 12 })

const byTime = (packets: readonly LoggedPacket[]) => [...packets].sort((a, b) => a.inNs - b.inNs)

describe('the log of a link', () => {
  test('gives back what was written, in the order in which it came in', () => {
    fc.assert(
      fc.property(packetsArbitrary, (packets) => {
        expect(readPacketLog(logOf(packets))).toEqual({
          beginNs: 77,
          packets: byTime(packets),
          unreadBytes: 0,
        })
      }),
    )
  })

  test('of a log that was cut short the whole records are read, and the rest is counted', () => {
    fc.assert(
      fc.property(packetsArbitrary, fc.nat(), (packets, cut) => {
        const whole = logOf(packets)
        const length = LOG_HEAD_BYTES + (cut % (whole.length - LOG_HEAD_BYTES + 1))
        const ends = [LOG_HEAD_BYTES]
        for (const { bytes } of packets) ends.push((ends.at(-1) as number) + recordBytesOf(bytes.length))
        const readable = ends.findLastIndex((end) => end <= length)
        const read = readPacketLog(whole.subarray(0, length))
        expect(read.packets).toEqual(byTime(packets.slice(0, readable)))
        expect(read.unreadBytes).toBe(length - (ends[readable] as number))
      }),
    )
  })

  test('bytes that are no log, or were one, are read without a throw, and nothing is read twice', () => {
    fc.assert(
      fc.property(packetsArbitrary, fc.array(fc.tuple(fc.nat(), fc.nat(255))), (packets, changes) => {
        const log = logOf(packets)
        for (const [at, value] of changes) log[at % log.length] = value
        const { packets: read, unreadBytes } = readPacketLog(log)
        const bytes = read.reduce((sum, each) => sum + recordBytesOf(each.bytes.length), unreadBytes)
        expect(bytes).toBeLessThanOrEqual(log.length)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readPacketLog(bytes)).toEqual({ beginNs: 0, packets: [], unreadBytes: bytes.length })
      }),
    )
  })

  test('a length that wraps around 32 bits is no record', () => {
    const log = new Uint8Array(LOG_HEAD_BYTES + 200)
    const view = new DataView(log.buffer)
    encodeLogHead(view, 0, 1500, 0)
    encodeHead(view, LOG_HEAD_BYTES, 0, 0, 0, 1, 1, 40, 0, 1, 2)
    view.setUint32(LOG_HEAD_BYTES, 40, true)
    view.setUint32(LOG_HEAD_BYTES + 20, 0xffff_fff8, true)
    expect(readPacketLog(log)).toEqual({ beginNs: 0, packets: [], unreadBytes: 200 })
  })

  test('has the layout that is documented', () => {
    const log = logOf([
      {
        direction: 'down',
        fate: 'queue-full',
        isCopy: true,
        isCorrupt: false,
        isReordered: true,
        number: 0x01020304,
        runNumber: 5,
        packetBytes: 60,
        inNs: 1,
        outNs: null,
        bytes: new Uint8Array([0x45, 0, 0]),
      },
    ])
    const hex = Buffer.from(log.subarray(0, LOG_HEAD_BYTES + RECORD_HEAD_BYTES + 3)).toString('hex')
    expect(hex.match(/.{8}/g)?.join(' ')).toBe(
      [
        '4e43504b 544c4f47 01000000 dc050000 00000000 00405340 00000000 00000000',
        '38000000 01040500 04030201 05000000 3c000000 03000000 00000000 0000f03f 00000000 0000f87f 00000000 00000000',
      ].join(' '),
    )
    expect(hex.endsWith('450000')).toBe(true)
  })
})
