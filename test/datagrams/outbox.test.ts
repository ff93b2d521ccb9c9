import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Outbox } from '../../src/datagrams/outbox.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

let socket: Socket
let given: Uint8Array[]
let asked: number
/** What the kernel has no room for. */
let full: number
const outboxes: Outbox[] = []

function create(): Outbox {
  const outbox = new Outbox(socket)
  outboxes.push(outbox)
  return outbox
}

beforeEach(() => {
  given = []
  asked = 0
  full = 0
  socket = createSocket('udp4')
  vi.spyOn(socket, 'send').mockImplementation((message: unknown, ...rest: unknown[]) => {
    given.push(message as Uint8Array)
    if (rest.some((each) => typeof each === 'function')) asked++
  })
  vi.spyOn(socket, 'getSendQueueCount').mockImplementation(() => full)
  vi.spyOn(socket, 'getSendQueueSize').mockImplementation(() => 10 * full)
})
afterEach(() => {
  for (const outbox of outboxes.splice(0)) outbox.discard()
  socket.close()
})

describe('Outbox', () => {
  const send = (outbox: Outbox, message: Uint8Array) => outbox.send(message, false, () => undefined)

  test('gives the kernel the message itself, which its sender may change as soon as the call returns', async () => {
    const received: string[] = []
    const far = createSocket('udp4')
    const all = new Promise<void>((resolve) => {
      far.on('message', (datagram) => {
        if (received.push(datagram.toString()) === 3) resolve()
      })
    })
    await new Promise<void>((resolve) => far.bind(0, '127.0.0.1', resolve))
    const near = createSocket('udp4')
    await new Promise<void>((resolve) => near.connect(far.address().port, '127.0.0.1', () => resolve()))
    const outbox = new Outbox(near)
    const message = Buffer.alloc(5)
    for (const text of ['one  ', 'two  ', 'three']) {
      message.write(text)
      expect(send(outbox, message)).toBe(true)
      message.fill(0xee)
    }
    await all
    expect(received).toEqual(['one  ', 'two  ', 'three'])
    far.close()
    near.close()
  })

  test('copies what is sent while the kernel is full: node still holds the message before', () => {
    const outbox = create()
    const message = Buffer.alloc(10)
    full = 1
    for (const fill of [1, 2, 3]) {
      expect(send(outbox, message.fill(fill))).toBe(false)
    }
    expect(given.map((each) => each === message)).toEqual([true, false, false])
    expect(given.slice(1).map((copy) => copy[0])).toEqual([2, 3])
  })

  test('asks a sender to rest that never lets the event loop turn', async () => {
    const outbox = create()
    let count = 1
    while (send(outbox, new Uint8Array(10)) && count < 1000) count++
    expect(count).toBe(256)
    await turn()
    expect(outbox.queuedBytes).toBe(0)
    expect(send(outbox, new Uint8Array(10))).toBe(true)
  })

  test('never asks a sender to rest that sends a little in every turn', async () => {
    const outbox = create()
    for (let round = 0; round < 100; round++) {
      for (let count = 0; count < 10; count++) {
        expect(send(outbox, new Uint8Array(10))).toBe(true)
      }
      await turn()
    }
  })

  test('calls back in a later turn, so that senders let the loop turn', async () => {
    const outbox = create()
    const emptied = vi.fn()
    send(outbox, new Uint8Array(10))
    outbox.whenEmpty(emptied)
    await new Promise<void>((resolve) => process.nextTick(resolve))
    expect(emptied).not.toHaveBeenCalled()
    await turn()
    expect(emptied).toHaveBeenCalledOnce()
  })

  test('waits for a kernel that is full, and touches no memory meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const outbox = create()
    const emptied = vi.fn()
    full = 1
    send(outbox, new Uint8Array(10).fill(1))
    outbox.whenEmpty(emptied)
    await turn()
    vi.advanceTimersByTime(100)
    send(outbox, new Uint8Array(10).fill(2))
    expect(emptied).not.toHaveBeenCalled()
    expect(given.map((copy) => copy[0])).toEqual([1, 2])
    expect(outbox.queuedBytes).toBe(10)
    full = 0
    vi.advanceTimersByTime(1)
    expect(emptied).toHaveBeenCalledOnce()
    expect(outbox.empty).toBe(true)
    vi.useRealTimers()
  })

  test('asks what became of one message in 128, from the first on, and of large ones', () => {
    const outbox = create()
    send(outbox, new Uint8Array(1))
    expect(asked).toBe(1)
    for (let count = 0; count < 127; count++) send(outbox, new Uint8Array(1))
    expect(asked).toBe(1)
    send(outbox, new Uint8Array(1))
    expect(asked).toBe(2)
    send(outbox, new Uint8Array(10_000))
    expect(asked).toBe(3)
  })

  test('a socket that closed owes nothing', async () => {
    const outbox = create()
    full = 1
    send(outbox, new Uint8Array(10))
    const flushed = outbox.flushed(60_000)
    outbox.discard()
    await flushed
    expect(outbox.empty).toBe(true)
    expect(outbox.queuedBytes).toBe(0)
  })
})
