import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sharedLoop } from '../../src/native/shared-loop.ts'
import { findTransport } from '../../src/registry.ts'
import type { DialOptions, Endpoint } from '../../src/transport/contract.ts'
import { FrameType, readSeq, restamp, writeHeader } from '../../src/wire/frame.ts'
import { messageBuffer } from '../../src/workload/message-buffer.ts'
import { isNative } from './is-native.ts'

// Cubic: what paces itself is sent by plain writes.
const options = { socket: { engine: 'native', congestion: 'cubic' } } as const

const undo: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const each of undo.splice(0)) await each()
})

/** A sender, and what came of its messages: their numbers, and how many were not what was sent. */
async function pair(
  name: string,
  bytes: number,
  heard: (endpoint: Endpoint) => void = () => {},
  dialling: DialOptions = options,
) {
  const transport = findTransport(name)
  const message = messageBuffer(bytes)
  writeHeader(message, FrameType.PROBE, 0, { hi: 1, lo: 2 }, 0)
  const expected = Uint8Array.from(message)
  const came = { seqs: [] as number[], wrongCount: 0 }
  const listener = await transport.listen('127.0.0.1:0', options, (endpoint) => {
    heard(endpoint)
    endpoint.onMessage((received) => {
      const seq = readSeq(received)
      came.seqs.push(seq)
      restamp(expected, seq, 1000 + seq)
      if (Buffer.compare(expected, received) !== 0) came.wrongCount++
    })
  })
  const endpoint = await transport.dial(listener.address, dialling)
  undo.push(
    () => endpoint.close(),
    () => listener.close(),
  )
  let sentCount = 0
  const next = (copy: Uint8Array) => {
    restamp(copy, sentCount, 1000 + sentCount)
    sentCount++
  }
  return { endpoint, message, next, came, sentCount: () => sentCount }
}

async function until(happened: () => boolean): Promise<void> {
  for (const began = Date.now(); !happened() && Date.now() - began < 10_000; ) await new Promise(setImmediate)
}

const upTo = (count: number) => Array.from({ length: count }, (_, seq) => seq)

describe.skipIf(!isNative)('copies of a message (Linux on x86-64 or ARM64, with koffi)', () => {
  it.each([
    [64, 128],
    [1472, 44],
    [20_000, 3],
  ])('of %i B leave over UDP %i at a time, each the next one', async (bytes, perBurst) => {
    const { endpoint, message, next, came, sentCount } = await pair('udp', bytes)
    for (let burst = 1; burst <= 3; burst++) {
      expect(endpoint.sendCopies?.(message, next)).toBe(true)
      expect(sentCount()).toBe(burst * perBurst)
      await until(() => came.seqs.length === sentCount())
    }
    expect(came).toEqual({ seqs: upTo(3 * perBurst), wrongCount: 0 })
  })

  it.each([
    [64, 964],
    [1472, 45],
    [65_535, 1],
  ])('of %i B leave over TCP %i at a time, each the next one', async (bytes, perBurst) => {
    const { endpoint, message, next, came, sentCount } = await pair('tcp', bytes)
    for (let burst = 1; burst <= 50; burst++) {
      if (endpoint.sendCopies?.(message, next) === false) await endpoint.drained()
      expect(sentCount()).toBe(burst * perBurst)
    }
    await until(() => came.seqs.length === sentCount())
    expect(came).toEqual({ seqs: upTo(sentCount()), wrongCount: 0 })
  })

  it.each([
    ['udp', 257],
    ['tcp', 1929],
  ])('may take turns with other messages (%s)', async (name, count) => {
    const { endpoint, message, next, came } = await pair(name, 64)
    endpoint.sendCopies?.(message, next)
    next(message)
    endpoint.send(message)
    endpoint.sendCopies?.(message, next)
    await until(() => came.seqs.length === count)
    expect(came).toEqual({ seqs: upTo(count), wrongCount: 0 })
  })

  it('leave one by one by the sockets of node', async () => {
    const { endpoint, message, next } = await pair('tcp', 64, () => {}, {})
    expect(endpoint.sendCopies?.(message, next)).toBeUndefined()
  })

  it('leave one by one where a second would not fit in a packet', async () => {
    const { endpoint, message, next } = await pair('udp', 40_000)
    expect(endpoint.sendCopies?.(message, next)).toBeUndefined()
  })

  it('of large messages are sent over TCP from what the kernel keeps, whatever it takes at a time', async () => {
    const { endpoint, message, next, came, sentCount } = await pair('tcp', 1024 * 1024)
    for (let n = 0; n < 20; n++) {
      if (endpoint.sendCopies?.(message, next) === false) await endpoint.drained()
    }
    await until(() => came.seqs.length === 20)
    expect(sentCount()).toBe(20)
    expect(came).toEqual({ seqs: upTo(20), wrongCount: 0 })
  })

  it('are whole where their receiver needs only their heads', async () => {
    const { endpoint, message, next, came } = await pair('tcp', 1024 * 1024, (receiver) =>
      receiver.keepFirst(64),
    )
    for (let n = 0; n < 10; n++) {
      if (endpoint.sendCopies?.(message, next) === false) await endpoint.drained()
    }
    await until(() => came.seqs.length === 10)
    expect(came.seqs).toEqual(upTo(10))
  })

  it('are left to plain writes where congestion control paces by what it is given', async () => {
    const bbr = { socket: { engine: 'native', congestion: 'bbr' } } as const
    const { endpoint, message, next } = await pair('tcp', 1024 * 1024, () => {}, bbr).catch(() =>
      pair('tcp', 32),
    )
    // A kernel without bbr has nothing to say here.
    if (message.length > 32) expect(endpoint.sendCopies?.(message, next)).toBeUndefined()
  })

  // Breaks when what the kernel kept is sent after the connection broke in the middle of it: its memory is given back then.
  it('end with a connection that breaks while their head is written', async () => {
    const { libc } = await sharedLoop()
    const server = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const endpoint = await findTransport('tcp').dial(
      `127.0.0.1:${(server.address() as AddressInfo).port}`,
      options,
    )
    const over = new Promise((resolve) => endpoint.onClose(resolve))
    const sent = vi.spyOn(libc, 'sendBytes').mockReturnValue(-104)
    const kept = vi.spyOn(libc, 'sendfile')
    endpoint.sendCopies?.(messageBuffer(1024 * 1024), () => {})
    expect(sent).toHaveBeenCalledOnce()
    expect(kept).not.toHaveBeenCalled()
    expect(await over).toMatchObject({ code: 'RESET' })
    vi.restoreAllMocks()
    server.close()
  })

  it('wait for what is queued, and are no concern of a closed connection', async () => {
    const { endpoint, message, next } = await pair('tcp', 1024 * 1024, (receiver) => receiver.pause())
    let taken: boolean | undefined = true
    for (let n = 0; n < 50 && taken; n++) taken = endpoint.sendCopies?.(message, next)
    expect(taken).toBe(false)
    expect(endpoint.queuedBytes).toBeGreaterThan(0)
    expect(endpoint.sendCopies?.(message, next)).toBeUndefined()
    void endpoint.close()
    expect(() => endpoint.sendCopies?.(message, next)).toThrow(/closed/)
  })
})
