import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Outbox } from '../../src/udp/outbox.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

let socket: Socket
let given: Uint8Array[]
let asked: number
/** What the kernel has no room for. */
let full: number

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
})
afterEach(() => void socket.close())

describe('Outbox', () => {
  const send = (outbox: Outbox, message: Uint8Array) => outbox.send(message, false, () => undefined)

  test('keeps a copy of each message apart until the kernel has it', () => {
    const outbox = new Outbox(socket)
    const message = Buffer.alloc(1000)
    for (const fill of [1, 2, 3]) send(outbox, message.fill(fill))
    message.fill(0xee)
    expect(given.map((copy) => [copy.length, copy[0], copy[999]])).toEqual([
      [1000, 1, 1],
      [1000, 2, 2],
      [1000, 3, 3],
    ])
    expect(outbox.queuedBytes).toBe(3000)
  })

  test('takes what goes beyond its room, and asks to rest', async () => {
    const outbox = new Outbox(socket)
    const message = new Uint8Array(65_507).fill(7)
    for (let count = 0; count < 6; count++) send(outbox, message)
    expect(outbox.hasRoom).toBe(false)
    expect(given.every((copy) => copy.length === 65_507 && copy[65_506] === 7)).toBe(true)
    await turn()
    expect(outbox.hasRoom).toBe(true)
    expect(outbox.queuedBytes).toBe(0)
  })

  test('never asks a sender to rest that sends a little in every turn', async () => {
    const outbox = new Outbox(socket)
    for (let round = 0; round < 100; round++) {
      for (let count = 0; count < 10; count++) {
        send(outbox, new Uint8Array(10))
        expect(outbox.hasRoom).toBe(true)
      }
      await turn()
    }
  })

  test('uses the same views again for the next batch', async () => {
    const outbox = new Outbox(socket)
    for (const bytes of [10, 10, 20]) send(outbox, new Uint8Array(bytes))
    await new Promise<void>((resolve) => outbox.whenEmpty(resolve))
    for (const bytes of [10, 10, 20]) send(outbox, new Uint8Array(bytes))
    expect(given.slice(3).map((copy, index) => copy === given[index])).toEqual([true, true, true])
  })

  test('calls back in a later turn, so that senders let the loop turn', async () => {
    const outbox = new Outbox(socket)
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
    const outbox = new Outbox(socket)
    const emptied = vi.fn()
    full = 1
    send(outbox, new Uint8Array(10).fill(1))
    outbox.whenEmpty(emptied)
    await turn()
    vi.advanceTimersByTime(100)
    send(outbox, new Uint8Array(10).fill(2))
    expect(emptied).not.toHaveBeenCalled()
    expect(given.map((copy) => copy[0])).toEqual([1, 2])
    expect(outbox.queuedBytes).toBe(20)
    full = 0
    vi.advanceTimersByTime(1)
    expect(emptied).toHaveBeenCalledOnce()
    expect(outbox.empty).toBe(true)
    vi.useRealTimers()
  })

  test('asks what became of the first message, of every 33rd and of large ones', () => {
    const outbox = new Outbox(socket)
    send(outbox, new Uint8Array(1))
    expect(asked).toBe(1)
    for (let count = 0; count < 32; count++) send(outbox, new Uint8Array(1))
    expect(asked).toBe(1)
    send(outbox, new Uint8Array(1))
    expect(asked).toBe(2)
    send(outbox, new Uint8Array(10_000))
    expect(asked).toBe(3)
  })

  test('a socket that closed owes nothing', async () => {
    const outbox = new Outbox(socket)
    full = 1
    send(outbox, new Uint8Array(10))
    const flushed = outbox.flushed(60_000)
    outbox.discard()
    await flushed
    expect(outbox.empty).toBe(true)
    expect(outbox.queuedBytes).toBe(0)
  })
})
