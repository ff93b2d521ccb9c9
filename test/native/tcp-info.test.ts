import { closeSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as c from '../../src/native/constants.ts'
import { loadLibc } from '../../src/native/libc.ts'
import { OptionsOf, openSocket } from '../../src/native/socket.ts'
import { decodeTcpInfo, TCP_INFO_BYTES, tcpInfoReader } from '../../src/native/tcp-info.ts'
import { tcp } from '../../src/tcp/index.ts'
import type { Endpoint } from '../../src/transport/contract.ts'
import { unix } from '../../src/unix/index.ts'
import { isNative } from './is-native.ts'

/** asm-generic/socket.h */
const SO_MAX_PACING_RATE = 47

/** Every byte of the struct is 0xee, but for these: offset, bytes in hexadecimal as they lie in memory. */
function infoOf(...fields: readonly (readonly [at: number, hex: string])[]): DataView {
  const bytes = new Uint8Array(TCP_INFO_BYTES).fill(0xee)
  for (const [at, hex] of fields) bytes.set(Buffer.from(hex, 'hex'), at)
  return new DataView(bytes.buffer)
}

const FULL = infoOf(
  [7, '00'],
  [16, 'a8050000'],
  [68, '40e20100'],
  [80, '2a000000'],
  [100, '07000000'],
  [104, '00e1f50500000000'],
  [148, '10270000'],
  [160, '80f0fa0200000000'],
)

describe('struct tcp_info', () => {
  it('is read where linux/tcp.h has it', () => {
    expect(decodeTcpInfo(FULL, TCP_INFO_BYTES)).toEqual({
      mssBytes: 1448,
      srttNs: 123_456_000,
      cwndSegments: 42,
      retransmitCount: 7,
      pacingRateBitsPerSec: 800_000_000,
      minRttNs: 10_000_000,
      deliveryRateBitsPerSec: 400_000_000,
    })
  })

  // 104 B is all that Linux had before 3.15, 160 B before 4.9; and a field may be cut.
  it.each([
    [0, 0],
    [103, 3],
    [104, 4],
    [111, 4],
    [112, 5],
    [160, 6],
    [167, 6],
    [168, 7],
  ])('of %i bytes tells %i values, and nothing of what lies past them', (bytes, known) => {
    const values = Object.values(decodeTcpInfo(FULL, bytes))
    expect(values).toHaveLength(7)
    expect(values.filter((value) => value !== null)).toHaveLength(known)
  })

  it('has marks for no value: no sample of the round trip or the rate yet, no limit of the pace', () => {
    const none = infoOf(
      [7, '00'],
      [68, '00000000'],
      [104, 'ffffffffffffffff'],
      [148, 'ffffffff'],
      [160, '00'.repeat(8)],
    )
    expect(decodeTcpInfo(none, TCP_INFO_BYTES)).toMatchObject({
      srttNs: null,
      pacingRateBitsPerSec: null,
      minRttNs: null,
      deliveryRateBitsPerSec: null,
    })
  })

  // Bit 0 of byte 7; its neighbours say how Fast Open failed.
  it.each([
    ['00', 400_000_000],
    ['06', 400_000_000],
    ['01', null],
    ['07', null],
  ])('with flags %s: delivery rate %s', (flags, rate) => {
    const info = new DataView(FULL.buffer.slice(0))
    info.setUint8(7, Number.parseInt(flags, 16))
    expect(decodeTcpInfo(info, TCP_INFO_BYTES).deliveryRateBitsPerSec).toBe(rate)
  })
})

/** A connection over loopback, both ends on the engine. */
async function connected(socket: { engine?: 'native'; congestion?: string }) {
  const options = { socket }
  const accepted: Endpoint[] = []
  const listener = await tcp.listen('127.0.0.1:0', options, (endpoint) => {
    accepted.push(endpoint)
    endpoint.onMessage((bytes) => endpoint.send(bytes))
  })
  onTestFinished(() => listener.close())
  const endpoint = await tcp.dial(listener.address, options)
  onTestFinished(() => endpoint.close())
  const answered = new Promise<void>((resolve) => endpoint.onMessage(() => resolve()))
  endpoint.send(new Uint8Array(100))
  await answered
  return { near: endpoint, far: accepted[0] as Endpoint }
}

describe.skipIf(!isNative)('the kernel (Linux on x86-64 or ARM64, with koffi)', () => {
  it('tells the pace that was set, to the bit', async () => {
    const fd = await openSocket({ who: 'test', kind: 'stream', family: 4, options: {} })
    onTestFinished(() => closeSync(fd))
    const reader = await tcpInfoReader(() => fd)
    expect(reader?.read()).toMatchObject({ pacingRateBitsPerSec: null, srttNs: null, minRttNs: null })
    const libc = await loadLibc('test')
    const memory = libc.alloc(8)
    onTestFinished(() => memory.free())
    new OptionsOf(libc, memory, fd).set(c.SOL_SOCKET, SO_MAX_PACING_RATE, 1_250_000)
    expect(reader?.read()?.pacingRateBitsPerSec).toBe(10_000_000)
  })

  // Breaks where one engine, or the end that was dialled, has no descriptor to ask.
  it.each([
    { engine: 'node', options: {} },
    { engine: 'native', options: { engine: 'native' } },
  ] as const)('tells both ends of a connection on $engine the same fields', async ({ options }) => {
    const { near, far } = await connected({ ...options, congestion: 'reno' })
    const readers = [await near.connectionReader?.(), await far.connectionReader?.()]
    for (const reader of readers) {
      expect(reader?.congestion).toBe('reno')
      const facts = reader?.read()
      // RFC 6928: a window begins with ten segments; one message in flight does not widen it.
      expect(facts).toMatchObject({ retransmitCount: 0, cwndSegments: 10 })
      expect(facts?.srttNs).toBeGreaterThan(0)
      expect(facts?.minRttNs).toBeLessThanOrEqual(facts?.srttNs ?? 0)
    }
    await Promise.all([near.close(), far.close()])
    expect(readers.map((reader) => reader?.read())).toEqual([undefined, undefined])
  })

  it('tells nothing of what is no connection of TCP', async () => {
    expect(await tcpInfoReader(() => undefined)).toBeUndefined()
    const listener = await unix.listen(unix.ephemeral(), {}, () => {})
    onTestFinished(() => listener.close())
    const endpoint = await unix.dial(listener.address, {})
    onTestFinished(() => endpoint.close())
    expect(await endpoint.connectionReader?.()).toBeUndefined()
  })
})
