import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogWriter } from '../../src/lab/log-writer.ts'
import { Slots } from '../../src/lab/slots.ts'
import { FateCode, PacketFlag, readPacketLog } from '../../src/packets/packet-log.ts'

const PACKET_BYTES = 100
const RING_FROM = 2000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netcmp-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A writer whose memory holds a packet at 0, and a ring of so many bytes. */
function writer(ringBytes = 10_000, packetBytes = PACKET_BYTES, into = folder) {
  const bytes = new Uint8Array(RING_FROM + ringBytes)
  for (let n = 0; n < packetBytes; n++) bytes[n] = n
  const memory = { bytes, view: new DataView(bytes.buffer), from: RING_FROM, to: bytes.length }
  const slots = new Slots(1)
  slots.packetBytes[0] = packetBytes
  const log = new LogWriter(memory, into, 1500, 1000)
  const record = (number: number, inNs = 0, fate: number = FateCode.delivered) => {
    slots.number[0] = number
    slots.runNumber[0] = number
    slots.inNs[0] = inNs
    log.record(0, fate, 0, slots, 0, 0, fate === FateCode.delivered ? inNs + 1 : Number.NaN)
  }
  return { log, slots, record }
}

const read = (path: string | null) => readPacketLog(readFileSync(path ?? ''))

describe('the log of a link', () => {
  it('has each packet, its fate and its bytes', () => {
    const { log, slots, record } = writer()
    record(1, 50)
    record(2, 60, FateCode.lost)
    slots.number[0] = 3
    slots.inNs[0] = 70
    log.record(1, FateCode['queue-full'], PacketFlag.COPY | PacketFlag.CORRUPT, slots, 0, 0, Number.NaN)
    const { path, unloggedCount } = log.cut(2000)
    expect(unloggedCount).toBe(0)
    const { beginNs, packets, unreadBytes } = read(path)
    expect({ beginNs, unreadBytes }).toEqual({ beginNs: 1000, unreadBytes: 0 })
    expect(packets).toMatchObject([
      {
        direction: 'up',
        number: 1,
        fate: 'delivered',
        inNs: 50,
        outNs: 51,
        isCopy: false,
        packetBytes: PACKET_BYTES,
      },
      { direction: 'up', number: 2, fate: 'lost', inNs: 60, outNs: null },
      { direction: 'down', number: 3, fate: 'queue-full', isCopy: true, isCorrupt: true, isReordered: false },
    ])
    for (const { bytes } of packets)
      expect([...bytes]).toEqual(Array.from({ length: PACKET_BYTES }, (_, n) => n))
  })

  it('is a file for each run, and leaves none of a run that did not end', () => {
    const { log, record } = writer()
    record(1)
    const first = log.cut(2000).path
    record(2)
    record(3)
    const second = log.cut(3000).path
    record(4)
    log.flush()
    expect(readdirSync(folder)).toHaveLength(3)
    log.close()
    expect(readdirSync(folder)).toHaveLength(2)
    expect(read(first).packets.map(({ number }) => number)).toEqual([1])
    expect(read(second).packets.map(({ number }) => number)).toEqual([2, 3])
  })

  // Breaks when what waits is lost where there is no more memory for it.
  it('is whole where packets leave no moment to write it', () => {
    const { log, record } = writer(1000)
    for (let number = 1; number <= 500; number++) record(number, number)
    const { packets } = read(log.cut(2000).path)
    expect(packets.map(({ number }) => number)).toEqual(Array.from({ length: 500 }, (_, n) => n + 1))
  })

  it('has all of a packet up to 32 MiB a second, past a burst of 64 MiB only the beginning', () => {
    const { log, record } = writer(1_000_000, 1024)
    const burst = (64 * 1024 * 1024) / 1024
    for (let number = 1; number <= burst + 2; number++) record(number)
    // A whole one every 2^-15 s.
    record(burst + 3, 1e9 / 2 ** 15)
    record(burst + 4, 1e9 / 2 ** 15)
    const lengths = read(log.cut(2000).path).packets.map(({ bytes }) => bytes.length)
    expect(new Set(lengths.slice(0, burst))).toEqual(new Set([1024]))
    expect(lengths.slice(burst)).toEqual([128, 128, 1024, 128])
  })

  it('is at most 256 MiB long; what comes then is counted', () => {
    const { log, record } = writer(1_000_000, 1024)
    const most = 256 * 1024 * 1024 - 32
    const burst = (64 * 1024 * 1024) / 1024
    const more = Math.floor((most - burst * (48 + 1024)) / (48 + 128))
    for (let number = 1; number <= burst + more + 7; number++) record(number)
    const { path, unloggedCount } = log.cut(2000)
    expect(unloggedCount).toBe(7)
    expect(read(path).packets).toHaveLength(burst + more)
  })

  it('that cannot be written is none, and its packets are counted', () => {
    const { log, record } = writer(1000, PACKET_BYTES, join(folder, 'gone'))
    for (let number = 1; number <= 20; number++) record(number)
    expect(log.cut(2000)).toEqual({ path: null, unloggedCount: 20 })
  })
})
