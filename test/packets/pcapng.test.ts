import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LoggedPacket } from '../../src/packets/packet-log.ts'
import { pcapngHead, pcapngPackets } from '../../src/packets/pcapng.ts'
import { tcpEcho, udpEcho, udpOvertaken } from './conversations.ts'
import { dissected, needsTshark } from './tshark.ts'

/** A moment whose ns a number cannot hold. */
const source = { application: 'netcmp 0.1.0', epochNs: 1_795_000_000_123_456_789n }

function written(...logs: readonly (readonly LoggedPacket[])[]): Buffer {
  const pieces = logs.flatMap((log) => [...pcapngPackets(log, source)].map((piece) => piece.slice()))
  return Buffer.concat([pcapngHead(source), ...pieces])
}

/** Each block as its type and what lies between its lengths, which must agree. */
function blocksOf(bytes: Buffer): { type: number; body: Buffer }[] {
  const blocks = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4)
    expect(length % 4).toBe(0)
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length)
    blocks.push({ type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + length - 4) })
    at += length
  }
  return blocks
}

describe('a capture', () => {
  it('has a section, two interfaces of raw IP, and a block for each packet', () => {
    const [section, client, server, ...packets] = blocksOf(written(udpEcho(), udpOvertaken()))
    expect(section?.type).toBe(0x0a0d0d0a)
    expect(section?.body.readUInt32LE(0)).toBe(0x1a2b3c4d)
    for (const each of [client, server]) {
      expect(each?.type).toBe(1)
      expect(each?.body.readUInt16LE(0)).toBe(101)
    }
    expect(packets.map(({ type }) => type)).toEqual(
      new Array(udpEcho().length + udpOvertaken().length).fill(6),
    )
  })

  it('has the bytes that were captured, the length that there was, and the time to the ns', () => {
    const [packet] = udpEcho()
    if (packet === undefined) throw new Error('no packet')
    const { bytes } = packet
    const cut = { ...packet, inNs: 5, packetBytes: 1500, bytes: bytes.subarray(0, 61) }
    const body = blocksOf(written([cut])).at(-1)?.body as Buffer
    expect(body.readUInt32LE(0)).toBe(0)
    expect((BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8))).toBe(source.epochNs + 5n)
    expect([body.readUInt32LE(12), body.readUInt32LE(16)]).toEqual([61, 1500])
    expect(body.subarray(20, 81)).toEqual(Buffer.from(bytes.subarray(0, 61)))
    expect(body.length).toBe(20 + 64)
  })

  it('comes in pieces, of which one packet may be the whole', () => {
    const [packet] = udpEcho()
    if (packet === undefined) throw new Error('no packet')
    const long = { ...packet, bytes: new Uint8Array(65_535) }
    const log = Array.from({ length: 40 }, () => long)
    const pieces = [...pcapngPackets(log, source)].map(({ length }) => length)
    expect(pieces.length).toBeGreaterThan(1)
    expect(blocksOf(written(log)).length).toBe(3 + 40)
  })
})

describe('what tshark reads', () => {
  function saved(...logs: readonly (readonly LoggedPacket[])[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'netcmp-pcap-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'trace.pcapng')
    writeFileSync(file, written(...logs))
    return file
  }

  it('is every packet, where it entered the link, with what became of it', (context) => {
    needsTshark(context)
    const fields = ['frame.interface_name', 'frame.time_epoch', 'udp.length', 'frame.comment']
    expect(dissected(saved(udpEcho(), udpOvertaken()), fields)).toEqual([
      ['client', '1795000000.123456789', '72', ''],
      ['server', '1795000000.143656789', '72', ''],
      ['client', '1795000000.163756789', '72', 'lost'],
      ['client', '1795000001.163856789', '72', ''],
      ['client', '1795000001.163856789', '72', 'copy, made by the link'],
      ['server', '1795000001.184056789', '72', ''],
      ['server', '1795000001.184356789', '72', ''],
      ['client', '1795000000.123456789', '72', ''],
      ['client', '1795000000.124456789', '72', 'reordered'],
      ['client', '1795000000.125456789', '72', ''],
      ['client', '1795000000.126456789', '72', 'corrupted'],
      ['client', '1795000000.127456789', '72', 'lost: the queue was full'],
    ])
  })

  it('calls what is sent again what it is', (context) => {
    needsTshark(context)
    const seen = dissected(saved(tcpEcho()), ['frame.number', 'tcp.seq'], 'tcp.analysis.retransmission')
    expect(seen).toEqual([['8', '65']])
  })
})
