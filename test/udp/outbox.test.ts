import { describe, expect, test, vi } from 'vitest'
import { Outbox } from '../../src/udp/outbox.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Outbox', () => {
  test('keeps a copy of each message apart until the kernel has it', () => {
    const outbox = new Outbox()
    const message = Buffer.alloc(1000)
    const copies = [1, 2, 3].map((fill) => outbox.put(message.fill(fill), false))
    message.fill(0xee)
    expect(copies.map((copy) => [copy.length, copy[0], copy[999]])).toEqual([
      [1000, 1, 1],
      [1000, 2, 2],
      [1000, 3, 3],
    ])
    expect(outbox.queuedBytes).toBe(3000)
  })

  test('takes what goes beyond its room, and asks to rest', () => {
    const outbox = new Outbox()
    const message = new Uint8Array(65_507).fill(7)
    const copies = Array.from({ length: 6 }, () => outbox.put(message, false))
    expect(outbox.hasRoom).toBe(false)
    expect(copies.every((copy) => copy.length === 65_507 && copy[65_506] === 7)).toBe(true)
    for (const copy of copies) outbox.taken(copy.length)
    expect(outbox.hasRoom).toBe(true)
    expect(outbox.queuedBytes).toBe(0)
  })

  test('uses the same views again for the next batch', () => {
    const outbox = new Outbox()
    const batch = () => {
      const copies = [10, 10, 20].map((bytes) => outbox.put(new Uint8Array(bytes), false))
      for (const copy of copies) outbox.taken(copy.length)
      return copies
    }
    const first = batch()
    expect(batch().map((copy, index) => copy === first[index])).toEqual([true, true, true])
  })

  test('calls back in a later turn, so that senders let the loop turn', async () => {
    const outbox = new Outbox()
    const emptied = vi.fn()
    outbox.put(new Uint8Array(10), false)
    outbox.whenEmpty(emptied)
    outbox.taken(10)
    await Promise.resolve()
    expect(emptied).not.toHaveBeenCalled()
    await turn()
    expect(emptied).toHaveBeenCalledOnce()
  })

  test('a socket that closed owes nothing, even if it calls back late', async () => {
    const outbox = new Outbox()
    outbox.put(new Uint8Array(10), false)
    const flushed = outbox.flushed(60_000)
    outbox.discard()
    outbox.taken(10)
    await flushed
    expect(outbox.empty).toBe(true)
    expect(outbox.queuedBytes).toBe(0)
  })
})
